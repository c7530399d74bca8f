"""The article's ways to fail, each read from the same evidence as the gates.

One function per pathology yields its signs; `_TABLE` gives it its name, the article's words and a remedy. Thresholds
here are our judgement: they mark what is plainly ill, not what is good enough, which is the policy's business.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from proveout.core.choice import GOING_ON, Choice
from proveout.core.decision import Record, last_choice
from proveout.core.evidence import Evidence
from proveout.core.initiative import Initiative, Phase
from proveout.core.policy import Comparison, Dimension, Weight
from proveout.core.production import has_exit_criterion, has_run_budget, time_box
from proveout.core.verdict import GateVerdict, Pathology, Ruling, Verdict
from proveout.core.wording import figure
from proveout.gates.ageing import ends
from proveout.gates.judging import by_criterion
from proveout.gates.signs import Case, Sign, combined, missing, sound

AT_LEAST, AT_MOST = Comparison.AT_LEAST, Comparison.AT_MOST
MUCH_MISSING = 1 / 3  # of the must-criteria of a gate that was left behind
TIME_TO_DECIDE = 28  # days after a pilot's end: its last outcomes come in, and those who decide may meet once a month
SILENT_WEEKS = 3  # without any use: longer than a holiday of all
MANY_DECISIONS = 5  # of which not one stopped anything


def find_pathologies(
    initiative: Initiative,
    evidence: Sequence[Evidence],
    gates: Sequence[GateVerdict],
    *,
    as_of: date,
    decisions: Sequence[Record] = (),
) -> tuple[Pathology, ...]:
    """Every pathology with the figures that gave it away, or that are missing to tell.

    Args:
        initiative: As declared.
        evidence: At most one per block; what is too old or was not measured tells nothing.
        gates: The verdicts on the same evidence.
        as_of: The day that counts as today.
        decisions: Ledger records of kind ``decision``, oldest first.

    Returns:
        All of them, present or not, in the order of the article.
    """
    last = ends(evidence, gates, decisions, as_of)
    case = Case(initiative=initiative, evidence=evidence, gates=gates, as_of=as_of, decisions=decisions, ends=last)
    return tuple(_found(disease, case) for disease in _TABLE)


@dataclass(frozen=True)
class _Disease:
    name: str
    title: str
    signs: Callable[[Case], Iterator[Sign]]
    remedy: str


def _found(disease: _Disease, case: Case) -> Pathology:
    present, figures = combined(tuple(disease.signs(case)))
    return Pathology(
        name=disease.name,
        title=disease.title,
        present=present,
        figures=figures,
        remedy="" if present is False else disease.remedy,
    )


def _easy_button(case: Case) -> Iterator[Sign]:
    left = [gate for gate in case.gates if gate.phase.number < case.initiative.phase.number]
    if not left:
        yield Sign(False, "The initiative stands in the first phase; no gate was skipped.")
    for gate in left:
        decided = last_choice(case.decisions, gate.phase)
        if gate.verdict is Verdict.PASS or decided in GOING_ON:
            yield Sign(False, f"The gate {gate.phase} was passed or decided.")
        else:
            yield Sign(
                True, f"{case.initiative.phase.label} was entered while the gate {gate.phase} read {gate.verdict}."
            )
        must = by_criterion(r for r in gate.rulings if r.criterion.weight is Weight.MUST)
        skipped = [id_ for id_, rulings in must.items() if any(r.waived or r.estimate is None for r in rulings)]
        if must:
            share = len(skipped) / len(must)
            sentence = f"{figure(share, 'share')} of the must-criteria of {gate.phase} are waived or have no evidence."
            yield Sign(share > MUCH_MISSING, sentence)


def _built_for_nobody(case: Case) -> Iterator[Sign]:
    groups = case.initiative.groups
    if groups and not any(group.role == "user" for group in groups):
        yield Sign(True, "No declared group has the role user.")
    yield from sound(case, "interviews", "users_share", AT_LEAST, 0.5)
    yield from sound(case, "interviews", "groups_heard", AT_LEAST, 0.5)
    if case.reached(Phase.PILOT):
        yield from _nobody_there(case)


def _nobody_there(case: Case) -> Iterator[Sign]:
    """Few or no users while the service was up; where it was down, nobody could have come."""
    silent, up, down = (
        min((e.value for e in case.estimates(instrument, name)), default=0.0)
        for instrument, name in (("usage", "weeks_without_use"), ("service", "weeks_up"), ("service", "weeks_down"))
    )
    nobody = f"Nobody has used it for {figure(silent, 'week')}"
    if silent and down:
        yield Sign(False, f"{nobody}, but the service was down for {figure(down, 'week')} of late.")
        return
    yield from sound(case, "usage", "weekly_active_share", AT_LEAST, 0.1)
    if silent >= SILENT_WEEKS:
        there = min(silent, up)
        while_up = f"{nobody}, and the service was up in {figure(there, 'week')} of these."
        unknown = f"{nobody}; whether the service was up cannot be told without `weeks_up` from `service`."
        yield Sign(True, while_up) if there >= SILENT_WEEKS else Sign(None, unknown)


def _data_silos(case: Case) -> Iterator[Sign]:
    known = False
    for name, comparison, threshold in (
        ("join_share", AT_LEAST, 0.9),
        ("coverage", AT_LEAST, 0.5),
        ("coverage_bias", AT_MOST, 0.25),
    ):
        if case.estimates("availability", name):
            known = True
            yield from sound(case, "availability", name, comparison, threshold)
    if not known:
        yield missing("availability", "join_share")
        yield missing("availability", "coverage_bias")


def _process_gap(case: Case) -> Iterator[Sign]:
    yield from sound(case, "workflow", "ai_steps_documented_share", AT_LEAST, 1.0)
    if case.reached(Phase.PILOT):
        yield from sound(case, "usage", "left_flow_share", AT_MOST, 0.2)


def _skills_misalignment(case: Case) -> Iterator[Sign]:
    yield from sound(case, "training", "untrained_access_share", AT_MOST, 0.1)
    yield from sound(case, "training", "competence_gain", AT_LEAST, 0.1)


def _measurement_failure(case: Case) -> Iterator[Sign]:
    for gate in case.gates:
        dimensions = {r.criterion.dimension for r in gate.rulings if r.criterion.weight is Weight.MUST}
        if dimensions == {Dimension.TECHNICAL}:
            yield Sign(True, f"The gate {gate.phase} has technical must-criteria only.")
    goals = frozenset(kpi.id for kpi in case.initiative.kpis if kpi.role == "goal")
    if not goals:
        yield Sign(None, "Cannot be told: no goal KPI is declared.")
        return
    yield from sound(case, "kpis", "in_value_model", AT_LEAST, 1.0, subjects=goals)
    yield from sound(case, "kpis", "serves_objective", AT_LEAST, 1.0, subjects=goals)


def _pilot_trap(case: Case) -> Iterator[Sign]:
    initiative, near = case.initiative, case.reached(Phase.ORGANISATIONAL_READINESS)
    window = time_box(initiative, Phase.PILOT)
    if window is None:
        yield Sign(near or None, "The pilot has no time box: plan.pilot is missing.")
    elif case.as_of > window.until and not case.reached(Phase.PRODUCTION_SCALING):
        days = (case.as_of - window.until).days
        ended = f"The pilot's time box ended {figure(days, 'day')} ago, on {window.until}"
        end_it = "Decide it: `proveout decide pilot go`, `recycle` or `kill`."
        if days > TIME_TO_DECIDE:
            yield Sign(True, f"{ended}, and it is not in production. {end_it}")
        else:
            yield Sign(False, f"{ended}; {figure(TIME_TO_DECIDE - days, 'day')} are left to decide. {end_it}")
    else:
        yield Sign(False, f"The pilot has a time box that ends on {window.until}.")
    owner = initiative.people.production_owner
    if owner:
        yield Sign(False, f"{owner} will run it when the pilot is over.")
    else:
        yield Sign(near or None, "Nobody is named who will run it after the pilot: people.production_owner is missing.")
    if has_exit_criterion(initiative):
        yield Sign(False, "A goal KPI has a target and a due date, so the pilot can end.")
    else:
        yield Sign(near or None, "No goal KPI has a target and a due date, so the pilot has no exit criterion.")
    if has_run_budget(initiative):
        yield Sign(False, "The value model counts what it costs to run.")
    else:
        yield Sign(near or None, "The value model has no cost of running it: value.yearly_cost is missing.")


def _showcase_pilot(case: Case) -> Iterator[Sign]:
    yield from sound(case, "prototype", "sample_population_auc", AT_MOST, 0.6)
    if case.reached(Phase.TECHNICAL_FEASIBILITY):
        yield from sound(case, "prototype", "leakage_suspects", AT_MOST, 0)
        yield from sound(case, "prototype", "later_than_training", AT_LEAST, 0.5)


def _technology_first(case: Case) -> Iterator[Sign]:
    problem = case.initiative.problem
    if problem is None:
        yield Sign(None, "Cannot be told: no problem is declared.")
        return
    stated, solution = problem.named_before_solution, problem.solution_named
    if solution is None and stated is None:
        yield Sign(None, "Cannot be told: neither problem.named_before_solution nor problem.solution_named is given.")
    elif solution is None:
        yield Sign(False, f"The problem was written down on {stated}; no solution was named yet.")
    elif stated is None or solution < stated:
        when = f"on {stated}" if stated else "on no day that is known"
        yield Sign(True, f"A solution was named on {solution}, the problem was written down {when}.")
    else:
        yield Sign(False, f"The problem was written down on {stated}, before a solution was named on {solution}.")
    if solution is not None:
        heard = case.measured("interviews", "process")
        if heard:
            yield Sign(False, f"The problem is backed by evidence: {', '.join(e.block for e in heard)}.")
        else:
            yield Sign(True, "A solution is named, but neither interviews nor a process log back the problem.")
    if case.reached(Phase.TECHNICAL_FEASIBILITY):
        yield from sound(case, "prototype", "gain_over_baseline", AT_LEAST, 0.0)


def _change_underestimated(case: Case) -> Iterator[Sign]:
    effort = case.initiative.plan.effort
    total = effort.technical_days + effort.organisational_days if effort else 0.0
    if not effort or not total:
        yield Sign(None, "Cannot be told without the planned effort: plan.effort is missing.")
    else:
        share = effort.organisational_days / total
        yield Sign(
            share < 0.6,
            f"{figure(share, 'share')} of {figure(total, 'day')} of planned effort is organisational; "
            "the rule of thumb is 80%.",
        )
    if case.reached(Phase.PILOT):
        yield from sound(case, "change", "barriers_treated_share", AT_LEAST, 0.5)
        yield from sound(case, "training", "trained_before_launch_share", AT_LEAST, 0.5)


def _gates_without_teeth(case: Case) -> Iterator[Sign]:
    moved = by_criterion(r for gate in case.gates for r in gate.rulings if _loosened(r))
    for id_, rulings in moved.items():
        first, unit = rulings[0], rulings[0].estimate.unit if rulings[0].estimate else ""
        now, then = figure(first.criterion.threshold, unit), figure(first.moved_from or 0.0, unit)
        yield Sign(True, f"The threshold of {id_} was loosened from {then} to {now} after its evidence was seen.")
    if not case.decisions:
        yield Sign(None, "Cannot be told yet: no decision is recorded.")
        return
    choices = [str(record.body["choice"]) for record in case.decisions]
    against = [r for r in case.decisions if r.body["choice"] == Choice.GO and r.body["verdict"] != Verdict.PASS]
    went = sum(choice in GOING_ON for choice in choices)
    yield Sign(
        bool(against) and len(against) * 2 >= went,
        f"{len(against)} of {went} decisions to go on went against the verdict of the gate.",
    )
    yield Sign(
        len(choices) >= MANY_DECISIONS and went == len(choices),
        f"{len(choices) - went} of {len(choices)} decisions held, sent back or stopped the initiative.",
    )


def _loosened(ruling: Ruling) -> bool:
    if ruling.moved_from is None:
        return False
    if ruling.criterion.comparison is AT_LEAST:
        return ruling.criterion.threshold < ruling.moved_from
    return ruling.criterion.threshold > ruling.moved_from


_TABLE = (
    _Disease(
        "easy-button",
        "The easy button illusion",
        _easy_button,
        "Go back to the gate that was skipped: gather its evidence, or decide it and write down why.",
    ),
    _Disease(
        "built-for-nobody",
        "Built for nobody: the users were not consulted",
        _built_for_nobody,
        "Ask the people who are meant to use it how they work, before anything else is built.",
    ),
    _Disease(
        "data-silos",
        "Data silos: incomplete or biased data",
        _data_silos,
        "Mend the keys that do not join, and add the source in which the missing people or cases are.",
    ),
    _Disease(
        "process-gap",
        "Process gaps: the system does not fit the workflow",
        _process_gap,
        "Write the steps of the AI into the documented process, with a fallback and an owner for each.",
    ),
    _Disease(
        "skills-misalignment",
        "Skills misalignment: deployed without training",
        _skills_misalignment,
        "Train people before they get access, and test what they learnt.",
    ),
    _Disease(
        "measurement-failure",
        "Measurement failures: metrics that serve no business objective",
        _measurement_failure,
        "Tie every goal KPI to a business objective, and compute the value model from it.",
    ),
    _Disease(
        "pilot-trap",
        "The pilot trap: no path to production",
        _pilot_trap,
        "Before the pilot starts, name its end: a date, an exit criterion, an owner in production, a budget to run it.",
    ),
    _Disease(
        "showcase-pilot",
        "A showcase pilot: optimised for demo-ability instead of usability",
        _showcase_pilot,
        "Test on cases drawn at random from those that the system will meet.",
    ),
    _Disease(
        "technology-first",
        "Starting with technology instead of problems",
        _technology_first,
        "Ask: we have this business problem, could AI help solve it? And compare with a simple rule.",
    ),
    _Disease(
        "change-underestimated",
        "Underestimating change management",
        _change_underestimated,
        "Plan the work on people as well: interviews, training, process change, communication.",
    ),
    _Disease(
        "gates-without-teeth",
        "Gates without teeth: nothing is ever stopped",
        _gates_without_teeth,
        "Fix thresholds before the data are seen, and let a verdict that fails stop the initiative until it is mended.",
    ),
)
