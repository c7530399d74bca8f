"""What a pilot can show of a KPI that each case has or has not: counted in cases, not in the people who handle them."""

import re
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from proveout.core.errors import ProveoutError
from proveout.core.sizing import KpiSizing
from proveout.flow.design import size_up
from proveout.flow.workspace import Workspace
from proveout.show.terminal.pilot import print_sizing

DECLARED = """
initiative: replies
sources: {messages: messages.csv, people: people.csv, arms: records/arms.csv, work: work.csv}
plan: {pilot_size: {units: 12, weeks: 6%s}}
kpis:
  - id: reply_rate
    title: Replies per message
    unit: share
    direction: up
    baseline: {source: messages, query: "select message as unit, day as period, replied as value from messages"}
pilot:
  start: 2026-03-02
  end: 2026-04-12
  randomise: units
  roster: {source: people}
  assignment: {source: arms}
  outcomes: {reply_rate: {source: work}}
"""


def declared(folder: Path, more: str) -> Workspace:
    """Twelve people, and 600 messages of which 18 were answered."""
    (folder / "initiative.yml").write_text(DECLARED % more, encoding="utf-8")
    messages = (f"m{i},2026-01-{5 + i % 20:02},{int(i % 100 < 3)}\n" for i in range(600))
    (folder / "messages.csv").write_text("message,day,replied\n" + "".join(messages), encoding="utf-8")
    (folder / "people.csv").write_text("unit\n" + "".join(f"p{i}\n" for i in range(12)), encoding="utf-8")
    return Workspace(folder)


@pytest.mark.parametrize(
    ("values", "query", "said"),
    [
        ('"0,5"', "replied as value", "none of 600 values of its baseline can be read as a number, such as '0,5'"),
        ("0.5", "replied as value, 2 as weight", "a baseline does not use `weight`"),
        ("", "replied as value", "none of the 600 rows of its baseline has a unit and a value"),
    ],
)
def test_a_baseline_that_says_nothing_is_named_with_its_reason(tmp_path: Path, values, query, said) -> None:
    workspace = declared(tmp_path, "")
    path = tmp_path / "messages.csv"
    path.write_text(re.sub(r"(?m),[01]$", f",{values}", path.read_text("utf-8")), encoding="utf-8")
    path = tmp_path / "initiative.yml"
    path.write_text(path.read_text("utf-8").replace("replied as value", query), encoding="utf-8")
    (kpi,) = size_up(workspace).kpis
    assert kpi.why_not.startswith(said)


def test_a_plan_after_the_start_and_a_draw_of_few_units_are_said(tmp_path: Path) -> None:
    warnings = size_up(declared(tmp_path, "")).warnings
    assert warnings[0].startswith("the pilot started on 2026-03-02, and nobody is drawn after the start")
    assert any(warning.startswith("12 units are few") and "`method: constrained`" in warning for warning in warnings)


def test_a_column_that_is_missing_is_named_with_those_that_there_are(tmp_path: Path) -> None:
    workspace = declared(tmp_path, "")
    (tmp_path / "people.csv").write_text("name,dept\nann,a\n", encoding="utf-8")
    with pytest.raises(ProveoutError) as error:
        size_up(workspace)
    assert error.value.remedy.startswith("the columns that there are: name, dept; a roster needs `unit`")


def test_ten_cases_a_day_show_a_threefold_share_and_no_double(tmp_path: Path) -> None:
    sizing = size_up(declared(tmp_path, ", cases_per_day: 10"))
    (kpi,) = sizing.kpis
    assert kpi.cases is not None and kpi.mde is None
    assert kpi.cases.share == pytest.approx(0.03)
    assert kpi.cases.needed[3.0] == 243
    assert kpi.cases.days(3.0) == 25 and kpi.cases.shows(3.0)
    assert kpi.cases.days(2.0) == 75 and not kpi.cases.shows(2.0)


def test_without_cases_a_day_nobody_knows_how_long_it_takes(tmp_path: Path) -> None:
    sizing = size_up(declared(tmp_path, ""))
    (kpi,) = sizing.kpis
    assert kpi.cases is not None and kpi.cases.needed[3.0] == 243
    assert kpi.cases.days(3.0) is None and kpi.cases.shows(3.0) is None
    assert any("cases_per_day" in warning for warning in sizing.warnings)


