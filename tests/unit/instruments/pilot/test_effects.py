"""The effect on a KPI: against plain least squares on the same rows, over looks, for ratios, for many units."""

import re
from datetime import date, timedelta

import numpy as np
import pytest

from proveout.core.initiative import Change, Kpi

START = date(2026, 3, 2)
LOOKS = (date(2026, 3, 8), date(2026, 3, 15), date(2026, 3, 22))


def figure(finding, name, subject="hours"):
    return next(e for e in finding.estimates if e.name == name and e.subject == subject)


def names(finding):
    return {estimate.name for estimate in finding.estimates}


def by_unit(world):
    """Mean before and after the start, and team, of every unit."""
    before, after = {}, {}
    for unit, day, value in world.rows:
        (after if day >= START else before).setdefault(unit, []).append(value)
    teams = {row[0]: row[1] for row in world.arms}
    arms = {row[0]: row[2] == "pilot" for row in world.arms}
    units = sorted(after)
    x, y = (np.array([np.mean(part[u]) for u in units]) for part in (before, after))
    return x, y, np.array([arms[u] for u in units], float), np.array([teams[u] for u in units])


def test_beside_it_stands_least_squares_with_clustered_errors(world):
    here = world().teams(16, -2.0, seed=1)
    x, y, w, teams = by_unit(here)
    design = np.column_stack([np.ones(len(y)), w, x - x.mean()])
    coefficients = np.linalg.lstsq(design, y, rcond=None)[0]
    rest = y - design @ coefficients
    bread = np.linalg.inv(design.T @ design)
    scores = np.array([design[teams == t].T @ rest[teams == t] for t in np.unique(teams)])
    plain = float(np.sqrt((bread @ scores.T @ scores @ bread)[1, 1]))
    note = next(c.note for c in here.find().checks if "told from chance" in c.name)
    beside = re.search(r"counting alike (\S+) \((\S+) to (\S+)\), CR2", note)
    value, lower, upper = map(float, beside.groups())
    assert value == pytest.approx(coefficients[1], rel=1e-3)
    assert 2 * plain < (upper - lower) / 2 < 3.5 * plain  # wider than CR0 and normal


def test_an_interval_of_few_degrees_of_freedom_is_not_printed(world):
    """Two teams of ten have the system: its errors hang on those two."""
    here = world().teams(10, -2.0)
    gains = {unit: team in ("t001", "t003") for unit, team, *_ in here.arms}
    here.rows = [[u, d, v + 2 * (d >= START and int(u[0]) % 2 and not gains[u])] for u, d, v in here.rows]
    here.arms = [[u, t, "pilot" if gains[u] else "control", *rest] for u, t, _, *rest in here.arms]
    note = next(c.note for c in here.find(treated_share=0.2).checks if "told from chance" in c.name)
    assert re.search(r"counting alike \S+, too few for an interval by CR2 \([0-3]\.\d degrees of freedom\)", note)


def test_over_looks_teams_count_alike_and_the_interval_holds_the_truth(world):
    here = world().teams(12, -2.0, seed=2)
    found = here.find(looks=LOOKS)
    x, y, w, teams = by_unit(here)
    means = np.array([[part[teams == t].mean() for part in (x, y, w)] for t in np.unique(teams)])
    design = np.column_stack([np.ones(len(means)), means[:, 2], means[:, 0]])
    expected = np.linalg.lstsq(design, means[:, 1], rcond=None)[0][1]
    effect = figure(found, "effect")
    assert effect.value == pytest.approx(expected, rel=1e-6)
    assert effect.lower < -2.0 < effect.upper < 0
    assert figure(found, "effect_to_worthwhile").value == pytest.approx(-expected)
    assert figure(found, "looks", "").value == 4
    control = y[w == 0].mean()
    relative = figure(found, "effect_relative")
    assert relative.value == pytest.approx(effect.value / control, abs=0.01)
    assert relative.lower < relative.value < relative.upper < 0
    assert figure(found, "p_value").value < 0.05
    assert abs(figure(found, "effect_trend").value) < 0.5


