"""The block that people write."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Interval

from proveout.core.declared import DECLARED
from proveout.core.question import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Results of load tests, and the load that is to come. Give `runs`, `files`, or both."""

    __pydantic_config__ = DECLARED

    runs: Rows | None = None
    """A table: `load` (users at once), `throughput` (per second), where known `errors` (share failed)."""
    files: str = ""
    """Result files by pattern: k6 summaries (JSON), Locust's stats history (CSV), output of wrk (text)."""
    forecast_per_hour: Annotated[float, Gt(0)]
    """Decisions in the busiest hour at full scale, as forecast."""
    forecast_low: Annotated[float, Gt(0)] | None = None
    """The least it may be; the forecast itself when left out."""
    forecast_high: Annotated[float, Gt(0)] | None = None
    """The most it may be; the forecast itself when left out."""
    calls_per_decision: Annotated[float, Gt(0)] = 1.0
    """Calls of the tested system that one decision takes."""
    allowed_errors: Annotated[float, Interval(ge=0, lt=1)] = 0.01
    """Share of calls that may fail in a run; a run with more failures is no capacity."""
    kept_free: Annotated[float, Interval(ge=0, lt=1)] = 0.3
    """Share of the capacity that is kept free in the busiest hour; so many more copies are paid for."""
    mean_per_hour: Annotated[float, Gt(0)] | None = None
    """Decisions in an hour on average, nights and weekends too: over them the price per hour is spread. When left out
    it is spread over the busiest hour's, and a decision costs at least that."""
    price_per_hour: Annotated[float, Ge(0)] = 0.0
    """What that which was tested costs per hour, busy or not."""
    price_per_decision: Annotated[float, Ge(0)] = 0.0
    """What each decision costs besides, such as tokens."""
    currency: str = "USD"
    """Of the prices."""
    allowed_cost: Annotated[float, Gt(0)] | None = None
    """What a decision may cost at full scale, as the value model has it."""

    def __post_init__(self) -> None:
        if self.runs is None and not self.files:
            raise ValueError("give `runs` (a table) or `files` (a pattern) with results of load tests")
        low = self.forecast_low or self.forecast_per_hour
        high = self.forecast_high or self.forecast_per_hour
        if not low <= self.forecast_per_hour <= high:
            raise ValueError(f"the forecast {self.forecast_per_hour:g} is not between {low:g} and {high:g}")
        if self.mean_per_hour and self.mean_per_hour > self.forecast_per_hour:
            raise ValueError(f"the mean of all hours {self.mean_per_hour:g} is above that of the busiest one")

    @property
    def forecast(self) -> tuple[float, float, float]:
        """Calls per second in the busiest hour: low, as forecast, high."""
        given = (self.forecast_low, self.forecast_per_hour, self.forecast_high)
        low, middle, high = (self.forecast_per_hour if one is None else one for one in given)
        per_second = self.calls_per_decision / 3600
        return low * per_second, middle * per_second, high * per_second

    @property
    def mean_share(self) -> float:
        """Decisions of an hour on average, per those of the busiest one."""
        return (self.mean_per_hour or self.forecast_per_hour) / self.forecast_per_hour
