"""How unlike two arms side by side are before the start: as they were drawn, and as draws of this kind come out."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from proveout.core.draw import Balance, Likely
from proveout.core.errors import TooLittle
from proveout.core.pilot import Pilot
from proveout.delivery import Seat
from proveout.flow.drawing import number, places
from proveout.flow.roster import Member
from proveout.flow.seating import Batch
from proveout.stats.balance import Moments, standardised_difference

DRAWS = 100
"""Of which it is said how unlike the arms come out."""


def balance_of(seats: Sequence[Seat], pilot: Pilot) -> tuple[Balance, ...]:
    """Of the arms as they were drawn; nothing of designs in time, in which each is compared with itself."""
    blocks = {seat.team or seat.unit if pilot.randomise == "teams" else seat.unit: seat for seat in seats}
    arms = {name: seat.arm for name, seat in blocks.items()}
    return tuple(_balances({name: (seat.size, seat.baseline) for name, seat in blocks.items()}, arms, pilot))


def likely_of(members: Sequence[Member], pilot: Pilot) -> tuple[Likely, ...]:
    """Of draws that might be made: the one that counts is none of them."""
    known = {member.block: (member.size, member.baseline) for member in members}
    found: dict[str, list[float]] = {}
    for seed in range(DRAWS if pilot.in_time is None and not pilot.arriving else 0):
        drawn = places(members, pilot, Batch(number=1, seed=seed))
        for one in _balances(known, {name: place[0] for name, place in drawn.items()}, pilot):
            found.setdefault(one.of, []).append(abs(one.difference))
    return tuple(
        Likely(of=name, median=float(np.median(sizes)), nine_in_ten=float(np.quantile(sizes, 0.9)))
        for name, sizes in found.items()
    )


def _balances(
    known: Mapping[str, tuple[float, float | None]], arms: Mapping[str, str], pilot: Pilot
) -> Iterator[Balance]:
    if pilot.in_time or pilot.arriving:
        return
    treated = np.array([arms[name] == pilot.treated for name in known])
    for i, of in enumerate(("size", "baseline")):
        values = np.array([number(pair[i]) for pair in known.values()])
        here = [values[side & np.isfinite(values)] for side in (treated, ~treated)]
        if min(map(len, here)) < 2 or np.ptp(np.concatenate(here)) == 0:
            continue
        pilot_arm, control = (Moments.of(part) for part in here)
        try:
            difference = standardised_difference(pilot_arm, control).value
        except TooLittle:
            continue
        yield Balance(of=of, treated=pilot_arm.mean, control=control.mean, difference=difference)
