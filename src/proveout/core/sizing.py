"""What a planned pilot can show, before it starts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import ceil

from proveout.core.estimate import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSizing:
    """How many cases a change of a share takes, where each case has it or not.

    Args:
        share: Of the cases today.
        needed: By how many times as many, cases of each arm that show it with 80% power.
        per_day: New cases of each arm on a working day, as planned; None where nobody says.
        working_days: Of the pilot.
    """

    share: float
    needed: Mapping[float, int]
    per_day: float | None
    working_days: int

    def days(self, times: float) -> int | None:
        """Working days that so many cases take."""
        return ceil(self.needed[times] / self.per_day) if self.per_day else None

    def shows(self, times: float) -> bool | None:
        """Whether the pilot is long enough for it."""
        days = self.days(times)
        return None if days is None else days <= self.working_days


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look of the calendar.

    Args:
        day: After which one looks.
        n_days: From the start to its end.
        spent: The error that may be spent by then, of 5%; None where units arrive and every moment has its interval.
    """

    day: date
    n_days: int
    spent: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiSizing:
    """What the design can show for one KPI.

    Args:
        kpi: Its id.
        unit: Its unit.
        mde: The smallest effect (of a guardrail, margin) that shows with `power`; None where it cannot be said.
        guardrail: Whether it is one: then what is worthwhile is what can be borne.
        power: How often it shows.
        alpha: Two-sided error of the interval of the last look, after what the looks before may spend.
        worthwhile: The smallest effect that is worth the trouble, in the KPI's unit; None where none is declared.
        teams_needed: Teams (or units) that would show what is worthwhile; None where no number does.
        by_weeks: Smallest effect by length in weeks.
        floor: What no length goes below.
        icc: Intraclass correlation used, and whether it is an assumption.
        r: Correlation with the baseline that is used.
        foretold: Correlation with the baseline that there is, used or not; None where it cannot be told.
        left_out: Rows of the baseline whose value is no finite number.
        weeks: That the baseline spans; None where it cannot be told.
        known: Share of the roster's units that the baseline names; None where they need not be the same.
        cases: Of a share of cases that are not the pilot's units, what cases show instead.
        why_not: Why nothing can be said.
    """

    kpi: str
    unit: str
    mde: Estimate | None = None
    guardrail: bool = False
    power: float = 0.8
    alpha: float = 0.05
    worthwhile: float | None = None
    teams_needed: int | None = None
    by_weeks: Mapping[int, float] = field(default_factory=dict)
    floor: float | None = None
    icc: tuple[float, bool] | None = None
    r: float = 0.0
    foretold: float | None = None
    left_out: int = 0
    weeks: float | None = None
    known: float | None = None
    cases: CaseSizing | None = None
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizing:
    """The whole design.

    Args:
        units: Units on the roster.
        teams: Teams on it, 0 where units are drawn one by one.
        weeks: Length.
        looks: The calendar.
        smallest_p: The smallest p-value that the draw can give.
        kpis: By KPI with an outcome.
        impossible: Why the design can never pass; empty when it can.
        warnings: What should be changed before the start.
        design: Who has the system when, in words; empty for two arms side by side.
    """

    units: int
    teams: int
    weeks: float
    looks: tuple[Look, ...]
    smallest_p: float
    kpis: tuple[KpiSizing, ...]
    impossible: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    design: str = ""