def told_of_hours(folder: Path, weeks: int, differing: bool) -> KpiSizing:
    """Hours of twelve people before the pilot; each has his own where they differ, all the same mean otherwise."""
    workspace = declared(folder, "")
    declaration = (
        (folder / "initiative.yml")
        .read_text()
        .replace(
            'select message as unit, day as period, replied as value from messages"',
            'select unit, period, value from hours"',
        )
    )
    for old, new in (("messages: messages.csv", "hours: hours.csv"), ("source: messages", "source: hours")):
        declaration = declaration.replace(old, new)
    (folder / "initiative.yml").write_text(declaration, encoding="utf-8")
    rows = (
        f"p{i},2026-01-{1 + 7 * week:02},{20 + differing * 5 * i + (7 * i + 5 * week) % 11}\n"
        for i in range(12)
        for week in range(weeks)
    )
    (folder / "hours.csv").write_text("unit,period,value\n" + "".join(rows), encoding="utf-8")
    (kpi,) = size_up(workspace).kpis
    return kpi


def test_a_baseline_that_is_there_is_said_to_be_used_to_be_of_no_use_or_to_be_too_short(tmp_path: Path) -> None:
    differing = told_of_hours(tmp_path, 4, differing=True)
    assert differing.r > 0.9 and differing.r == differing.foretold
    alike = told_of_hours(tmp_path, 4, differing=False)
    assert alike.r == 0.0 and alike.foretold is not None and alike.foretold < 0.5
    assert not any("before the start" in warning for warning in size_up(Workspace(tmp_path)).warnings)
    short = told_of_hours(tmp_path, 2, differing=True)
    assert short.foretold is None
    assert any("no time before the start is used" in warning for warning in size_up(Workspace(tmp_path)).warnings)


SCHEDULED = """
initiative: triage
sources: {work: work.csv, people: people.csv, arms: records/arms.csv}
kpis:
  - id: hours
    title: Hours
    unit: hour
    direction: down
    minimum_worthwhile: {absolute: -1.0}
    baseline: {source: work, query: "select unit, day as period, value from work"}
pilot:
  start: 2026-03-02
  end: 2026-04-26
  roster: {source: people}
  assignment: {source: arms}
  outcomes: {hours: {source: work}}
"""
WAVES = "  waves: {starts: [2026-03-02, 2026-03-23], holdback_share: %s}\n"
SWITCHBACK = "  switchback: {carry_over_days: %s}\n"


def scheduled(folder: Path, design: str, *, teams: int = 12, weeks: int = 6) -> Workspace:
    """Teams of four who differ, and whose weeks differ, before the start."""
    (folder / "initiative.yml").write_text(SCHEDULED + design, encoding="utf-8")
    random = np.random.default_rng(1)
    people, rows = ["unit,team\n"], ["unit,day,value\n"]
    for team in range(teams):
        lasting = random.normal(0, 3)
        for person in range(4):
            people.append(f"{team}-{person},t{team}\n")
            rows += [
                f"{team}-{person},{date(2026, 1, 5) + timedelta(weeks=week)},{20 + lasting + random.normal(0, 2):.3f}\n"
                for week in range(weeks)
            ]
    (folder / "people.csv").write_text("".join(people), encoding="utf-8")
    (folder / "work.csv").write_text("".join(rows), encoding="utf-8")
    return Workspace(folder)


def test_waves_say_what_they_show_and_more_teams_show_less(tmp_path: Path) -> None:
    found = []
    for teams in (12, 24):
        (kpi,) = size_up(scheduled(tmp_path, WAVES % 0.25, teams=teams)).kpis
        assert kpi.mde is not None and kpi.teams_needed is not None and not kpi.by_weeks
        found.append(kpi.mde.value)
    assert 0 < found[1] < 0.85 * found[0]


