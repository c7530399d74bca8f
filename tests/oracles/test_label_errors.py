"""Confident learning by hand; tests/real/test_agreement.py has the published count on CIFAR-10's test set."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.label_errors import label_errors

LABELS = np.array([0, 0, 1, 1, 2, 2])
PROBABILITIES = np.array(
    [[0.9, 0.025, 0.075], [0.75, 0.15, 0.1], [0.1, 0.05, 0.85], [0.3, 0.5, 0.2], [0.05, 0.9, 0.05], [0.1, 0.1, 0.8]]
)
"""The example of cleanlab's maintainers (discussion 405): cases 2 and 4, which should be labels 2 and 1."""


def test_the_example_of_cleanlab():
    found = label_errors(LABELS, PROBABILITIES)
    assert sorted(found.suspects) == [2, 4]
    assert dict(zip(found.suspects, found.suggested, strict=True)) == {2: 2, 4: 1}
    assert found.thresholds == pytest.approx([0.825, 0.275, 0.425])
    assert found.joint.tolist() == [[1, 0, 0], [0, 1, 1], [0, 1, 1]]


def test_by_loops():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 4, 300)
    p = rng.dirichlet(np.ones(4), 300)
    thresholds = [p[labels == j, j].mean() for j in range(4)]
    joint, suspects = np.zeros((4, 4), int), []
    for u in range(300):
        confident = [j for j in range(4) if p[u, j] >= thresholds[j]]
        if confident:
            best = max(confident, key=lambda j, u=u: p[u, j])
            joint[labels[u], best] += 1
            if best != labels[u]:
                suspects.append(u)
    found = label_errors(labels, p)
    assert found.joint.tolist() == joint.tolist()
    assert found.suspects.tolist() == sorted(suspects, key=lambda u: p[u, labels[u]])


def test_a_label_that_nobody_gave_is_never_suggested():
    found = label_errors(np.array([0, 1, 0, 1]), np.array([[0.1, 0.1, 0.8]] * 2 + [[0.6, 0.3, 0.1]] * 2))
    assert np.isnan(found.thresholds[2])
    assert 2 not in found.suggested


@pytest.mark.parametrize(
    ("labels", "p", "error"),
    [
        ([0, 0], [[0.5, 0.5]] * 2, TooLittle),
        ([0, 1], [[0.5, 1.5]] * 2, ValueError),
        ([0, 2], [[0.5, 0.5]] * 2, ValueError),
    ],
)
def test_refusals(labels, p, error):
    with pytest.raises(error):
        label_errors(np.array(labels), np.array(p))
