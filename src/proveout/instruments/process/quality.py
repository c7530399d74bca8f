"""Whether the log can carry the figures: rows left out, and what they rest on."""

from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check
from proveout.core.wording import figure
from proveout.instruments.process.labour import Labour
from proveout.instruments.process.settings import Settings
from proveout.instruments.process.tables import Log

FAULTS = {
    "no_case": "no case",
    "no_activity": "no activity",
    "no_time": "no time",
    "unreadable_time": "a time that cannot be read",
    "ends_before_start": "an end before its start",
}
TIMES = (
    "write times as 2026-01-31 10:00:00, or convert them in a `query`: "
    "select strptime(begun, '%d.%m.%Y %H:%M') as begun, ..."
)
LITTLE = 0.05
FEWEST_DAYS = 28
MANY_GUESSED = 0.2


def usable(log: Log) -> Estimate:
    """Share of rows that could be used."""
    quality = log.only("quality")
    return exact("log_quality", quality["usable"] / quality["n"], unit="share", n=quality["n"])


def checks(log: Log, work: Labour | None, settings: Settings, *, people: bool) -> tuple[Check, ...]:
    """All of them, in the order in which one would ask."""
    return (
        _rows(log),
        _duplicates(log),
        *_zones(log),
        *_pairs(log),
        _open_cases(log),
        _period(log),
        *_hours(log, work, settings, people=people),
    )


def faults(log: Log) -> str:
    """What is wrong with rows, with an example each; empty where nothing is."""
    quality = log.only("quality")
    return "; ".join(
        f"{quality[key]:,} with {words} (such as row {quality[f'{key}_row']:,})"
        for key, words in FAULTS.items()
        if quality[key]
    )


def remedy(log: Log) -> str:
    """What to do about them."""
    if log.only("quality")["unreadable_time"]:
        return TIMES
    return "check the columns that the block names, and mend the rows where they are made"


def _rows(log: Log) -> Check:
    quality, found = log.only("quality"), faults(log)
    note = f"{quality['n']:,} rows"
    if found:
        left_out = quality["n"] - quality["usable"]
        note = f"{left_out:,} of {note} are left out: {found}; {remedy(log)}."
    return Check(name="Every row is usable", passed=not found, note=note)


def _duplicates(log: Log) -> Check:
    n = log.only("duplicates")["n"]
    note = "No two rows say the same thing."
    if n:
        note = f"{n:,} rows repeat case, activity, times and person of another, and count; see `drop_duplicates`."
    return Check(name="No row twice", passed=not n, note=note)


def _zones(log: Log) -> list[Check]:
    quality = log.only("quality")
    if not quality["zoned"] or quality["zoned"] == quality["n"]:
        return []
    note = f"{quality['zoned']:,} of {quality['n']:,} times name their offset; the others are taken to be UTC."
    return [Check(name="One time zone", passed=False, note=note)]


def _pairs(log: Log) -> list[Check]:
    if not log.paired:
        return []
    pairs = log.only("pairs")
    alone = pairs["alone"]
    note = f"{pairs['n']:,} pairs of start and completion"
    if alone:
        note += f"; {alone:,} rows have no partner and count as points in time"
    return [Check(name="Every start has its completion", passed=not alone, note=note + ".")]


def _open_cases(log: Log) -> Check:
    n = log.only("open_cases")["n"]
    share = n / log.n_cases
    note = f"{figure(share, 'share')} of the cases moved within one median duration before the log ends"
    if share > LITTLE:
        note += "; some of them may not be finished, and durations are then too short."
        return Check(name="Cases are finished", passed=None, note=note)
    return Check(name="Cases are finished", passed=True, note=note + ".")


def _period(log: Log) -> Check:
    long_enough = log.days >= FEWEST_DAYS
    note = f"{figure(log.days, 'day')} from first to last event"
    return Check(
        name="Long enough to speak of a year",
        passed=long_enough,
        note=note + ("." if long_enough else f"; yearly figures from less than {FEWEST_DAYS} days are bold."),
    )


def _hours(log: Log, work: Labour | None, settings: Settings, *, people: bool) -> list[Check]:
    totals = log.only("totals")
    if work is None:
        why = "nothing in it lasts" if totals["started"] else "it has neither start times nor people"
        return [
            Check(
                name="Hours of people can be known",
                passed=False,
                note=f"The log does not say how long anybody worked ({why}); there are no hours, costs and "
                "opportunities. Name the columns `start` and `resource`.",
            )
        ]
    found = [_guessed(work, settings)]
    if not people:
        note = "The log does not say who worked: time in which one person did two things counts twice."
        found.append(Check(name="Nobody's time is counted twice", passed=None, note=note))
    if totals["started"] and settings.calendar is None:
        share = totals["long_hours"] / totals["hours"] if totals["hours"] else 0.0
        note = f"{figure(share, 'share')} of the recorded time lies in tasks of more than 12 hours"
        if share > LITTLE:
            note += "; these hold nights and weekends. Declare a `calendar`."
        found.append(Check(name="Time between start and end is work", passed=share <= LITTLE, note=note))
    return found


def _guessed(work: Labour, settings: Settings) -> Check:
    share = work.guessed_share
    if not share:
        return Check(name="Starts are recorded", passed=True, note="Every hour rests on a recorded start.")
    return Check(
        name="Starts are recorded",
        passed=None if share <= MANY_GUESSED else False,
        note=f"{figure(share, 'share')} of the hours rest on starts that were not recorded but set to the latest end "
        f"before, of the case or of the person, at most {settings.max_task_hours:g} hours earlier.",
    )
