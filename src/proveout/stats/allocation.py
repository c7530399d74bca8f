"""Drawing who gets the system: within strata, in pairs, or among balanced draws only."""

from collections.abc import Sequence
from math import ceil

import numpy as np

from proveout.core.errors import ProveoutError, TooLittle

FEWEST_KEPT = 40
"""With fewer different assignments no test at 5% is fine enough to be worth a pilot."""
EQUAL = 1e-9
"""Draws whose balance differs by less are kept together: which of them come first must not depend on rounding."""
MOST = 2_000
"""More units than this are alike in both arms by chance; pairing and balancing them is not worth its cost."""
ROUNDS = 20
"""How often pairs are improved by exchanging partners; few are needed."""
FEWEST_HELD_BACK, FEWEST_IN_WAVE = 4, 2
"""Teams: with one in a wave nobody knows how far it differs from itself by chance."""


def draw(strata: np.ndarray, share: float, *, seed: int) -> np.ndarray:
    """Complete randomisation within strata.

    Each stratum gets its share, rounded down or up; the roundings are drawn together (systematically, over strata in
    random order), so that the total is rounded too and every unit has exactly the wanted chance.

    Args:
        strata: Shape (n,), codes.
        share: Of the units, to be treated; in (0, 1).
        seed: The same seed and strata give the same draw.

    Returns:
        Shape (n,), bool: who is treated.

    Source: Madow (1949), Ann. Math. Statist. 20, 333-354, for the systematic rounding.
    Oracle: tests/oracles/test_allocation.py.
    """
    return _draws(np.asarray(strata), share, 1, np.random.Generator(np.random.PCG64(seed)))[0]


def _draws(strata: np.ndarray, share: float, draws: int, random: np.random.Generator) -> np.ndarray:
    """Shape (draws, n): in each stratum the units with the smallest of random keys, as many as are to be treated."""
    codes, index = np.unique(strata, return_inverse=True)
    sizes = np.bincount(index, minlength=len(codes))
    order = random.permuted(np.tile(np.arange(len(codes)), (draws, 1)), axis=1)
    wanted = np.cumsum(sizes[order] * share, axis=1)
    rounded = np.floor(wanted + random.random((draws, 1)) + 1e-9).astype(int)
    counts = np.empty_like(order)
    np.put_along_axis(counts, order, np.diff(rounded, axis=1, prepend=0), axis=1)
    places = np.argsort(index + random.random((draws, len(index))), axis=1, kind="stable")
    within = np.sort(index)
    first = np.cumsum(sizes) - sizes
    treated = np.empty((draws, len(index)), dtype=bool)
    np.put_along_axis(treated, places, np.arange(len(index)) - first[within] < counts[:, within], axis=1)
    return treated


def draw_waves(strata: np.ndarray, sizes: Sequence[int], *, seed: int) -> np.ndarray:
    """An order of waves: units in random order within strata, dealt out so that each stratum is spread over the waves.

    Args:
        strata: Shape (n,), codes.
        sizes: Length W, adding up to n: how many units each wave gets.
        seed: The same seed, strata and sizes give the same draw.

    Returns:
        Shape (n,): the wave of each unit, 0 to W - 1. Every unit is as likely as every other to be in each wave, and
        of each stratum every wave gets its share to within a few units.

    Raises:
        ValueError: Sizes that do not add up.

    Source: Madow (1949), Ann. Math. Statist. 20, 333-354, systematic sampling with a random start.
    Oracle: tests/oracles/test_allocation.py.
    """
    strata, counts = np.asarray(strata), np.asarray(sizes)
    if counts.sum() != len(strata):
        raise ValueError(f"waves of {counts.sum()} for {len(strata)} units")
    random = np.random.Generator(np.random.PCG64(seed))
    codes, index = np.unique(strata, return_inverse=True)
    order = np.argsort(random.permutation(len(codes))[index] + random.random(len(strata)))
    wave = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(len(wave)) - np.repeat(np.cumsum(counts) - counts, counts)
    places = (within + random.random(len(counts))[wave]) / counts[wave]
    drawn = np.empty(len(strata), dtype=int)
    drawn[order] = np.roll(wave[np.argsort(places, kind="stable")], int(random.integers(max(1, len(wave)))))
    return drawn