def test_what_comes_after_a_look_does_not_change_it(world):
    here = world().teams(12, -2.0, seed=3)
    at_first = here.find(looks=LOOKS, today=LOOKS[0] + timedelta(days=1))
    here.rows = [[u, d, v + 1_000 * (u[0] == "1") * (d > LOOKS[0])] for u, d, v in here.rows]
    again = here.find(looks=LOOKS, today=LOOKS[0] + timedelta(days=1))
    for one, other in zip(again.estimates, at_first.estimates, strict=True):
        assert one.value == pytest.approx(other.value, abs=1e-9), one.name
    assert at_first.changes_on == LOOKS[1] + timedelta(days=1)


def test_before_the_first_look_there_is_no_effect(world):
    found = world().teams(12, -2.0).find(looks=LOOKS, today=LOOKS[0])
    assert "effect" not in names(found)
    assert any("look of the calendar" in check.name and check.passed is None for check in found.checks)


def test_a_look_without_data_up_to_it_does_not_count(world):
    here = world().teams(12, -2.0)
    here.rows = [row for row in here.rows if row[1] <= date(2026, 3, 7)]
    found = here.find(looks=LOOKS)
    assert figure(found, "looks", "").value == 4
    assert figure(found, "effect").method.startswith("randomisation test, 1 look")


def test_a_large_level_costs_no_digits(world):
    kpi = Kpi(id="hours", unit="point", direction="down")
    small, large = (world().teams(12, -2.0, seed=4, level=level).find(kpi=kpi) for level in (0.0, 1e9))
    assert figure(large, "effect").value == pytest.approx(figure(small, "effect").value, abs=1e-5)
    assert figure(large, "effect").lower == pytest.approx(figure(small, "effect").lower, abs=1e-4)


def test_a_ratio_of_sums_is_the_difference_of_the_arms_ratios(world):
    here = world().teams(40, 0.0, seed=5)
    random = np.random.default_rng(6)
    arms = {row[0]: row[2] == "pilot" for row in here.arms}
    here.columns = ["unit", "day", "value", "weight"]
    here.rows = [
        [u, d, n * (10 + random.normal() - 2 * (arms[u] and d >= START)), n]
        for u, d, _ in here.rows
        for n in [int(random.integers(1, 9))]
    ]
    sums = {treated: np.zeros(2) for treated in (True, False)}
    for unit, day, value, weight in here.rows:
        if day >= START:
            sums[arms[unit]] += value, weight
    ratios = {treated: total[0] / total[1] for treated, total in sums.items()}
    effect = figure(here.find(), "effect")
    assert effect.value == pytest.approx(ratios[True] - ratios[False], abs=0.05)
    assert effect.lower < -2 < effect.upper


def test_thousands_of_units_are_counted_in_buckets(world):
    here, random = world(), np.random.default_rng(7)
    for unit in range(5_000):
        here.arms.append([f"u{unit}", "", "pilot" if unit % 2 else "control", "all", "2026-02-20"])
        here.rows.append([f"u{unit}", START + timedelta(days=unit % 28), random.normal(15 - 0.5 * (unit % 2), 2)])
    effect = figure(here.find(randomise="units"), "effect")
    assert effect.n == 400
    assert effect.lower < -0.5 < effect.upper
    assert (effect.upper - effect.lower) / 2 == pytest.approx(1.96 * 2 * np.sqrt(4 / 5_000), rel=0.15)


def arriving(here, value, days=28, n=400):
    """Units one after the other, every second with the system; `value` gives a row's figures."""
    random = np.random.default_rng(8)
    for unit in range(n):
        at = START + timedelta(days=unit % days)
        here.arms.append([f"u{unit}", "", "pilot" if unit % 2 else "control", "all", at])
        here.rows.append([f"u{unit}", at, *value(random, unit % 2)])
    return here


def test_units_drawn_one_by_one_as_they_arrive_have_an_effect(world):
    here = arriving(world(), lambda random, treated: [random.normal(15 - 2 * treated, 2)])
    for i, row in enumerate(here.arms):
        row[3] = f"each {i}"
    here.rows = here.rows[:-5]  # the last to arrive have no outcome yet
    found = here.find(randomise="units", arriving=True, looks=LOOKS)
    assert figure(found, "effect").upper < 0 and figure(found, "missing_imbalance").value < 0.1


