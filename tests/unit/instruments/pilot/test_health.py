"""A pilot that is not healthy has no effect: each illness has a sentence."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from proveout.core.errors import TooLittle
from proveout.core.evidence import Outcome
from proveout.core.initiative import Change, Initiative, Kpi, Override
from proveout.core.registration import Registration
from proveout.instruments.pilot.measure import measure
from proveout.instruments.pilot.settings import Settings
from proveout.stats.sample_ratio import sample_ratio_evidence

START, END = date(2026, 3, 2), date(2026, 3, 29)
KPI = Kpi(id="hours", unit="hour", direction="down", minimum_worthwhile=Change(absolute=-1.0))


def names(finding):
    return {estimate.name for estimate in finding.estimates}


def figure(finding, name, subject=None):
    return next(e for e in finding.estimates if e.name == name and subject in (None, e.subject))


def ill(finding):
    """What stands in the way of a verdict; there is no effect then."""
    assert not names(finding) & {"effect", "effect_to_worthwhile", "guardrail_margin", "p_value"}
    return " ".join(
        check.note for check in finding.checks if "healthy enough for a verdict" in check.name and check.passed is False
    )


def test_no_pilot_is_not_applicable():
    assert measure(Settings(), None, Initiative()).outcome is Outcome.NOT_APPLICABLE  # pyright: ignore


def test_nobody_assigned(world):
    with pytest.raises(TooLittle, match="nobody is assigned"):
        world().find()


def test_where_the_file_of_the_assignment_is_missing_it_is_to_be_drawn(world):
    here = world().teams(12, -2.0)
    here.answers(END, KPI, None)
    (here.folder / "arms.csv").unlink()
    answers = here.asked(END, KPI, None)
    with pytest.raises(TooLittle, match="nobody is assigned yet") as error:
        measure(Settings(), answers, here.initiative(KPI))
    assert "`proveout pilot assign`" in error.value.remedy
    known = Registration(design={}, file="", n_units=60, at=START)
    found = measure(Settings(), here.asked(END, KPI, known), here.initiative(KPI))
    assert found.outcome is Outcome.UNREACHABLE  # it was there, and is lost


def test_before_the_start_nobody_is_said_not_to_use_what_nobody_has(world):
    here = world().teams(12, -2.0)
    here.uses = []
    name = "Those who have the system use it"
    (early,) = (c for c in here.find(today=START - timedelta(days=2)).checks if c.name == name)
    assert early.passed is None and early.note == "nobody has it before 2026-03-02"
    (late,) = (c for c in here.find(today=START + timedelta(days=2)).checks if c.name == name)
    assert late.passed is False


def test_uses_that_are_missing_take_nothing_else_with_them(world):
    here = world().teams(12, -2.0)
    here.uses = []
    here.answers(END, KPI, None)
    (here.folder / "uses.csv").unlink()
    found = measure(Settings(), here.asked(END + timedelta(days=1), KPI, None), here.initiative(KPI))
    assert "effect" in names(found) and "contamination_share" not in names(found)
    (check,) = (c for c in found.checks if c.name == "The uses can be read")
    assert check.passed is False and "uses.csv" in check.note
    assert not any("no exposures are declared" in c.note for c in found.checks)


@pytest.mark.parametrize(
    ("arms", "said"),
    [(["pilot"] * 4, "the arms pilot;"), (["a", "b"] * 2, "arms a, b"), (["pilot", "b", "c", "d"], "4 arms")],
)
def test_two_arms_are_needed(world, arms, said):
    here = world()
    here.arms = [[f"u{i}", f"t{i}", arm, "all", "2026-02-20"] for i, arm in enumerate(arms)]
    with pytest.raises(TooLittle, match=said):
        here.find()


def test_six_teams_can_never_show_anything(world):
    assert "no p-value is below 0.10" in ill(world().teams(6, -5.0).find())


def test_a_unit_in_two_arms(world):
    here = world().teams(12, -2.0)
    here.arms.append(["1-0", "t001", "control", "all", "2026-02-20"])
    assert "1 unit(s) are in two arms" in ill(here.find())


def test_a_unit_in_two_teams(world):
    here = world().teams(12, -2.0)
    here.arms.append(["1-0", "t003", "pilot", "all", "2026-02-20"])
    assert "1 unit(s) are in two teams" in ill(here.find())


def test_a_team_in_two_arms(world):
    here = world().teams(12, -2.0)
    here.arms[0][2] = "pilot"
    assert "1 team(s) have units in both arms" in ill(here.find())


def test_the_same_line_twice_changes_nothing_and_is_said(world):
    here = world().teams(12, -2.0)
    before = here.find()
    assert not any("assigned once" in c.name for c in before.checks)
    here.arms += [list(row) for row in here.arms[:3]]
    found = here.find()
    assert figure(found, "effect").value == pytest.approx(figure(before, "effect").value)
    said = next(c for c in found.checks if "assigned once" in c.name)
    assert said.passed is False and said.note.startswith("3 line(s) repeat a unit")


def test_arms_of_unequal_size(world):
    here = world()
    here.arms = [[f"u{i}", "", "pilot" if i < 900 else "control", "all", "2026-02-20"] for i in range(1_600)]
    here.rows = [[f"u{i}", END, i % 7] for i in range(1_600)]
    found = here.find(randomise="units")
    assert figure(found, "sample_ratio_p", "assigned").value < 0.001
    assert "900 to 700" in ill(found)


@pytest.mark.parametrize(("n_treated", "healthy"), [(800, True), (880, True), (900, False)])
def test_units_that_arrive_may_be_counted_every_day(world, n_treated, healthy):
    """880 of 1,600 have p = 7e-5 in the test for one look, which a pilot looked at daily must not use."""
    here = world()
    here.arms = [[f"u{i}", "", "pilot" if i < n_treated else "control", "all", "2026-02-20"] for i in range(1_600)]
    here.rows = [[f"u{i}", END, i % 7] for i in range(1_600)]
    found = here.find(randomise="units", arriving=True)
    for subject in ("assigned", "hours: units with outcomes"):
        p = figure(found, "sample_ratio_p", subject)
        assert "sequential" in p.method
        evidence = sample_ratio_evidence([n_treated, 1_600 - n_treated], [0.5, 0.5], concentration=100)
        assert p.value == pytest.approx(min(1, 1 / evidence))
    assert healthy == ("effect" in names(found))
    assert healthy or f"{n_treated} to {1_600 - n_treated}" in ill(found)


def test_outcomes_that_are_missing_in_one_arm(world):
    here = world()
    here.arms = [[f"u{i}", "", "pilot" if i % 2 else "control", "all", "2026-02-20"] for i in range(1_000)]
    here.rows = [[f"u{i}", END, i % 7] for i in range(1_000) if i % 2 == 0 or i < 500]
    found = here.find(randomise="units")
    assert figure(found, "missing_gap").lower > 0.4
    assert figure(found, "missing_imbalance").value == 0.5
    assert "units with outcomes are 250 to 500" in ill(found)


def test_arms_that_were_not_alike_before(world):
    here = world().teams(16, 0.0)
    arms = {row[0]: row[2] for row in here.arms}
    here.rows = [[u, d, v + 30 * (arms[u] == "pilot")] for u, d, v in here.rows]
    assert "not alike before" in ill(here.find())


def test_users_in_the_control_arm(world):
    here = world().teams(12, -2.0)
    here.uses = [[row[0], START] for row in here.arms if row[2] == "pilot"]
    clean = here.find()
    assert figure(clean, "contamination_share").value == 0
    assert "used it" not in next(c for c in clean.checks if "told from chance" in c.name).note
    here.uses += [[row[0], START] for row in here.arms if row[2] == "control"][:6]
    found = here.find()
    assert figure(found, "contamination_share").value == pytest.approx(0.2)
    assert figure(found, "exposed_share").value == 1
    assert "effect" in names(found)
    note = next(c for c in found.checks if "told from chance" in c.name).note
    assert "20.0% of those without the system used it" in note


def test_arms_that_are_swapped(world):
    here = world().teams(12, -2.0)
    here.uses = [[row[0], START] for row in here.arms if row[2] == "control"]
    assert "seem to be swapped" in ill(here.find())


def test_uses_before_the_assignment_are_named(world):
    here = world().teams(12, -2.0)
    here.uses = [["1-0", date(2026, 2, 1)], ["1-1", START]]
    note = next(c for c in here.find().checks if "before they were assigned" in c.name)
    assert note.passed is False
    assert note.note.startswith("1 of 60 unit(s)")


@pytest.mark.parametrize(
    ("value", "said"),
    [("inf", "1 value(s) are infinite"), ("nan", "1 value(s) are infinite"), (-3, "1 value(s) are times below 0")],
)
def test_values_that_cannot_be(world, value, said):
    here = world().teams(12, -2.0)
    here.rows[-1][2] = value
    assert said in ill(here.find())


def test_times_in_mixed_zones(world):
    here = world().teams(12, -2.0)
    here.rows = [[u, f"{d}T10:00:00" + ("+02:00" if u == "0-0" else ""), v] for u, d, v in here.rows]
    assert "name a zone, the others do not" in ill(here.find())


def test_text_for_numbers_and_days_and_strangers_are_left_out_and_counted(world):
    here = world().teams(12, -2.0)
    here.rows += [["1-0", "soon", 3], ["1-0", START, "many"], ["1-0", START, ""], ["nobody", START, 5], ["", START, 5]]
    note = next(c.note for c in here.find().checks if "every outcome counts" in c.name)
    for said in (
        "1 without a value",
        "1 whose value is no number",
        "1 without a day",
        "1 without a unit",
        "1 units that",
    ):
        assert said in note


@pytest.mark.parametrize("rows", [[], [["stranger", START, 4.0]]])
def test_no_outcomes(world, rows):
    here = world().teams(12, -2.0)
    here.rows = rows
    found = here.find()
    assert "effect" not in names(found)
    assert any(check.passed is not True and check.name.startswith("hours") for check in found.checks)


def test_nothing_varies(world):
    here = world().teams(12, 0.0)
    here.rows = [[u, d, 4.0] for u, d, _ in here.rows]
    found = here.find()
    assert "effect" not in names(found)
    assert any("nothing varies" in check.note for check in found.checks)
    before = next(check for check in found.checks if "alike before" in check.name)
    assert before.passed is None and "or these do not differ" in before.note


def test_an_outcome_that_cannot_be_read(world):
    here = world().teams(12, -2.0)
    here.columns = ["unit", "day", "amount"]
    found = here.find()
    assert any(check.name == "hours can be read" and "value" in check.note for check in found.checks)


def test_the_design_is_held_against_the_registration(world):
    here = world().teams(12, -2.0)
    design = here.initiative().pilot_design()
    registered = Registration(design=design, file="", n_units=60, at=date(2026, 2, 20))
    assert figure(here.find(registration=registered), "design_changes").value == 0
    found = here.find(registration=registered, seed=9, treated_share=0.6)
    assert figure(found, "design_changes").value == 2
    note = next(c.note for c in found.checks if "the one that was registered" in c.name)
    assert "pilot.seed: nothing, now 9" in note
    late = replace(registered, at=START + timedelta(days=3))
    assert "after the start" in next(c.note for c in here.find(registration=late).checks if "registered" in c.name)


def test_how_the_gate_judges_is_held_against_the_registration(world):
    """Only where both are known: an earlier version registered no criteria."""
    here = world().teams(12, -2.0)
    judged = {"criteria": {"kpi-improved": {"threshold": 1.0}}, "analysis": {"pilot": "2"}}
    registered = Registration(
        design=here.initiative().pilot_design(), file="", n_units=60, at=date(2026, 2, 20), judged=judged
    )
    (kpi,) = here.initiative().kpis
    answers = replace(here.answers(END + timedelta(days=1), kpi, registered), judged=judged)
    assert figure(measure(Settings(), answers, here.initiative()), "design_changes").value == 0
    later = {"criteria": {"kpi-improved": {"threshold": 0.5}}, "analysis": {"pilot": "3"}}
    found = measure(Settings(), replace(answers, judged=later), here.initiative())
    assert figure(found, "design_changes").value == 2
    note = next(c.note for c in found.checks if "the one that was registered" in c.name)
    assert "the gate judges otherwise, criteria.kpi-improved.threshold: 1.0, now 0.5" in note
    assert "analysis.pilot: 2, now 3" in note
    old = replace(answers, registration=replace(registered, judged={}), judged=later)
    assert figure(measure(Settings(), old, here.initiative()), "design_changes").value == 0


def test_an_effect_against_what_was_hoped_is_no_proof_that_arms_are_coded_right(world):
    found = world().teams(12, 4.0).find()
    check = next(c for c in found.checks if "goes the way" in c.name)
    assert check.passed is False
    assert "coded the wrong way round; without exposures nobody can say" in check.note


def test_units_without_a_team_where_teams_are_drawn(world):
    here = world().teams(12, -2.0)
    here.arms[0][1] = ""
    assert "1 unit(s) have no team" in ill(here.find())


def test_arms_that_were_not_kept_apart(world):
    here = world().teams(12, -2.0)
    here.uses = [[row[0], START] for row in here.arms]
    assert "were not kept apart" in ill(here.find())


def test_uses_that_cannot_be_placed_are_no_clean_bill(world):
    here = world().teams(12, -2.0)
    here.uses = [[row[0], "05/03/2026 09:00 or so"] for row in here.arms]
    found = here.find()
    assert "contamination_share" not in names(found)
    assert any(check.name == "Every use can be placed" and check.passed is False for check in found.checks)


def test_uses_before_and_during_the_pilot_count_and_those_after_it_do_not(world):
    here = world().teams(12, -2.0)
    pilots = [[row[0], START] for row in here.arms if row[2] == "pilot"]
    control = next(row[0] for row in here.arms if row[2] == "control")
    here.uses = [*pilots, [control, date(2026, 2, 25)], [control, START], ["10-0", date(2026, 5, 1)]]
    assert figure(here.find(), "contamination_share").value == pytest.approx(1 / 30)


@pytest.mark.parametrize("day", ["infinity", "10000-01-01", "2099-01-01"])
def test_days_that_cannot_be_do_not_make_a_look_come(world, day):
    here = world().teams(12, -2.0)
    here.rows = [row for row in here.rows if row[1] < date(2026, 3, 9)]
    here.rows += [["0-0", day, 5], ["nobody", day, 5]]
    assert "effect" not in names(here.find())


def test_few_units_that_are_lost_in_one_arm_are_enough_to_doubt(world):
    here = world()
    here.arms = [[f"u{i}", "", "pilot" if i % 2 else "control", "all", "2026-02-20"] for i in range(40)]
    here.rows = [[f"u{i}", END, i % 7] for i in range(40) if i % 2 == 0 or i < 16]
    assert "units with outcomes are 8 to 20" in ill(here.find(randomise="units"))


def test_thresholds_of_other_gates_are_no_part_of_the_design(world):
    here = world().teams(12, -2.0)
    judged = {"criteria": {"kpi-improved": {"threshold": 1.0}}, "analysis": {}}
    design = here.initiative().pilot_design(judged["criteria"])
    registered = Registration(design=design, file="", n_units=60, at=date(2026, 2, 20), judged=judged)
    (kpi,) = here.initiative().kpis
    answers = replace(here.answers(END + timedelta(days=1), kpi, registered), judged=judged)
    for criterion, changed in (("headroom", 0), ("kpi-improved", 1)):
        gates = {criterion: Override(threshold=0.5, reason="so it is")}
        found = measure(Settings(), answers, replace(here.initiative(), gates=gates))
        assert figure(found, "design_changes").value == changed


@pytest.mark.parametrize(
    ("seeds", "passed", "said"),
    [
        ({1: 5, 2: 6}, True, "each of 2 draw(s) was drawn when it was registered"),
        ({1: 5}, None, "no seed is registered of draw 2 of 2"),
    ],
)
def test_which_draws_could_be_foretold_is_said(world, seeds, passed, said):
    here = world().teams(12, 0)
    here.arm_columns = [*here.arm_columns, "batch"]
    here.arms = [[*row, 2 if row[1] >= "t010" else 1] for row in here.arms]
    design = here.initiative().pilot_design()
    found = here.find(registration=Registration(design=design, file="", n_units=60, at=START, seeds=seeds))
    check = next(check for check in found.checks if check.name.startswith("Nobody could try"))
    assert check.passed is passed and said in check.note
