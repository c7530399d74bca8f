"""The sequence that experiment platforms show for means of many units: a yardstick for ours."""

from math import exp, log, log1p, sqrt

from proveout.core.estimate import Estimate
from proveout.stats.difference import Tested
from proveout.stats.mixture import normal_tuning


def asymptotic_radius(n: int, planned: float, *, level: float = 0.95, one_sided: bool = False) -> float:
    r"""How many standard errors an estimate of many independent units may be off, at all times together.

    .. math:: \sqrt{\frac{n\rho^2+1}{n\rho^2}\log\frac{n\rho^2+1}{\alpha^2}}, \quad
        \sqrt{\frac{2(n\rho^2+1)}{n\rho^2}\log\Bigl(1 + \frac{\sqrt{n\rho^2+1}}{2\alpha}\Bigr)} \text{ (one side)},\;
        \rho^2 = 1/\text{normal\_tuning(planned)}

    Args:
        n: Units so far.
        planned: Units at which it should be smallest.
        level: Coverage over all times together, in (0, 1).
        one_sided: Whether it is to hold on one side only.

    Returns:
        A pure number.

    Assumes: so many units before the first look that means are normal and variances known. It is not used for
    verdicts: for units that arrive, looked at from the first few on, it errs more often than it says
    (tests/calibration/test_anytime.py), and so it does for people in teams who are measured again
    (docs/explanation/calibration.md).
    Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, arXiv 2103.06476, as GrowthBook has it. Oracle:
    tests/oracles/test_asymptotic_sequence.py. Calibrated: tests/calibration/test_anytime.py, test_pilots.py.
    """
    alpha = 1 - level
    r = n / normal_tuning(planned, alpha=alpha, one_sided=one_sided)
    bits = 2 * log1p(sqrt(r + 1) / (2 * alpha)) if one_sided else log((r + 1) / alpha**2)
    return sqrt((r + 1) / r * bits)


def asymptotic_interval(tested: Tested, planned: float, *, level: float = 0.95, side: str = "both") -> Estimate:
    """The interval of an estimate at every look, from its standard error.

    Args:
        tested: From `welch`, `relative_difference` and their like.
        planned: Units at which it should be shortest; GrowthBook takes 5,000 if nothing is said.
        level: Coverage over all looks together, in (0, 1).
        side: `both`, or `lower` for an interval that is open above.

    Returns:
        Estimate in the unit of what was tested.

    Assumes: as `asymptotic_radius`, whose source it has.
    Oracle: tests/oracles/test_asymptotic_sequence.py (GrowthBook's fixtures). Calibrated:
    tests/calibration/test_anytime.py, test_pilots.py.
    """
    found, one_sided = tested.estimate, side == "lower"
    half = asymptotic_radius(found.n or 0, planned, level=level, one_sided=one_sided) * tested.standard_error
    return Estimate(
        name=found.name,
        value=found.value,
        lower=found.value - half,
        upper=None if one_sided else found.value + half,
        unit=found.unit,
        n=found.n,
        level=level,
        method="asymptotic confidence sequence",
    )


def asymptotic_p(tested: Tested, planned: float, *, level: float = 0.95, side: str = "both") -> float:
    r"""p-value of the same test.

    .. math:: \min\bigl(1, \sqrt{n\rho^2+1}\,e^{-q}\bigr), \quad q = \frac{n\rho^2 z^2}{2(n\rho^2+1)}, \quad
        \min\Bigl(1, \frac{\sqrt{n\rho^2+1}}{2(e^q - 1)}\Bigr) \text{ for one side}

    Args:
        tested: As for `asymptotic_interval`.
        planned: As for `asymptotic_interval`.
        level: For which the tuning was made, in (0, 1).
        side: `both`, or `lower` for whether it is above 0.

    Returns:
        In [0, 1].

    Source: as `asymptotic_radius`. Oracle: tests/oracles/test_asymptotic_sequence.py (GrowthBook's fixtures).
    """
    one_sided, z = side == "lower", tested.estimate.value / tested.standard_error
    r = (tested.estimate.n or 0) / normal_tuning(planned, alpha=1 - level, one_sided=one_sided)
    q = r * z**2 / (2 * (r + 1))
    if not one_sided:
        return min(1.0, sqrt(r + 1) * exp(-q))
    return min(1.0, sqrt(r + 1) / (2 * (exp(min(q, 700.0)) - 1))) if z > 0 else 1.0
