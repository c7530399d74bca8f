"""Sums of figures that were estimated apart."""

from collections.abc import Sequence
from dataclasses import replace

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate


def independent_sum(parts: Sequence[Estimate]) -> Estimate:
    r"""Sum of independent estimates, with the interval that their own intervals imply (MOVER).

    .. math:: L = \sum \hat\theta_i - \sqrt{\sum (\hat\theta_i - l_i)^2}, \quad
        U = \sum \hat\theta_i + \sqrt{\sum (u_i - \hat\theta_i)^2}

    Args:
        parts: At least one, all of one unit; intervals of one level, or exact.

    Returns:
        Estimate of the sum, in that unit; exact when all parts are. A side that is open in one part is open.

    Raises:
        ValueError: No parts, or intervals of several levels.

    Assumes: independent parts.
    Source: Zou & Donner (2008), Statistics in Medicine 27, 1693-1702, equation 3; for two proportions it is
        method 10 of Newcombe (1998), Statistics in Medicine 17, 873-890.
    Oracle: tests/oracles/test_mover.py. Calibrated: tests/calibration/test_mover.py.
    """
    levels = {part.level for part in parts if not part.exact}
    if not parts or len(levels) > 1:
        raise ValueError("a sum needs parts, with intervals of one level")
    value = sum(part.value for part in parts)
    below = [None if part.lower is None else (part.value - part.lower) ** 2 for part in parts]
    above = [None if part.upper is None else (part.upper - part.value) ** 2 for part in parts]
    return Estimate(
        name="sum",
        value=value,
        lower=None if None in below else value - sum(b or 0.0 for b in below) ** 0.5,
        upper=None if None in above else value + sum(a or 0.0 for a in above) ** 0.5,
        unit=parts[0].unit,
        level=levels.pop() if levels else 1.0,
        method="sum of independent estimates (MOVER)",
    )


def independent_ratio(a: Estimate, b: Estimate) -> Estimate:
    r"""Ratio of two independent estimates, with the interval that their own intervals imply (MOVER-R).

    .. math:: L = \frac{ab - \sqrt{(ab)^2 - l_a u_b (2a - l_a)(2b - u_b)}}{u_b(2b - u_b)}, \quad
        U = \frac{ab + \sqrt{(ab)^2 - u_a l_b (2a - u_a)(2b - l_b)}}{l_b(2b - l_b)}

    Args:
        a: In unit u, closed.
        b: In unit v, closed, with an interval on one side of 0.

    Returns:
        Estimate of a/b in u/v. Where both intervals are normal this is Fieller's. An end that the formula does not
        give, as where b is nearly 0, is open.

    Raises:
        TooLittle: The interval of b holds 0, or an end is open.

    Assumes: independent estimates with intervals of one level.
    Source: Donner and Zou (2012), Stat. Methods Med. Res. 21, 347-359, equations 8 and 9.
    Oracle: tests/oracles/test_mover.py. Calibrated: tests/calibration/test_mover.py.
    """
    if None in (a.lower, a.upper, b.lower, b.upper):
        raise TooLittle("a ratio of figures whose intervals are open", "wait for more data")
    if b.value < 0:
        a, b = _negative(a), _negative(b)
    la, ua, lb, ub = (float(end) for end in (a.lower or 0.0, a.upper or 0.0, b.lower or 0.0, b.upper or 0.0))
    if lb <= 0:
        raise TooLittle("a ratio to a figure that may be 0", "measure it with more data")
    product = a.value * b.value
    below, above = ub * (2 * b.value - ub), lb * (2 * b.value - lb)
    low, high = product**2 - la * (2 * a.value - la) * below, product**2 - ua * (2 * a.value - ua) * above
    value = a.value / b.value
    return Estimate(
        name="ratio",
        value=value,
        lower=min(value, (product - low**0.5) / below) if below > 0 and low >= 0 else None,
        upper=max(value, (product + high**0.5) / above) if high >= 0 else None,
        level=a.level,
        n=a.n,
        method="ratio of independent estimates (MOVER-R)",
    )


def _negative(estimate: Estimate) -> Estimate:
    ends = [None if end is None else -end for end in (estimate.upper, estimate.lower)]
    return replace(estimate, value=-estimate.value, lower=ends[0], upper=ends[1])
