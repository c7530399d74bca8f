"""What a rollout can show, and what it cannot, said before its waves are drawn for good."""

from collections.abc import Iterator, Sequence

import numpy as np

from proveout import data
from proveout.core.errors import TooLittle
from proveout.core.initiative import Initiative
from proveout.core.looks import ALPHA
from proveout.core.rollout import HOLDBACK, Rollout
from proveout.core.wording import figure
from proveout.delivery import Seat
from proveout.flow.workspace import Workspace
from proveout.instruments.impact.measure import level_of
from proveout.instruments.impact.planned import TIMES, foreseen, planning_questions
from proveout.instruments.impact.queries import names
from proveout.stats.allocation import FEWEST_HELD_BACK
from proveout.stats.staggered import n_orders

LIKELY = 0.8


def notes(workspace: Workspace, initiative: Initiative, rollout: Rollout, seats: Sequence[Seat]) -> Iterator[str]:
    """One sentence each: the holdback, the orders, the guardrails, and the chances of each goal."""
    blocks = {seat.team or seat.unit: seat for seat in seats} if rollout.randomise == "teams" else {}
    teams = [seat for _, seat in sorted((blocks or {seat.unit: seat for seat in seats}).items())]
    held = sum(seat.arm == HOLDBACK for seat in teams)
    if not held:
        yield "nobody is held back: once all have the system there is nobody to compare with"
    elif held < FEWEST_HELD_BACK:
        yield f"{held} team(s) are held back: four are little, six are better"
    if rollout.order == "randomised":
        yield from _orders(teams)
    if not any(kpi.role == "guardrail" and kpi.id in rollout.outcomes for kpi in initiative.kpis):
        yield "no guardrail has outcomes under `rollout`: harm would not be seen, and gate 5 cannot pass"
    if held and workspace.today <= rollout.start:
        yield from _chances(workspace, initiative, rollout, teams)


def smallest_p_of_orders(teams: Sequence[Seat]) -> float:
    """The smallest p-value that the order can give; of two waves of one size each order has a mirror image."""
    arms = [seat.arm for seat in teams]
    mirrored = len(set(arms)) == 2 and len({arms.count(arm) for arm in arms}) == 1
    return (2 if mirrored else 1) / n_orders(arms, [seat.stratum for seat in teams])


def _orders(teams: Sequence[Seat]) -> Iterator[str]:
    smallest = smallest_p_of_orders(teams)
    if smallest > ALPHA:
        yield (
            f"the order can come out in so few ways that no p-value is below {smallest:.2g}: so few teams can hardly "
            "pass; take more, or fewer strata"
        )


def _chances(workspace: Workspace, initiative: Initiative, rollout: Rollout, teams: Sequence[Seat]) -> Iterator[str]:
    questions = planning_questions(initiative, workspace.today)
    tables, failures = data.ask(questions, initiative.sources, workspace.folder)
    waves = np.array([rollout.names.index(seat.arm) + 1 for seat in teams])
    error = 1 - level_of(rollout, rollout.sustain_until)
    for index, outcome in enumerate(rollout.outcomes):
        name = names(index)
        for kpi in (kpi for kpi in initiative.kpis if kpi.id == outcome and kpi.role == "goal"):
            if failure := next((failures[q] for q in name.values() if q in failures), failures.get("rollout_seats")):
                yield f"{kpi.id}: what the rollout can show is not known: {failure.message}"
                continue
            try:
                seen = foreseen(kpi, tables[name["means"]], waves, rollout, error=error)
            except TooLittle as found:
                yield f"{kpi.id}: what the rollout can show is not known: {found.message}; {found.remedy}"
                continue
            lasts = (
                "cannot be seen" if seen.lasts is None else f"is shown with a chance of {figure(seen.lasts, 'share')}"
            )
            low = min(seen.worthwhile, seen.lasts or 0.0) < LIKELY
            yield (
                f"{kpi.id}: an effect of {TIMES:g} times what is worthwhile is shown to be that with a chance of "
                f"{figure(seen.worthwhile, 'share')}, and that it lasts {lasts}"
                + ("; more teams, a later `sustain_until` or a lower `retained_share` raise it" if low else "")
            )
