"""What is said of a rollout before it is drawn: orders that are too few."""

import numpy as np
import pytest

from proveout.delivery import Seat
from proveout.flow.rollout_sight import smallest_p_of_orders


def seats(sizes, strata=("",)):
    arms = np.repeat([*(f"wave {i + 1}" for i in range(len(sizes) - 1)), "holdback"], sizes)
    return [
        Seat(
            unit=f"u{i}",
            team=f"t{i}",
            arm=arm,
            stratum=strata[i % len(strata)],
            batch=1,
            probability=0.5,
            seed=0,
            size=1,
            baseline=None,
            assigned_at="",
            design="",
        )
        for i, arm in enumerate(arms)
    ]


@pytest.mark.parametrize(
    ("sizes", "strata", "smallest"),
    [
        ((2, 2), ("",), 2 / 6),  # statistics.md, D9: 2 / C(G, G/2)
        ((3, 3), ("",), 2 / 20),
        ((4, 4), ("",), 2 / 70),
        ((2, 2, 2), ("",), 1 / 90),
        ((2, 4), ("",), 1 / 15),
        ((4, 4), ("a", "b"), 2 / 36),
    ],
)
def test_the_smallest_p_value_is_known_before_the_draw(sizes, strata, smallest):
    assert smallest_p_of_orders(seats(sizes, strata)) == pytest.approx(smallest)
