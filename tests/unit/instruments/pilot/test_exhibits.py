"""What the charts of a side-by-side pilot show, against sums by hand over the same rows."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from statistics import NormalDist

import numpy as np
import pytest
from scipy.stats import ttest_ind

from proveout.core.initiative import Change

from .conftest import KPI

START = date(2026, 3, 2)
LOOKS = (date(2026, 3, 8), date(2026, 3, 15), date(2026, 3, 22))
TEAMS = [f"t{i:03}" for i in range(12)]
TREATED = np.array([i % 2 == 1 for i in range(12)])


@pytest.fixture
def seen(world):
    """The world, and what the instrument found in it."""
    here = world().teams(12, -2.0, seed=11)
    return here, here.find(looks=LOOKS)


def means(here, first: date, last: date) -> np.ndarray:
    """Of each team, all people alike, over some days."""
    teams = {row[0]: row[1] for row in here.arms}
    return np.array(
        [np.mean([v for u, d, v in here.rows if teams[u] == team and first <= d <= last]) for team in TEAMS]
    )


def before(here) -> np.ndarray:
    """Of each team before the start, less that of all."""
    found = means(here, date.min, START - timedelta(days=1))
    return found - found.mean()


def shown(found, end: str):
    return next(exhibit for exhibit in found.exhibits if exhibit.title.endswith(end))


def statistic(y: np.ndarray, arm: np.ndarray) -> float:
    a, b = y[arm], y[~arm]
    return (a.mean() - b.mean()) / (a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b)) ** 0.5


def test_the_effect_over_the_looks_and_its_boundary(seen):
    """Each statistic by hand, and the boundaries from all 924 assignments: what O'Brien and Fleming let be spent."""
    here, found = seen
    chart = shown(found, "effect over the looks")
    x = before(here)
    arms = [np.isin(np.arange(12), chosen) for chosen in combinations(range(12), 6)]
    ends = [*LOOKS, date(2026, 3, 29)]
    z, left, used = NormalDist().inv_cdf(0.975), set(range(924)), 0
    by_hand, boundaries = [], []
    for week, end in enumerate(ends, 1):
        y = means(here, START, end)
        rest = y - y.mean() - x * (x @ y) / (x @ x)
        by_hand.append((week / 4, statistic(rest, TREATED)))
        size = {i: abs(statistic(rest, arms[i])) for i in left}
        most = int(924 * (2 - 2 * NormalDist().cdf(z / (week / 4) ** 0.5))) - used
        ranked = sorted(size, key=lambda i: -size[i])
        out = ranked[: most - most % 2]  # swapped arms go together
        left, used = left - set(out), used + len(out)
        if out:
            boundaries.append((week / 4, size[ranked[len(out) - 1]], size[ranked[len(out)]]))
    lines = {line.label: [point[:2] for point in line.points] for line in chart.lines}
    assert np.array(lines["effect"]) == pytest.approx(np.array(by_hand))
    assert [at for at, _ in lines["boundary"]] == [at for at, *_ in boundaries]
    for (_, end), (_, in_it, out_of_it) in zip(lines["boundary"], boundaries, strict=True):
        assert out_of_it - 1e-9 <= end <= in_it
    assert lines["boundary below"] == [(at, -end) for at, end in lines["boundary"]]


def test_the_effect_in_each_week(seen):
    """Welch's interval of the teams' means in a week, each less its own from before."""
    here, found = seen
    (line,) = shown(found, "effect in each week of use").lines
    assert [point[0] for point in line.points] == [1, 2, 3, 4]
    for week, (_, *point) in enumerate(line.points):
        first = START + timedelta(weeks=week)
        changed = means(here, first, first + timedelta(days=6)) - before(here)
        a, b = changed[TREATED], changed[~TREATED]
        interval = ttest_ind(a, b, equal_var=False).confidence_interval()
        assert point == pytest.approx([a.mean() - b.mean(), interval.low, interval.high])


def test_each_team_is_a_dot_and_those_with_the_system_come_first(seen):
    here, found = seen
    chart = shown(found, "each team")
    y = means(here, START, date(2026, 3, 29))
    order = sorted(range(12), key=lambda i: (not TREATED[i], y[i]))
    assert [bar.label for bar in chart.bars] == [f"{TEAMS[i]} ({'with' if TREATED[i] else 'without'})" for i in order]
    assert [bar.value for bar in chart.bars] == pytest.approx(y[order])
    assert all(bar.lower == bar.value == bar.upper for bar in chart.bars)
    x, w = before(here), TREATED.astype(float)
    effect = np.linalg.lstsq(np.column_stack([np.ones(12), w, x]), y, rcond=None)[0][1]
    assert chart.reference == pytest.approx((y - effect * w).mean())


def test_the_forest_shows_the_relative_effect_by_hand(seen):
    """The factor by which treated teams are divided until the arms are alike, given the time before."""
    here, found = seen
    (bar,) = found.exhibits[0].bars
    estimate = next(e for e in found.estimates if e.name == "effect_relative")
    assert bar.label.startswith("hours (worthwhile from -5")
    assert (bar.value, bar.lower, bar.upper) == (estimate.value, estimate.lower, estimate.upper)
    y, x, w = means(here, START, date(2026, 3, 29)), before(here), TREATED.astype(float)

    def gap(part: np.ndarray) -> float:
        return np.linalg.lstsq(np.column_stack([np.ones(12), w, x]), part, rcond=None)[0][1]

    assert 1 + bar.value == pytest.approx(-gap(y * w) / gap(y * (1 - w)))
    assert bar.lower < bar.value < bar.upper < 0


def test_no_boundary_is_drawn_where_none_can_be_crossed(world):
    """Ten teams have 252 ways, each with its mirror: by half of the time one may be rejected; the farthest are two."""
    chart = shown(world().teams(10, -6.0).find(looks=(date(2026, 3, 15), date(2026, 3, 24))), "effect over the looks")
    lines = {line.label: [x for x, *_ in line.points] for line in chart.lines}
    assert len(lines["effect"]) == 3 and lines["boundary"] == lines["boundary below"] == lines["effect"][1:]


@pytest.mark.parametrize(
    ("role", "change", "limit"),
    [("goal", Change(relative=-0.05), -0.05), ("guardrail", Change(relative=0.05), 0.05), ("goal", None, None)],
)
def test_each_kpi_is_shown_beside_what_is_worthwhile_or_can_be_borne(world, role, change, limit):
    found = world().teams(12, -2.0).find(kpi=replace(KPI, role=role, minimum_worthwhile=change))
    bar = shown(found, "as a share of the control arm").bars[0]
    assert bar.limit == limit
    said = {"goal": "worthwhile from -5%", "guardrail": "can be borne: 5%"}[role]
    assert (said in bar.label) == (limit is not None)


def test_a_limit_in_the_unit_of_the_kpi_is_drawn_as_a_share_of_the_control_arm(world):
    found = world().teams(12, -2.0).find()
    effect, share = (next(e.value for e in found.estimates if e.name == n) for n in ("effect", "effect_relative"))
    limit = shown(found, "as a share of the control arm").bars[0].limit
    assert limit == pytest.approx(-share / effect, rel=0.02)  # an hour less, as declared
