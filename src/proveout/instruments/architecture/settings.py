"""The block that people write."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Interval, MinLen

from proveout.core.declared import DECLARED, Name
from proveout.core.question import SourceName

Rate = str | float
"""How often something comes: ``2000/hour``, ``3 per minute``."""

MOST_VARIABLE = 1000.0
"""Standard deviations per mean; heavy tails in use have ten or so."""
ENTRY = "entry"
"""Where decisions come from, in `calls`."""

_SECONDS: Mapping[str, float] = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1.0),
    **dict.fromkeys(("min", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86_400.0),
}
_RATE = re.compile(r"\s*([0-9][0-9,_]*(?:\.[0-9]+)?)\s*(?:(?:/|\bper\b)\s*([a-z]+)\s*)?", re.IGNORECASE)


def per_hour(rate: Rate) -> float:
    """A rate such as `2000/hour` in calls per hour.

    Raises:
        ValueError: It is no positive number per second, minute, hour or day.
    """
    found = _RATE.fullmatch(str(rate))
    if found and not found[2]:
        raise ValueError(f"{rate} per what? write {rate}/hour, or per second, minute or day")
    unit = found[2].lower() if found else ""
    number = float(re.sub("[,_]", "", found[1])) if found else 0.0
    if unit not in _SECONDS or not 0 < number < 1e12:
        raise ValueError(f"{rate!r} is no rate; write it as 2000/hour, or per second, minute or day")
    return number * 3600 / _SECONDS[unit]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How many decisions are asked for."""

    __pydantic_config__ = DECLARED

    now: Rate
    """Decisions at the scale of today or of the pilot, such as `40/hour`; per second, minute, hour or day."""
    full: Rate
    """Decisions at full scale, such as `2000/hour`."""
    peak_factor: Annotated[float, Ge(1)] | None = None
    """How many times the mean the busiest hour brings. Capacity is held against the peak, cost against the mean."""
    variability: Annotated[float, Interval(ge=0, le=MOST_VARIABLE)] = 1.0
    """Standard deviation of the time between arrivals, per mean: 1 for arrivals at random, more for bursts."""

    def __post_init__(self) -> None:
        if per_hour(self.full) < per_hour(self.now):
            raise ValueError(f"the full load, {self.full}, is less than that of now, {self.now}")

    @property
    def peak(self) -> float:
        """The peak factor; 1 where none is declared."""
        return self.peak_factor or 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """How long one call keeps a server busy: measured (`source`), or declared (`mean_seconds`)."""

    __pydantic_config__ = DECLARED

    source: SourceName | None = None
    """Where times are that were measured, one row a call."""
    table: str = ""
    """Which table of the source, where it has several."""
    query: str = ""
    """A SELECT that yields the times, instead of a table."""
    column: Name = "seconds"
    """The column with the time of a call, in seconds."""
    mean_seconds: Annotated[float, Gt(0)] | None = None
    """The mean time of a call, where nothing is measured yet."""
    cv: Annotated[float, Interval(ge=0, le=MOST_VARIABLE)] | None = None
    """Standard deviation per mean of a declared time; 1 where nothing is said, 0 for a constant time."""

    def __post_init__(self) -> None:
        if (self.source is None) == (self.mean_seconds is None):
            raise ValueError("give either source, for measured times, or mean_seconds")
        if self.source is not None and self.cv is not None:
            raise ValueError("cv is measured where there is a source; leave it out")
        if self.source is None and (self.table or self.query):
            raise ValueError("table and query need a source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a component costs, in the currency of the block. All that is given counts."""

    __pydantic_config__ = DECLARED

    per_call: Annotated[float, Ge(0)] = 0.0
    """For each call."""
    per_hour: Annotated[float, Ge(0)] = 0.0
    """For each server and hour, whether it is busy or not."""
    per_busy_hour: Annotated[float, Ge(0)] = 0.0
    """For each hour in which a server is busy, such as people's time or a function billed by the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A part that does work: a model, a database, a queue's worker, a system of others, people."""

    __pydantic_config__ = DECLARED

    id: Name
    """Short name."""
    title: str = ""
    """As people say it."""
    service: Service
    """How long one call keeps a server busy, without waiting for calls that it makes itself."""
    servers: Annotated[int, Gt(0)] = 1
    """How many calls are served at the same time now, over all instances: workers, permitted concurrency, people."""
    servers_full: Annotated[int, Gt(0)] | None = None
    """How many at full scale; as many as now where nothing is said."""
    instances: Annotated[int, Gt(0)] = 1
    """How many copies of it run apart from one another, each of which may fail alone."""
    redundant: bool = False
    """Whether somebody else sees to it that it is never down altogether, such as a provider with several zones."""
    fallback: str = ""
    """How decisions go on without it, in words; empty if they do not."""
    price: Price | None = None
    """What it costs; `{per_call: 0}` for what costs nothing."""

    def __post_init__(self) -> None:
        if self.id == ENTRY:
            raise ValueError(f"{ENTRY!r} is where decisions come from; call the component otherwise")

    @property
    def name(self) -> str:
        """As people say it."""
        return self.title or self.id

    def capacity(self, *, full: bool) -> int:
        """Servers now, or at full scale."""
        return self.servers_full or self.servers if full else self.servers


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One component calls another."""

    __pydantic_config__ = DECLARED

    from_: Name
    """Who calls: a component, or `entry` for each decision that comes in."""
    to: Name
    """Who is called."""
    per_call: Annotated[float, Gt(0)] = 1.0
    """How many such calls one call of the caller makes on average; 0.1 from a component to itself for 10% retries."""
    waits: bool = True
    """Whether the answer to the decision waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The architecture as it is planned, and the load that it is to carry."""

    __pydantic_config__ = DECLARED

    load: Load
    """How many decisions are asked for, now and at full scale."""
    components: Annotated[tuple[Component, ...], MinLen(1)]
    """The parts that do work."""
    calls: Annotated[tuple[Call, ...], MinLen(1)]
    """Who calls whom, beginning at `entry`."""
    allowed_response_seconds: Annotated[float, Gt(0)] | None = None
    """How long a decision may take, on average and at full load."""
    currency: str = "USD"
    """Of all prices."""

    def __post_init__(self) -> None:
        ids = [component.id for component in self.components]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"two components are called {twice[0]}; each needs a name of its own")
