"""At the effect that the plan names, the test that the pilot makes finds it four times in five."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from proveout.core.pilot import Pilot, Rows
from proveout.core.question import SourceName
from proveout.flow.design_side_by_side import comparison
from proveout.stats.allocation import draw, pairs
from proveout.stats.anytime import anytime_difference, best_tuning
from proveout.stats.balance import Moments
from proveout.stats.power import effect_variance, minimal_detectable_effect
from proveout.stats.randomisation import assignments, centred, randomisation_p, studentised_differences

TRIALS = 400
SIMULATED = 0.025
"""The plan is simulated itself, to 1.2 points, twice that here."""


def pilot(**design: Any) -> Pilot:
    """Of units, two arms side by side."""
    rows = Rows(source=SourceName("arms"))
    return Pilot(start=date(2026, 3, 2), end=date(2026, 4, 26), assignment=rows, randomise="units", **design)


def planned(counts: list[int], made: Pilot) -> float:
    """The effect, in standard deviations."""
    how = comparison(counts, made)
    errors = how.errors(False, 0.05, 0.8) if how.errors else None
    variance = effect_variance(1.0, sum(counts), treated_share=made.treated_share)
    df = sum(counts) - how.strata - 1
    return minimal_detectable_effect(variance, df, variance_df=50, errors=errors).value


def likely(found: int) -> bool:
    """Whether so many of the trials are four in five."""
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, [0.8 - SIMULATED, 0.8 + SIMULATED])
    return low <= found <= high


@pytest.mark.parametrize(
    ("counts", "design"),
    [
        ([8], {}),
        ([12], {}),
        ([5, 4], {}),
        ([20], {"treated_share": 0.2}),
        ([40], {"treated_share": 0.1}),
        ([12], {"method": "matched-pairs"}),
    ],
)
def test_the_randomisation_test_finds_what_the_plan_names(counts: list[int], design: dict[str, Any]) -> None:
    made = pilot(**design)
    effect, n, random, found = planned(counts, made), sum(counts), np.random.default_rng(11), 0
    for trial in range(TRIALS):
        strata = np.repeat(np.arange(len(counts)), counts)
        if made.method == "matched-pairs":
            strata = pairs(random.normal(size=(n, 1)))
        treated = draw(strata, made.treated_share, seed=10_000 + trial)
        ways = assignments(treated, strata, draws=1_000, seed=trial)
        if len(ways) > 2_000:
            ways = ways[np.concatenate([[0], random.integers(1, len(ways), 2_000)])]
        values = centred(random.normal(size=n) + effect * treated, strata)
        found += randomisation_p(studentised_differences(ways, values)) <= 0.05
    assert likely(found), found / TRIALS


@pytest.mark.parametrize("n", [40, 200])
def test_the_interval_of_units_that_arrive_finds_what_the_plan_names(n: int) -> None:
    effect, tuning, random = planned([n], pilot(arriving=True)), best_tuning(n, 2), np.random.default_rng(12)
    found = 0
    for _ in range(TRIALS):
        a, b = (Moments.of(random.normal(shift, 1, n // 2)) for shift in (0.0, effect))
        lower = anytime_difference(a, b, tuning=tuning).estimate.lower
        found += lower is not None and lower > 0
    assert likely(found), found / TRIALS
