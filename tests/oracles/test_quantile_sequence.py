"""One quantile of two groups against the tests of confseq."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.quantile_sequence import same_quantile_p

PRINTED = 1e-5  # their tolerance
VALUES = np.arange(1, 1_001)


@pytest.mark.parametrize(
    ("q", "offset", "p"), [(0.5, 70, 0.814704), (0.5, 85, 0.0838055), (0.5, 100, 0.0054947), (0.9, 55, 0.0340463)]
)
def test_confseq(q, offset, p):
    assert same_quantile_p(VALUES, VALUES + offset, q=q, planned=100) == pytest.approx(p, abs=PRINTED)
    assert same_quantile_p(VALUES + offset, VALUES, q=q, planned=100) == pytest.approx(p, abs=PRINTED)


def test_groups_alike_and_groups_of_one():
    assert same_quantile_p(VALUES, VALUES, q=0.5, planned=100) == 1
    assert same_quantile_p(VALUES[:1], VALUES[-1:], q=0.5, planned=100) == 1
    with pytest.raises(TooLittle):
        same_quantile_p(VALUES, VALUES[:0], q=0.5, planned=100)
