"""Sums of figures that were estimated apart."""

from collections.abc import Sequence

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
