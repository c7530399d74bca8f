"""What was seen of a need, part by part."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check, Part
from proveout.core.question import Answers, Columns, Failure
from proveout.instruments.availability.settings import Need
from proveout.stats.proportion import wilson


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """How full a column is; `hidden` rows hold a placeholder such as `entry`."""

    name: str
    minimum: float
    filled: int
    hidden: int
    entry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence(Part):
    """Which columns are missing."""

    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fullness(Part):
    """How many rows there are, and how full their fields."""

    n_rows: int = 0
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span(Part):
    """From when to when the rows are, today at the latest."""

    first: date | None = None
    last: date | None = None
    age_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares(Part):
    """Shares of keys, each with its label: of the population, or found in another system."""

    shares: tuple[tuple[str, Estimate], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One need; without parts where it cannot be read."""

    need: Need
    reachable: bool
    presence: Presence = Presence()
    fullness: Fullness = Fullness()
    span: Span = Span()
    coverage: Shares = Shares()
    links: Shares = Shares()
    checks: tuple[Check, ...] = ()

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """Every figure that was asked for, unknown ones too."""
        reachable = exact("reachable", self.reachable, subject=self.need.id, method="read, or tried to")
        known = [estimate for part in self._parts for estimate in part.estimates]
        names = {estimate.name for estimate in known}
        return (reachable, *known, *(unknown(name, self.need) for name in asked(self.need) if name not in names))

    @property
    def all_checks(self) -> tuple[Check, ...]:
        """Of the need and of its parts."""
        return self.checks + tuple(check for part in self._parts for check in part.checks)

    @property
    def _parts(self) -> tuple[Part, ...]:
        return (self.presence, self.fullness, self.span, self.coverage, self.links)


def share(successes: int, n: int, need: Need) -> Estimate:
    """A share of rows or keys: exact for a whole table, with an interval for a sample."""
    if need.sample:
        return wilson(successes, n)
    return exact("proportion", successes / n, unit="share", n=n, method="counted in the whole table")


SHARES = ("fields_present", "filled", "coverage", "join_share")


def unknown(name: str, need: Need) -> Estimate:
    """A figure that was asked for and could not be had: it may be anything, so that no gate passes without it."""
    is_share = name in SHARES
    return Estimate(
        name=name,
        value=0.0,
        lower=0.0,
        upper=1.0 if is_share else None,
        unit="share" if is_share else "",
        subject=need.id,
        level=1.0,
        method="unknown: the checks say why",
    )


def asked(need: Need) -> tuple[str, ...]:
    """The figures that the declaration of a need asks for."""
    wanted = {
        "fields_present": need.columns,
        "filled": need.minimum,
        "history_ratio": need.history_days,
        "freshness_ratio": need.max_age_days,
        "coverage": need.population,
        "coverage_bias": need.like_the_rest,
        "join_share": need.joins,
    }
    return tuple(name for name, ask in wanted.items() if ask)


def columns_of(answers: Answers, question: str) -> tuple[str, ...]:
    """The names of the columns that a question found."""
    return tuple(str(name) for name in answers.tables[question]["column_name"])


def absent(wanted: Sequence[str], there: Collection[str]) -> tuple[str, ...]:
    """Those that are not there, whatever their case."""
    known = {name.casefold() for name in there}
    return tuple(name for name in wanted if name.casefold() not in known)


def hint(name: str, there: Collection[str]) -> str:
    """The column that was meant, where one is close."""
    by_case = {known.casefold(): known for known in there}
    close = get_close_matches(name.casefold(), by_case, n=1)
    return f"{name} (did you mean {by_case[close[0]]!r}?)" if close else name


def rows(table: Columns) -> list[dict[str, Any]]:
    """Plain Python values by column, None for NULL."""
    import numpy as np

    columns = {name: np.ma.asarray(column).tolist() for name, column in table.items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def first_row(answers: Answers, question: str) -> Mapping[str, Any]:
    """The only row of an answer."""
    return rows(answers.tables[question])[0]


def failed(name: str, failure: Failure) -> Check:
    """A check that could not be made."""
    remedy = f"; {failure.remedy}" if failure.remedy else ""
    return Check(name=name, passed=False, note=f"{failure.message}{remedy}")