def test_units_that_arrive_have_an_interval_for_every_moment(world):
    here = arriving(world(), lambda random, treated: [random.normal(15 - 2 * treated, 2)])
    found = here.find(randomise="units", arriving=True, looks=LOOKS)
    effect, relative = figure(found, "effect"), figure(found, "effect_relative")
    assert "every look" in effect.method
    assert effect.lower < -2 < effect.upper < 0
    assert figure(found, "p_value").value < 0.001
    assert relative.lower < -2 / 15 < relative.upper < 0


def test_units_that_arrive_have_a_share_that_knows_that_the_control_mean_is_uncertain(world):
    here = arriving(world(), lambda random, treated: [float(random.random() < 0.1 + 0.2 * treated)])
    found = here.find(randomise="units", arriving=True, looks=LOOKS)
    effect, relative = figure(found, "effect"), figure(found, "effect_relative")
    control = effect.value / relative.value
    assert relative.upper - relative.lower > 1.3 * (effect.upper - effect.lower) / control
    assert relative.lower < 2 < relative.upper


def test_units_that_arrive_cannot_lose_more_than_all(world):
    here = arriving(world(), lambda random, treated: [float(random.random() < 0.9 - 0.85 * treated)], n=60)
    relative = figure(here.find(randomise="units", arriving=True, looks=LOOKS), "effect_relative")
    assert relative.lower == -1 < relative.value < relative.upper


def test_units_that_arrive_may_have_a_ratio_of_sums(world):
    def ratio(random, treated):
        weight = int(random.integers(1, 9))
        return [weight * random.normal(10 - 2 * treated, 1), weight]

    here = world()
    here.columns = ["unit", "day", "value", "weight"]
    found = arriving(here, ratio).find(randomise="units", arriving=True, looks=LOOKS)
    totals = {arm: np.sum([row[2:] for row in here.rows if int(row[0][1:]) % 2 == arm], axis=0) for arm in (0, 1)}
    effect = figure(found, "effect")
    assert effect.value == pytest.approx(totals[1][0] / totals[1][1] - totals[0][0] / totals[0][1])
    assert effect.lower < -2 < effect.upper < 0


def test_units_that_came_before_the_start_are_no_rows_that_are_lost_where_units_arrive(world):
    declared = {"randomise": "units", "arriving": True, "looks": LOOKS}
    here = arriving(world(), lambda random, treated: [random.normal(15, 2)])
    here.rows += [[f"old{unit}", START - timedelta(days=1 + unit % 20), 15.0] for unit in range(50)]
    assert not any("every outcome counts" in check.name for check in here.find(**declared).checks)
    here.rows.append(["new", START + timedelta(days=3), 15.0])
    note = next(check.note for check in here.find(**declared).checks if "every outcome counts" in check.name)
    assert note.endswith("those of 1 units that were never assigned")


def test_units_that_arrive_later_do_not_change_what_a_look_said(world):
    """Nor the tuning of the interval, which has to stay what it was at the first."""
    here = arriving(world(), lambda random, treated: [random.normal(15, 2)], days=7, n=60)
    declared = {"randomise": "units", "arriving": True, "looks": LOOKS}
    early = figure(here.find(today=LOOKS[0] + timedelta(days=1), **declared), "effect")
    for unit in range(60, 900):
        day = LOOKS[1] + timedelta(days=unit % 6)
        here.arms.append([f"u{unit}", "", "pilot" if unit % 2 else "control", "all", day])
        here.rows.append([f"u{unit}", day, 1_000.0])
    again = figure(here.find(today=LOOKS[0] + timedelta(days=1), **declared), "effect")
    assert (again.value, again.lower, again.upper) == pytest.approx((early.value, early.lower, early.upper))


