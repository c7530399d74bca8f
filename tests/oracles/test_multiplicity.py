"""Adjusted p-values against scipy and the example of Benjamini and Hochberg."""

import numpy as np
import pytest

from proveout.stats.multiplicity import benjamini_hochberg, holm

# Benjamini and Hochberg (1995), section 3.2: fifteen p-values of a trial of treatments of myocardial infarction
P = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
]


def test_benjamini_and_hochberg_1995():
    """Their procedure rejects four at 5%; Bonferroni, and Holm's, three."""
    assert (benjamini_hochberg(P) <= 0.05).sum() == 4
    assert (holm(P) <= 0.05).sum() == 3


def test_scipy():
    from scipy.stats import false_discovery_control

    p = np.random.default_rng(1).random(40) ** 2
    assert benjamini_hochberg(p) == pytest.approx(false_discovery_control(p))


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.9]) == pytest.approx([1, 1])
    assert holm([]).shape == (0,)
