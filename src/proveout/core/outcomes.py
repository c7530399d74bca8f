"""Outcomes of KPIs, as a pilot and a rollout declare and measure them."""

from collections.abc import Iterable, Sequence

from proveout.core.diagnostic import Fault
from proveout.core.estimate import Estimate, exact
from proveout.core.initiative import Kpi


def unknown_kpis(part: str, outcomes: Iterable[str], kpis: Sequence[Kpi]) -> tuple[Fault, ...]:
    """Outcomes under `pilot` or `rollout` whose KPI is not declared."""
    known = [kpi.id for kpi in kpis]
    return tuple(
        Fault(
            path=(part, "outcomes", name),
            slug="unknown-kpi",
            message=f'there is no KPI "{name}"',
            hint=f"one of {', '.join(known)}" if known else "declare it under `kpis`",
        )
        for name in outcomes
        if name not in known
    )


def measured(kpi: Kpi, done: bool) -> Estimate:
    """1 for a KPI with an effect: one that is declared and not measured must not be forgotten."""
    return exact(f"{kpi.role}_measured", done, subject=kpi.id, method="tried")