@pytest.mark.parametrize(
    ("direction", "effect", "good"), [("down", -2.0, True), ("down", 2.0, False), ("up", 2.0, True)]
)
def test_a_guardrail_holds_when_it_cannot_have_got_worse_by_what_can_be_borne(world, direction, effect, good):
    sign = -1 if direction == "up" else 1
    kpi = Kpi(
        id="hours", unit="hour", direction=direction, role="guardrail", minimum_worthwhile=Change(absolute=sign * 0.8)
    )
    found = world().teams(14, effect, seed=9).find(kpi=kpi)
    margin = figure(found, "guardrail_margin")
    better = -effect if direction == "down" else effect
    assert margin.value == pytest.approx(better + 0.8, abs=0.6)
    assert margin.level == pytest.approx(0.9)
    assert (margin.lower > 0) is good
    assert "effect_to_worthwhile" not in names(found)


def test_whoever_joins_after_the_start_is_not_counted(world):
    here = world().teams(12, -2.0, seed=10)
    without = here.find()
    here.arms.append(["late", "t001", "pilot", "all", "2026-03-10"])
    here.rows += [["late", START + timedelta(days=day), 1e6] for day in range(28)]
    found = here.find()
    assert figure(found, "effect").value == pytest.approx(figure(without, "effect").value)
    assert figure(found, "n_units", "pilot").value == figure(without, "n_units", "pilot").value + 1


def test_exhibits_show_looks_weeks_teams_and_arms(world):
    here = world().teams(12, -2.0, seed=11)
    titles = [exhibit.title for exhibit in here.find(looks=LOOKS).exhibits]
    assert [title.partition(": ")[2] or title for title in titles] == [
        "Effect on each KPI, as a share of the control arm",
        "effect over the looks",
        "effect in each week of use",
        "each team",
        "The two arms",
    ]


def test_a_kpi_without_a_share_of_the_control_arm_is_shown_in_its_unit(world):
    here = world().teams(12, -2.0, seed=11)
    here.rows = [[unit, day, value - 100] for unit, day, value in here.rows]
    kpi = Kpi(id="hours", title="Margin", unit="point", direction="up", role="goal")
    found = here.find(kpi=kpi)
    assert "effect_relative" not in names(found)
    chart = found.exhibits[0]
    assert chart.title == "Effect: difference of the arms" and "no share" in chart.note
    assert chart.bars[0].value == figure(found, "effect").value


def test_the_calendar_and_the_arms_are_counted(world):
    here = world().teams(13, -2.0, seed=12)
    found = here.find(looks=LOOKS, today=date(2026, 3, 16))
    assert figure(found, "days_left", "").value == 14
    assert figure(found, "n_teams", "pilot").value == 6
    assert figure(found, "n_teams", "control").value == 7
    assert figure(found, "n_units", "control").value == 35
    assert 0.01 < figure(found, "balance_p").value <= 1


@pytest.mark.parametrize("looks", [(), LOOKS])
def test_yes_or_no_of_few_units_has_an_exact_test(world, looks):
    """Seven of twelve with the system and one of twelve without; the published p of Boschloo's test."""
    here = world()
    for i in range(24):
        treated = i % 2 == 1
        here.arms.append([f"u{i}", "", "pilot" if treated else "control", "all", "2026-02-20"])
        here.rows.append([f"u{i}", date(2026, 3, 6 + i), int(i < 14 if treated else i < 2)])
    p = next(e for e in here.find(randomise="units", looks=looks).estimates if e.name == "p_value")
    if looks:
        assert p.method.startswith("repeated randomisation test")
    else:
        assert p.value == pytest.approx(0.0102787, abs=1e-6)


def test_an_effect_that_fades_has_no_false_certainty(world):
    here = world().teams(20, 0.0, seed=13)
    arms = {row[0]: row[2] == "pilot" for row in here.arms}
    here.rows = [[u, d, v - 6 * (arms[u] and START <= d < LOOKS[0])] for u, d, v in here.rows]
    effect = figure(here.find(looks=LOOKS), "effect")
    assert effect.lower is None or effect.lower < effect.value - 0.01
    assert effect.upper is None or effect.upper > effect.value + 0.01
    assert "last look alone" in effect.method


def said_of_chance(finding):
    return next(c for c in finding.checks if "told from chance" in c.name)


