"""Agreement against published examples, and against the definitions by loops over pairs."""

from itertools import permutations

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.agreement import (
    alpha_of_ratings,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    pairs_agreeing,
)
from proveout.stats.chance_corrected import Figure, chance_corrected, kinds

_ = np.nan
KRIPPENDORFF = np.array(
    [
        [1, 1, _, 1],
        [2, 2, 3, 2],
        [3, 3, 3, 3],
        [3, 3, 3, 3],
        [2, 2, 2, 2],
        [1, 2, 3, 4],
        [4, 4, 4, 4],
        [1, 1, 2, 1],
        [2, 2, 2, 2],
        [_, 5, 5, 5],
        [_, _, 1, 1],
        [_, _, 3, _],
    ]
)
"""Krippendorff (2011), section C: 12 units, 4 observers, missing values."""
THREE_CODERS = np.array(
    [
        [_, _, _, _, _, 3, 4, 1, 2, 1, 1, 3, 3, _, 3],
        [1, _, 2, 1, 3, 3, 4, 3, _, _, _, _, _, _, _],
        [_, _, 2, 1, 3, 4, 4, _, 2, 1, 1, 3, 3, _, 4],
    ]
).T
"""The worked example of Wikipedia's article on Krippendorff's alpha."""
PSYCHIATRIC = np.array(
    [
        [int(n) for n in row]
        for row in (
            *("00060", "03003", "01401", "00006", "03030", "20400", "00402", "20310", "20040", "00006"),
            *("10050", "11040", "03300", "10050", "02031", "00501", "30012", "51000", "02040", "10203"),
            *("00006", "01050", "02013", "20040", "10041", "05010", "40002", "02040", "10500", "00006"),
        )
    ]
)
"""Fleiss (1971), table 1: 30 patients, 6 psychiatrists, 5 diagnoses."""
FOURTEEN = np.array(
    [
        [0, 0, 0, 0, 14],
        [0, 2, 6, 4, 2],
        [0, 0, 3, 5, 6],
        [0, 3, 9, 2, 0],
        [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0],
        [3, 2, 6, 3, 0],
        [2, 5, 3, 2, 2],
        [6, 5, 2, 1, 0],
        [0, 2, 2, 3, 7],
    ]
)
"""The worked example of Wikipedia's article on Fleiss' kappa."""
FLEISS_COHEN_EVERITT = np.array([[53, 5, 2], [11, 14, 5], [1, 6, 3]])
MONTE_CARLO = 0.08
"""By which a standard error from 1,000 draws may be off."""


def counts_of(values: np.ndarray) -> np.ndarray:
    return np.stack([(values == label).sum(axis=1) for label in np.unique(values[~np.isnan(values)])], axis=1)


def standard_error(estimate) -> float:
    """Of an interval that is narrow enough to be symmetric."""
    return (estimate.upper - estimate.lower) / (2 * 1.959964)


@pytest.mark.parametrize(
    ("values", "scale", "alpha"),
    [
        (KRIPPENDORFF, "nominal", 0.743421),
        (KRIPPENDORFF, "ordinal", 0.815388),
        (KRIPPENDORFF, "interval", 0.849107),
        (THREE_CODERS, "nominal", 0.691358),
        (THREE_CODERS, "interval", 0.810845),
    ],
)
def test_alpha_as_published(values, scale, alpha):
    estimate = krippendorff_alpha(values, scale=scale)
    assert estimate.value == pytest.approx(alpha, abs=5e-7)
    assert estimate.lower < alpha < estimate.upper
    assert estimate.n == (np.isfinite(values).sum(axis=1) >= 2).sum()


@pytest.mark.parametrize(("counts", "kappa"), [(PSYCHIATRIC, 0.430245), (FOURTEEN, 0.209931)])
def test_fleiss_as_published(counts, kappa):
    assert fleiss_kappa(counts).value == pytest.approx(kappa, abs=5e-7)


@pytest.mark.parametrize(("statistic", "value"), [(gwet_ac1, 0.77544), (fleiss_kappa, 0.76117)])
def test_gwet_on_krippendorffs_data(statistic, value):
    assert statistic(counts_of(KRIPPENDORFF)).value == pytest.approx(value, abs=5e-6)


@pytest.mark.parametrize(
    ("statistic", "value", "error"),
    [(fleiss_kappa, 0.430245, 0.054199), (gwet_ac1, 0.447885, 0.055662)],
)
def test_gwets_errors_on_the_psychiatric_data(statistic, value, error):
    """From agreement/with_irrcac.py; for 3,000 cases they are those for 30 times a known factor."""
    assert statistic(PSYCHIATRIC).value == pytest.approx(value, abs=5e-7)
    hundredfold = error * (100 * 30 * 29 / (3000 * 2999)) ** 0.5
    found = standard_error(statistic(np.tile(PSYCHIATRIC, (100, 1)), draws=2_000))
    assert found == pytest.approx(hundredfold, rel=MONTE_CARLO)


def test_gwets_error_of_alpha():
    """0.14557 for the 11 of 12 units that were decided twice."""
    hundredfold = 0.14557 * (100 * 11 * 10 / (1100 * 1099)) ** 0.5
    found = standard_error(krippendorff_alpha(np.tile(KRIPPENDORFF, (100, 1)), draws=2_000))
    assert found == pytest.approx(hundredfold, rel=MONTE_CARLO)


