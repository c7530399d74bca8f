"""Coverage of chance-corrected agreement at 30 to 100 cases, where disagreement is common and where it is rare."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.agreement import alpha_of_ratings, cohen_kappa, fleiss_kappa, gwet_ac1, krippendorff_alpha
from proveout.stats.chance_corrected import Figure, chance_corrected

TRIALS, DRAWS = 300, 400
WORLDS = [
    # cases, people, how often a person sees it, how common each label is, how often a decision is missing
    (30, 3, 0.80, (0.7, 0.3), 0.0),
    (30, 5, 0.70, (0.5, 0.3, 0.2), 0.3),
    (30, 3, 0.97, (0.5, 0.5), 0.0),
    (60, 3, 0.90, (0.9, 0.1), 0.0),
    (100, 2, 0.95, (0.8, 0.2), 0.0),
]
LEAST, MOST = 0.92, 0.995
"""The nominal 95% is neither missed by much nor bought by intervals that hold always."""


def decided(rng, n, people, sees, common, missing):
    """Right with that probability, else anything."""
    k = len(common)
    right = rng.choice(k, size=(n, 1), p=common)
    values = np.where(rng.random((n, people)) < sees, right, rng.integers(0, k, (n, people))).astype(float)
    values[rng.random(values.shape) < missing] = np.nan
    return values


def counts_of(values, k):
    return np.stack([(values == label).sum(axis=1) for label in range(k)], axis=1)


def coverage(ask, world, truth_of=None):
    """How many of the intervals hold what very many cases say."""
    from scipy.stats import binom

    rng = np.random.default_rng(world[0])
    truth = (truth_of or ask)(decided(rng, 100_000, *world[1:])).value
    held = asked = 0
    for _ in range(TRIALS):
        try:
            estimate = ask(decided(rng, *world))
        except TooLittle:
            continue
        asked += 1
        held += estimate.lower <= truth <= estimate.upper
    low, high = binom.ppf([0.0005, 0.9995], asked, [LEAST, MOST])
    assert asked > 0.9 * TRIALS
    assert low <= held <= high


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval"])
def test_alpha(world, scale):
    coverage(lambda values: krippendorff_alpha(values, scale=scale, draws=DRAWS), world)


def test_alpha_of_decisions_in_long_form():
    def ask(values):
        case, person = np.nonzero(np.isfinite(values))
        return alpha_of_ratings(case, values[case, person], draws=DRAWS)

    coverage(ask, WORLDS[1])


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("statistic", [fleiss_kappa, gwet_ac1])
def test_agreement_of_any_number_of_people(world, statistic):
    coverage(lambda values: statistic(counts_of(values, len(world[3])), draws=DRAWS), world)


@pytest.mark.parametrize("world", [(n, 2, *rest) for n, _, *rest in WORLDS if not rest[-1]])
@pytest.mark.parametrize("weights", ["none", "quadratic"])
def test_agreement_of_two(world, weights):
    k = len(world[3])

    def ask(values):
        pairs = values.astype(int)
        table = np.bincount(pairs[:, 0] * k + pairs[:, 1], minlength=k * k).reshape(k, k)
        return cohen_kappa(table, weights=weights, draws=DRAWS)

    coverage(ask, world)


def test_any_figure_of_that_form():
    """Here one less the share of pairs that differ, of the half that would by chance."""
    figure = Figure(
        name="made_up",
        method="made up",
        parts=lambda sums: (sums[:, 0], sums[:, 1] / 2),
        by_chance=lambda sums: np.array([sums[1] / 2, sums[1]]),
    )

    def ask(values):
        differ = int((values[:, 0] != values[:, 1]).sum())
        rows = np.array([[0.0, 1.0], [1.0, 1.0]])
        return chance_corrected(figure, rows, np.array([len(values) - differ, differ]), draws=DRAWS)

    coverage(ask, WORLDS[-1])