def test_a_switchback_is_its_own_comparison_so_that_levels_do_not_count(tmp_path: Path) -> None:
    sizing = size_up(scheduled(tmp_path, SWITCHBACK % 1))
    (kpi,) = sizing.kpis
    # passing variance of a team in a week is 4 / 4; 12 teams by 4 pairs of periods; doubted in 7 of 10 pilots
    expected = 2.87 * (2 * 1.0 / 48 * (1 + 0.7 * 4 / 3)) ** 0.5
    assert kpi.mde is not None and kpi.mde.value == pytest.approx(expected, rel=0.15)
    assert "4 times two periods" in sizing.design
    assert not any("no days are left out" in warning for warning in sizing.warnings)


def test_a_switchback_that_leaves_out_no_days_shows_less_for_it_allows_for_what_is_carried_over(tmp_path: Path) -> None:
    kept, sizing = (size_up(scheduled(tmp_path, SWITCHBACK % days)) for days in (1, 0))
    (one,), (other,) = kept.kpis, sizing.kpis
    larger = 6 / 7 * (1 + 4 / 3) / (1 + 0.7 * 4 / 3)  # six days of a period are less steady than seven
    assert one.mde is not None and other.mde is not None
    assert other.mde.value == pytest.approx(one.mde.value * larger**0.5, rel=0.02)
    assert any("no days are left out" in warning for warning in sizing.warnings)


def test_what_should_be_changed_before_the_start_is_said(tmp_path: Path) -> None:
    sizing = size_up(scheduled(tmp_path, WAVES % 0))
    assert any("nobody is held back: from 2026-03-23" in warning for warning in sizing.warnings)
    (kpi,) = size_up(scheduled(tmp_path, WAVES % 0.25, weeks=1)).kpis
    assert kpi.mde is None and "the baseline has 1 period(s)" in kpi.why_not


def test_a_switchback_of_one_team_needs_seven_times_two_periods(tmp_path: Path) -> None:
    short = scheduled(tmp_path, SWITCHBACK % 1, teams=1)
    assert "can never pass" in size_up(short).impossible[0]
    path = tmp_path / "initiative.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("end: 2026-04-26", "end: 2026-06-07"), encoding="utf-8")
    assert size_up(Workspace(tmp_path)).impossible == ()


LOOKS = "  looks: [2026-03-15, 2026-03-29, 2026-04-12]\n"


@pytest.mark.parametrize("design", ["", SWITCHBACK % 1, WAVES % 0.25])
def test_the_looks_are_said_with_what_they_may_spend_and_reckoned_with(tmp_path: Path, design: str) -> None:
    """O'Brien and Fleming's at 2, 4, 6 of 8 weeks: 0.0089%, 0.56%, 2.36%; 2.64% is left, of few ways a little more."""
    once = size_up(scheduled(tmp_path, design)).kpis[0]
    later = LOOKS.replace("2026-03-15", "2026-03-22") if "waves" in design else LOOKS
    sizing = size_up(scheduled(tmp_path, design + later))
    (kpi,) = sizing.kpis
    assert [look.n_days for look in sizing.looks][1:] == [28, 42, 56]
    assert [look.spent for look in sizing.looks][1:] == pytest.approx([0.00557, 0.0236, 0.05], abs=1e-4)
    assert kpi.alpha == pytest.approx(0.0264 if design else 0.05 - 21 / 924, abs=1e-4)
    assert once.alpha == pytest.approx(0.05)
    assert kpi.mde is not None and once.mde is not None
    assert 1.05 < kpi.mde.value / once.mde.value < 1.25


GUARDRAILS = """
  - {id: errors, title: Errors, unit: hour, direction: down, role: guardrail, minimum_worthwhile: {absolute: 2.0},
     baseline: {source: work, query: "select unit, day as period, value from work"}}
  - {id: waits, title: Waits, unit: hour, direction: down, role: guardrail,
     baseline: {source: work, query: "select unit, day as period, value from work"}}
pilot:"""


