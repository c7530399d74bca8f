"""KPIs measured over small real files through the data room."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from proveout.core.estimate import Estimate
from proveout.core.evidence import Check, Finding, Outcome
from proveout.core.exhibit import Histogram, Intervals, Series, Table
from proveout.core.initiative import Baseline, Change, Initiative, Kpi, PilotPlan, Plan, Source
from proveout.core.pilot import Pilot
from proveout.core.question import Answers, Rows, SourceName
from proveout.data import ask
from proveout.instruments import instrument
from proveout.stats.mean import t_mean
from proveout.stats.power import effect_variance, minimal_detectable_effect
from proveout.stats.proportion import wilson

KPIS = instrument("kpis")
DAY = date(2026, 1, 5)
Measure = Callable[..., Finding]


@pytest.fixture
def measure(tmp_path: Path) -> Measure:
    """Write one CSV per KPI, ask, and measure."""

    def run(*kpis: tuple[Kpi, str], plan: PilotPlan | None = None, pilot: Pilot | None = None) -> Finding:
        for kpi, csv in kpis:
            (tmp_path / f"{kpi.id}.csv").write_text(csv, encoding="utf-8")
        initiative = Initiative(kpis=tuple(kpi for kpi, _ in kpis), plan=Plan(pilot_size=plan), pilot=pilot)
        sources = {kpi.id: Source(location=f"{kpi.id}.csv") for kpi, _ in kpis}
        tables, failures = ask(KPIS.questions(KPIS.settings_type(), initiative), sources, tmp_path)
        answers = Answers(tables=tables, failures=failures, as_of=DAY)
        return KPIS.measure(KPIS.settings_type(), answers, initiative)

    return run


def kpi(name="k", **fields):
    given = {"unit": "hour/week", "target": Change(relative=-0.5), "baseline": Baseline(source=name)} | fields
    return Kpi(id=name, **given)


def csv(columns, rows):
    return "\n".join([columns, *(",".join(map(str, row)) for row in rows)]) + "\n"


def figure(found: Finding, name: str, subject: str = "k") -> Estimate:
    return next(e for e in found.estimates if (e.name, e.subject) == (name, subject))


def check(found: Finding, name: str, subject: str = "k") -> Check:
    return next(c for c in found.checks if c.name == f"{subject}: {name}")


def panel(units=10, weeks=8, *, teams=0, seed=1, start=date(2025, 10, 6), slope=0.0):
    rng = np.random.default_rng(seed)
    rows = []
    for unit in range(units):
        level = rng.normal(10, 2)
        for week in range(weeks):
            value = round(level + slope * week + rng.normal(0, 1), 4)
            row = [f"rep{unit}", start + timedelta(weeks=week), value]
            rows.append([*row, f"team{unit % teams}"] if teams else row)
    return rows


def unit_means(rows):
    names = sorted({row[0] for row in rows})
    return [np.mean([row[2] for row in rows if row[0] == name]) for name in names]


def test_the_baseline_is_the_mean_of_unit_means(measure):
    rows = panel()[:-5]  # the last unit has fewer weeks, and counts the same
    found = measure((kpi(), csv("unit,period,value", rows)))
    expected, ours = t_mean(unit_means(rows)), figure(found, "baseline")
    assert (ours.value, ours.lower, ours.upper) == pytest.approx((expected.value, expected.lower, expected.upper))
    assert (ours.unit, ours.n, figure(found, "n_units").value) == ("hour/week", 10, 10)


def test_teams_widen_the_interval_and_count_as_units(measure):
    rows = panel(teams=4)
    found = measure((kpi(), csv("unit,period,value,cluster", rows)))
    assert figure(found, "baseline").n == 4
    assert "CR2 over 4 clusters" in figure(found, "baseline").method


def test_shares_of_one_row_per_unit_are_wilsons(measure):
    rows = [(i, int(i < 30)) for i in range(100)]
    ours, expected = figure(measure((kpi(unit="share"), csv("unit,value", rows))), "baseline"), wilson(30, 100)
    assert (ours.value, ours.lower, ours.upper, ours.unit) == (0.3, expected.lower, expected.upper, "share")


def test_shares_of_many_rows_per_unit_go_by_unit_and_stay_within_0_and_1(measure):
    rows = [(i, int(j >= i)) for i in range(3) for j in range(3)]
    ours = figure(measure((kpi(unit="share"), csv("unit,value", rows))), "baseline")
    assert ours.value == pytest.approx((1 + 2 / 3 + 1 / 3) / 3)
    assert (ours.upper, ours.method) == (1.0, "Student's t interval")


@pytest.mark.parametrize(
    "columns", ["unit,value", "unit,value,period", "unit,value,cluster", "cluster,period,value,unit"]
)
def test_period_and_cluster_may_be_absent(measure, columns):
    values = {"unit": range(9), "value": range(9), "period": [date(2025, 10, 6)] * 9, "cluster": [1, 2, 3] * 3}
    rows = zip(*(values[name] for name in columns.split(",")), strict=True)
    assert figure(measure((kpi(), csv(columns, rows))), "baseline").value == pytest.approx(4)


def test_one_broken_kpi_leaves_the_others(measure):
    good, bad = kpi("good"), kpi("bad")
    found = measure((good, csv("unit,value", [(i, i) for i in range(9)])), (bad, "unit,amount\n1,2\n"))
    assert figure(found, "baseline", "good").value == 4
    assert [e.name for e in found.estimates if e.subject == "bad"] == [
        "definition_complete",
        "vague_words",
        "in_value_model",
        "serves_objective",
    ]
    refusal = check(found, "the baseline can be read", "bad")
    assert refusal.passed is False
    assert "value" in refusal.note


def test_a_missing_file_leaves_the_definition(measure, tmp_path):
    found = measure((kpi(baseline=Baseline(source="k", table="nothing")), "unit,value\n1,2\n"))
    assert check(found, "the baseline can be read").passed is False
    assert found.outcome is Outcome.MEASURED


def test_what_is_left_out_is_counted(measure):
    rows = [*[(i, i) for i in range(8)], (8, ""), (9, "nan"), ("", 4)]
    found = measure((kpi(), csv("unit,value", rows)))
    note = check(found, "few values are missing")
    assert note.passed is False
    assert "11 rows: 1 without a value, 1 whose value is no finite number, 1 without a unit" in note.note
    assert figure(found, "n_units").value == 8


@pytest.mark.parametrize("unit", ["h", "min", "person-days", "hours per case"])
def test_times_below_0_give_no_baseline(measure, unit):
    rows = csv("unit,value", [*[(i, 5 + i) for i in range(9)], (9, -3)])
    found = measure((kpi(unit=unit), rows))
    assert not any(e.name in ("baseline", "mde_ratio") for e in found.estimates)
    assert check(found, "the values can be").note.startswith("1 value(s) are times below 0")
    assert figure(measure((kpi(unit="hours saved"), rows)), "baseline").value == pytest.approx(7.8)


def test_text_values_and_no_rows_are_said(measure):
    found = measure((kpi("text"), csv("unit,value", [(1, "a"), (2, "b")])), (kpi("empty"), "unit,value\n"))
    for name in ("text", "empty"):
        assert check(found, "the baseline has values", name).passed is False
        assert not any(e.name == "baseline" and e.subject == name for e in found.estimates)


def test_one_unit_is_too_little(measure):
    found = measure((kpi(), csv("unit,period,value", panel(units=1))))
    assert not any(e.name == "baseline" for e in found.estimates)
    assert "needs two" in check(found, "there are data for a baseline with an interval").note


def test_units_that_are_all_alike_are_said(measure):
    found = measure((kpi(), csv("unit,value", [(f"u{i}", 5) for i in range(10)])))
    assert "no width" in check(found, "units differ").note


def test_a_trend_is_seen(measure):
    found = measure((kpi(), csv("unit,period,value", panel(slope=0.5))))
    trend = figure(found, "trend")
    assert trend.lower <= 0.5 <= trend.upper
    assert trend.unit == "hour/week/period"
    assert check(found, "there is no trend").passed is False


def test_units_that_do_not_last_have_a_trend_of_period_means(measure):
    rows = [
        (f"{week}-{i}", date(2025, 10, 6) + timedelta(weeks=week), 2 * week + i) for week in range(6) for i in range(3)
    ]
    trend = figure(measure((kpi(), csv("unit,period,value", rows))), "trend")
    assert trend.value == pytest.approx(2)
    assert trend.method.startswith("least squares")


def test_moments_are_put_together_by_week(measure):
    rng = np.random.default_rng(4)
    rows = [
        (i % 10, datetime(2025, 10, 6) + timedelta(minutes=int(rng.integers(60 * 24 * 56))), round(rng.normal(5), 3))
        for i in range(2000)
    ]
    found = measure((kpi(), csv("unit,period,value", rows)))
    series = next(x for x in found.exhibits if isinstance(x, Series))
    assert [point[0] for point in series.points] == [f"{date(2025, 10, 6) + timedelta(weeks=w)}" for w in range(8)]
    assert check(found, "the baseline spans 6 weeks").passed is True


def test_moments_are_those_of_utc(measure):
    """Monday 01:00 at +05:00 is Sunday in UTC; also where a period that cannot be read makes all of them text."""
    monday = datetime(2025, 10, 6, 1)
    days = [monday + timedelta(days=i) for i in range(70)]
    rows = [(i % 3, f"{day.isoformat()}+05:00", 5 + i % 2) for i, day in enumerate(days)]
    found = measure((kpi(), csv("unit,period,value", [*rows, (1, "later", 5)])))
    series = next(x for x in found.exhibits if isinstance(x, Series))
    assert next(iter(series.points))[0] == "2025-09-29"


def test_a_short_baseline_is_said(measure):
    found = measure((kpi(), csv("unit,period,value", panel(weeks=4))))
    assert check(found, "the baseline spans 6 weeks").passed is False
    assert "4.0 weeks" in check(found, "the baseline spans 6 weeks").note


@pytest.mark.parametrize(("labels", "weeks"), [("2025-W{:02d}", "12.0 weeks"), ("2025-{:02d}", "52")])
def test_weeks_and_months_as_text(measure, labels, weeks):
    rows = [(unit, labels.format(i), unit + i % 2) for unit in range(8) for i in range(1, 13)]
    note = check(measure((kpi(), csv("unit,period,value", rows))), "the baseline spans 6 weeks").note
    assert note.startswith(weeks)


def test_numbered_periods_take_their_length_from_the_unit(measure):
    rows = [(unit, week, unit + week % 2) for unit in range(8) for week in range(1, 14)]
    found = measure((kpi(), csv("unit,period,value", rows)))
    assert check(found, "the baseline spans 6 weeks").note == "13.0 weeks."
    series = next(x for x in found.exhibits if isinstance(x, Series))
    assert [label for label, *_ in series.points] == [str(week) for week in range(1, 14)]


def test_a_unit_that_dominates_is_named(measure):
    rows = [*[(f"rep{i}", 5 + i % 3) for i in range(20)], ("whale", 900)]
    dominance = check(measure((kpi(), csv("unit,value", rows))), "no unit dominates")
    assert dominance.passed is False
    assert "'whale'" in dominance.note


def test_what_the_pilot_can_see_without_periods_is_textbook(measure):
    values = np.random.default_rng(6).normal(50, 5, 40).round(3)
    rows = list(enumerate(values))
    found = measure((kpi(target=Change(absolute=4.0)), csv("unit,value", rows)), plan=PilotPlan(units=60))
    expected = minimal_detectable_effect(effect_variance(values.var(ddof=1), 60), 58, variance_df=39)
    ratio = figure(found, "mde_ratio")
    assert (ratio.value, ratio.lower, ratio.upper) == pytest.approx(
        (expected.value / 4, expected.lower / 4, expected.upper / 4)
    )
    assert check(found, "the pilot can see the promised change").passed == (ratio.value <= 1)


def test_a_long_baseline_of_lasting_units_sharpens_the_sight(measure):
    plan = PilotPlan(units=40, weeks=8)
    long = measure((kpi(), csv("unit,period,value", panel(units=40, weeks=12))), plan=plan)
    once = measure(
        (kpi(), csv("unit,value", [(i, v) for i, v in enumerate(unit_means(panel(units=40, weeks=12)))])), plan=plan
    )
    assert figure(long, "mde_ratio").value < 0.6 * figure(once, "mde_ratio").value


def test_planned_teams_that_the_baseline_does_not_name_are_assumed_alike(measure):
    rows = csv("unit,value", [(i, i % 7) for i in range(40)])
    plan = PilotPlan(units=96, clusters=12)
    found = measure((kpi(), rows), plan=plan)
    assert check(found, "the likeness within teams is measured").passed is None
    alone = measure((kpi(), rows), plan=PilotPlan(units=96))
    assert figure(found, "mde_ratio").value > figure(alone, "mde_ratio").value


def test_six_teams_can_never_pass(measure):
    found = measure((kpi(), csv("unit,value", [(i, i) for i in range(9)])), plan=PilotPlan(units=48, clusters=6))
    assert check(found, "the design can pass").passed is False
    assert "0.1000" in check(found, "the design can pass").note
    assert "can never pass" in check(found, "the design can pass").note


def test_without_a_plan_or_a_target_there_is_no_ratio(measure):
    rows = csv("unit,value", [(i, i) for i in range(9)])
    found = measure((kpi("a"), rows), (kpi("b", target=None), rows))
    assert not any(e.name == "mde_ratio" for e in found.estimates)
    name = "a: the size of the pilot is planned"
    assert check(found, "the size of the pilot is planned", "a").passed is None
    rows_of = Rows(source=SourceName("people"))
    for pilot, said in ((None, True), (rows_of, False)):
        made = Pilot(start=DAY, end=DAY, assignment=rows_of, roster=pilot)
        assert (name in {c.name for c in measure((kpi("a"), rows), pilot=made).checks}) is said
    planned = measure((kpi("b", target=None), rows), plan=PilotPlan(units=20))
    assert not any(e.name == "mde_ratio" for e in planned.estimates)


def test_exhibits(measure):
    found = measure((kpi(), csv("unit,period,value", panel(units=40))), plan=PilotPlan(units=40))
    kinds = [type(exhibit) for exhibit in found.exhibits]
    assert kinds == [Intervals, Series, Histogram, Table, Table]
    baseline, series, histogram, _, definitions = found.exhibits
    assert baseline.reference == pytest.approx(figure(found, "baseline").value / 2)
    assert len(series.points) == 8
    assert sum(histogram.counts) == 40
    assert "owner" in definitions.rows[0][3]


def test_no_kpi_does_not_apply():
    found = KPIS.measure(KPIS.settings_type(), Answers(tables={}, as_of=DAY), Initiative())
    assert found.outcome is Outcome.NOT_APPLICABLE


def test_a_kpi_without_a_baseline_is_still_defined(measure):
    found = measure((kpi(baseline=None, title="Improve things"), "unit,value\n"))
    assert figure(found, "definition_complete").value == pytest.approx(3 / 9)
    assert figure(found, "vague_words").value == 1
    assert check(found, "the title is precise").passed is False
