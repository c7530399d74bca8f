"""Coverage over all looks together, and how much betting is narrower than Hoeffding's sequence."""

import numpy as np
import pytest

from proveout.stats.betting import betting_ends
from proveout.stats.share_sequence import hoeffding_ends, share_at_every_look

TRIALS = 300
LOOKS = (1, 2, 3, 5, 8, 12, 20, 30, 45, 60)


@pytest.mark.parametrize("truth", [0.02, 0.3, 0.5, 0.9])
def test_a_share_is_covered_at_every_look(truth):
    from scipy.stats import binom

    random, held, known = np.random.default_rng(2), 0, {}
    for _ in range(TRIALS):
        successes = (random.random(max(LOOKS)) < truth).cumsum()
        inside = True
        for n in LOOKS:
            case = (int(successes[n - 1]), n)
            known[case] = known.get(case) or share_at_every_look(*case, planned=40)
            inside &= known[case].lower <= truth <= known[case].upper
        held += inside
    assert held >= binom.ppf(0.0005, TRIALS, 0.95)


def test_scores_are_covered_at_every_look_and_betting_is_narrower_when_they_vary_little():
    from scipy.stats import binom

    random, held = np.random.default_rng(3), 0
    for _ in range(TRIALS):
        lower, upper = hoeffding_ends(random.beta(0.2, 0.2, 60), planned=40)
        held += bool(((lower <= 0.5) & (upper >= 0.5)).all())
    assert held >= binom.ppf(0.0005, TRIALS, 0.95)
    alike = random.beta(30, 30, 60)
    widths = [upper[-1] - lower[-1] for lower, upper in (betting_ends(alike), hoeffding_ends(alike, planned=40))]
    assert widths[0] < 0.6 * widths[1]
