"""Units that get something in waves: the panel, which effects are averaged, and what each is compared with."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from proveout.core.errors import TooLittle


@dataclass(frozen=True)
class Panel:
    """Units that get the system in waves, each observed in every period.

    Args:
        values: Shape (N, T): outcome of each unit in each period, finite.
        starts: Shape (N,), integers: index of the first period with the system, 0 to T - 1; T or more for units that
            have it in none of them.
        strata: Shape (N,), codes: within which the order was drawn; all alike where there were none.

    Raises:
        TooLittle: A wave has a single unit, or there is only one wave.
    """

    values: np.ndarray
    starts: np.ndarray
    strata: np.ndarray

    def __post_init__(self) -> None:
        if len(self.cohorts) < 2:
            raise TooLittle("all units start together: there is nobody to compare with", "keep a holdback, or waves")
        if self.sizes.min() < 2:
            raise TooLittle("a wave has a single team", "put it together with another wave")

    @cached_property
    def cohorts(self) -> np.ndarray:
        """Shape (C,), increasing: the periods in which waves start."""
        return np.unique(self.starts)

    @cached_property
    def sizes(self) -> np.ndarray:
        """Shape (C,): units of each wave."""
        return np.unique(self.starts, return_counts=True)[1]

    @cached_property
    def seats(self) -> np.ndarray:
        """Shape (N,): the units wave by wave."""
        return np.argsort(self.starts, kind="stable")

    @cached_property
    def firsts(self) -> np.ndarray:
        """Shape (C,): where each wave begins among the seats."""
        return np.cumsum(self.sizes) - self.sizes

    @property
    def with_system(self) -> np.ndarray:
        """Shape (N, T), 0 or 1."""
        return (np.arange(self.values.shape[1]) >= self.starts[:, None]).astype(float)

    @property
    def known(self) -> np.ndarray:
        """Shape (C, T): cells of a wave with the system in which some units still wait for it."""
        periods = np.arange(self.values.shape[1])
        return (periods >= self.cohorts[:, None]) & (periods < self.cohorts[-1])


def simple_weights(panel: Panel) -> np.ndarray:
    """Every unit and period with the system counts alike.

    Returns:
        Shape (C, T), adding up to 1: the weight of each wave's effect in each period.

    Raises:
        TooLittle: No period in which some have the system and others wait for it.

    Source: Roth and Sant'Anna (2023), J. Political Economy Microeconomics 1, 669-709, section 2.3.
    Oracle: tests/oracles/test_waves.py.
    """
    return _normalised(panel.known * panel.sizes[:, None].astype(float))


def cohort_weights(panel: Panel) -> np.ndarray:
    """The mean over its periods of each wave, waves counting by their units. Otherwise as `simple_weights`.

    Source: Roth and Sant'Anna (2023), section 2.3. Oracle: tests/oracles/test_waves.py.
    """
    known = panel.known.astype(float)
    return _normalised(known / np.maximum(known.sum(axis=1, keepdims=True), 1) * panel.sizes[:, None])


def calendar_weights(panel: Panel) -> np.ndarray:
    """The mean over periods of what those who have the system gain in each. Otherwise as `simple_weights`.

    Source: Roth and Sant'Anna (2023), section 2.3. Oracle: tests/oracles/test_waves.py.
    """
    counts = panel.known * panel.sizes[:, None].astype(float)
    return _normalised(counts / np.maximum(counts.sum(axis=0), 1))


def exposure_weights(panel: Panel, exposure: int, *, waves: np.ndarray | None = None) -> np.ndarray:
    """The effect so many periods after the start, waves counting by their units.

    Args:
        panel: N units in C waves, over T periods.
        exposure: Periods since the first with the system, which is 0; below 0 for periods before it.
        waves: Shape (C,), bool: those that count; all by default. The same for all exposures of a curve, so that the
            curve shows what use does, and not who is in which wave.

    Returns:
        Shape (C, T), adding up to 1.

    Raises:
        TooLittle: No wave was seen so long after its start while others waited.

    Source: Roth and Sant'Anna (2023), section 2.3. Oracle: tests/oracles/test_waves.py.
    """
    periods = panel.values.shape[1]
    weights = np.zeros((len(panel.cohorts), periods))
    for c, start in enumerate(panel.cohorts):
        period = int(start) + exposure
        seen = 0 <= period < periods and max(period, start) < panel.cohorts[-1]
        if seen and start < periods and (waves is None or waves[c]):
            weights[c, period] = panel.sizes[c]
    return _normalised(weights)


def _normalised(weights: np.ndarray) -> np.ndarray:
    if not weights.sum() > 0:
        raise TooLittle(
            "in no period do some have the system while others wait for it", "keep a holdback, or look later"
        )
    return weights / weights.sum()


def contrasts(
    panel: Panel, weights: np.ndarray, *, last_only: bool = False, whole_before: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    r"""Which means of waves make up an effect, and which the difference that was there before.

    .. math:: \hat\theta_0 = \sum_{g,t} a_{gt} \bar Y_{gt}, \quad \hat X = \sum_{g,t} b_{gt} \bar Y_{gt}

    Each effect of wave g in period t is its mean less that of all units that wait until after t, and the difference
    before is the same comparison one period before the wave began, or over all periods before it.

    Args:
        panel: N units in C waves, over T periods.
        weights: Shape (C, T), of the effects; they may be negative, as for a slope.
        last_only: Compare with the last wave alone (Sun and Abraham).
        whole_before: Take the difference before from the mean of all periods before the wave, not the last alone:
            steadier where single periods are noisy.

    Returns:
        a and b, each of shape (C, T).

    Raises:
        TooLittle: All weights are 0.

    Source: Roth and Sant'Anna (2023), equations 3 to 6. Oracle: tests/oracles/test_waves.py.
    """
    if not weights.any():
        raise TooLittle("these weights see no effect", "weigh effects of periods with the system")
    a, b = np.zeros(weights.shape), np.zeros(weights.shape)
    for c, t in np.argwhere(weights):
        waiting = panel.cohorts > max(t, panel.cohorts[c])
        if last_only:
            waiting &= panel.cohorts == panel.cohorts[-1]
        against = -weights[c, t] * waiting * panel.sizes / panel.sizes[waiting].sum()
        against[c] += weights[c, t]
        a[:, t] += against
        if start := int(panel.cohorts[c]):
            first = 0 if whole_before else start - 1
            b[:, first:start] += against[:, None] / (start - first)
    return a, b
