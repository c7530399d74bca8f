import math

import pytest

from proveout.core.errors import ProveoutError
from proveout.core.estimate import Estimate


@pytest.mark.parametrize("figure", [math.inf, -math.inf, math.nan])
def test_a_figure_beyond_all_numbers_is_said_to_people_and_does_not_end_the_run(figure):
    with pytest.raises(ProveoutError, match=r"mean: .* is not a finite figure") as caught:
        Estimate(name="mean", value=figure, lower=None, upper=None)
    assert caught.value.remedy
