"""What could not be read, and what to do about it."""

from dataclasses import replace

from proveout.core.errors import TooLittle
from proveout.core.evidence import Check
from proveout.core.pilot import Pilot
from proveout.core.question import Failure
from proveout.instruments.pilot.blocks import Outcomes
from proveout.instruments.pilot.health import Health

USED = "Those who have the system use it"
AS_NUMBER = (
    "write 2.158 rather than 2,158, or convert it in the query: cast(replace(value, ',', '.') as double) as value"
)
WEIGHTS = "look what the query yields as `weight`"
AS_DAY = "write days as 2026-01-31, or say in the query how to read them: strptime(day, '%d/%m/%Y') as day"


def remedy_of(failure: Failure) -> str:
    """What is to be done, and which columns outcomes need where one is missing."""
    needed = "; outcomes need `unit`, `day` and `value`" if "not found" in failure.message else ""
    return sentence(failure.remedy.removesuffix(".") + needed)


def nothing_read(found: Outcomes) -> TooLittle | None:
    """Why no outcome counts, where all values or all days are in a form that cannot be read."""
    counts = found.counts
    values, days = counts["n_rows"] - counts["missing"], counts["n_rows"]
    value, day = found.odd
    if counts["unreadable"] and counts["unreadable"] == values:
        return TooLittle(f"none of {values:,} values can be read as a number, such as {value!r}", AS_NUMBER)
    if counts["undated"] and counts["undated"] == days:
        return TooLittle(f"none of {days:,} days can be read, such as {day!r}", AS_DAY)
    if counts["weightless"] and counts["weightless"] == values - counts["unreadable"]:
        return TooLittle(f"none of {values:,} outcomes has a weight that is a number", WEIGHTS)
    if days and not counts["usable"]:
        return TooLittle(
            "no outcome has a value that counts", "look what the query yields as `value` (and as `weight`)"
        )
    return None


def nothing_counts(found: Outcomes, pilot: Pilot) -> TooLittle | None:
    """Why none of the outcomes is of the pilot and of those who take part in it; None where some are."""
    counts = found.counts
    if counts["weighing" if pilot.arriving else "on_time"]:
        return None
    if not counts["known"]:
        return TooLittle("no unit that was assigned has an outcome", "look whether both tables name units alike")
    if not counts["known_within"]:
        return TooLittle(
            "of those that were assigned no outcome is of the days of the pilot; "
            f"{counts['known_before']:,} before {pilot.start}, {counts['known_after']:,} after {pilot.end}",
            "look whether they are complete, and whether `start` and `end` are the days of the pilot",
        )
    if not counts["weighing"]:
        return TooLittle("all outcomes since the start have a weight of 0", WEIGHTS)
    return TooLittle(
        "all units that have outcomes joined after the start, and whoever does is served and not counted",
        "look whether `assigned_at` is the day of the draw",
    )


def before_start(found: Health, pilot: Pilot) -> Health:
    """The health of the assignment as long as nobody can have used the system."""
    waits = Check(name=USED, passed=None, note=f"nobody has it before {pilot.start}")
    return replace(found, checks=tuple(waits if check.name == USED else check for check in found.checks))


def without_uses(found: Health, failure: Failure) -> Health:
    """The health of the assignment where the uses are declared and cannot be read."""
    note = f"{failure.message.removesuffix('.')}; nobody can say who used the system"
    checks = [c for c in found.checks if not c.note.startswith("no exposures are declared")]
    return replace(found, checks=(*checks, Check(name="The uses can be read", passed=False, note=note)))


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}." if text else ""
