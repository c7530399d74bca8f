"""Coverage of Wilson's interval, exactly, by adding up the binomial distribution."""

import numpy as np
import pytest

from proveout.stats.proportion import difference, ratio, score_ratio, wilson

SHARES = np.linspace(0.005, 0.995, 199)


def coverage(n: int, level: float) -> np.ndarray:
    """Exact coverage at each of `SHARES`."""
    from scipy.stats import binom

    ends = [wilson(k, n, level=level) for k in range(n + 1)]
    lower, upper = np.array([e.lower for e in ends]), np.array([e.upper for e in ends])
    held = (lower[:, None] <= SHARES) & (upper[:, None] >= SHARES)
    return (binom.pmf(np.arange(n + 1)[:, None], n, SHARES) * held).sum(axis=0)


@pytest.mark.parametrize("level", [0.9, 0.95])
@pytest.mark.parametrize("n", [5, 8, 12, 20, 50, 150])
def test_on_average_it_covers_what_it_says(n, level):
    assert coverage(n, level).mean() == pytest.approx(level, abs=0.015)  # measured: within 0.014


@pytest.mark.parametrize("n", [5, 8, 12, 20, 50, 150])
def test_it_never_falls_far_below_away_from_the_ends(n):
    inner = (SHARES >= 0.1) & (SHARES <= 0.9)
    assert coverage(n, 0.95)[inner].min() > 0.88


def test_simulated():
    from scipy.stats import binom

    rng, trials = np.random.default_rng(20), 20_000
    n = 12
    table = [wilson(k, n) for k in range(n + 1)]
    shares = rng.uniform(0, 1, trials)
    drawn = rng.binomial(n, shares)
    held = sum(table[k].lower <= p <= table[k].upper for k, p in zip(drawn, shares, strict=True))
    low, high = binom.ppf([0.0005, 0.9995], trials, [0.945, 0.965])
    assert low <= held <= high


@pytest.mark.parametrize(("n_a", "p_a", "n_b", "p_b"), [(20, 0.3, 25, 0.5), (60, 0.9, 40, 0.7), (30, 0.1, 90, 0.2)])
def test_differences_and_ratios_of_two_groups(n_a, p_a, n_b, p_b):
    from scipy.stats import binom

    trials = 4_000
    rng = np.random.default_rng(n_a)
    draws = zip(rng.binomial(n_a, p_a, trials), rng.binomial(n_b, p_b, trials), strict=True)
    apart = times = usable = 0
    for a, b in draws:
        d = difference(int(a), n_a, int(b), n_b)
        apart += d.lower <= p_a - p_b <= d.upper
        if b:
            usable += 1
            r = ratio(int(a), n_a, int(b), n_b)
            times += r.lower <= p_a / p_b and (r.upper is None or p_a / p_b <= r.upper)
    low, high = binom.ppf([0.0005, 0.9995], trials, [0.94, 0.97])
    assert low <= apart <= high
    assert binom.ppf(0.0005, usable, 0.935) <= times <= binom.ppf(0.9995, usable, 0.975)


@pytest.mark.parametrize(("n_a", "n_b"), [(12, 12), (18, 42)])
@pytest.mark.parametrize(("share", "times"), [(0.1, 2.0), (0.2, 0.5), (0.3, 1.0), (0.5, 1.5)])
def test_the_score_interval_of_a_ratio_covers_what_it_says(n_a, n_b, share, times):
    """Exactly, by adding up both distributions."""
    from scipy.stats import binom

    a, b = binom.pmf(np.arange(n_a + 1), n_a, share * times), binom.pmf(np.arange(n_b + 1), n_b, share)
    held = 0.0
    for x in range(n_a + 1):
        for y in range(1, n_b + 1):
            found = score_ratio(x, n_a, y, n_b)
            held += a[x] * b[y] * (found.lower <= times <= found.upper)
    assert 0.92 < held / (1 - b[0]) < 1
