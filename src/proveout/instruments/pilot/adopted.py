"""Arms that were drawn elsewhere: whether each row is still as it was registered, in a file or a live database."""

from collections.abc import Iterator

from proveout.core.pilot import Pilot
from proveout.core.question import Answers, Columns, Query
from proveout.core.registration import Registration

DIGITS = 15
"""Hexadecimal, of a row's digest: as many as a whole number of 64 bits holds."""
NAME = "rows as read"
UNKNOWN = (
    "the arms are in a live database, and an earlier version of Proveout registered them without their rows: nobody "
    "can say whether they are as they were"
)
ROWS = f"""
select cast('0x' || left(md5(concat(unit, chr(31), team, chr(31), arm, chr(31), stratum, chr(31), batch)), {DIGITS})
  as bigint) as row
from (
  select cast(x.unit as varchar) as unit, cast(x.team as varchar) as team, cast(x.arm as varchar) as arm,
    cast(x.stratum as varchar) as stratum, cast(x.batch as varchar) as batch
  from (select null as team, null as stratum, null as batch) as absent,
    lateral (select unit, team, arm, stratum, batch from assignment) as x
) as given order by row
"""
"""What decides of each row; columns besides may change."""


def rows_as_read(pilot: Pilot) -> Query:
    """A digest of each row of the assignment."""
    return Query(name=NAME, sql=ROWS, reads={"assignment": pilot.assignment.read})


def digests_of(table: Columns) -> str:
    """The digests one after the other, as the ledger keeps them."""
    return "".join(f"{row:0{DIGITS}x}" for row in table["row"].tolist())


def kept(known: Registration) -> str | None:
    """The digests of the rows that were registered; None where an earlier version of Proveout kept none."""
    return "" if known.rows is None and known.n_units == 0 else known.rows


def added(before: str, now: str) -> int:
    """How many rows there are more."""
    return (len(now) - len(before)) // DIGITS


def differences(before: str, now: str, pilot: Pilot) -> Iterator[str]:
    """Rows that are not as they were registered; where units arrive, more may come."""
    old, new = _split(before), _split(now)
    if gone := len(old - new):
        yield f"{gone:,} of {len(old):,} rows of the assignment are not as they were registered"
    elif not pilot.arriving and len(new) > len(old):
        yield f"{len(new) - len(old):,} rows of the assignment were not there when it was registered"
    elif len(now) < len(before):
        yield "rows of the assignment that were there twice are not any more"


def _split(digests: str) -> set[str]:
    return {digests[i : i + DIGITS] for i in range(0, len(digests), DIGITS)}


def doubt(known: Registration, answers: Answers, pilot: Pilot) -> tuple[str, str] | None:
    """Why nobody can say whether the arms are as they were drawn, and what to do."""
    if known.adopted and kept(known) is None and not answers.digests.get(pilot.assignment.source):
        return UNKNOWN, "Hold the arms against a copy from the day of the registration, and say in a waiver who did."
    before = comparable(known, answers)
    new = 0 if before is None else len(answers.tables[NAME]["row"]) - len(before) // DIGITS
    if new <= 0:
        return None
    return (
        f"{new:,} unit(s) came since arms were last registered, so that nobody can say when they got theirs",
        "Run `proveout pilot assign --adopt` as units arrive, before their outcomes are known.",
    )


def comparable(known: Registration, answers: Answers) -> str | None:
    """The digests of the rows that were registered, where those that were read now can be held against them."""
    return kept(known) if known.adopted and NAME in answers.tables else None
