"""Which effects are averaged, and what each is compared with, against the definitions written out."""

import numpy as np
import pytest
from tests.oracles.waves import cells, effect_of_wave, named, panel

from proveout.core.errors import TooLittle
from proveout.stats.waves import (
    Panel,
    calendar_weights,
    cohort_weights,
    contrasts,
    exposure_weights,
    simple_weights,
)

DIGITS = 1e-12


@pytest.mark.parametrize("holdback", [True, False])
@pytest.mark.parametrize("kind", ["simple", "cohort", "calendar", "0", "3", "-2"])
def test_weights_are_those_of_the_definition(kind, holdback):
    p = panel(holdback=holdback)
    found, defined = named(p, kind)
    index = {g: c for c, g in enumerate(p.cohorts)}
    expected = np.zeros(found.shape)
    for (g, t), weight in defined.items():
        expected[index[g], t] = weight
    assert found == pytest.approx(expected, abs=DIGITS)
    assert found.sum() == pytest.approx(1)


def test_known_cells_are_those_with_somebody_waiting():
    p = panel(holdback=False)
    assert [(p.cohorts[c], t) for c, t in np.argwhere(p.known)] == cells(p)


@pytest.mark.parametrize("last_only", [True, False])
def test_contrasts_are_those_of_the_definition(last_only):
    p = panel()
    index = {g: c for c, g in enumerate(p.cohorts)}
    for g, t in cells(p):
        weights = np.zeros((4, 12))
        weights[index[g], t] = 1
        found = contrasts(p, weights, last_only=last_only)
        for part, expected in zip(found, effect_of_wave(p, None, g, t, last_only), strict=True):
            cells_ = {(p.cohorts[c], s): part[c, s] for c, s in np.argwhere(part)}
            assert cells_ == pytest.approx(expected)


def test_contrasts_of_waves_cancel_in_every_period():
    p = panel()
    for weights in (simple_weights(p), cohort_weights(p), calendar_weights(p)):
        for part in contrasts(p, weights):
            assert part.sum(axis=0) == pytest.approx(0, abs=DIGITS)


def test_a_curve_over_exposure_can_be_of_the_same_waves_throughout():
    p = panel()
    early = np.array([True, True, False, False])
    assert (exposure_weights(p, 0, waves=early)[2:] == 0).all()
    assert exposure_weights(p, 0)[2].sum() > 0


def test_what_cannot_be_compared_is_said():
    with pytest.raises(TooLittle, match="start together"):
        Panel(np.zeros((4, 3)), np.ones(4, int), np.zeros(4, int))
    with pytest.raises(TooLittle, match="single team"):
        Panel(np.zeros((4, 3)), np.array([1, 1, 1, 9]), np.zeros(4, int))
    p = Panel(np.zeros((4, 3)), np.array([1, 1, 2, 2]), np.zeros(4, int))
    with pytest.raises(TooLittle, match="others wait"):
        exposure_weights(p, 1)
    with pytest.raises(TooLittle, match="no effect"):
        contrasts(p, np.zeros((2, 3)))
