"""The article's ways to fail, from the figures that give them away."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from proveout.core.decision import Record
from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Evidence, Finding
from proveout.core.initiative import (
    Change,
    Effort,
    Group,
    GroupId,
    Initiative,
    Kpi,
    People,
    Phase,
    Plan,
    Problem,
    ValueModel,
    Window,
)
from proveout.core.pilot import Pilot
from proveout.core.policy import Dimension, Policy
from proveout.core.production import missing as lacking
from proveout.core.question import Rows, SourceName
from proveout.core.verdict import GateVerdict, Pathology, Verdict
from proveout.gates import find_pathologies, judge, notices

from .test_judging import PREVALENCE

TODAY = date(2026, 3, 1)
NAMES = (
    "easy-button",
    "built-for-nobody",
    "data-silos",
    "process-gap",
    "skills-misalignment",
    "measurement-failure",
    "pilot-trap",
    "showcase-pilot",
    "technology-first",
    "change-underestimated",
    "gates-without-teeth",
)


def found(instrument: str, *estimates: Estimate, **more: Any) -> Evidence:
    return Evidence(
        block=instrument,
        instrument=instrument,
        version="1",
        key=f"key-{instrument}",
        finding=Finding(estimates=estimates),
        as_of=date(2026, 1, 1),
        measured_at=datetime(2026, 2, 1, tzinfo=UTC),
        **more,
    )


def diagnose(
    name: str,
    *evidence: Evidence,
    gates: Sequence[GateVerdict] = (),
    decisions: Sequence[Record] = (),
    **declared: Any,
) -> Pathology:
    pathologies = find_pathologies(Initiative(**declared), evidence, gates, as_of=TODAY, decisions=decisions)
    assert tuple(p.name for p in pathologies) == NAMES
    for pathology in pathologies:
        assert pathology.figures, f"{pathology.name} gives no figure"
        assert bool(pathology.remedy) == (pathology.present is not False)
    return next(p for p in pathologies if p.name == name)


def share(name: str, value: float, lower: float, upper: float, subject: str = "") -> Estimate:
    return Estimate(name=name, value=value, lower=lower, upper=upper, unit="share", subject=subject, n=50)


def decision(choice: str, verdict: str, phase: Phase = Phase.PROBLEM_VALIDATION) -> Record:
    body = {"phase": phase, "choice": choice, "verdict": verdict, "override": False, "reason": "r", "by": "b"}
    at = datetime(2026, 2, 2, tzinfo=UTC)
    return Record(sequence=1, previous="", hash="", kind="decision", initiative="i", key=phase, at=at, body=body)


def judged(initiative: Initiative, *evidence: Evidence, **more: Any) -> tuple[GateVerdict, ...]:
    policy = Policy(policy="test", version="1", criteria=(PREVALENCE,))
    return judge(initiative, policy, evidence, as_of=TODAY, instruments={"interviews": "a block"}, **more)


def test_with_no_evidence_at_all_nothing_is_ruled_out_but_the_easy_button() -> None:
    present = {p.name: p.present for p in find_pathologies(Initiative(), (), (), as_of=TODAY)}
    assert present.pop("easy-button") is False
    assert set(present.values()) == {None}


def test_easy_button() -> None:
    later = Initiative(phase=Phase.TECHNICAL_FEASIBILITY)
    gates, phase = judged(later), {"phase": Phase.TECHNICAL_FEASIBILITY}
    entered = diagnose("easy-button", gates=gates, **phase)
    assert entered.present is True
    assert entered.figures == (
        "Technical feasibility was entered while the gate problem-validation read undecided.",
        "100% of the must-criteria of problem-validation are waived or have no evidence.",
    )
    decided = diagnose("easy-button", gates=gates, decisions=[decision("go", "undecided")], **phase)
    assert decided.figures == ("100% of the must-criteria of problem-validation are waived or have no evidence.",)
    held = diagnose("easy-button", gates=gates, decisions=[decision("go", "pass"), decision("hold", "fail")], **phase)
    assert len(held.figures) == 2
    passed = judged(later, found("interviews", share("pain_prevalence", 0.8, 0.6, 0.9)))
    assert diagnose("easy-button", gates=passed, **phase).present is False


def test_built_for_nobody() -> None:
    def interviews(users: float, groups: float = 1.0) -> Evidence:
        return found(
            "interviews", exact("users_share", users, unit="share"), exact("groups_heard", groups, unit="share")
        )

    assert diagnose("built-for-nobody", interviews(0.7)).present is False
    few = diagnose("built-for-nobody", interviews(0.1))
    assert few.present is True
    assert few.figures == ("Users share: 10%; at least 50% would be sound.",)
    assert diagnose("built-for-nobody", interviews(0.7, 0.25)).present is True
    nobody = diagnose("built-for-nobody", groups=(Group(id=GroupId("board"), size=3, role="management"),))
    assert nobody.figures == ("No declared group has the role user.",)
    stale = replace(interviews(0.7), good_until=TODAY)
    assert diagnose("built-for-nobody", stale).present is None
    assert "weekly_active_share" in diagnose("built-for-nobody", interviews(0.7), phase=Phase.PILOT).figures[0]


def test_built_for_nobody_while_the_service_was_up() -> None:
    heard = found("interviews", exact("users_share", 0.7, unit="share"), exact("groups_heard", 1.0, unit="share"))

    def at_pilot(active: float, silent: float, **weeks: float) -> tuple[bool | None, str]:
        usage = found(
            "usage",
            exact("weekly_active_share", active, unit="share"),
            exact("weeks_without_use", silent, unit="week"),
        )
        service = found("service", *(exact(name, n, unit="week") for name, n in weeks.items()))
        told = diagnose("built-for-nobody", heard, usage, service, phase=Phase.PILOT)
        return told.present, " ".join(told.figures)

    present, said = at_pilot(0.5, 5, weeks_up=9, weeks_down=0)
    assert present is True
    assert said == "Nobody has used it for 5 weeks, and the service was up in 5 weeks of these."
    assert at_pilot(0.5, 2, weeks_up=9, weeks_down=0)[0] is False
    present, said = at_pilot(0.0, 5, weeks_up=0, weeks_down=5)
    assert present is False
    assert "the service was down for 5 weeks" in said
    assert at_pilot(0.0, 0, weeks_up=0, weeks_down=5)[0] is True
    present, said = at_pilot(0.5, 5, weeks_up=0, weeks_down=0)
    assert present is None
    assert "cannot be told without `weeks_up`" in said


def test_data_silos() -> None:
    def availability(**shares: tuple[float, float, float]) -> Evidence:
        return found("availability", *(share(name, *figures, subject="crm") for name, figures in shares.items()))

    assert diagnose("data-silos", availability(join_share=(0.97, 0.95, 0.99))).present is False
    apart = diagnose("data-silos", availability(join_share=(0.4, 0.3, 0.5), coverage_bias=(0.1, 0.0, 0.2)))
    assert apart.present is True
    assert apart.figures == ("Join share (crm): 40% (95% interval: 30% to 50%); at least 90% would be sound.",)
    assert diagnose("data-silos", availability(coverage_bias=(0.6, 0.4, 0.8))).present is True
    assert diagnose("data-silos", availability(join_share=(0.9, 0.8, 0.95))).present is None


def test_measurement_failure() -> None:
    def kpis(**in_model: float) -> Evidence:
        names = ("in_value_model", "serves_objective")
        return found("kpis", *(exact(n, v, subject=kpi) for kpi, v in in_model.items() for n in names))

    goal, guard = Kpi(id="hours"), Kpi(id="errors", role="guardrail")
    assert diagnose("measurement-failure", kpis(hours=1, errors=0), kpis=(goal, guard)).present is False
    unused = diagnose("measurement-failure", kpis(hours=0), kpis=(goal,))
    assert unused.present is True
    assert unused.figures[0] == "In value model (hours): 0; at least 1 would be sound."
    technical = replace(PREVALENCE, dimension=Dimension.TECHNICAL)
    gates = judge(Initiative(), Policy(policy="p", version="1", criteria=(technical,)), (), as_of=TODAY, instruments={})
    blind = diagnose("measurement-failure", kpis(hours=1), kpis=(goal,), gates=gates)
    assert blind.figures == ("The gate problem-validation has technical must-criteria only.",)


def test_pilot_trap() -> None:
    whole: dict[str, Any] = {
        "plan": Plan(pilot=Window(from_=date(2026, 2, 16), until=date(2026, 3, 27))),
        "people": People(production_owner="Ana"),
        "kpis": (Kpi(id="hours", target=Change(relative=-0.5), due=date(2026, 9, 30)),),
        "value": ValueModel(yearly_benefit="1000 USD", yearly_cost="200 USD/year"),
    }
    assert diagnose("pilot-trap", **whole).present is False
    late = whole | {"plan": Plan(pilot=Window(from_=date(2025, 12, 1), until=TODAY - timedelta(days=29)))}
    assert diagnose("pilot-trap", **late).figures == (
        "The pilot's time box ended 29 days ago, on 2026-01-31, and it is not in production."
        " Decide it: `proveout decide pilot go`, `recycle` or `kill`.",
    )
    for days in (1, 28):
        ended = Plan(pilot=Window(from_=date(2025, 12, 1), until=TODAY - timedelta(days=days)))
        in_time = diagnose("pilot-trap", **whole | {"plan": ended})
        assert in_time.present is False and f"{28 - days} days are left to decide" in in_time.figures[0]
    assert diagnose("pilot-trap", **late, phase=Phase.PRODUCTION_SCALING).present is False
    assert len(diagnose("pilot-trap").figures) == 4
    assert diagnose("pilot-trap", phase=Phase.PILOT).present is True
    assert diagnose("pilot-trap", **whole | {"people": People()}).present is None


@pytest.mark.parametrize(("end", "present"), [(TODAY, False), (TODAY - timedelta(days=29), True)])
def test_a_pilot_that_is_declared_has_its_own_time_box(end, present) -> None:
    pilot = Pilot(start=date(2026, 1, 5), end=end, assignment=Rows(source=SourceName("arms")))
    found = diagnose("pilot-trap", pilot=pilot, phase=Phase.PILOT)
    assert not any("no time box" in sentence for sentence in found.figures)
    assert any("not in production" in sentence for sentence in found.figures) == present
    said = notices(Initiative(pilot=pilot, phase=Phase.PILOT), TODAY)
    assert not any("no time box" in sentence for sentence in said)
    assert any("past its window" in sentence for sentence in said) == present
    assert "time box" not in lacking(Initiative(pilot=pilot)) and "time box" in lacking(Initiative())


def test_technology_first() -> None:
    early, late = date(2026, 1, 5), date(2026, 2, 5)

    def problem(stated: date | None, solution: date | None) -> dict[str, Any]:
        return {"problem": Problem(statement="s", named_before_solution=stated, solution_named=solution)}

    heard = found("interviews", exact("users_share", 1))
    assert diagnose("technology-first", **problem(None, None)).present is None
    assert diagnose("technology-first", **problem(early, None)).present is False
    assert diagnose("technology-first", heard, **problem(early, late)).present is False
    assert diagnose("technology-first", heard, **problem(late, early)).figures == (
        "A solution was named on 2026-01-05, the problem was written down on 2026-02-05.",
    )
    assert diagnose("technology-first", heard, **problem(None, early)).present is True
    assert diagnose("technology-first", **problem(early, late)).present is True
    assert diagnose("technology-first", heard, **problem(early, late), phase=Phase.PILOT).present is None


@pytest.mark.parametrize(
    ("technical", "organisational", "present"), [(20, 80, False), (40, 60, False), (41, 59, True), (0, 0, None)]
)
def test_change_underestimated(technical: float, organisational: float, present: bool | None) -> None:
    plan = Plan(effort=Effort(technical_days=technical, organisational_days=organisational))
    pathology = diagnose("change-underestimated", plan=plan)
    assert pathology.present is present
    if present:
        assert pathology.figures == ("59% of 100 days of planned effort is organisational; the rule of thumb is 80%.",)


def test_gates_without_teeth() -> None:
    interviews = found("interviews", share("pain_prevalence", 0.4, 0.31, 0.6))
    seen_at = {"first_thresholds": {"pain-shared:key-interviews": 0.5}}
    loosened = diagnose("gates-without-teeth", gates=judged(Initiative(), interviews, **seen_at))
    assert loosened.present is True
    assert loosened.figures == (
        "The threshold of pain-shared was loosened from 50% to 30% after its evidence was seen.",
    )
    tightened = {"first_thresholds": {"pain-shared:key-interviews": 0.2}}
    assert diagnose("gates-without-teeth", gates=judged(Initiative(), interviews, **tightened)).present is None
    assert diagnose("gates-without-teeth", decisions=[decision("go", "pass")]).present is False
    against = diagnose("gates-without-teeth", decisions=[decision("go", "pass"), decision("go", "fail")])
    assert against.figures == ("1 of 2 decisions to go on went against the verdict of the gate.",)
    assert diagnose("gates-without-teeth", decisions=[decision("go", "pass")] * 5).present is True
    assert diagnose(
        "gates-without-teeth", decisions=[*[decision("go", "pass")] * 5, decision("kill", "fail")]
    ).present is (False)


@pytest.mark.parametrize("name", ["process-gap", "skills-misalignment", "showcase-pilot"])
def test_what_needs_instruments_of_later_phases_cannot_be_told_yet(name: str) -> None:
    pathology = diagnose(name)
    assert pathology.present is None
    assert pathology.figures[0].startswith("Cannot be told without `")


def test_notices() -> None:
    window = Window(from_=date(2026, 2, 16), until=date(2026, 2, 27))
    people = People(owner="Ana", sponsor="Bo")
    late = Initiative(plan=Plan(problem_validation=window), people=people)
    assert notices(late, date(2026, 2, 27)) == ()
    assert notices(late, date(2026, 2, 28)) == (
        "The phase problem-validation is 1 day past its window, which ended on 2026-02-27.",
    )
    assert notices(late, date(2026, 2, 1)) == (
        "The phase problem-validation was entered, but its window starts on 2026-02-16 only.",
    )
    crossed = Plan(problem_validation=window, pilot=Window(from_=date(2026, 1, 1), until=date(2026, 12, 1)))
    assert "before that of problem-validation" in notices(Initiative(plan=crossed, people=people), window.until)[0]
    bare = notices(Initiative(), TODAY)
    assert [sentence.partition(":")[0] for sentence in bare] == [
        "The phase problem-validation has no time box",
        "Nobody answers for the result",
        "Nobody pays and clears the way",
    ]


def test_a_waiver_that_has_ended_is_noticed() -> None:
    from proveout.core.initiative import Waiver

    waiver = Waiver(criterion="pain-shared", reason="r", by="b", until=date(2026, 2, 28))
    assert notices(Initiative(waivers=(waiver,)), TODAY)[1] == (
        "The waiver of pain-shared ended on 2026-02-28; the criterion counts again."
    )


def test_the_verdict_of_a_gate_left_behind_is_named() -> None:
    gates = judged(Initiative(phase=Phase.PILOT), found("interviews", share("pain_prevalence", 0.1, 0.0, 0.2)))
    assert gates[0].verdict is Verdict.FAIL
    figures = diagnose("easy-button", gates=gates, phase=Phase.PILOT).figures
    assert "Pilot was entered while the gate problem-validation read fail." in figures
