"""What was found for one KPI, whatever the design."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.core.evidence import Check
from proveout.core.exhibit import Exhibit
from proveout.core.initiative import Kpi
from proveout.instruments.pilot import health
from proveout.instruments.pilot.effects import Effect
from proveout.instruments.pilot.health import Health


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Figures, assumptions and pictures; no effect where it cannot be had."""

    kpi: Kpi
    estimates: Sequence[Estimate] = ()
    checks: Sequence[Check] = ()
    effect: Effect | None = None
    exhibits: Sequence[Exhibit] = ()


def not_compared(kpi: Kpi, error: TooLittle, own: Health) -> View:
    """Why there is nothing to compare, after what is known of the health."""
    return View(kpi=kpi, estimates=own.estimates, checks=[*own.checks, health.too_little(kpi, error), *_ill(kpi, own)])


def unhealthy(kpi: Kpi, own: Health, ill: tuple[str, ...]) -> View | None:
    """The health alone, where the KPI or the whole pilot is ill; None where neither is."""
    if not (ill or own.ill):
        return None
    return View(kpi=kpi, estimates=own.estimates, checks=[*own.checks, *_ill(kpi, own)])


def without_margin(view: View, why: str) -> View:
    """A guardrail without its verdict where the reason says that it could not but hold; any other as it is."""
    if not why or view.effect is None or view.kpi.role != "guardrail":
        return view
    estimates = [one for one in view.estimates if one.name != "guardrail_margin"]
    return replace(
        view, estimates=estimates, checks=[*view.checks, health.no_verdict(view.kpi.id, (why,))], effect=None
    )


def _ill(kpi: Kpi, own: Health) -> list[Check]:
    return [health.no_verdict(kpi.id, own.ill)] if own.ill else []