def test_where_an_early_look_crossed_and_the_last_does_not_the_check_says_which_decides(world):
    here = world().teams(20, 0.0, seed=13)
    arms = {row[0]: row[2] == "pilot" for row in here.arms}
    here.rows = [[u, d, v - 6 * (arms[u] and START <= d <= LOOKS[1])] for u, d, v in here.rows]
    here.rows = [[u, d, v + 6 * (arms[u] and d > LOOKS[1])] for u, d, v in here.rows]
    found = here.find(looks=LOOKS)
    effect, check = figure(found, "effect"), said_of_chance(found)
    assert effect.lower < 0 < effect.upper and figure(found, "p_value").value < 0.05
    assert check.passed is None
    assert "crossed the boundary at look 2" in check.note
    assert "the interval at look 4 holds no effect, and decides: it is of this look alone" in check.note


@pytest.mark.parametrize(
    ("n", "yes", "told"),
    [
        ((15, 25), (10, 24), True),  # Boschloo's p is 0.021
        ((15, 25), (0, 6), None),  # 0.056
        ((12, 12), (12, 1), True),
        ((12, 12), (6, 6), None),
    ],
)
def test_an_exact_p_and_its_interval_agree(world, n, yes, told):
    found = of_two_shares(world(), n, yes)
    check, effect = said_of_chance(found), figure(found, "effect")
    assert (check.passed, "boundary" in check.note, "decides" in check.note) == (told, False, False)
    assert (effect.lower > 0 or effect.upper < 0) is bool(told)


def test_where_an_exact_p_and_its_interval_do_not_agree_the_interval_decides(world):
    """At arms as unlike as these Boschloo's p is 0.0485, and Newcombe's interval ends just beyond 0."""
    check = said_of_chance(of_two_shares(world(), (42, 18), (30, 17)))
    assert check.passed is None
    assert "the interval at look 1 holds no effect, and decides: it holds on average of all shares" in check.note


def of_two_shares(here, n, yes):
    for i in range(sum(n)):
        arm = int(i < n[1])
        here.arms.append([f"u{i}", "", "pilot" if arm else "control", "all", "2026-02-20"])
        rank = i if arm else i - n[1]
        here.rows.append([f"u{i}", date(2026, 3, 28), int(rank < yes[arm])])
    return here.find(randomise="units", treated_share=n[1] / sum(n))


def test_an_effect_that_fades_week_by_week_has_a_trend(world):
    """Six hours saved in the first week, four in the second, two, none: two fewer each week; a lasting one has none."""
    here = world().teams(20, 0.0, seed=13)
    arms = {row[0]: row[2] == "pilot" for row in here.arms}
    here.rows = [[u, d, v - (6 - 2 * ((d - START).days // 7)) * (arms[u] and d >= START)] for u, d, v in here.rows]
    trend = figure(here.find(), "effect_trend")
    assert trend.unit == "hour/week"
    assert trend.lower < -2 < trend.upper < 0
    assert trend.value == pytest.approx(-2, abs=0.3)
    lasting = figure(world().teams(20, -3.0, seed=13).find(), "effect_trend")
    assert lasting.lower < 0 < lasting.upper


def test_a_goal_that_is_declared_and_not_measured_is_not_forgotten(world):
    here = world().teams(12, -2.0, seed=14)
    assert figure(here.find(), "goal_measured").value == 1
    here.rows = [[u, d, "inf" if i == 0 else v] for i, (u, d, v) in enumerate(here.rows)]
    assert figure(here.find(), "goal_measured").value == 0
    guard = Kpi(id="hours", unit="hour", direction="down", role="guardrail")
    assert figure(here.find(kpi=guard), "guardrail_measured").value == 0


def test_a_ratio_is_not_biased_when_the_denominator_changes(world):
    here = world().teams(40, 0.0, seed=15)
    arms = {row[0]: row[2] == "pilot" for row in here.arms}
    here.columns = ["unit", "day", "value", "weight"]
    random = np.random.default_rng(1)
    here.rows = [
        [u, d, n * ((0.6 if treated else 0.5) + random.normal(0, 0.05)), n]
        for u, d, _ in here.rows
        for treated in [arms[u] and d >= START]
        for n in [10 if treated else 40]
    ]
    effect = figure(here.find(), "effect")
    assert effect.lower < 0.1 < effect.upper
    assert figure(here.find(), "effect_relative").value == pytest.approx(0.2, abs=0.01)
