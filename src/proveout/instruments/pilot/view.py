"""What was found for one KPI, whatever the design."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from proveout.core.errors import TooLittle
from proveout.core.estimate import AT_END, Estimate
from proveout.core.evidence import Check
from proveout.core.exhibit import Exhibit
from proveout.core.initiative import Kpi
from proveout.instruments.pilot import health
from proveout.instruments.pilot.effects import Effect
from proveout.instruments.pilot.health import Health
from proveout.instruments.pilot.verdicts import BORNE

HEAL = (
    "Mend what makes the pilot unhealthy (it stands first under its evidence); where it cannot be mended, the pilot "
    "says nothing and must be run again."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Figures, assumptions and pictures after so many looks; where there is no effect, why, and what to do.

    `first` is what is to be done before the figures are relied on.
    """

    kpi: Kpi
    estimates: Sequence[Estimate] = ()
    checks: Sequence[Check] = ()
    effect: Effect | None = None
    exhibits: Sequence[Exhibit] = ()
    why: str = ""
    remedy: str = ""
    n_looks: int = 0
    first: str = ""


def mend_first(view: View, what: str) -> View:
    """With what is to be done before anything is expected of the end, or planned; as it is where there is nothing."""
    if not what:
        return view
    return replace(view, first=what, estimates=[one for one in view.estimates if not one.name.endswith(AT_END)])


def not_compared(kpi: Kpi, error: TooLittle, own: Health) -> View:
    """Why there is nothing to compare, after what is known of the health."""
    remedy = f"{error.remedy[:1].upper()}{error.remedy[1:]}."
    checks = [*own.checks, health.too_little(kpi, error), *_ill(kpi, own)]
    return View(kpi=kpi, estimates=own.estimates, checks=checks, why=error.message, remedy=remedy)


def unhealthy(kpi: Kpi, own: Health, ill: tuple[str, ...]) -> View | None:
    """The health alone, where the KPI or the whole pilot is ill; None where neither is."""
    if not (ill or own.ill):
        return None
    return no_verdict(kpi, own.estimates, [*own.checks, *_ill(kpi, own)], (*ill, *own.ill))


def no_verdict(kpi: Kpi, estimates: Sequence[Estimate], checks: Sequence[Check], ill: tuple[str, ...]) -> View:
    """The figures of the health, and why there are no others."""
    why = f"the pilot is not healthy enough for a verdict: {'; '.join(ill)}"
    return View(kpi=kpi, estimates=estimates, checks=checks, why=why, remedy=HEAL)


def without_margin(view: View, why: str) -> View:
    """A guardrail without its verdict where the reason says that it could not but hold; any other as it is."""
    if not why or view.effect is None or view.kpi.role != "guardrail":
        return view
    estimates = [one for one in view.estimates if not one.name.startswith("guardrail_margin")]
    checks = [one for one in view.checks if not one.name.endswith(BORNE)]
    found = no_verdict(view.kpi, estimates, [*checks, health.no_verdict(view.kpi.id, (why,))], (why,))
    return replace(found, n_looks=view.n_looks)


def _ill(kpi: Kpi, own: Health) -> list[Check]:
    return [health.no_verdict(kpi.id, own.ill)] if own.ill else []
