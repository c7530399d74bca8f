"""The block that people write."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Interval, MinLen

from proveout.core.declared import DECLARED, Level, Name
from proveout.core.question import Rows, SourceName
from proveout.core.value import Amount

Share = Annotated[float, Interval(ge=0, le=1)]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRange:
    """A 90% range of a share."""

    __pydantic_config__ = DECLARED

    low: Share
    """5% quantile."""
    high: Share
    """95% quantile."""

    def __post_init__(self) -> None:
        if self.high < self.low:
            raise ValueError(f"high {self.high} is below low {self.low}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRange:
    """A 90% range of the loaded cost of an hour."""

    __pydantic_config__ = DECLARED

    low: Amount
    """5% quantile, such as `45 USD/hour`."""
    high: Amount
    """95% quantile, such as `65 USD/hour`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When people work. Hours are then counted inside these times only; waiting and durations stay clock time."""

    __pydantic_config__ = DECLARED

    days: Annotated[tuple[Day, ...], MinLen(1)] = DAYS[:5]
    """Working days."""
    opens: Annotated[float, Interval(ge=0, lt=24)] = 9.0
    """Hour at which work starts."""
    closes: Annotated[float, Interval(gt=0, le=24)] = 17.0
    """Hour at which work ends."""
    timezone: str = "UTC"
    """Zone of these hours, such as `Europe/Berlin`."""

    def __post_init__(self) -> None:
        if self.closes <= self.opens:
            raise ValueError(f"closes at {self.closes:g}, before it opens at {self.opens:g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A documented step that not every case does just once."""

    __pydantic_config__ = DECLARED

    step: Name
    """Its activity."""
    optional: bool = False
    """Whether it may be left out."""
    repeat: bool = False
    """Whether it may be done again at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A day since which the work is done otherwise, and who does it so."""

    __pydantic_config__ = DECLARED

    since: date
    """First day of the new way; cases begun from then on are compared with those finished before."""
    arms: Rows | None = None
    """Where the `arm` of each `team` stands, such as the pilot's assignment; without it only before and after."""
    treated: str = "pilot"
    """Name of the arm that works in the new way."""
    documented: tuple[Name | Step, ...] = ()
    """The steps of a case in their order, as documented; a case conforms that does these, and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """An event log and what an hour of the people in it costs. Columns of a `.xes` file need not be named."""

    __pydantic_config__ = DECLARED

    source: SourceName
    """Which source holds the event log."""
    table: str = ""
    """Table of the source, when it is a database."""
    query: str = ""
    """A SELECT that yields the event log, instead of a table."""
    case: str = ""
    """Column that says to which case (deal, ticket, order) an event belongs."""
    activity: str = ""
    """Column that says what was done."""
    start: str = ""
    """Column with the time at which it was begun, if recorded."""
    end: str = ""
    """Column with the time at which it was finished."""
    timestamp: str = ""
    """The same as `end`, for logs with a single time."""
    resource: str = ""
    """Column that says who did it."""
    team: str = ""
    """Column that says to which team they belong."""
    lifecycle: str | None = None
    """Column whose values `start` and `complete` are paired to one activity; empty counts each event by itself."""
    instance: str = ""
    """Column that tells apart runs of the same activity in a case when starts and ends are paired."""
    hourly_cost: Amount | CostRange | None = None
    """Loaded cost of an hour, such as `55 USD/hour`, or a 90% range; without it nothing is said in money."""
    people: Annotated[int, Gt(0)] | None = None
    """How many people do this work; shares of capacity are given when it is known."""
    hours_per_week: Annotated[float, Gt(0)] = 40.0
    """Contracted hours of one person."""
    system_resources: tuple[str, ...] = ()
    """Values of `resource` that are software, not people."""
    automatable: Mapping[str, Share | ShareRange] = field(default_factory=dict)
    """Share of an activity's hours that could be saved, by activity, as a number or a 90% range."""
    automatable_default: ShareRange = ShareRange(low=0.2, high=0.6)
    """For all other activities; multiplied by what the log says of how regular the activity is."""
    max_task_hours: Annotated[float, Gt(0)] = 8.0
    """Where no start was recorded, the longest time that one task is taken to last."""
    calendar: Calendar | None = None
    """Working hours; without it, hours between start and end count day and night."""
    drop_duplicates: bool = False
    """Whether rows that say the same thing twice count once."""
    level: Level = 0.95
    """Coverage of the intervals."""
    draws: Annotated[int, Ge(200)] = 2000
    """Bootstrap draws."""
    change: Change | None = None
    """A day since which the work is done otherwise; cycle time, waiting, rework, conformance are compared by team."""


XES = {
    "case": "case:concept:name",
    "activity": "concept:name",
    "start": "start_timestamp",
    "end": "time:timestamp",
    "resource": "org:resource",
    "lifecycle": "lifecycle:transition",
    "instance": "concept:instance",
}
"""Names of the columns in a `.xes` file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """Which column says what; empty for none."""

    case: str
    activity: str
    start: str
    end: str
    resource: str
    team: str
    lifecycle: str
    instance: str
    xes: bool


def mapped(settings: Settings, *, xes: bool) -> Mapped:
    """The columns as declared, with the standard names of a XES file where nothing is."""
    names = XES if xes else dict.fromkeys(XES, "")
    lifecycle = names["lifecycle"] if settings.lifecycle is None else settings.lifecycle
    return Mapped(
        case=settings.case or names["case"],
        activity=settings.activity or names["activity"],
        start=settings.start or names["start"],
        end=settings.end or settings.timestamp or names["end"],
        resource=settings.resource or names["resource"],
        team=settings.team,
        lifecycle=lifecycle,
        instance=settings.instance or (names["instance"] if lifecycle else ""),
        xes=xes,
    )


_AMOUNT = re.compile(r"\s*([0-9][0-9_,]*\.?[0-9]*)\s*(?:([A-Za-z]{3}|[$€£])\s*)?(?:(?:/|per)\s*(?:h|hour|hr))?\s*")
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", None: "USD"}


def money(amount: Amount) -> tuple[float, str]:
    """An amount per hour and its currency; dollars when none is named.

    Raises:
        ValueError: It is no amount, not positive, or per something else than an hour.
    """
    if not isinstance(amount, str):
        value, currency = float(amount), "USD"
    elif match := _AMOUNT.fullmatch(amount):
        value = float(match[1].replace(",", "").replace("_", ""))
        currency = _SIGNS.get(match[2], match[2])
    else:
        raise ValueError(f"{amount!r} is not a cost of an hour")
    if value <= 0:
        raise ValueError(f"{amount!r} is not a positive cost")
    return value, currency


def hourly_cost(settings: Settings) -> tuple[float, float, str] | None:
    """Low end, high end (the same when fixed) and currency.

    Raises:
        ValueError: An end is no amount per hour, the ends have two currencies or are the wrong way round.
    """
    cost = settings.hourly_cost
    if cost is None:
        return None
    ends = (cost.low, cost.high) if isinstance(cost, CostRange) else (cost, cost)
    (low, currency), (high, other) = map(money, ends)
    if currency != other:
        raise ValueError(f"the range is from {currency} to {other}")
    if high < low:
        raise ValueError(f"high {high:g} is below low {low:g}")
    return low, high, currency
