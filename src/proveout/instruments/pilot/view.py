"""What was found for one KPI, whatever the design."""

from collections.abc import Sequence
from dataclasses import dataclass

from proveout.core.estimate import Estimate
from proveout.core.evidence import Check
from proveout.core.exhibit import Exhibit
from proveout.core.initiative import Kpi
from proveout.instruments.pilot.effects import Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Figures, assumptions and pictures; no effect where it cannot be had."""

    kpi: Kpi
    estimates: Sequence[Estimate] = ()
    checks: Sequence[Check] = ()
    effect: Effect | None = None
    exhibits: Sequence[Exhibit] = ()
