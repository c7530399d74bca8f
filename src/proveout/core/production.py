"""What an initiative needs on its way from pilot to production."""

from proveout.core.initiative import Initiative, Phase, Window


def has_exit_criterion(initiative: Initiative) -> bool:
    """Whether a goal KPI has a target and a day by which it is to be met, so that the pilot can end."""
    return any(kpi.role == "goal" and kpi.target and kpi.due for kpi in initiative.kpis)


def has_run_budget(initiative: Initiative) -> bool:
    """Whether the value model counts what it costs to run."""
    return initiative.value is not None and initiative.value.yearly_cost not in (0, 0.0, "0", "")


def time_box(initiative: Initiative, phase: Phase) -> Window | None:
    """That of the plan; without one, the start and the end of the pilot that is declared are those of its phase."""
    planned, pilot = initiative.plan.window(phase), initiative.pilot
    if planned or pilot is None or phase is not Phase.PILOT:
        return planned
    return Window(from_=pilot.start, until=pilot.end)


def missing(initiative: Initiative) -> tuple[str, ...]:
    """What it lacks, in a word or two each."""
    needs = {
        "production owner": bool(initiative.people.production_owner),
        "exit criterion": has_exit_criterion(initiative),
        "run budget": has_run_budget(initiative),
        "time box": time_box(initiative, Phase.PILOT) is not None,
    }
    return tuple(need for need, there in needs.items() if not there)
