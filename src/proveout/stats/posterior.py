"""What experiment platforms call the chance to win.

A yardstick: no instrument uses it.
"""

from dataclasses import dataclass
from statistics import NormalDist

from proveout.core.errors import TooLittle
from proveout.stats.difference import Tested


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """What is believed of an effect after the data: about normal, in the unit of the effect."""

    mean: float
    deviation: float

    @property
    def chance_to_win(self) -> float:
        """Probability that the effect is above 0, for someone who believes the prior: no evidence and no p-value."""
        return 1 - NormalDist(self.mean, self.deviation).cdf(0)

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Both ends between which the effect lies with that probability."""
        half = NormalDist().inv_cdf(0.5 + level / 2) * self.deviation
        return self.mean - half, self.mean + half


def posterior(tested: Tested, *, mean: float = 0.0, variance: float | None = None) -> Posterior:
    r"""Belief about an effect after the data, from its standard error and a normal prior.

    .. math:: \frac1{s^2} = \frac1{se^2} + \frac1{\tau^2}, \quad
        m = s^2\Bigl(\frac{\hat\delta}{se^2} + \frac{m_0}{\tau^2}\Bigr)

    Not shown on any page: a chance to win of 95% is read as proof, while looking every week until it is there finds it
    in most pilots without an effect. It is there to say so: a column of docs/explanation/calibration.md, made by
    tests/calibration/pilots.py.

    Args:
        tested: From `welch`, `relative_difference` and their like.
        mean: Of the prior, in the unit of the effect.
        variance: Of the prior, positive; None for a flat one.

    Returns:
        The posterior.

    Raises:
        TooLittle: The effect has no standard error.

    Assumes: as `tested`, for a normal likelihood.
    Source: GrowthBook's Bayesian engine (gbstats); Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 2.5.
    Oracle: tests/oracles/test_posterior.py. Calibrated: tests/calibration/test_pilots.py.
    """
    if not tested.standard_error > 0:
        raise TooLittle("an effect without a standard error", "measure an outcome that varies")
    data, prior = tested.standard_error**-2, 0.0 if variance is None else 1 / variance
    precision = data + prior
    return Posterior(
        mean=(tested.estimate.value * data + mean * prior) / precision,
        deviation=precision**-0.5,
    )