@pytest.mark.parametrize("design", ["", SWITCHBACK % 1, WAVES % 0.25])
def test_each_guardrail_has_the_power_that_all_of_them_need(tmp_path: Path, design: str) -> None:
    workspace = scheduled(tmp_path, design)
    path = tmp_path / "initiative.yml"
    said = path.read_text().replace("\npilot:", GUARDRAILS).replace("{hours:", "{waits: {source: work}, hours:")
    path.write_text(said.replace("waits: {source: work}", "waits: {source: work}, errors: {source: work}"))
    sizing = size_up(workspace)
    goal, errors = ({kpi.kpi: kpi for kpi in sizing.kpis}[name] for name in ("hours", "errors"))
    assert (goal.power, errors.power) == (0.8, pytest.approx(1 - 0.2 / 3))
    assert errors.alpha == pytest.approx(0.1) and errors.guardrail
    assert goal.mde is not None and errors.mde is not None
    # at 12 teams, with 10 degrees of freedom: t(.95) + t(.9333) against t(.975) + t(.8)
    assert errors.mde.value / goal.mde.value == pytest.approx(3.445 / 3.107, rel=0.06)
    assert any(warning.startswith("waits: nothing is declared as what can be borne") for warning in sizing.warnings)


def test_more_looks_than_so_few_teams_can_pay_for_are_refused(tmp_path: Path) -> None:
    """Eight teams divide in 70 ways; by seven of eight weeks two of them may be spent, and 0.05 - 2 / 70 is left."""
    days = ", ".join(str(date(2026, 3, 2) + timedelta(days=7 * week - 1)) for week in range(1, 8))
    (reason,) = size_up(scheduled(tmp_path, f"  looks: [{days}]\n", teams=8)).impossible
    assert "the 7 look(s) before leave an error of 0.021 for the last" in reason and "below 0.029" in reason
    assert not size_up(scheduled(tmp_path, f"  looks: [{days}]\n", teams=10)).impossible


def test_looks_at_which_no_goal_can_pass_are_named(tmp_path: Path) -> None:
    """Eight teams: no p-value is below 2 / 70 = 2.9%; by six of eight weeks 2.4% may be spent, by seven 3.6%."""
    days = ", ".join(str(date(2026, 3, 2) + timedelta(days=7 * week - 1)) for week in (4, 6, 7))
    sizing = size_up(scheduled(tmp_path, f"  looks: [{days}]\n", teams=8))
    assert [look.can_show(sizing.smallest_p) for look in sizing.looks] == [False, False, True, True]
    said = StringIO()
    print_sizing(sizing, Console(file=said, width=400))
    lines = [line for line in said.getvalue().splitlines() if line.startswith("look after")]
    no = "no goal can pass here, as no p-value of this draw is below 2.9%"
    assert [no in line for line in lines] == [True, True, False, False]
    assert "2.4% error may be made by then (5% in all)" in lines[1]


PROMISE = "minimum_worthwhile: {absolute: -1.0}"


def test_enough_is_what_gate_4_passes_not_what_is_told_from_nothing(tmp_path: Path) -> None:
    """The interval must lie wholly beyond what is worthwhile, so that both add up."""
    for worthwhile, promised, enough in ((5.0, None, True), (5.0, 5.5, False), (5.0, 12.0, True), (5.0, 5.0, False)):
        workspace = scheduled(tmp_path, "")
        path = tmp_path / "initiative.yml"
        target = "" if promised is None else f"\n    target: {{absolute: -{promised}}}"
        said = f"minimum_worthwhile: {{absolute: -{worthwhile}}}{target}"
        path.write_text(path.read_text().replace(PROMISE, said), encoding="utf-8")
        sizing = size_up(workspace)
        (kpi,) = sizing.kpis
        assert kpi.mde is not None and kpi.mde.value < worthwhile  # told from nothing, whatever is promised
        assert kpi.passes_from == pytest.approx(worthwhile + kpi.mde.value)
        assert kpi.aim == (promised or 2 * worthwhile)
        assert kpi.enough is enough and (kpi.teams_needed is None) == (promised == worthwhile)
        assert any("redesign before the start" in warning for warning in sizing.warnings) != enough


