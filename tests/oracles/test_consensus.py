"""Consensus on people whose habits are known."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.consensus import dawid_skene, leave_one_out, majority

# Dawid and Skene (1979), table 1: anaesthetists' fitness scores; patients 1 to 5, as (patient, observer, score - 1)
CASE, PERSON, LABEL = (
    np.array(column)
    for column in zip(
        *((0, 0, 0), (0, 0, 0), (0, 0, 0), (0, 1, 0), (0, 2, 0), (0, 3, 0), (0, 4, 0)),
        *((1, 0, 2), (1, 0, 2), (1, 0, 2), (1, 1, 3), (1, 2, 2), (1, 3, 2), (1, 4, 3)),
        *((2, 0, 0), (2, 0, 0), (2, 0, 1), (2, 1, 1), (2, 2, 0), (2, 3, 1), (2, 4, 1)),
        *((3, 0, 1), (3, 0, 1), (3, 0, 1), (3, 1, 2), (3, 2, 1), (3, 3, 1), (3, 4, 1)),
        strict=True,
    )
)


def test_majority_and_ties():
    shares = majority(np.array([0, 0, 0, 1, 1]), np.array([1, 1, 0, 0, 1]), n_labels=2)
    assert shares == pytest.approx(np.array([[1 / 3, 2 / 3], [0.5, 0.5]]))


def test_dawid_and_skene_1979_agree_with_the_observers_where_those_are_clear():
    """Their table 4 puts patients 1, 2 and 4 into classes 1, 3 and 2 with certainty."""
    consensus = dawid_skene(CASE, PERSON, LABEL, n_labels=4)
    assert consensus.labels[[0, 1, 3]].tolist() == [0, 2, 1]
    assert consensus.shares[[0, 1, 3]].max(axis=1).min() > 0.95
    assert consensus.shares.sum(axis=1) == pytest.approx(np.ones(4))


def test_who_is_always_wrong_is_a_good_witness():
    """Three people guess, one is nearly always right, one nearly always wrong: two of five, yet the truth is found."""
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 2, 400)
    answers = [rng.integers(0, 2, 400) for _ in range(3)]
    answers += [np.where(rng.random(400) < 0.95, truth, 1 - truth), np.where(rng.random(400) < 0.9, 1 - truth, truth)]
    answers += [np.where(rng.random(400) < 0.85, truth, 1 - truth)]
    case, person = np.tile(np.arange(400), 6), np.repeat(np.arange(6), 400)
    label = np.concatenate(answers)
    together = dawid_skene(case, person, label, n_labels=2)
    assert (together.labels == truth).mean() > 0.95
    assert (majority(case, label, n_labels=2).argmax(axis=1) == truth).mean() < 0.85
    assert together.confusion[4, 0, 1] == pytest.approx(0.9, abs=0.05)
    assert together.prevalence.sum() == pytest.approx(1)


def test_leave_one_out():
    case, label = np.array([0, 0, 0, 1, 1, 1, 2]), np.array([0, 0, 1, 0, 1, 2, 0])
    credit = leave_one_out(case, label, n_labels=3)
    assert credit[:3].tolist() == [0.5, 0.5, 0]
    assert credit[3:6].tolist() == [0, 0, 0]
    assert np.isnan(credit[6])


def test_nobody():
    nothing = np.array([], dtype=int)
    with pytest.raises(TooLittle):
        majority(nothing, nothing, n_labels=2)
    with pytest.raises(TooLittle):
        leave_one_out(nothing, nothing, n_labels=2)
