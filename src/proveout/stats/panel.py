"""Units observed over several periods: what part of the spread lasts, and what part averages out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from proveout.core.errors import TooLittle

Numbers = Sequence[float] | np.ndarray
STRONGEST_AUTOCORRELATION = 0.95
"""Above it the number of effective periods is too uncertain to plan with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Variance of one unit in one period.

    Args:
        between: Variance of the units' lasting levels.
        within: Variance of a period around its unit's level.
        autocorrelation: Of neighbouring periods within a unit, in [0, 1).
    """

    between: float
    within: float
    autocorrelation: float


def variance_parts(
    counts: Numbers, variances: Numbers, next_counts: Numbers, next_covariances: Numbers, early: Numbers, late: Numbers
) -> Parts:
    r"""Between and within parts from moments, so that no rows need to be at hand.

    .. math:: \hat\sigma^2_b = Cov_i(\bar y_{i,early}, \bar y_{i,late}), \quad
        \hat\sigma^2_w = \overline{Var_i(y_{it})} - \hat\sigma^2_b, \quad
        \hat a = \frac{\overline{Cov_i(y_{it}, y_{i,t+1})} - \hat\sigma^2_b}{\hat\sigma^2_w}

    Variances and covariances are across units within a period, so that a movement common to all units drops out;
    periods are averaged with weights n - 1. Negative parts are set to 0.

    Args:
        counts: Shape (T,), units observed in each period.
        variances: Shape (T,), variance over units in each period; ignored where fewer than two units.
        next_counts: Shape (T,), units observed in this period and the next.
        next_covariances: Shape (T,), covariance over units of this period and the next.
        early: Shape (n,), each unit's mean over the first half of the periods.
        late: Shape (n,), the same units' means over the second half.

    Returns:
        The parts, in the square of the values' unit.

    Raises:
        TooLittle: Fewer than three units seen in both halves.

    Source: method of moments; AR(1) within units. Oracle: tests/oracles/test_panel.py.
    """
    first, second = np.asarray(early, dtype=float), np.asarray(late, dtype=float)
    if len(first) < 3:
        raise TooLittle("fewer than three units are seen in both halves of the baseline")
    total = _pooled(counts, variances)
    between = min(max(0.0, float(np.cov(first, second)[0, 1])), total)
    within = total - between
    neighbours = _pooled(next_counts, next_covariances, default=between)
    raw = (neighbours - between) / within if within > 0 else 0.0
    return Parts(between=between, within=within, autocorrelation=min(max(0.0, raw), STRONGEST_AUTOCORRELATION))


def _pooled(counts: Numbers, moments: Numbers, *, default: float = 0.0) -> float:
    n, m = np.asarray(counts, dtype=float), np.asarray(moments, dtype=float)
    known = (n >= 2) & np.isfinite(m)
    weight = n[known] - 1
    return float((weight * m[known]).sum() / weight.sum()) if known.any() else default


def effective_periods(periods: float, autocorrelation: float) -> float:
    r"""How many independent periods tell as much as these; never fewer than one.

    .. math:: T_{eff} = T\,\frac{1 - a}{1 + a}

    Args:
        periods: How many periods, T >= 1.
        autocorrelation: Of neighbours, a in [0, 1).

    Source: Bartlett (1946), JRSS Suppl. 8, 27-41. Oracle: tests/oracles/test_panel.py.
    """
    return max(1.0, periods * (1 - autocorrelation) / (1 + autocorrelation))


def mean_variance(parts: Parts, periods: float) -> float:
    r"""Variance over units of a unit's mean over several periods: :math:`\sigma^2_b + \sigma^2_w / T_{eff}`.

    Args:
        parts: Between and within.
        periods: Over how many periods the mean goes, at least 1.

    Source: statistics of repeated measures; Frison and Pocock (1992), Stat. Med. 11, 1685-1704.
    Oracle: tests/oracles/test_panel.py.
    """
    return parts.between + parts.within / effective_periods(periods, parts.autocorrelation)


def baseline_correlation(parts: Parts, before: float, after: float) -> float:
    r"""Correlation of a unit's mean before with its mean after, for a covariate in the analysis.

    .. math:: r = \sigma^2_b / \sqrt{Var(\bar y_{before})\,Var(\bar y_{after})}

    Args:
        parts: Between and within.
        before: Periods of baseline.
        after: Periods of pilot.

    Returns:
        A correlation in [0, 1].

    Assumes: lasting differences between units stay what they are (cluster and individual autocorrelation 1).
    Source: Frison and Pocock (1992). Oracle: tests/oracles/test_panel.py.
    """
    spread = (mean_variance(parts, before) * mean_variance(parts, after)) ** 0.5
    return min(1.0, parts.between / spread) if spread > 0 else 0.0