def wave_sizes(n: int, n_waves: int, holdback_share: float) -> list[int]:
    """Teams of each wave and of the holdback: its share, at least four; the rest evenly, later waves being larger.

    Args:
        n: Teams.
        n_waves: How many waves.
        holdback_share: Of the teams.

    Returns:
        Length `n_waves` + 1, adding up to n; the holdback comes last.

    Raises:
        ProveoutError: So few teams that a wave would have fewer than two.

    Source: own rule. Oracle: tests/oracles/test_allocation.py.
    """
    held = max(ceil(n * holdback_share), min(FEWEST_HELD_BACK, n // (n_waves + 1)))
    held = 0 if holdback_share == 0 else max(held, FEWEST_IN_WAVE)
    if (n - held) // n_waves < FEWEST_IN_WAVE:
        most = max(1, (n - max(held, FEWEST_IN_WAVE)) // FEWEST_IN_WAVE)
        raise ProveoutError(
            f"{n} team(s) are too few for {n_waves} waves and a holdback of {held}",
            f"declare at most {most} wave(s), or bring more teams: each wave needs two",
        )
    return [*_even(n - held, n_waves), held]


def later_chances(n_waves: int, holdback_share: float) -> list[float]:
    """How likely each wave, and the holdback, is for those that come later: its share, and all waves alike.

    Args:
        n_waves: How many waves.
        holdback_share: Of the teams; 0 once the first wave has started.

    Returns:
        Length `n_waves` + 1, adding up to 1; the holdback comes last.

    Source: own rule. Oracle: tests/oracles/test_allocation.py.
    """
    return [*[(1 - holdback_share) / n_waves] * n_waves, holdback_share]


def later_sizes(n: int, chances: Sequence[float], *, seed: int) -> list[int]:
    """Teams of each wave of those that come later: its share, rounded down or up, and which way is drawn.

    Args:
        n: Teams.
        chances: Of each wave, adding up to 1.
        seed: The same seed gives the same sizes.

    Returns:
        As many as there are chances, adding up to n: every team has exactly these chances.

    Source: Madow (1949), Ann. Math. Statist. 20, 333-354, for the systematic rounding.
    Oracle: tests/oracles/test_allocation.py.
    """
    random = np.random.default_rng([seed, n])
    order, sizes = random.permutation(len(chances)), np.empty(len(chances), dtype=int)
    rounded = np.floor(np.cumsum(np.array(chances)[order]) * n + random.random())
    rounded[-1] = n
    sizes[order] = np.diff(rounded, prepend=0)
    return sizes.tolist()


def _even(n: int, waves: int) -> list[int]:
    return [(n * (i + 1)) // waves - (n * i) // waves for i in range(waves)]


def pairs(values: np.ndarray) -> np.ndarray:
    """Pairs of units that are alike, by Mahalanobis distance.

    The nearest two are paired first; then partners are exchanged as long as that brings pairs nearer together.

    Args:
        values: Shape (n, p), n >= 2, finite: what they should be alike in; a column that never varies counts for none.

    Returns:
        Shape (n,): the number of the pair of each unit; where n is odd one pair is a group of three.

    Raises:
        TooLittle: Fewer than two units, or values that are missing.

    Source: Greevy, Lu, Silber and Rosenbaum (2004), Biostatistics 5, 263-275, for pairs before randomisation.
    Oracle: tests/oracles/test_allocation.py (all pairings, counted).
    """
    x = np.asarray(values, float)
    _few(len(x))
    if len(x) < 2 or not np.isfinite(x).all():
        raise TooLittle(
            f"{len(x)} unit(s), {int((~np.isfinite(x)).any(axis=1).sum())} of them without a value to be paired by",
            "fill in `size` or `baseline` of every team, or draw within strata",
        )
    z = _whitened(x)
    far = ((z[:, None, :] - z[None, :, :]) ** 2).sum(axis=2)
    couples = _exchanged(_greedy(far), far)
    group = np.full(len(x), -1)
    for number, (a, b) in enumerate(couples):
        group[[a, b]] = number
    for left in np.flatnonzero(group < 0):
        nearest = min(range(len(couples)), key=lambda i: far[left, list(couples[i])].sum())
        group[left] = nearest
    return group


def _few(n: int) -> None:
    if n > MOST:
        raise TooLittle(f"{n:,} units are too many to pair or to balance", "use `stratified`; chance makes them alike")


def _whitened(x: np.ndarray) -> np.ndarray:
    """Values whose plain distance is Mahalanobis'."""
    x = x[:, np.ptp(x, axis=0) > 0] if len(x) else x
    if not x.shape[1]:
        return np.zeros((len(x), 1))
    values, vectors = np.linalg.eigh(np.atleast_2d(np.corrcoef(x, rowvar=False)))
    scaled = (x - x.mean(axis=0)) / x.std(axis=0)
    kept = values > 1e-9
    return scaled @ vectors[:, kept] / np.sqrt(values[kept])


def _greedy(far: np.ndarray) -> list[tuple[int, int]]:
    rows, columns = np.triu_indices(len(far), 1)
    free, couples = np.ones(len(far), dtype=bool), []
    for k in np.argsort(far[rows, columns], kind="stable"):
        a, b = int(rows[k]), int(columns[k])
        if free[a] and free[b]:
            free[[a, b]] = False
            couples.append((a, b))
    return couples


def _exchanged(couples: list[tuple[int, int]], far: np.ndarray) -> list[tuple[int, int]]:
    for _ in range(ROUNDS):
        better = False
        for i in range(len(couples)):
            for j in range(i):
                (a, b), (c, d) = couples[i], couples[j]
                ways = ((a, b), (c, d)), ((a, c), (b, d)), ((a, d), (b, c))
                best = min(ways, key=lambda way: far[way[0]] + far[way[1]])
                if far[best[0]] + far[best[1]] < far[a, b] + far[c, d] - 1e-12:
                    couples[i], couples[j] = best
                    better = True
        if not better:
            break
    return couples


def balanced(
    strata: np.ndarray, covariates: np.ndarray, share: float, *, seed: int, draws: int = 10_000, keep: float = 0.1
) -> tuple[np.ndarray, np.ndarray]:
    r"""Constrained randomisation: many draws, of which the most balanced are kept, and one of those is made.

    Balance is the Mahalanobis distance of the arms' means, :math:`d'\hat\Sigma^{-1}d`.

    Args:
        strata: Shape (n,), codes within which is drawn.
        covariates: Shape (n, p), finite; a column that never varies counts for none.
        share: To be treated, in (0, 1).
        seed: The same seed and values give the same draw and the same kept ones.
        draws: How many are drawn.
        keep: Which part of the different ones is kept, and all that are as balanced as the last of them.

    Returns:
        The draw that is made, shape (n,), bool, and all that were kept, shape (m, n), with it in row 0: each of them
        was equally likely to be made, and a unit's chance is the mean of its column, near `share` but not always it.

    Raises:
        TooLittle: Values are missing, an arm may be empty, or fewer than `FEWEST_KEPT` different draws are kept.

    Source: Moulton (2004), Clinical Trials 1, 297-305; Morgan and Rubin (2012), Ann. Statist. 40, 1263-1282.
    Oracle: tests/oracles/test_allocation.py.
    """
    x = np.asarray(covariates, float)
    _few(len(x))
    if not np.isfinite(x).all():
        missing = int((~np.isfinite(x)).any(axis=1).sum())
        raise TooLittle(f"{missing} team(s) without size or baseline", "fill in both for every team")
    random = np.random.Generator(np.random.PCG64(seed))
    ways = np.unique(_draws(np.asarray(strata), share, draws, random), axis=0)
    treated = ways.sum(axis=1, keepdims=True)
    if not len(x) or treated.min() == 0 or treated.max() == len(x):
        raise TooLittle(f"{len(x)} unit(s) leave an arm empty at a share of {share:g}", "take more of them")
    distance = (((ways / treated - ~ways / (len(x) - treated)) @ _whitened(x)) ** 2).sum(axis=1)
    last = np.sort(distance)[max(1, int(keep * len(ways))) - 1]
    best = ways[distance <= last * (1 + EQUAL) + EQUAL]
    if len(best) < FEWEST_KEPT:
        raise TooLittle(f"only {len(best)} balanced assignments are left", "use `stratified`, or more teams")
    made = int(random.integers(len(best)))
    best[[0, made]] = best[[made, 0]]
    return best[0].copy(), best


def balanced_again(
    treated: np.ndarray, strata: np.ndarray, covariates: np.ndarray, share: float, *, seed: int
) -> np.ndarray:
    """The balanced draws among which the arms that were made were chosen.

    Args:
        treated: Shape (n,), bool: the arms that were made, in the order in which they were drawn.
        strata: Shape (n,), codes.
        covariates: Shape (n, p); a column without any value was not known, and is left out.
        share: To be treated, in (0, 1).
        seed: Of that draw.

    Returns:
        Shape (m, n), bool; row 0 is the one that was made.

    Raises:
        TooLittle: As for `balanced`, or the arms are not those that it makes.

    Source: as `balanced`. Oracle: tests/oracles/test_allocation.py.
    """
    made, ways = balanced(strata, covariates[:, ~np.isnan(covariates).all(axis=0)], share, seed=seed)
    if not np.array_equal(made, treated):
        raise TooLittle(
            "the arms are not those that the declared draw gives",
            "restore the assignment file and the ledger, which holds the seed, from a copy; size and baseline must "
            "be as they were when the arms were drawn, too",
        )
    return ways


def always_alike(ways: np.ndarray) -> list[tuple[int, int]]:
    """Pairs of units that are in the same arm, or in different arms, in every assignment: balance has gone too far.

    Args:
        ways: Shape (m, n), bool.

    Source: Moulton (2004), section 3. Oracle: tests/oracles/test_allocation.py.
    """
    signs = np.where(ways, 1, -1)
    agreement = np.abs(signs.T @ signs) == len(ways)
    return [(int(i), int(j)) for i, j in zip(*np.where(np.triu(agreement, 1)), strict=True)]
