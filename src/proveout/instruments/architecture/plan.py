"""The architecture under a load: busy shares, waits, response time, cost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil, inf

from proveout.core.estimate import Estimate, exact
from proveout.instruments.architecture.settings import Component
from proveout.instruments.architecture.timing import Timing
from proveout.stats.mover import independent_sum
from proveout.stats.queueing import ggc_wait

COMFORTABLE = 0.7
"""Busy share at which servers are said to be enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A component with its timing and its calls per decision: all, and those that the answer waits for."""

    component: Component
    timing: Timing
    visits: float
    waited: float
    variability: float

    def busy(self, decisions: float, *, full: bool) -> Estimate:
        """Share of the time in which a server is busy, at so many decisions per hour."""
        factor = decisions / 3600 * self.visits / self.component.capacity(full=full)
        return _through(self.timing.mean, lambda seconds: seconds * factor, unit="share")

    def wait(self, decisions: float) -> Estimate | None:
        """Mean time in the queue of one call, in seconds, at full scale; None where the queue has no end."""
        if self.busy(decisions, full=True).value >= 1:
            return None
        return _through(self.timing.mean, lambda seconds: self._wait(seconds, decisions), unit="second")

    def stay(self, decisions: float) -> Estimate | None:
        """Mean time that a decision waits for this component, queue and service, over all its calls."""
        if self.busy(decisions, full=True).value >= 1:
            return None

        def staying(seconds: float) -> float:
            return self.waited * (self._wait(seconds, decisions) + seconds)

        return _through(self.timing.mean, staying, unit="second")

    def servers_needed(self, decisions: float) -> int:
        """How many it takes to stay at a comfortable busy share, at the upper end of the service time."""
        slowest = self.timing.mean.value if self.timing.mean.upper is None else self.timing.mean.upper
        return max(1, ceil(decisions / 3600 * self.visits * slowest / COMFORTABLE - 1e-9))

    def cost(self, decisions: float, *, full: bool) -> Estimate | None:
        """Cost per decision at so many decisions per hour; None where it has no price."""
        price = self.component.price
        if price is None:
            return None
        standing = self.visits * price.per_call + self.component.capacity(full=full) * price.per_hour / decisions
        by_time = self.visits * price.per_busy_hour / 3600
        if by_time == 0:
            return exact("cost", standing, method="from declared prices")
        return _through(self.timing.mean, lambda seconds: standing + by_time * seconds, unit="")

    def _wait(self, seconds: float, decisions: float) -> float:
        servers, arrivals = self.component.capacity(full=True), decisions / 3600 * self.visits
        if arrivals * seconds >= servers:
            return inf
        return ggc_wait(arrivals, seconds, servers, cv_arrivals=self.variability, cv_service=self.timing.cv)


def _through(mean: Estimate, function: Callable[[float], float], *, unit: str) -> Estimate:
    """The estimate of something that grows with the service time; open above where it grows without end."""
    value = function(mean.value)
    lower = None if mean.lower is None else min(value, function(mean.lower))
    upper = None if mean.upper is None else max(value, function(mean.upper))
    return replace(mean, value=value, lower=lower, upper=None if upper == inf else upper, unit=unit)


def response(stations: Sequence[Station], decisions: float) -> Estimate | None:
    """Mean time from question to answer, in seconds, at full scale; None where a queue has no end."""
    stays = [station.stay(decisions) for station in stations if station.waited > 0]
    known = [stay for stay in stays if stay is not None]
    if len(known) < len(stays):
        return None
    return independent_sum(known) if known else exact("sum", 0.0, unit="second", method="nothing is waited for")


def per_allowed(answer: Estimate, allowed: float) -> Estimate:
    """The mean time of an answer per the time that is allowed, both in seconds."""
    return _through(answer, lambda seconds: seconds / allowed, unit="").named("response_ratio")


def headroom(stations: Sequence[Station], decisions: float) -> Estimate:
    """How many times that load saturates the first component."""
    shares = [station.busy(decisions, full=True) for station in stations]
    busiest = max(shares, key=lambda share: share.value)
    upper = max(share.upper or share.value for share in shares)
    lower = max(share.lower or 0.0 for share in shares)
    levels = [share.level for share in shares if not share.exact and (share.upper or 0.0) >= busiest.value]
    return Estimate(
        name="headroom",
        value=1 / busiest.value,
        lower=1 / upper,
        upper=1 / lower if lower > 0 else None,
        n=busiest.n,
        level=min(levels, default=1.0),
        method="one over the largest utilisation",
    )


def cost(stations: Sequence[Station], decisions: float, *, full: bool) -> Estimate | None:
    """Cost per decision; open above where a price is missing, None where all are."""
    priced = [found for s in stations if (found := s.cost(decisions, full=full)) is not None]
    if not priced:
        return None
    total = independent_sum(priced)
    if len(priced) == len(stations):
        return total
    return replace(total, upper=None, level=0.95 if total.exact else total.level, method="some prices are missing")
