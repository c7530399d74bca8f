"""Agreement against published tables."""

import time

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.agreement import cohen_kappa, fleiss_kappa, gwet_ac1, krippendorff_alpha

NAN = np.nan
KRIPPENDORFF = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
).T
"""Krippendorff (2011), section E: 12 units, four observers."""

WIKIPEDIA = np.array(
    [
        *([0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1]),
        *([7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]),
    ]
)
PSYCHIATRIC = np.array(
    [
        *([0, 0, 0, 6, 0], [0, 3, 0, 0, 3], [0, 1, 4, 0, 1], [0, 0, 0, 0, 6], [0, 3, 0, 3, 0], [2, 0, 4, 0, 0]),
        *([0, 0, 4, 0, 2], [2, 0, 3, 1, 0], [2, 0, 0, 4, 0], [0, 0, 0, 0, 6], [1, 0, 0, 5, 0], [1, 1, 0, 4, 0]),
        *([0, 3, 3, 0, 0], [1, 0, 0, 5, 0], [0, 2, 0, 3, 1], [0, 0, 5, 0, 1], [3, 0, 0, 1, 2], [5, 1, 0, 0, 0]),
        *([0, 2, 0, 4, 0], [1, 0, 2, 0, 3], [0, 0, 0, 0, 6], [0, 1, 0, 5, 0], [0, 2, 0, 1, 3], [2, 0, 0, 4, 0]),
        *([1, 0, 0, 4, 1], [0, 5, 0, 1, 0], [4, 0, 0, 0, 2], [0, 2, 0, 4, 0], [1, 0, 5, 0, 0], [0, 0, 0, 0, 6]),
    ]
)
"""Fleiss (1971), table 1: 30 patients, six psychiatrists, five diagnoses."""


@pytest.mark.parametrize(("scale", "expected"), [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107)])
def test_krippendorff_2011(scale, expected):
    assert krippendorff_alpha(KRIPPENDORFF, scale=scale).value == pytest.approx(expected, abs=5e-7)


def test_fleiss_1971_and_wikipedia():
    assert fleiss_kappa(PSYCHIATRIC).value == pytest.approx(0.430245, abs=5e-7)
    assert fleiss_kappa(WIKIPEDIA).value == pytest.approx(0.209931, abs=5e-7)


@pytest.mark.parametrize(
    ("table", "expected"),
    [([[20, 5], [10, 15]], 0.4), ([[45, 15], [25, 15]], 0.130435), ([[25, 35], [5, 35]], 0.259259)],
)
def test_cohen_from_wikipedia(table, expected):
    assert cohen_kappa(np.array(table)).value == pytest.approx(expected, abs=5e-7)


def test_fleiss_cohen_and_everitt_1969():
    """kappa .428571 with standard error .07596; linear weights .492308, quadratic .566667."""
    table = np.array([[53, 5, 2], [11, 14, 5], [1, 6, 3]])
    plain = cohen_kappa(table)
    assert plain.value == pytest.approx(0.428571, abs=5e-7)
    assert (plain.upper - plain.value) / 1.959964 == pytest.approx(0.07596, abs=5e-6)
    assert cohen_kappa(table, weights="linear").value == pytest.approx(0.492308, abs=5e-7)
    assert cohen_kappa(table, weights="quadratic").value == pytest.approx(0.566667, abs=5e-7)


def test_gwet_2008():
    """AC1 .77544 on the reliability data of Krippendorff."""
    counts = np.stack([(label == KRIPPENDORFF).sum(axis=1) for label in range(1, 6)], axis=1)
    assert gwet_ac1(counts) == pytest.approx(0.77544, abs=5e-6)


def test_everybody_agrees_and_that_is_not_certain():
    perfect = np.tile(np.array([0.0, 1.0]), 15)[:, None].repeat(3, axis=1)
    estimate = krippendorff_alpha(perfect)
    assert estimate.value == estimate.upper == 1
    assert 0.6 < estimate.lower < 0.9
    assert 0.6 < cohen_kappa(np.diag([15, 15])).lower < 0.9


def test_a_hundred_thousand_cases_take_no_longer_than_their_patterns():
    ratings = np.random.default_rng(1).integers(0, 3, (100_000, 4)).astype(float)
    start = time.process_time()
    assert abs(krippendorff_alpha(ratings).value) < 0.01
    assert time.process_time() - start < 5


def test_what_cannot_be_told():
    with pytest.raises(TooLittle):
        krippendorff_alpha(np.ones((9, 3)))
    with pytest.raises(TooLittle):
        krippendorff_alpha(np.array([[1, NAN], [2, NAN]]))
    with pytest.raises(TooLittle):
        cohen_kappa(np.array([[9, 0], [0, 0]]))
    with pytest.raises(TooLittle):
        cohen_kappa(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="same number"):
        fleiss_kappa(np.array([[2, 0], [1, 2]]))
    with pytest.raises(TooLittle):
        gwet_ac1(np.array([[1, 0], [0, 1]]))
