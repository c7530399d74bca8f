"""What a rollout in waves can see, before it is made."""

from statistics import NormalDist

import numpy as np

from proveout.core.errors import TooLittle


def hussey_hughes_variance(design: np.ndarray, mean_variance: float, between: float) -> float:
    r"""Variance of the effect in the model :math:`Y_{ij} = \mu + \alpha_i + \beta_j + X_{ij}\theta + e_{ij}`.

    With :math:`U = \sum X_{ij}`, :math:`W = \sum_j(\sum_i X_{ij})^2` and :math:`V = \sum_i(\sum_j X_{ij})^2`:

    .. math:: Var(\hat\theta) = \frac{I\sigma^2(\sigma^2 + T\tau^2)}
        {(IU - W)\sigma^2 + (U^2 + ITU - TW - IV)\tau^2}

    Args:
        design: Shape (I, T): whether cluster i has the system in period j, 0 or 1.
        mean_variance: :math:`\sigma^2`, variance of the mean of a cluster in a period around its level: the variance
            of a unit divided by the units.
        between: :math:`\tau^2`, variance of the clusters' levels.

    Returns:
        In the square of the outcome's unit.

    Raises:
        TooLittle: The design cannot tell the effect from clusters and periods.

    Assumes: one effect from the first period on that does not grow with use; equal clusters; levels that last. Where
    the effect grows this is for planning only (Kenny et al. 2022, Stat. Med. 41, 4311-4339).
    Source: Hussey and Hughes (2007), Contemp. Clin. Trials 28, 182-191, equation 8.
    Oracle: tests/oracles/test_stepped_wedge.py.
    """
    x = np.asarray(design, float)
    clusters, periods = x.shape
    u, w, v = x.sum(), (x.sum(axis=0) ** 2).sum(), (x.sum(axis=1) ** 2).sum()
    within = clusters * u - w
    across = u**2 + clusters * periods * u - periods * w - clusters * v
    if not (across > 0 or (within > 0 and between == 0)):
        raise TooLittle("the waves cannot tell an effect from the clusters and the periods", "let waves start apart")
    total = mean_variance + periods * between
    return float(clusters * mean_variance * total / (within * mean_variance + across * between))


def wald_power(effect: float, variance: float, *, alpha: float = 0.05) -> float:
    r"""Power of a two-sided z test, the far side left out: :math:`\Phi(|\theta|/\sqrt{Var} - z_{1-\alpha/2})`.

    Args:
        effect: True effect.
        variance: Of its estimate, positive, in the square of the same unit.
        alpha: Two-sided error of the first kind.

    Returns:
        Power, 0 to 1.

    Assumes: so many clusters that the estimate is about normal.
    Source: Hussey and Hughes (2007), section 3. Oracle: tests/oracles/test_stepped_wedge.py.
    """
    normal = NormalDist()
    return normal.cdf(abs(effect) / variance**0.5 - normal.inv_cdf(1 - alpha / 2))


def stepped_wedge_design_effect(steps: int, size: float, icc: float, *, before: int = 1, after: int = 1) -> float:
    r"""By what factor the units of an individually randomised trial must be multiplied, in each period.

    .. math:: DE = \frac{1 + \rho(ktn + bn - 1)}{1 + \rho(\tfrac12 ktn + bn - 1)}\cdot\frac{3(1-\rho)}{2t(k - 1/k)}

    Args:
        steps: k, waves that start one after the other, at least 2.
        size: n, units measured per cluster and period.
        icc: :math:`\rho`, intraclass correlation.
        before: b, measurements before the first step.
        after: t, measurements after each step.

    Returns:
        The factor, which may be below 1: each cluster is its own control.

    Raises:
        TooLittle: Fewer than two steps.

    Source: Woertman et al. (2013), J. Clin. Epidemiol. 66, 752-758. Oracle: tests/oracles/test_stepped_wedge.py.
    """
    if steps < 2:
        raise TooLittle(f"{steps} step(s)", "plan at least two waves")
    all_after = steps * after * size
    gain = (1 + icc * (all_after + before * size - 1)) / (1 + icc * (all_after / 2 + before * size - 1))
    return gain * 3 * (1 - icc) / (2 * after * (steps - 1 / steps))
