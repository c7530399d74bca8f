"""Covariates against tea-tasting's documentation and GrowthBook's fixture of a ratio with a covariate.

tea_tasting/numbers.json holds the moments and what tea-tasting 1.14 makes of them; make_numbers.py beside it wrote it.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import t
from tests.oracles.growthbook import CONTROL, TREATED, relative_effect

from proveout.core.errors import TooLittle
from proveout.stats.balance import Moments
from proveout.stats.covariate_adjusted import JointMoments, adjusted_means, adjusted_ratios, ratio_of_means
from proveout.stats.difference import welch
from proveout.stats.power import two_sample_power, units_per_group

NUMBERS = json.loads((Path(__file__).parent / "tea_tasting" / "numbers.json").read_text())
COLUMNS = {
    "orders": ("orders", "orders_covariate"),
    "revenue": ("revenue", "revenue_covariate"),
    "orders_per_session": ("orders", "sessions", "orders_covariate", "sessions_covariate"),
}
PRINTED = 6e-6  # GrowthBook rounds to five decimals


def group(name, columns):
    arm, chosen = NUMBERS[name], [NUMBERS["columns"].index(c) for c in columns]
    covariances = np.array(arm["covariances"])[np.ix_(chosen, chosen)]
    return JointMoments(n=arm["n"], means=np.array(arm["means"])[chosen], covariances=covariances)


def both(metric, first="control", second="treatment"):
    columns = COLUMNS[metric]
    adjusted = adjusted_means if len(columns) == 2 else adjusted_ratios
    return adjusted(group(first, columns), group(second, columns))


@pytest.mark.parametrize("metric", COLUMNS)
def test_tea_tasting(metric):
    expected = NUMBERS["results"][metric]
    control, treated = both(metric)
    assert (control.mean, treated.mean) == pytest.approx((expected["control"], expected["treatment"]))
    tested = welch(control, treated)
    assert tested.p_value == pytest.approx(expected["pvalue"])
    assert tested.estimate.value / tested.standard_error == pytest.approx(expected["statistic"])
    for ours, theirs in ((tested, "effect_size"), (ratio_of_means(control, treated), "rel_effect_size")):
        found = (ours.estimate.value, ours.estimate.lower, ours.estimate.upper)
        assert found == pytest.approx(
            (expected[theirs], expected[f"{theirs}_ci_lower"], expected[f"{theirs}_ci_upper"])
        )


def test_tea_tasting_as_printed():
    """The figures of the design notes, should the file beside this one ever change."""
    tested = welch(*both("orders"))
    found = (tested.estimate.value, tested.estimate.lower, tested.estimate.upper, tested.p_value)
    assert found == pytest.approx((0.05830389, 0.01569651, 0.10091128, 0.00733041), abs=6e-9)
    relative = ratio_of_means(*both("orders")).estimate
    assert (relative.value, relative.lower, relative.upper) == pytest.approx((0.11154726, 0.02880683, 0.20094199))
    for metric, value, p in (("revenue", 0.73101445, 0.00674393), ("orders_per_session", 0.03173426, 0.00229294)):
        tested = welch(*both(metric))
        assert (tested.estimate.value, tested.p_value) == pytest.approx((value, p), abs=6e-9)


@pytest.mark.parametrize(("metric", "n", "effect"), [("orders", 20_733, 0.0374), ("orders_per_session", 18_515, None)])
def test_tea_tastings_power(metric, n, effect):
    columns = COLUMNS[metric]
    adjusted = adjusted_means if len(columns) == 2 else adjusted_ratios
    _, all_users = adjusted(*[group("planning", columns)] * 2)
    spread = all_users.variance**0.5
    assert np.ceil(2 * units_per_group(0.05 * all_users.mean / spread)) == n
    theirs = NUMBERS["power"][metric]["effect_at_10000"]
    assert two_sample_power(theirs / spread, 5_000) == pytest.approx(0.8, abs=1e-6)
    if effect:
        assert theirs == pytest.approx(effect, abs=5e-5)


def test_growthbook_ratio_with_covariate():
    """It divides by the control mean that is not adjusted (error 0.00391); ours by the adjusted one (0.00386)."""
    effect, error = relative_effect()
    theirs = effect - (half := t.ppf(0.975, 198) * error), effect + half
    assert theirs == pytest.approx((-0.00841, 0.00700), abs=PRINTED)
    assert 2 * t.sf(abs(effect) / error, 198) == pytest.approx(0.85771, abs=PRINTED)
    relative = ratio_of_means(*adjusted_ratios(CONTROL, TREATED))
    assert relative.estimate.value == pytest.approx(-0.0007, abs=PRINTED)
    assert relative.standard_error == pytest.approx(0.003860, abs=PRINTED)
    assert (relative.estimate.lower, relative.estimate.upper) == pytest.approx(theirs, abs=1.3e-4)
    assert relative.p_value == pytest.approx(0.85771, abs=0.0018)


def test_regression_on_rows():
    """The difference is that of residuals, and theta the slope over all rows."""
    rng = np.random.default_rng(6)
    x = rng.normal(5, 2, 90)
    y = 3 + 0.7 * x + rng.normal(0, 1, 90)
    theta = np.polyfit(x, y, 1)[0]
    residuals = y - theta * (x - x.mean())
    arms = [(y[part], x[part]) for part in (slice(0, 40), slice(40, 90))]
    moments = [JointMoments(n=len(v), means=np.mean([v, w], axis=1), covariances=np.cov(v, w)) for v, w in arms]
    for ours, rows in zip(adjusted_means(*moments), (residuals[:40], residuals[40:]), strict=True):
        assert (ours.mean, ours.variance) == pytest.approx((rows.mean(), rows.var(ddof=1)))


def test_a_covariate_that_does_not_vary_changes_nothing():
    flat = JointMoments(n=9, means=np.array([2.0, 7.0]), covariances=np.array([[4.0, 0.0], [0.0, 0.0]]))
    assert adjusted_means(flat, flat)[0] == Moments(n=9, mean=2.0, variance=4.0)


def test_refusals():
    one = JointMoments(n=1, means=np.ones(2), covariances=np.zeros((2, 2)))
    empty = JointMoments(n=9, means=np.array([1.0, 0.0, 1.0, 1.0]), covariances=np.eye(4))
    with pytest.raises(TooLittle, match="each needs two"):
        adjusted_means(one, one)
    with pytest.raises(TooLittle, match="denominators"):
        adjusted_ratios(empty, empty)
    good = Moments(n=100, mean=5.0, variance=1.0)
    for mean in (0.1, -4.0):
        with pytest.raises(TooLittle, match="treated group is hardly above 0"):
            ratio_of_means(good, Moments(n=100, mean=mean, variance=1.0))
