"""Seats of those who were drawn, and how people are shown them: the same for arms and for waves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from proveout.core.draw import Drawn
from proveout.delivery import Seat
from proveout.flow.roster import Member

Place = tuple[str, str, float]
"""The arm (or wave), the stratum within which it was drawn, and how likely it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What those who are drawn together have in common.

    Args:
        number: 1 for those who are drawn at first, 2 and more for those who come later.
        seed: Of their draw.
        late: Whether they come after the start.
        design: Digest of the design, as it stands in each line.
        at: The moment of the draw, ISO 8601.
    """

    number: int
    seed: int
    late: bool = False
    design: str = ""
    at: str = ""


def next_batch(old: Sequence[Seat]) -> int:
    """Number of those who are drawn after all these."""
    return max((seat.batch for seat in old), default=0) + 1


def seats_of(
    members: Sequence[Member],
    old: Sequence[Seat],
    batch: Batch,
    draw: Callable[[Sequence[Member]], Mapping[str, Place]],
    *,
    by_team: bool,
) -> list[Seat]:
    """Seats of those who have none yet: with their team where it has one, else drawn as a batch of its own.

    Args:
        members: Everybody on the roster.
        old: Who has a seat.
        batch: Those who have none.
        draw: From members to the place of each block.
        by_team: Whether whole teams get a place.
    """
    taken = {seat.unit for seat in old}
    new = [member for member in members if member.unit not in taken]
    teams = {seat.team: seat for seat in old if seat.team} if by_team else {}
    drawn = draw([member for member in new if member.team not in teams])
    seats = []
    for member in new:
        first = teams.get(member.team)
        arm, stratum, chance = (first.arm, first.stratum, first.probability) if first else drawn[member.block]
        seats.append(
            Seat(
                unit=member.unit,
                team=member.team,
                arm=arm,
                stratum=stratum,
                batch=first.batch if first else batch.number,
                probability=round(chance, 6),
                seed=first.seed if first else batch.seed,
                size=first.size if first else member.size,
                baseline=first.baseline if first else member.baseline,
                assigned_at=batch.at,
                design=batch.design,
            )
        )
    return seats


def drawn_of(seats: Sequence[Seat], order: Callable[[str], Any], *, file: str, new: int, digest: str) -> Drawn:
    """What people are shown: teams and units of each arm in their order, units of each by stratum."""
    arms: dict[str, tuple[int, int]] = {}
    strata: dict[str, dict[str, int]] = {}
    for arm in sorted({seat.arm for seat in seats}, key=order):
        here = [seat for seat in seats if seat.arm == arm]
        arms[arm] = len({seat.team for seat in here if seat.team}), len(here)
        for seat in here:
            counts = strata.setdefault(seat.stratum or "all", {})
            counts[arm] = counts.get(arm, 0) + 1
    return Drawn(file=file, arms=arms, new_units=new, strata=strata, digest=digest)
