"""Confident learning: cleanlab's own worked example of the joint, and planted errors.

The counts on CIFAR-10 (244 off the diagonal, as cleanlab gives) are in tests/real/test_agreement.py.
"""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.label_errors import label_errors


def test_by_hand():
    """Thresholds .7 and .6: the third case is given 0 but is confidently 1; the fourth is confident of neither."""
    labels = np.array([0, 0, 0, 0, 1, 1])
    p = np.array([[0.95, 0.05], [0.85, 0.15], [0.3, 0.7], [0.5, 0.5], [0.2, 0.8], [0.6, 0.4]])
    found = label_errors(labels, p)
    assert found.joint.tolist() == [[2, 1], [0, 1]]
    assert found.ranked.tolist() == [2]


def test_planted_errors_come_first():
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 3, 1_500)
    scores = rng.normal(size=(1_500, 3)) + 4 * np.eye(3)[truth]
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    given = truth.copy()
    wrong = rng.choice(1_500, 60, replace=False)
    given[wrong] = (given[wrong] + 1) % 3
    found = label_errors(given, p)
    assert np.isin(found.ranked[:40], wrong).mean() > 0.9
    assert found.joint.sum() - np.trace(found.joint) == len(found.ranked)


def test_a_label_without_a_case():
    with pytest.raises(TooLittle):
        label_errors(np.zeros(5, dtype=int), np.full((5, 2), 0.5))