@pytest.mark.parametrize("method", ["stratified", "matched-pairs"])
def test_what_is_needed_is_never_what_cannot_pass(tmp_path: Path, method: str) -> None:
    """However large the effect: pairs of ten teams can be drawn in 32 ways, and eight teams of two strata in 36."""
    workspace = scheduled(tmp_path, f"  method: {method}\n", teams=8)
    path = tmp_path / "initiative.yml"
    path.write_text(path.read_text().replace(PROMISE, "minimum_worthwhile: {absolute: -100}"), encoding="utf-8")
    people = [line.split(",") for line in (tmp_path / "people.csv").read_text().split()[1:]]
    rows = [f"{unit},{team},{'ab'[int(team[1:]) % 2]}" for unit, team in people]
    (tmp_path / "people.csv").write_text("\n".join(["unit,team,stratum", *rows]) + "\n", encoding="utf-8")
    sizing = size_up(workspace)
    (kpi,) = sizing.kpis
    assert sizing.impossible and kpi.mde is None
    assert kpi.teams_needed == {"stratified": 9, "matched-pairs": 11}[method]


def test_the_time_before_is_reckoned_with_where_the_analysis_uses_it(tmp_path: Path) -> None:
    found = {}
    for teams in (7, 12):
        sizing = size_up(scheduled(tmp_path, "", teams=teams))
        (found[teams],) = sizing.kpis
        assert any("time before is not used" in warning for warning in sizing.warnings) == (teams == 7)
    assert found[7].r == 0.0 and found[12].r == found[12].foretold
    assert found[7].foretold is not None and found[7].foretold > 0.5


@pytest.mark.parametrize("design", [WAVES % 0.25, SWITCHBACK % 1])
def test_a_baseline_that_follows_units_is_not_called_too_short(tmp_path: Path, design: str) -> None:
    sizing = size_up(scheduled(tmp_path, design))
    (kpi,) = sizing.kpis
    assert (kpi.foretold is not None and kpi.followed) or "switchback" in design
    assert not any("baseline does not follow" in warning for warning in sizing.warnings)


ARRIVING = """
initiative: tickets
sources: {old: old.csv, people: people.csv, arms: records/arms.csv, work: old.csv}
%skpis:
  - {id: hours, title: Hours, unit: hour, direction: down, minimum_worthwhile: {absolute: -1.0},
     baseline: {source: old, query: "select unit, day as period, value from old"}}
pilot:
  start: 2026-03-02
  end: 2026-04-26
  randomise: units
  arriving: true
  roster: {source: people}
  assignment: {source: arms}
  outcomes: {hours: {source: work}}
"""


@pytest.mark.parametrize(
    ("said", "units"), [("", 400), ("plan: {pilot_size: {units: 100, weeks: 4}}\n", 200)], ids=["baseline", "said"]
)
def test_units_that_arrive_are_planned_before_the_first_is_there(tmp_path: Path, said: str, units: int) -> None:
    """Fifty a week in the baseline, for eight weeks; or a hundred in four weeks, as declared."""
    (tmp_path / "initiative.yml").write_text(ARRIVING % said, encoding="utf-8")
    (tmp_path / "people.csv").write_text("unit\n", encoding="utf-8")
    values = np.random.default_rng(1).normal(20, 4, 300)
    rows = (f"o{i},{date(2026, 1, 5) + timedelta(days=i % 42)},{value:.3f}\n" for i, value in enumerate(values))
    (tmp_path / "old.csv").write_text("unit,day,value\n" + "".join(rows), encoding="utf-8")
    sizing = size_up(Workspace(tmp_path))
    (kpi,) = sizing.kpis
    assert sizing.units == units and f"{units} in 8.0 weeks" in sizing.design and sizing.smallest_p is None
    assert not sizing.impossible and kpi.floor is None and not kpi.followed
    assert kpi.mde is not None and kpi.by_weeks[8] == pytest.approx(kpi.mde.value)
    assert kpi.by_weeks[2] > 1.8 * kpi.by_weeks[8]  # more weeks bring more units
    assert kpi.mde.value > 1.25 * 2.8 * 4 * (4 / units) ** 0.5  # wider than a t-test: it holds at every moment
    assert not any("baseline" in warning or "teams" in warning for warning in sizing.warnings)
