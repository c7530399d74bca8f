"""The value model as a team declares it: formulas over quantities with units and ranges."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from annotated_types import Interval

from proveout.core.declared import DECLARED

Amount = str | float
"""A number, or a number with its unit such as ``45 USD/hour``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """An input of the value model. Short form: a number or `45 USD/hour`, which is fixed.

    Either `fixed`; or `low` and `high` (a 90% range: lognormal when both are positive, normal otherwise), with
    `likely` between them (PERT, the ends being minimum and maximum); or `kpi` (its measured baseline); or
    `estimate` (any figure of another block, as `block.name` or `block.name[subject]`).
    """

    __pydantic_config__ = DECLARED

    fixed: Amount | None = None
    """A figure without uncertainty."""
    low: Amount | None = None
    """5% quantile of a range; the minimum when `likely` is given."""
    likely: Amount | None = None
    """The mode of a three-point estimate."""
    high: Amount | None = None
    """95% quantile of a range; the maximum when `likely` is given."""
    kpi: str = ""
    """Id of a KPI whose measured baseline this is."""
    estimate: str = ""
    """A figure of another block: `block.name` or `block.name[subject]`."""
    note: str = ""
    """Where the figure comes from."""

    def __post_init__(self) -> None:
        ranged = self.low is not None and self.high is not None
        if (self.low is None) != (self.high is None) or (self.likely is not None and not ranged):
            raise ValueError("a range needs both low and high")
        if sum((self.fixed is not None, ranged, bool(self.kpi), bool(self.estimate))) != 1:
            raise ValueError("give one of: fixed, low and high, kpi, estimate")


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueModel:
    """What the initiative is worth: formulas over quantities with units and ranges."""

    __pydantic_config__ = DECLARED

    currency: str = "USD"
    """Currency of the result."""
    horizon_years: Annotated[int, Interval(ge=1, le=30)] = 3
    """Over how many years benefits count."""
    discount_rate: Annotated[float, Interval(gt=-1, le=1)] = 0.08
    """Yearly."""
    quantities: Mapping[str, Quantity] = field(default_factory=dict)
    """The inputs, by the name the formulas use."""
    yearly_benefit: str
    """A formula; it must come out in currency per year."""
    yearly_cost: Amount | Quantity = 0.0
    """A formula, an amount or a range: what it costs to run, in currency per year."""
    one_off_cost: Amount | Quantity = 0.0
    """A formula, an amount or a range: what it costs to build and introduce."""
    realised: Mapping[str, Quantity] = field(default_factory=dict)
    """What was measured in production, by the quantity whose place it takes; also `yearly_cost`, `one_off_cost` and
    `adoption`. Such as `hours_saved: {estimate: "impact.effect[hours]"}`."""
    adoption: tuple[Annotated[float, Interval(ge=0, le=1)], ...] = ()
    """Share of the full benefit reached in each year; 1 from the end of the list on."""
