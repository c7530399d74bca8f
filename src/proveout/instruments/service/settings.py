"""The block that people write."""

from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from annotated_types import Ge, Gt, Interval, Lt

from proveout.core.declared import DECLARED, Level, Name
from proveout.core.question import Read, Rows, SourceName


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When people need the system; requests at other times do not count."""

    __pydantic_config__ = DECLARED

    days: tuple[Annotated[int, Interval(ge=1, le=7)], ...] = (1, 2, 3, 4, 5)
    """Days of the week, Monday is 1."""
    opens: Annotated[float, Interval(ge=0, lt=24)] = 0.0
    """Hour at which it begins."""
    closes: Annotated[float, Interval(gt=0, le=24)] = 24.0
    """Hour at which it ends."""
    zone: Name = "UTC"
    """The time zone in which people work, such as `Europe/Berlin`."""

    def __post_init__(self) -> None:
        if self.closes <= self.opens:
            raise ValueError(f"closes at {self.closes:g}, before it opens at {self.opens:g}")
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{self.zone!r} is no time zone; write one such as Europe/Berlin") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrapes:
    """What Prometheus scraped: text files in its exposition format, one or more per scrape, or a table of samples."""

    __pydantic_config__ = DECLARED

    samples: Rows | None = None
    """A table with a row per sample: `name`, `labels` (as JSON, or as Prometheus writes them), `time`, `value`."""
    pattern: str = ""
    """The files below the initiative's folder, such as `metrics/*.prom`; when a file was scraped stands in its
    samples or in its name."""
    requests: Name = "http_requests_total"
    """The counter of requests; its label `status` says which were answered."""
    latency: str = ""
    """The histogram of how long answers took, without `_bucket`."""

    def __post_init__(self) -> None:
        if bool(self.pattern) == bool(self.samples):
            raise ValueError("name the files as `pattern`, or the table as `samples`, one of both")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A log of requests, or of probes that ask whether the system is there; or what Prometheus scraped."""

    __pydantic_config__ = DECLARED

    source: SourceName | None = None
    """Which source holds the log."""
    scrapes: Scrapes | None = None
    """What Prometheus scraped, instead of a log."""
    table: str = ""
    """Which table of the source, where it has several."""
    query: str = ""
    """A SELECT, instead of a table."""
    at: Name = "at"
    """The column with the time of the request."""
    status: str = ""
    """The column with the status, such as that of HTTP; of `scrapes` the label."""
    good: tuple[str, ...] = ()
    """Values of `status` that count as answered; for numbers, everything below 500 when nothing is given."""
    ok: str = ""
    """A column that says yes or no, instead of a status."""
    latency: str = ""
    """The column with the time that the answer took."""
    latency_unit: str = "second"
    """Of that column, or of the histogram's buckets: `second` or `millisecond`."""
    allowed_seconds: Annotated[float, Gt(0)] | None = None
    """How long 19 of 20 answers may take at most."""
    operation: str = ""
    """The column that tells kinds of requests apart."""
    objective: Annotated[float, Gt(0), Lt(1)] = 0.99
    """The share that is promised to be answered; the rest is the error budget. What gates ask stands in the policy."""
    window_days: Annotated[int, Ge(1)] | None = None
    """How many days up to the last request count; all of them when not given."""
    hours: Hours | None = None
    """When people need it; day and night when not given."""
    silent_hours: Annotated[float, Ge(1)] = 24.0
    """After so long without any request one asks whether anybody would have been answered."""
    level: Level = 0.95
    """Coverage of the intervals."""

    def __post_init__(self) -> None:
        if (self.source is None) == (self.scrapes is None):
            raise ValueError("name a `source` or `scrapes`, one of both")
        if not self.status and not self.ok:
            raise ValueError("name `status` or `ok`: without one nobody can say which requests were answered")
        if self.latency_unit not in ("second", "millisecond"):
            raise ValueError(f"latency_unit is second or millisecond, not {self.latency_unit}")

    @property
    def timed(self) -> bool:
        """Whether anything says how long answers took."""
        return bool(self.scrapes.latency if self.scrapes else self.latency)

    @property
    def scale(self) -> float:
        """Seconds in the unit of latencies."""
        return 0.001 if self.latency_unit == "millisecond" else 1.0

    def read(self, source: SourceName) -> Read:
        """As a question names it."""
        return Read(source=source, table=self.table, query=self.query)
