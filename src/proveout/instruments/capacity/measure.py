"""Runs to headroom, to where throughput stops growing, and to what a decision costs."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil, isfinite

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check, Finding
from proveout.core.exhibit import Curve, Line, Table
from proveout.core.initiative import Initiative
from proveout.core.question import Answers, texts
from proveout.core.wording import figure
from proveout.instruments.capacity.results import Run, Unreadable, runs_in
from proveout.instruments.capacity.settings import Settings
from proveout.stats.scalability import Scaling, fit_scaling

NOISY = 0.15
"""Spread of the runs around the curve, per throughput, beyond which the law hardly describes them."""
SCALES = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)
"""Of the forecast."""

NO_FILE = "no file matches {pattern}"
REMEDY = "`load`, `throughput` and `errors` are users at once, calls per second, and a share of 0 to 1 that failed"


def measure(settings: Settings, answers: Answers, initiative: Initiative) -> Finding:
    """All runs that count, one curve."""
    runs, checks = _runs(answers)
    good, failing = _good(runs, settings)
    if failing:
        checks.append(failing)
    if not good:
        raise TooLittle(f"no run of a load test counts: {_why_none(checks, settings)}", REMEDY)
    fitted = fit_scaling(np.array([run.load for run in good]), np.array([run.throughput for run in good]))
    low, forecast, high = settings.forecast
    estimates = [
        exact("n_runs", len(good), n=len(runs)),
        fitted.largest.named("throughput_max", unit="1/second"),
        exact("load_at_peak", fitted.best_load, method="the best of the loads that were tested"),
        fitted.contention.named("contention", unit="share"),
        fitted.coherency.named("coherency"),
        _headroom(fitted.largest, low, forecast, high),
        *_costs(settings, fitted.largest),
    ]
    return Finding(
        estimates=tuple(estimates),
        checks=(*checks, *_checks(fitted, good, forecast), *_quiet_hours(settings)),
        exhibits=(_curve(fitted, good, forecast), *_scales(settings, fitted.largest)),
    )


def _runs(answers: Answers) -> tuple[list[Run], list[Check]]:
    runs, checks = [], []
    if (table := answers.tables.get("runs")) is not None:
        columns = [np.ma.asarray(table[name]).tolist() for name in ("load", "throughput", "errors")]
        rows = [Run(load=n or 0.0, throughput=x or 0.0, errors=e) for n, x, e in zip(*columns, strict=True)]
        read = [run for run in rows if _counts(run)]
        if lost := len(rows) - len(read):
            note = (
                f"{lost} of {len(rows)} row(s) without a load of 1 or more or a throughput above 0, or with errors "
                "that are no share (0.3 is 30%)"
            )
            checks.append(Check(name="All runs can be read", passed=False, note=note))
        runs += read
    files = answers.tables.get("files")
    for path, text in zip(*(texts(files[name]) for name in ("path", "text")), strict=True) if files else ():
        try:
            runs += [run for run in runs_in(text or "") if _counts(run)]
        except Unreadable as error:
            checks.append(Check(name="All result files can be read", passed=False, note=f"{path}: {error}"))
    return runs, checks


def _counts(run: Run) -> bool:
    share = run.errors is None or 0 <= run.errors <= 1
    return share and isfinite(run.load) and isfinite(run.throughput) and run.load >= 1 and run.throughput > 0


def _why_none(checks: Sequence[Check], settings: Settings) -> str:
    """What was found wrong, or that there was nothing to look at."""
    nothing = [words for given, words in ((settings.runs, "`runs` yields no row"), (settings.files, NO_FILE)) if given]
    return "; ".join(check.note for check in checks if check.passed is False) or " and ".join(nothing).format(
        pattern=settings.files
    )


def _good(runs: Sequence[Run], settings: Settings) -> tuple[list[Run], Check | None]:
    """Runs without many failures: what fails fast is no throughput."""
    bad = [run for run in runs if run.errors is not None and run.errors > settings.allowed_errors]
    if not bad:
        unknown = sum(run.errors is None for run in runs)
        note = f"of {unknown} run(s) nobody counted the failures"
        return list(runs), Check(name="Few calls failed", passed=None, note=note) if unknown else None
    worst = max(run.errors or 0.0 for run in bad)
    note = (
        f"{len(bad)} of {len(runs)} run(s) with more than {figure(settings.allowed_errors, 'share')} failed calls do "
        f"not count, the worst {figure(worst, 'share')}, from a load of {min(run.load for run in bad):g} on"
    )
    return [run for run in runs if run not in bad], Check(name="Few calls failed", passed=False, note=note)


def _headroom(capacity: Estimate, low: float, forecast: float, high: float) -> Estimate:
    """What is left in the busiest hour; the ends are those of capacity and forecast together."""
    weakest = capacity.lower or np.finfo(float).tiny
    return Estimate(
        name="headroom",
        value=1 - forecast / capacity.value,
        lower=max(-1e6, 1 - high / weakest),
        upper=1 - low / (capacity.upper or capacity.value),
        unit="share",
        n=capacity.n,
        level=capacity.level,
        method="1 - forecast / capacity, at the ends of both",
    )


def _copies(settings: Settings, per_hour: float, capacity: float) -> int:
    """Whole copies of what was tested that the busiest hour needs, with what is kept free."""
    return ceil(per_hour * settings.calls_per_decision / 3600 / (capacity * (1 - settings.kept_free)))


def _cost(settings: Settings, per_hour: float, capacity: float) -> float:
    """Of one decision: the copies run all hours, and an hour on average has its share of those of the busiest one."""
    paid = _copies(settings, per_hour, capacity) * settings.price_per_hour
    return paid / (per_hour * settings.mean_share) + settings.price_per_decision


def _costs(settings: Settings, capacity: Estimate) -> list[Estimate]:
    if not settings.price_per_hour and not settings.price_per_decision:
        return []
    per_hour = settings.forecast_per_hour
    cost = Estimate(
        name="cost_per_decision",
        value=_cost(settings, per_hour, capacity.value),
        lower=_cost(settings, per_hour, capacity.upper or capacity.value),
        upper=_cost(settings, per_hour, capacity.lower) if capacity.lower else None,
        unit=settings.currency,
        subject="forecast",
        n=capacity.n,
        level=capacity.level,
        method=f"whole copies of what was tested with {figure(settings.kept_free, 'share')} kept free, at the ends of "
        "their capacity",
    )
    if not settings.allowed_cost:
        return [cost]
    ends = [None if end is None else end / settings.allowed_cost for end in (cost.lower, cost.upper)]
    ratio = replace(cost, value=cost.value / settings.allowed_cost, lower=ends[0], upper=ends[1])
    return [cost, ratio.named("cost_per_decision_ratio", unit="")]


def _checks(fitted: Scaling, runs: Sequence[Run], forecast: float) -> list[Check]:
    most = max(run.load for run in runs)
    seen = max(run.throughput for run in runs)
    if fitted.peak_seen:
        note = f"beyond a load of {fitted.best_load:,.0f} throughput falls: limit what comes in to that"
    else:
        note = f"up to a load of {most:,.0f} it still grows; nothing is said of more, and capacity is what was tested"
    found = [
        Check(name="Where throughput stops growing was seen", passed=fitted.peak_seen or None, note=note),
        Check(
            name="What was tested reaches the forecast",
            passed=seen >= forecast,
            note=f"{seen:,.4g} calls per second came through; the busiest hour brings {forecast:,.4g}",
        ),
    ]
    if fitted.residual > NOISY:
        note = f"runs lie {figure(fitted.residual, 'share')} off the curve; test longer, and one load several times"
        found.append(Check(name="The law describes the runs", passed=False, note=note))
    return found


def _quiet_hours(settings: Settings) -> list[Check]:
    if not settings.price_per_hour or settings.mean_per_hour:
        return []
    note = (
        "declare `mean_per_hour`; all hours are paid as if they were as busy as the busiest, so it costs at least that"
    )
    return [Check(name="What quiet hours cost is known", passed=None, note=note)]


def _curve(fitted: Scaling, runs: Sequence[Run], forecast: float) -> Curve:
    most = max(run.load for run in runs)
    loads = np.linspace(1, most, 60)
    line = tuple((float(n), fitted.at(float(n)), None, None) for n in loads)
    dots = tuple((run.load, run.throughput, None, None) for run in sorted(runs, key=lambda run: run.load))
    needed = ((1.0, forecast, None, None), (float(most), forecast, None, None))
    return Curve(
        title="Throughput by load",
        x_label="load: users or connections at once",
        y_label="calls per second",
        lines=(
            Line(label="Universal Scalability Law", points=line),
            Line(label="runs", points=dots),
            Line(label="forecast", points=needed),
        ),
        markers=(("best", fitted.best_load),),
        note="Within the loads that were tested.",
    )


def _scales(settings: Settings, capacity: Estimate) -> tuple[Table, ...]:
    if not settings.price_per_hour and not settings.price_per_decision:
        return ()
    rows = []
    for scale in SCALES:
        per_hour = scale * settings.forecast_per_hour
        copies = _copies(settings, per_hour, capacity.value)
        rows.append((f"{scale:g} times", per_hour, copies, _cost(settings, per_hour, capacity.value)))
    return (
        Table(
            title="Cost of a decision at each scale",
            columns=("of the forecast", "decisions per hour", "copies", "cost per decision"),
            units=("", "", "", settings.currency),
            rows=tuple(rows),
            note="Copies of what was tested are taken to work side by side without hindering one another; test that.",
        ),
    )
