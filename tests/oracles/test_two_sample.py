"""The logistic model against scikit-learn; what can and what cannot be told apart."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.two_sample import classifier_two_sample, codes, cross_validated_scores, encode, fold_of

RNG = np.random.default_rng(6)
N = 800


@pytest.fixture(autouse=True)
def _same_draws_in_any_order(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(globals(), "RNG", np.random.default_rng(6))


def test_the_model_is_that_of_scikit_learn():
    from sklearn.linear_model import LogisticRegression

    x = encode([RNG.normal(size=N), RNG.choice(["a", "b", "c"], N).astype(object)])
    truth = (RNG.random(N) < 0.3).astype(int)
    ours = cross_validated_scores(x, truth, folds=4, seed=1)
    fold = fold_of(truth, folds=4, seed=1)
    for k in range(4):
        model = LogisticRegression(C=1.0, tol=1e-8, max_iter=2_000).fit(x[fold != k], truth[fold != k])
        assert ours[fold == k] == pytest.approx(model.decision_function(x[fold == k]), abs=2e-3)


def test_folds_hold_as_many_of_each_class_and_keep_groups_together():
    truth = np.repeat([0, 1], [60, 20])
    fold = fold_of(truth, folds=5, seed=0)
    assert [int(truth[fold == k].sum()) for k in range(5)] == [4] * 5
    groups = np.repeat(np.arange(20), 4)
    grouped = fold_of(truth, folds=5, seed=0, groups=groups)
    assert all(len(set(grouped[groups == g])) == 1 for g in range(20))
    assert sorted(np.bincount(grouped[::4])) == [4] * 5


def alike():
    return [RNG.normal(size=N), RNG.choice(["x", "y", "z"], N).astype(object)]


@pytest.mark.parametrize(
    "other",
    [
        lambda: [RNG.normal(1.0, 1, N), RNG.choice(["x", "y", "z"], N).astype(object)],
        lambda: [RNG.normal(0, 3, N), RNG.choice(["x", "y", "z"], N).astype(object)],
        lambda: [np.ma.masked_array(RNG.normal(size=N), RNG.random(N) < 0.5), alike()[1]],
        lambda: [RNG.normal(size=N), RNG.choice(["x", "y", "new"], N).astype(object)],
    ],
    ids=["mean", "spread", "missing", "category"],
)
def test_differences_are_found(other):
    assert classifier_two_sample(alike(), other()).lower > 0.6


def test_sets_that_are_alike_are_not_told_apart():
    estimate = classifier_two_sample(alike(), alike())
    assert estimate.lower < 0.5
    assert estimate.upper < 0.56


def test_names_of_cases_say_nothing():
    names = [np.array([f"{side}{i}" for i in range(N)], dtype=object) for side in "ab"]
    assert classifier_two_sample(names[:1], names[1:]).value == pytest.approx(0.5)
    assert classifier_two_sample([*names[:1], alike()[0]], [*names[1:], alike()[0]]).upper < 0.56


def test_dates_booleans_and_mixed_types():
    days = np.datetime64("2026-01-01") + RNG.integers(0, 100, N)
    assert classifier_two_sample([days], [days + 80]).lower > 0.8
    flags = RNG.random(N) < 0.5
    assert classifier_two_sample([flags], [RNG.random(N) < 0.9]).lower > 0.6
    assert classifier_two_sample([np.arange(N) % 3], [np.array(["0", "1", "2"] * N, dtype=object)[:N]]).upper < 0.56


def test_codes():
    assert codes(np.array([None, "a", "a", "b"] * 10, dtype=object)).tolist()[:4] == [0, 2, 2, 3]
    assert codes(np.ma.masked_array([1.0, 2, 3, 4], [True, False, False, False]), bins=3).tolist() == [0, 1, 2, 3]
    assert codes(np.array([np.nan] * 3)).tolist() == [0, 0, 0]
    assert codes(np.full(9, 5.0)).max() <= 2


def test_too_few():
    with pytest.raises(TooLittle):
        classifier_two_sample([], [])
    with pytest.raises(TooLittle):
        classifier_two_sample([np.arange(3.0)], [np.arange(100.0)])


def test_cases_of_one_group_cannot_be_left_out():
    """All would be in one fold, and the scores of a model that was fitted to nothing look like those of no leak."""
    x, truth = np.arange(100.0), np.arange(100) % 2
    with pytest.raises(TooLittle, match="group"):
        cross_validated_scores(encode([x]), truth, groups=np.zeros(100))


def test_dates_against_numbers_are_compared_as_texts():
    dates, values = np.arange(100).astype("datetime64[D]"), np.arange(100.0)
    assert 0 <= classifier_two_sample([dates], [values]).value <= 1
