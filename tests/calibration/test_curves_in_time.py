"""Curves by use, fading and missing outcomes of a pilot in waves whose strata drift apart: as if they did not."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from scipy.stats import binom
from tests.calibration.pilots_in_time import BEFORE, EFFECTS, EVERY, WEEKS, World, blocks_of, observed_of

from proveout.core.initiative import Kpi
from proveout.instruments.pilot.blocks import Blocks
from proveout.instruments.pilot.in_time import Observed
from proveout.instruments.pilot.stepped import by_exposure, fading, missing, stepped
from proveout.stats.allocation import draw_waves

TRIALS, SURE = 40, 0.9999
WORLD = World(teams=24, lasting=0.5, effect="grows with use")
STRATA = np.repeat([0, 1, 2, 3], 6)
APART = np.outer(STRATA - 1.5, np.arange(BEFORE + WEEKS))
"""By how much each team is farther from the others with each week."""
KPI = Kpi(id="hours", direction="up")


def drifting(random: np.random.Generator, drift: float, share: float = 0.0) -> tuple[Observed, Blocks]:
    """One pilot, its order drawn within strata; an effect that grows by a quarter with each week of use."""
    arms = np.array(WORLD.pilot.arms, dtype=object)
    arms = arms[draw_waves(STRATA, [6] * 4, seed=int(random.integers(2**32)))]
    starts = np.array([EVERY * WORLD.pilot.arms.index(arm) if WORLD.pilot.spans(arm) else 99 for arm in arms])
    since = np.arange(BEFORE + WEEKS) - BEFORE - starts[:, None]
    gain = np.where(since >= 0, EFFECTS[WORLD.effect](np.maximum(since, 0)), 0.0)
    values = WORLD.noise(random, BEFORE + WEEKS) + gain + drift * APART
    seen = random.random(values.shape) >= share if share else None
    blocks = replace(blocks_of(arms, starts == 0), strata=STRATA)
    return observed_of(values, WORLD.pilot, BEFORE, 7, seen), blocks


@pytest.mark.parametrize(("drift", "share"), [(0.3, 0.0), (0.3, 0.2)])
def test_curve_and_fading_hold_what_they_are_where_strata_drift_apart(drift: float, share: float):
    random, held, slopes = np.random.default_rng(31), [], []
    for _ in range(TRIALS):
        seen, blocks = drifting(random, drift, share)
        waves = stepped(seen, blocks, WORLD.pilot)
        held.append([one.lower <= (use + 1) / 4 <= one.upper for use, one in by_exposure(waves)])
        (slope,) = fading(waves, KPI, WORLD.pilot)
        slopes.append(slope.lower <= 0.25 <= slope.upper)
    fewest = binom.ppf(1 - SURE, TRIALS, 0.95)
    assert (np.sum(held, axis=0) >= fewest).all() and len(held[0]) == EVERY
    assert sum(slopes) >= fewest


def test_strata_that_drift_apart_cost_no_width():
    for seed in range(5):
        apart, alike = (stepped(*drifting(np.random.default_rng(seed), drift), WORLD.pilot) for drift in (0.3, 0.0))
        for (_, one), (_, other) in zip(by_exposure(apart), by_exposure(alike), strict=True):
            assert (one.value, one.lower, one.upper) == pytest.approx((other.value, other.lower, other.upper))
        assert fading(apart, KPI, WORLD.pilot)[0].value == pytest.approx(fading(alike, KPI, WORLD.pilot)[0].value)


def test_outcomes_that_go_missing_in_one_place_do_not_hide_that_they_vanish_with_the_system():
    random = np.random.default_rng(7)
    seen, blocks = drifting(random, 0.0)
    firsts = [WORLD.pilot.start + timedelta(weeks=week) for week in range(-BEFORE, WEEKS)]
    on = np.array([[WORLD.pilot.serves(arm or "", day) for day in firsts] for arm in blocks.arms])
    there = 1 - random.uniform(0, 0.1, on.shape) - 0.15 * on
    lost = np.outer(STRATA, np.arange(BEFORE + WEEKS)) / 100
    alike, apart = (missing(seen, blocks, WORLD.pilot, 1 - there + more) for more in (0.0, lost))
    assert alike and apart
    (gap, p), (same, q) = alike, apart
    assert (gap.value, gap.lower, gap.upper, p) == pytest.approx((same.value, same.lower, same.upper, q))
    assert gap.lower < 0.15 < gap.upper and p < 0.01
