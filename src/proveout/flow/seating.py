"""Seats of those who were drawn, and how people are shown them: the same for arms and for waves."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from proveout.core.draw import Drawn
from proveout.core.pilot import Pilot
from proveout.core.rollout import Rollout
from proveout.delivery import Seat
from proveout.flow.roster import Member

Place = tuple[str, str, float]
"""The arm (or wave), the stratum within which it was drawn, and how likely it was."""


def seats_of(
    new: Sequence[Member],
    old: Sequence[Seat],
    design: Pilot | Rollout,
    digest: str,
    draw: Callable[[Sequence[Member], int], Mapping[str, Place]],
    at: datetime,
) -> list[Seat]:
    """Seats of new units: with their team where it has one, else drawn as a batch of its own.

    Args:
        new: Who has no seat yet.
        old: Who has.
        design: What gets a place, and the seed.
        digest: Of the design, as it stands in each line.
        draw: From members and the number of the batch to the place of each block.
        at: This moment.
    """
    by_team = {seat.team: seat for seat in old if seat.team} if design.randomise == "teams" else {}
    batch = max((seat.batch for seat in old), default=0) + 1
    drawn = draw([member for member in new if member.team not in by_team], batch)
    seats = []
    for member in new:
        first = by_team.get(member.team)
        arm, stratum, chance = (first.arm, first.stratum, first.probability) if first else drawn[member.block]
        seats.append(
            Seat(
                unit=member.unit,
                team=member.team,
                arm=arm,
                stratum=stratum,
                batch=first.batch if first else batch,
                probability=round(chance, 6),
                seed=design.seed or 0,
                size=first.size if first else member.size,
                baseline=first.baseline if first else member.baseline,
                assigned_at=at.isoformat(timespec="seconds"),
                design=digest,
            )
        )
    return seats


def drawn_of(seats: Sequence[Seat], order: Callable[[str], Any], *, file: str, new: int, digest: str) -> Drawn:
    """What people are shown: teams and units of each arm in their order, units of each by stratum."""
    arms: dict[str, tuple[int, int]] = {}
    strata: dict[str, dict[str, int]] = {}
    for arm in sorted({seat.arm for seat in seats}, key=order):
        here = [seat for seat in seats if seat.arm == arm]
        arms[arm] = len({seat.team or seat.unit for seat in here}), len(here)
        for seat in here:
            counts = strata.setdefault(seat.stratum or "all", {})
            counts[arm] = counts.get(arm, 0) + 1
    return Drawn(file=file, arms=arms, new_units=new, strata=strata, digest=digest)