@pytest.mark.parametrize(
    ("table", "kappa"),
    [([[20, 5], [10, 15]], 0.4), ([[45, 15], [25, 15]], 0.130435), ([[25, 35], [5, 35]], 0.259259)],
)
def test_cohen_as_published(table, kappa):
    assert cohen_kappa(np.array(table)).value == pytest.approx(kappa, abs=5e-7)


@pytest.mark.parametrize(("weights", "kappa"), [("none", 0.428571), ("linear", 0.492308), ("quadratic", 0.566667)])
def test_fleiss_cohen_everitt_1969(weights, kappa):
    assert cohen_kappa(FLEISS_COHEN_EVERITT, weights=weights).value == pytest.approx(kappa, abs=5e-7)


def test_fleiss_cohen_everitt_1969_standard_error():
    """.07596 for 100 cases; in large samples the bootstrap comes to the same."""
    found = standard_error(cohen_kappa(FLEISS_COHEN_EVERITT * 100, draws=2_000))
    assert found == pytest.approx(0.07596 / 10, rel=MONTE_CARLO)


def by_pairs(values: np.ndarray, scale: str) -> float:
    """Alpha from the definition, pair by pair."""
    units = [row[~np.isnan(row)] for row in values]
    units = [unit for unit in units if len(unit) >= 2]
    pooled = np.concatenate(units)

    def apart(a: float, b: float) -> float:
        low, high = min(a, b), max(a, b)
        between = ((pooled >= low) & (pooled <= high)).sum() - ((pooled == a).sum() + (pooled == b).sum()) / 2
        return {"nominal": float(a != b), "interval": (a - b) ** 2, "ordinal": float(between) ** 2 * (a != b)}[scale]

    observed = sum(sum(apart(a, b) for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in units)
    expected = sum(apart(a, b) for a, b in permutations(pooled, 2)) / (len(pooled) - 1)
    return 1 - observed / expected


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval"])
@pytest.mark.parametrize("seed", range(3))
def test_alpha_by_pairs(scale, seed):
    rng = np.random.default_rng(seed)
    values = np.clip(rng.integers(0, 4, (12, 1)) + rng.integers(-1, 2, (12, 4)), 0, 5).astype(float)
    values[rng.random(values.shape) < 0.3] = np.nan
    case, person = np.nonzero(np.isfinite(values))
    expected = by_pairs(values, scale)
    assert krippendorff_alpha(values, scale=scale).value == pytest.approx(expected)
    assert alpha_of_ratings(case * 7, values[case, person], scale=scale).value == pytest.approx(expected)


def test_numbers_far_from_zero_keep_their_agreement():
    assert krippendorff_alpha(KRIPPENDORFF + 1e9, scale="interval").value == pytest.approx(0.849107, abs=5e-7)


def test_agreement_of_pairs():
    """Fleiss (1971), equation 2, on the first three patients: 1, .4 and .4."""
    assert pairs_agreeing(PSYCHIATRIC)[:3] == pytest.approx([1, 0.4, 0.4])
    assert np.isnan(pairs_agreeing(np.array([[1, 0]]))[0])


def test_kinds_of_cases_add_up_to_the_cases():
    counts = np.random.default_rng(0).integers(0, 3, (200, 3)).astype(float)
    rows, times = kinds(counts, lambda kind: kind**2)
    assert len(rows) == len(np.unique(counts, axis=0))
    assert times @ rows == pytest.approx((counts**2).sum(axis=0))
    many = np.random.default_rng(0).normal(size=(9_000, 2))
    blocks, once = kinds(many, lambda kind: kind)
    assert len(blocks) == once.sum() == 1_000
    assert once @ blocks == pytest.approx(many.sum(axis=0))


def test_an_interval_is_never_empty_where_everybody_agreed():
    """One case in n + 1 by chance: about the rule of three, 3 / n, or a little more."""
    assert cohen_kappa(np.array([[50, 0], [0, 50]])).lower == pytest.approx(1 - 3 / 100, abs=0.015)
    figure = Figure(
        name="alpha",
        method="made up",
        parts=lambda sums: (sums[:, 0], sums[:, 1]),
        by_chance=lambda sums: np.array([sums[1], sums[1]]),
    )
    estimate = chance_corrected(figure, np.array([[0.0, 1.0]]), np.array([100]))
    assert (estimate.value, estimate.upper) == (1, 1)
    assert 0.94 < estimate.lower < 0.97


@pytest.mark.parametrize(
    "ask",
    [
        lambda: cohen_kappa(np.array([[30, 0], [0, 0]])),
        lambda: fleiss_kappa(np.array([[3, 0]] * 9)),
        lambda: krippendorff_alpha(np.array([[1.0, np.nan]] * 9)),
        lambda: krippendorff_alpha(np.ones((9, 2)), scale="interval"),
        lambda: krippendorff_alpha(np.array([[1.0, 2.0]])),
        lambda: krippendorff_alpha(np.array([[1.0, 2.0], *[[1.0, 1.0]] * 30])),
        lambda: gwet_ac1(np.array([[1, 0], [0, 1]])),
    ],
)
def test_too_little(ask):
    with pytest.raises(TooLittle):
        ask()


def test_ac1_needs_labels_that_could_be_given():
    with pytest.raises(ValueError, match="two labels"):
        gwet_ac1(np.array([[3]]))
