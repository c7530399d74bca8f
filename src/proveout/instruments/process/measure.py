"""From answers to figures."""

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.core.evidence import Finding
from proveout.core.exhibit import Bar, Bars, Exhibit, Table
from proveout.core.initiative import Initiative
from proveout.core.question import Answers
from proveout.instruments.process import flow, labour, opportunities, quality
from proveout.instruments.process.labour import DAYS_OF_YEAR, Labour
from proveout.instruments.process.settings import Settings
from proveout.instruments.process.tables import Log, read

SHOWN_BARS = 15


def measure(settings: Settings, answers: Answers, initiative: Initiative) -> Finding:
    """Figures of the flow; and of hours, money and opportunities where the log and the block allow.

    Raises:
        TooLittle: No row of the log can be used.
    """
    log = read(answers)
    if not log.n_cases:
        why = quality.faults(log) or "it is empty"
        raise TooLittle(f"no row of the event log can be used: {why}", quality.remedy(log))
    work = labour.labour(log, settings)
    durations = flow.durations(log, settings.level)
    efficiency = flow.efficiency(log, settings.level)
    estimates: list[Estimate] = [
        *flow.counts(log),
        *durations,
        *([efficiency] if efficiency else []),
        flow.rework(log, settings.level),
        quality.usable(log),
    ]
    exhibits: list[Exhibit] = [
        flow.process_map(log, _hours_by_activity(work)),
        _activities(log, work),
        *flow.exhibits(log),
        flow.duration_histogram(log, durations),
    ]
    if work:
        more, pictures = _worth(log, work, settings)
        estimates += more
        exhibits[1:1] = pictures
    checks = [*quality.checks(log, work, settings, people=bool(log.people))]
    if settings.change:
        from proveout.instruments.process import change

        more, said, seen = change.found(log, settings.change, settings.level)
        estimates, checks, exhibits = [*estimates, *more], [*checks, *said], [*seen, *exhibits]
    return Finding(estimates=tuple(estimates), checks=tuple(checks), exhibits=tuple(exhibits))


def _worth(log: Log, work: Labour, settings: Settings) -> tuple[list[Estimate], list[Exhibit]]:
    paid = labour.price(settings)
    ranked = opportunities.opportunities(log, work, paid, settings)
    shares = labour.estimates(work, settings)
    found = [*shares, *(labour.costs(work, paid) if paid else ()), *opportunities.estimates(ranked)]
    return found, [_hours_bars(work, shares), *opportunities.exhibits(log, ranked, work)]


def _hours_by_activity(work: Labour | None) -> dict[int, float]:
    hours: dict[int, float] = {}
    for k, task in enumerate(work.tasks if work else ()):
        hours[task.activity] = hours.get(task.activity, 0.0) + float(work.observed[k]) if work else 0.0
    return hours


def _hours_bars(work: Labour, estimates: list[Estimate]) -> Bars:
    hours = [estimate for estimate in estimates if estimate.name == "yearly_hours"]
    shares = {estimate.subject: estimate.value for estimate in estimates if estimate.name == "hours_share"}
    return Bars(
        title="Where people's time goes",
        unit="hour/year",
        bars=tuple(
            Bar(
                label=e.subject,
                value=e.value,
                lower=e.lower,
                upper=e.upper,
                note=f"{shares[e.subject]:.0%} of logged hours",
            )
            for e in hours[:SHOWN_BARS]
        ),
        note="Time in which somebody did several things is split among them."
        + (" Starts that were not recorded are estimates." if work.guessed else ""),
    )


def _activities(log: Log, work: Labour | None) -> Table:
    """Frequency, time and rework of every activity."""
    in_cases, again = log.by_activity("in_cases"), log.by_activity("rework")
    hours = _hours_by_activity(work)
    waits: dict[int, float] = {}
    for row in log.rows("edges"):
        waits[row["next_a"]] = waits.get(row["next_a"], 0.0) + row["wait"]
    rows = []
    for a, row in sorted(log.by_activity("activities_done").items(), key=lambda item: (-item[1]["n"], item[0])):
        extra = again[a]["extra"] if a in again else 0
        yearly = hours[a] / log.days * DAYS_OF_YEAR if a in hours else None
        service = row["service"] / row["n_started"] / 3600 if row["n_started"] else None
        rows.append(
            (
                log.activities[a],
                row["n"],
                in_cases[a]["n_cases"] / log.n_cases,
                service,
                yearly,
                waits.get(a, 0.0) / row["n"] / 3600,
                extra,
                yearly * extra / row["n"] if yearly is not None else None,
            )
        )
    return Table(
        title="Activities",
        columns=(
            "Activity",
            "Times",
            "Of cases",
            "Mean time recorded",
            "People's hours",
            "Mean wait before",
            "Repeats",
            "Hours of repeats",
        ),
        units=("", "", "share", "hour", "hour/year", "hour", "", "hour/year"),
        rows=tuple(rows),
        note="Hours of repeats: second and later times in the same case, at the activity's mean.",
    )
