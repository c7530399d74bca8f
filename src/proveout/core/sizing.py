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

    def can_show(self, smallest_p: float | None) -> bool:
        """Whether a p-value of the draw can be small enough for what may be spent by then."""
        return self.spent is None or smallest_p is None or smallest_p <= self.spent


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiSizing:
    """What the design can show for one KPI.

    Args:
        kpi: Its id.
        unit: Its unit.
        mde: The smallest effect that is told from nothing (of a guardrail, margin); None where it cannot be said.
        guardrail: Whether it is one: then what is worthwhile is what can be borne.
        power: How often it shows.
        alpha: Two-sided error of the interval of the last look, after what the looks before may spend.
        worthwhile: The smallest effect that is worth the trouble, in the KPI's unit; None where none is declared.
        promised: The effect that is promised, in the same unit; None where none is.
        teams_needed: Teams (or units) with which the effect that is reckoned with passes; None where no number does.
        by_weeks: Smallest effect by length in weeks.
        floor: What no length goes below.
        icc: Intraclass correlation used, and whether it is an assumption.
        r: Correlation with the baseline that is used.
        foretold: Correlation with the baseline that there is, used or not; None where it cannot be told.
        left_out: Rows of the baseline whose value is no finite number.
        weeks: That the baseline spans; None where it cannot be told.
        known: Share of the roster's units that the baseline names; None where they need not be the same.
        followed: Whether a time before the start can narrow the interval in this design.
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
    promised: float | None = None
    teams_needed: int | None = None
    by_weeks: Mapping[int, float] = field(default_factory=dict)
    floor: float | None = None
    icc: tuple[float, bool] | None = None
    r: float = 0.0
    foretold: float | None = None
    left_out: int = 0
    weeks: float | None = None
    known: float | None = None
    followed: bool = True
    cases: CaseSizing | None = None
    why_not: str = ""

    @property
    def aim(self) -> float | None:
        """What is reckoned with: the promise, else twice what is worthwhile; of a guardrail the margin."""
        if self.worthwhile is None or self.guardrail:
            return self.worthwhile
        return 2 * self.worthwhile if self.promised is None else self.promised

    @property
    def room(self) -> float | None:
        """What must be told from nothing, so that the aim passes: a goal passes wholly beyond what is worthwhile."""
        if self.aim is None or self.worthwhile is None:
            return None
        return self.aim if self.guardrail else self.aim - self.worthwhile

    @property
    def passes_from(self) -> float | None:
        """The true effect from which on a goal passes gate 4 with that power."""
        if self.mde is None or self.worthwhile is None or self.guardrail:
            return None
        return self.worthwhile + self.mde.value

    @property
    def enough(self) -> bool | None:
        """Whether the aim passes with that power; None where nobody can say."""
        return None if self.mde is None or self.room is None else self.mde.value <= self.room


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizing:
    """The whole design.

    Args:
        units: Units on the roster, or expected where they arrive.
        teams: Teams on it, 0 where units are drawn one by one.
        weeks: Length.
        looks: The calendar.
        smallest_p: The smallest p-value that the draw can give; None where units arrive, and none limits it.
        kpis: By KPI with an outcome.
        impossible: Why the design can never pass; empty when it can.
        warnings: What should be changed before the start.
        design: Who has the system when, or how many will arrive, in words; empty for two arms side by side.
        next: What comes next.
    """

    units: int
    teams: int
    weeks: float
    looks: tuple[Look, ...]
    smallest_p: float | None
    kpis: tuple[KpiSizing, ...]
    impossible: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    design: str = ""
    next: str = ""
