"""Effects of a rollout in waves whose order was drawn at random."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from math import factorial, prod
from statistics import NormalDist
from typing import Any

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.stats.randomisation import TIE, farthest_kept, randomisation_p
from proveout.stats.waves import Panel, contrasts

MANY_UNITS = 500
"""From so many units on, the interval is that of the normal distribution: test and normal interval agree."""
DRAWS, FEWER_DRAWS = 4_000, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Staggered:
    """An effect and its errors.

    Args:
        value: In the unit of the outcome.
        standard_error: With what the periods before say of how far effects differ between units; never above Neyman's.
        neyman_error: The conservative one.
        beta: How much of the difference that was there before is taken off; 1 is difference in differences.
    """

    value: float
    standard_error: float
    neyman_error: float
    beta: float


def staggered(
    panel: Panel,
    weights: np.ndarray,
    *,
    beta: float | None = None,
    last_only: bool = False,
    whole_before: bool = False,
) -> Staggered:
    r"""The efficient estimator of a rollout in waves of random order.

    .. math:: \hat\theta = \hat\theta_0 - \hat\beta\hat X, \quad \hat\beta = \widehat{Var}(\hat X)^{-1}
        \widehat{Cov}(\hat X, \hat\theta_0), \quad \widehat{Var} = \sum_g \frac{1}{N_g} (a_g - \hat\beta b_g)'
        \hat S_g (a_g - \hat\beta b_g) - \frac1N \hat b'\,\bar S_{pre}\,\hat b

    where :math:`S_g` is the covariance over periods within wave g, and the last term is what the regressions of the
    outcome on the periods before the first wave say of how far effects differ.

    Args:
        panel: N units in C waves, over T periods.
        weights: Shape (C, T), from one of the functions `*_weights`, or a combination of them.
        beta: None for the efficient one; 0 for the plain difference, 1 for Callaway and Sant'Anna's.
        last_only: Compare with the last wave alone.
        whole_before: As for `contrasts`.

    Returns:
        Value and errors in the unit of the outcome.

    Raises:
        TooLittle: From the weights.

    Assumes: the order of the waves was drawn at random; nobody acts on a wave to come; units do not affect one another.
    Source: Roth and Sant'Anna (2023), J. Political Economy Microeconomics 1, 669-709, equations 9 to 14, and their R
    package staggered. Oracle: tests/oracles/test_staggered.py.
    """
    a, b = contrasts(panel, weights, last_only=last_only, whole_before=whole_before)
    y, firsts, n = panel.values[panel.seats], panel.firsts, panel.sizes
    wave = np.repeat(np.arange(len(n)), n)
    p, q = (np.einsum("nt,nt->n", y, part[wave]) for part in (a, b))
    value, before = (float((np.add.reduceat(x, firsts) / n).sum()) for x in (p, q))
    dp, dq = (x - (np.add.reduceat(x, firsts) / n)[wave] for x in (p, q))
    v, c, x = (float((np.add.reduceat(part, firsts) / (n - 1) / n).sum()) for part in (dp * dp, dp * dq, dq * dq))
    slope = (c / x if x > 0 else 0.0) if beta is None else beta
    neyman = max(0.0, v - 2 * slope * c + slope**2 * x)
    adjusted = max(0.0, neyman - _explained(panel, a, y, dp, wave))
    return Staggered(value=value - slope * before, standard_error=adjusted**0.5, neyman_error=neyman**0.5, beta=slope)


def _explained(panel: Panel, a: np.ndarray, y: np.ndarray, dp: np.ndarray, wave: np.ndarray) -> float:
    """What the outcome before the first wave that counts says of how far effects differ between units."""
    first = int(np.flatnonzero(np.abs(a).max(axis=1) > 0)[0])
    n_before = min(int(panel.cohorts[first]), y.shape[1])
    if n_before < 1:
        return 0.0
    total, spread, n = np.zeros(n_before), np.zeros((n_before, n_before)), panel.sizes
    for c in range(first, len(n)):
        mine = wave == c
        early = y[mine, :n_before] - y[mine, :n_before].mean(axis=0)
        covariance = early.T @ early / (n[c] - 1)
        total += np.linalg.pinv(covariance) @ (early.T @ dp[mine]) / (n[c] - 1)
        spread += covariance
    return float(total @ spread @ total) / (len(n) - first) / len(y)


def orders(panel: Panel, *, draws: int = DRAWS, seed: int = 0) -> np.ndarray:
    """Which unit could have had which seat, had the order been drawn again.

    Args:
        panel: N units in C waves, over T periods.
        draws: How many orders to draw beside the one that was made.
        seed: Of the draws.

    Returns:
        Shape (draws + 1, N): the unit on each of `panel.seats`; row 0 is the order that was made. Within each stratum
        the waves get as many units as they really got. Where there are no more orders than that, each of them once.

    Source: Fisher (1935), The Design of Experiments, section 21; Roth and Sant'Anna (2023), section 3.4.
    Oracle: tests/oracles/test_staggered.py.
    """
    if n_orders(panel.starts, panel.strata) <= draws + 1:
        return _every_order(panel)
    random = np.random.default_rng(seed)
    places = np.argsort(panel.strata[panel.seats], kind="stable")
    by_stratum = np.argsort(panel.strata, kind="stable")
    _, codes = np.unique(panel.strata[by_stratum], return_inverse=True)
    drawn = np.empty((draws + 1, len(places)), dtype=np.int32)
    drawn[0] = panel.seats
    drawn[1:, places] = by_stratum[np.argsort(codes + random.random((draws, len(codes))), axis=1)]
    return drawn


def n_orders(starts: Sequence[Any] | np.ndarray, strata: Sequence[Any] | np.ndarray) -> int:
    r"""How many orders there are: :math:`\prod_s n_s! / \prod_g n_{sg}!` over strata and waves.

    Args:
        starts: Shape (N,): when each unit starts, or which wave it is in.
        strata: Shape (N,): within which the order is drawn.

    Source: Fisher (1935), The Design of Experiments, section 21. Oracle: tests/oracles/test_staggered.py.
    """
    in_stratum = Counter(strata)
    in_wave = Counter(zip(strata, starts, strict=True))
    return prod(map(factorial, in_stratum.values())) // prod(map(factorial, in_wave.values()))


def _every_order(panel: Panel) -> np.ndarray:
    strata = [np.flatnonzero(panel.strata == stratum) for stratum in np.unique(panel.strata)]
    every = [panel.starts]
    for ways in product(*(_orderings(panel.starts[units].tolist()) for units in strata)):
        starts = panel.starts.copy()
        for units, way in zip(strata, ways, strict=True):
            starts[units] = way
        if (starts != panel.starts).any():
            every.append(starts)
    return np.argsort(every, axis=1, kind="stable").astype(np.int32)


def _orderings(values: list[int]) -> list[tuple[int, ...]]:
    """Each different order of these values once."""
    if not values:
        return [()]
    firsts = sorted(set(values))
    rests = [values[: (i := values.index(first))] + values[i + 1 :] for first in firsts]
    return [(first, *rest) for first, left in zip(firsts, rests, strict=True) for rest in _orderings(left)]


def staggered_statistics(
    panel: Panel,
    weights: np.ndarray,
    drawn: np.ndarray,
    *,
    there: np.ndarray | None = None,
    whole_before: bool = False,
) -> Callable[[float], np.ndarray]:
    r"""The efficient estimate in Neyman's standard errors under every order, once an effect is taken off.

    The effect is taken off the outcome wherever the system was there, such that the estimate falls by as much.

    Args:
        panel: N units in C waves.
        weights: Shape (C, T).
        drawn: Shape (M, N), from `orders`.
        there: Shape (N, T): what is taken off per unit of the effect; by default 1 (or, for weights that add up to 0,
            one more per period) wherever the system was there.
        whole_before: As for `contrasts`.

    Returns:
        From a supposed effect, in the unit of the outcome, to the statistics, shape (M,), in time that does not depend
        on N.

    Raises:
        TooLittle: The weights see no effect.

    Source: Roth and Sant'Anna (2023), section 3.4; all sums are quadratic in the effect.
    Oracle: tests/oracles/test_staggered.py.
    """
    a, b = contrasts(panel, weights, whole_before=whole_before)
    there, n = _shape(panel, weights, a) if there is None else there, panel.sizes
    wave = np.repeat(np.arange(len(n)), n)
    parts = [(y @ part.T)[drawn, wave] for part in (a, b) for y in (panel.values, there)]
    noise = TIE * max(float(np.abs(parts[0]).max()), np.finfo(float).tiny)
    sums = [np.add.reduceat(part, panel.firsts, axis=1) / n for part in parts]

    def moment(i: int, j: int) -> np.ndarray:  # covariance of two parts within waves, shape (M,)
        products = np.add.reduceat(parts[i] * parts[j], panel.firsts, axis=1)
        return ((products - n * sums[i] * sums[j]) / ((n - 1) * n)).sum(axis=1)

    means = [part.sum(axis=1) for part in sums]
    (pp, pd, dd), (qq, qe, ee) = ([moment(i, i), moment(i, i + 1), moment(i + 1, i + 1)] for i in (0, 2))
    pq, cross, de = moment(0, 2), moment(0, 3) + moment(1, 2), moment(1, 3)

    def statistics(effect: float) -> np.ndarray:
        v, c, x = (
            np.maximum(one - effect * two + effect**2 * three, lowest)
            for one, two, three, lowest in ((pp, 2 * pd, dd, 0.0), (pq, cross, de, -np.inf), (qq, 2 * qe, ee, 0.0))
        )
        flat = x <= noise**2
        slope = np.where(flat, 0.0, c / np.where(flat, 1.0, x))
        value = means[0] - effect * means[1] - slope * (means[2] - effect * means[3])
        error = np.sqrt(np.maximum(v - slope * c, 0.0))
        value = np.where(np.abs(value) <= noise, 0.0, value)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(value == 0, 0.0, value / np.where(error <= noise, 0.0, error))

    return statistics


def _shape(panel: Panel, weights: np.ndarray, a: np.ndarray) -> np.ndarray:
    """Shape (N, T): where the system was there, so much that its estimate is 1."""
    there = panel.with_system
    if weights.sum() <= TIE:  # a slope: an effect that grows by 1 a period
        there = np.maximum(np.arange(there.shape[1]) - panel.starts[:, None] + 1, 0.0)
    seats = there[panel.seats[panel.firsts]]
    size = float((a * seats).sum())
    if abs(size) <= TIE:
        raise TooLittle("these weights see no effect", "weigh effects of periods with the system")
    return there / size


def staggered_effect(
    panel: Panel,
    weights: np.ndarray,
    *,
    level: float = 0.95,
    drawn: np.ndarray | None = None,
    whole_before: bool = False,
) -> Estimate:
    """The efficient estimate with the interval of all effects that the random order does not rule out.

    An effect is ruled out when, after it is taken off wherever the system was there, the studentised test over orders
    rejects. Exact for an effect that is the same for all; for one that differs or grows the studentised test holds its
    level as waves get larger. From `MANY_UNITS` units on the interval is the normal one.

    Args:
        panel: N units in C waves, over T periods.
        weights: Shape (C, T).
        level: Coverage of the interval, in (0, 1).
        drawn: Shape (M, N), from `orders`, where several effects share them; drawn by default.
        whole_before: As for `contrasts`.

    Returns:
        Estimate in the unit of the outcome; an end is open where so few orders cannot rule anything out.

    Raises:
        TooLittle: From the weights, or nothing varies.

    Assumes: as `staggered`.
    Source: Roth and Sant'Anna (2023), sections 3.3 and 3.4; Wu and Ding (2021), JASA 116, 1898-1913.
    Oracle: tests/oracles/test_staggered.py. Calibrated: tests/calibration/test_staggered.py.
    """
    found = staggered(panel, weights, whole_before=whole_before)
    n = len(panel.values)
    if n >= MANY_UNITS:
        half = NormalDist().inv_cdf(0.5 + level / 2) * found.standard_error
        lower, upper = found.value - half, found.value + half
        how = "normal interval"
    else:
        drawn = orders(panel) if drawn is None else drawn
        statistics = staggered_statistics(panel, weights, drawn, whole_before=whole_before)
        sure = found.neyman_error <= TIE * abs(found.value)
        spread = (abs(found.value) or 1.0) if sure else found.neyman_error

        def kept(effect: float) -> bool:
            return randomisation_p(statistics(effect)) > 1 - level

        lower, upper = farthest_kept(kept, found.value, -spread), farthest_kept(kept, found.value, spread)
        how = f"test over {len(drawn):,} orders"
    method = f"Roth and Sant'Anna's estimator for waves of random order, {how}"
    return Estimate(name="effect", value=found.value, lower=lower, upper=upper, n=n, level=level, method=method)


def staggered_p(
    panel: Panel, weights: np.ndarray, *, draws: int | None = None, seed: int = 0, whole_before: bool = False
) -> float:
    """Two-sided p-value against no effect on anybody, from the orders that could have been drawn.

    Args:
        panel: N units in C waves, over T periods.
        weights: Shape (C, T).
        draws: How many orders to draw; `DRAWS`, or fewer where there are very many units.
        seed: Of the orders drawn.
        whole_before: As for `contrasts`.

    Returns:
        In [1 / (draws + 1), 1].

    Assumes: the order of the waves was drawn at random.
    Source: Roth and Sant'Anna (2023), section 3.4. Oracle: tests/oracles/test_staggered.py.
    """
    number = draws or (DRAWS if len(panel.values) < MANY_UNITS else FEWER_DRAWS)
    drawn = orders(panel, draws=number, seed=seed)
    return randomisation_p(staggered_statistics(panel, weights, drawn, whole_before=whole_before)(0.0))


def planned_error(panel: Panel, weights: np.ndarray, covariance: np.ndarray, *, whole_before: bool = False) -> float:
    r"""The standard error that a design in waves will have, from what is known of the outcome before it is made.

    .. math:: Var = \sum_g \frac{1}{N_g} (a_g - \beta b_g)' \Sigma (a_g - \beta b_g)

    with the :math:`\beta` that makes it smallest.

    Args:
        panel: N units in C waves, over T periods; its values do not matter.
        weights: Shape (C, T).
        covariance: Shape (T, T), of one unit's outcome over the periods.
        whole_before: As for `contrasts`.

    Returns:
        In the unit of the outcome.

    Raises:
        TooLittle: From the weights.

    Assumes: units that vary alike, whatever their wave, and an effect that does not change how they vary.
    Source: Roth and Sant'Anna (2023), equation 10, with one covariance for all waves.
    Oracle: tests/oracles/test_staggered.py (Neyman's error of two waves and one period, and repeated draws).
    """
    a, b = contrasts(panel, weights, whole_before=whole_before)
    v, c, x = (
        float((np.einsum("gt,ts,gs->g", p, covariance, q) / panel.sizes).sum()) for p, q in ((a, a), (a, b), (b, b))
    )
    return max(0.0, v - c * c / x if x > 0 else v) ** 0.5
