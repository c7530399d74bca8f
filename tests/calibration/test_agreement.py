"""Coverage of the intervals of agreement with 40 and 80 cases."""

import numpy as np
import pytest

from proveout.stats.agreement import cohen_kappa, fleiss_kappa, krippendorff_alpha

TRIALS = 500


def ratings(rng, cases, people, right):
    """Each says the true label of three with that probability, else any of the three."""
    truth = rng.choice(3, cases, p=[0.5, 0.3, 0.2])[:, None]
    return np.where(rng.random((cases, people)) < right, truth, rng.integers(0, 3, (cases, people))).astype(float)


def counts_of(values):
    return np.stack([(values == label).sum(axis=1) for label in range(3)], axis=1)


@pytest.mark.parametrize(("cases", "right"), [(40, 0.6), (80, 0.9)])
def test_several_people(cases, right):
    from scipy.stats import binom

    rng = np.random.default_rng(cases)
    many = ratings(rng, 300_000, 3, right)
    truth = [krippendorff_alpha(many, scale=s, draws=10).value for s in ("nominal", "ordinal", "interval")]
    truth.append(fleiss_kappa(counts_of(many), draws=10).value)
    held = np.zeros(4)
    for trial in range(TRIALS):
        values = ratings(rng, cases, 3, right)
        options = {"draws": 300, "seed": trial}
        estimates = [krippendorff_alpha(values, scale=s, **options) for s in ("nominal", "ordinal", "interval")]
        estimates.append(fleiss_kappa(counts_of(values), **options))
        held += [e.lower <= t <= e.upper for e, t in zip(estimates, truth, strict=True)]
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, [0.925, 0.97])
    assert ((low <= held) & (held <= high)).all(), held


@pytest.mark.parametrize(("cases", "right"), [(40, 0.6), (80, 0.9)])
def test_two_people(cases, right):
    from scipy.stats import binom

    def table(values):
        return np.bincount((3 * values[:, 0] + values[:, 1]).astype(int), minlength=9).reshape(3, 3)

    rng, held = np.random.default_rng(cases), 0
    truth = cohen_kappa(table(ratings(rng, 500_000, 2, right))).value
    for _ in range(3 * TRIALS):
        estimate = cohen_kappa(table(ratings(rng, cases, 2, right)))
        held += estimate.lower <= truth <= estimate.upper
    low, high = binom.ppf([0.0005, 0.9995], 3 * TRIALS, [0.925, 0.965])
    assert low <= held <= high
