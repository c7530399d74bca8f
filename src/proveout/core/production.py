"""What an initiative needs on its way from pilot to production."""

from proveout.core.initiative import Initiative, Phase


def has_exit_criterion(initiative: Initiative) -> bool:
    """Whether a goal KPI has a target and a day by which it is to be met, so that the pilot can end."""
    return any(kpi.role == "goal" and kpi.target and kpi.due for kpi in initiative.kpis)


def has_run_budget(initiative: Initiative) -> bool:
    """Whether the value model counts what it costs to run."""
    return initiative.value is not None and initiative.value.yearly_cost not in (0, 0.0, "0", "")


def missing(initiative: Initiative) -> tuple[str, ...]:
    """What it lacks, in a word or two each."""
    needs = {
        "production owner": bool(initiative.people.production_owner),
        "exit criterion": has_exit_criterion(initiative),
        "run budget": has_run_budget(initiative),
        "time box": initiative.plan.window(Phase.PILOT) is not None,
    }
    return tuple(need for need, there in needs.items() if not there)
