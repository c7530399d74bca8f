"""A share at every look, and Hoeffding's sequence, against the tests of confseq."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.share_sequence import hoeffding_ends, share_at_every_look

PRINTED = 1e-5  # their tolerance


@pytest.mark.parametrize(
    ("successes", "trials", "planned", "ends"),
    [
        (700, 1000, 100, (0.651629, 0.745949)),
        (15, 50, 50, (0.129556, 0.511896)),
        (5, 50, 50, (0.013021, 0.269264)),
        (1, 50, 50, (0.0, 0.13489)),
        (1, 2, 50, (0.0, 1.0)),
        (100, 200, 1, (0.328923, 0.671076)),
        (0, 1, 50, (0.0, 1.0)),
        (1, 1, 50, (0.0, 1.0)),
    ],
)
def test_confseq(successes, trials, planned, ends):
    found = share_at_every_look(successes, trials, planned=planned)
    assert (found.lower, found.upper) == pytest.approx(ends, abs=PRINTED)


def test_hoeffding():
    """conjmix_hoeffding_twosided_cs(x, t_opt=10)."""
    lower, upper = hoeffding_ends(np.array([0.5, 0.7, 0.2, 0.9, 0.4, 0.6, 0.8, 0.3, 0.55, 0.65]), planned=10)
    assert lower[-1] == pytest.approx(0.08009, abs=PRINTED)
    assert (lower[0], upper[0]) == (0, 1)


def test_refusal():
    with pytest.raises(TooLittle):
        share_at_every_look(0, 0, planned=50)
