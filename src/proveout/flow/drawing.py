"""Draw who gets what: an arm, a wave, or a schedule."""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import exp, floor, log

import numpy as np

from proveout.core.pilot import CONTROL, Pilot
from proveout.core.schedule import Switchback, Waves
from proveout.flow.roster import Member
from proveout.flow.seating import Batch, Place
from proveout.stats.allocation import balanced, draw, draw_waves, later_chances, later_sizes, pairs, wave_sizes
from proveout.stats.randomisation import log_ways
from proveout.stats.switchback import pair_strata

MOST_WAYS = 20
"""Logarithm."""


def places(members: Sequence[Member], pilot: Pilot, batch: Batch) -> dict[str, Place]:
    """The arm of each block, in which stratum it was drawn, and how likely it was.

    Raises:
        ProveoutError: So few blocks that a wave would have fewer than two.
    """
    blocks = {member.block: member for member in sorted(members, key=lambda m: m.block)}
    if not blocks:
        return {}
    if pilot.waves:
        return _in_waves(blocks, pilot.waves, batch)
    if pilot.switchback:
        return _in_turn(blocks, pilot, pilot.switchback, batch.seed)
    return _side_by_side(blocks, pilot, batch)


def _side_by_side(blocks: dict[str, Member], pilot: Pilot, batch: Batch) -> dict[str, Place]:
    names = list(blocks)
    strata = np.array([blocks[name].stratum for name in names])
    known = [[blocks[name].size, number(blocks[name].baseline)] for name in names]
    values = np.array(known)[:, : 1 if all(row[1] != row[1] for row in known) else 2]
    chances = np.full(len(names), pilot.treated_share)
    if pilot.method == "constrained" and batch.number == 1:
        treated, ways = balanced(strata, values, pilot.treated_share, seed=batch.seed)
        chances = ways.mean(axis=0)
    else:
        if pilot.method == "matched-pairs" and len(names) > 1:
            strata = _paired(strata, values)
        treated = draw(strata, pilot.treated_share, seed=batch.seed)
    arms = [(pilot.treated, chance) if w else (CONTROL, 1 - chance) for w, chance in zip(treated, chances, strict=True)]
    return {name: (arms[i][0], str(strata[i]), float(arms[i][1])) for i, name in enumerate(names)}


def number(value: float | None) -> float:
    """NaN for none."""
    return float("nan") if value is None else value


def _paired(strata: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Pairs within each stratum; a stratum of one stays what it is."""
    labels = strata.astype(object)
    for stratum in np.unique(strata):
        here = np.flatnonzero(strata == stratum)
        if len(here) > 1:
            for i, pair in zip(here, pairs(values[here]), strict=True):
                labels[i] = f"{stratum} pair {pair + 1}".strip()
    return labels.astype(str)


def _in_waves(blocks: dict[str, Member], waves: Waves, batch: Batch) -> dict[str, Place]:
    n, n_waves = len(blocks), len(waves.starts)
    if batch.number > 1:
        chances = later_chances(n_waves, 0.0 if batch.late else waves.holdback_share)
        sizes = later_sizes(n, chances, seed=batch.seed)
    else:
        sizes = wave_sizes(n, n_waves, waves.holdback_share)
        chances = [size / n for size in sizes]
    strata = np.array([member.stratum for member in blocks.values()])
    drawn = draw_waves(strata, sizes, seed=batch.seed).tolist()
    return {
        name: (waves.arms[wave], member.stratum, chances[wave])
        for (name, member), wave in zip(blocks.items(), drawn, strict=True)
    }


def _in_turn(blocks: dict[str, Member], pilot: Pilot, switchback: Switchback, seed: int) -> dict[str, Place]:
    strata = pair_strata(np.array([member.stratum for member in blocks.values()]), pilot.n_pairs)
    first = draw(strata.ravel(), 0.5, seed=seed).reshape(strata.shape)
    return {
        name: (switchback.arm(row), member.stratum, 0.5)
        for (name, member), row in zip(blocks.items(), first.tolist(), strict=True)
    }


def smallest_p(members: Sequence[Member], pilot: Pilot) -> float:
    """Smallest two-sided p-value that the draw can give: over all ways in which it can come out.

    Raises:
        ProveoutError: From the draw of waves.
    """
    return _smallest(*ways_to_draw(members, pilot))


def _smallest(ways: float, mirrored: bool) -> float:
    return min(1.0, (1 + mirrored) * exp(-ways))


def ways_to_draw(members: Sequence[Member], pilot: Pilot) -> tuple[float, bool]:
    """Logarithm of the number of ways in which the draw can come out, and whether each has its mirror image.

    Raises:
        ProveoutError: From the draw of waves.
    """
    if pilot.waves:
        drawn = places(members, pilot, Batch(number=1, seed=pilot.known_seed)).values()
        mirrored = len(pilot.waves.starts) == 1 and pilot.waves.holdback_share == 0.5 and len(drawn) % 2 == 0
        return _log_ways((stratum, arm) for arm, stratum, _ in drawn), mirrored
    if pilot.switchback:
        blocks = {member.block: member.stratum for member in members}
        cells = Counter(pair_strata(np.array(list(blocks.values())), pilot.n_pairs).ravel().tolist()).values()
        return sum(log_ways((n // 2, n - n // 2)) for n in cells), all(n % 2 == 0 for n in cells)
    return _side_by_side_ways(counts_of(members), pilot)


def counts_of(members: Sequence[Member]) -> tuple[int, ...]:
    """Blocks in each stratum of the roster."""
    return tuple(Counter({member.block: member.stratum for member in members}.values()).values())


def smallest_p_of(counts: Sequence[int], pilot: Pilot) -> float:
    """Smallest two-sided p-value of two arms side by side, with so many blocks in each stratum."""
    return _smallest(*_side_by_side_ways(counts, pilot))


def n_ways(counts: Sequence[int], pilot: Pilot) -> float:
    """In how many ways the draw of two arms can come out; those beyond `MOST_WAYS` make no difference."""
    return exp(min(_side_by_side_ways(counts, pilot)[0], MOST_WAYS))


def _side_by_side_ways(counts: Sequence[int], pilot: Pilot) -> tuple[float, bool]:
    if pilot.method == "matched-pairs":
        ways = sum(n // 2 for n in counts) * log(2)
    else:
        ways = sum(log_ways((k := floor(n * pilot.treated_share), n - k)) for n in counts)
    ways += log(0.1) if pilot.method == "constrained" else 0.0
    mirrored = all(n % 2 == 0 for n in counts) and pilot.treated_share == 0.5
    return max(0.0, ways), mirrored


def _log_ways(places: Iterable[tuple[str, str]]) -> float:
    """Logarithm of the number of ways to deal out the arms of each stratum anew."""
    sizes: dict[str, list[int]] = {}
    for (stratum, _), n in Counter(places).items():
        sizes.setdefault(stratum, []).append(n)
    return sum(log_ways(found) for found in sizes.values())
