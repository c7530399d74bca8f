"""Saturation against the definition of Guest, Namey & Chen (2020)."""

import pytest

from proveout.core.errors import TooLittle
from proveout.stats.saturation import run_ratios

WORKED = (15, 12, 6, 4, 4, 3, 1, 0)
"""The authors' worked example: 37 codes in a base of 4; the second run renders a quotient of 11%, the third brings one
new code and is below 5%: saturation at 6+2 interviews. How the 37 spread over the base makes no difference.
"""


def test_the_worked_example_falls_below_five_percent_in_the_third_run():
    ratios = run_ratios(WORKED, base=4, run=2)
    assert [round(ratio, 2) for ratio in ratios] == [0.19, 0.11, 0.03]
    assert [ratio <= 0.05 for ratio in ratios] == [False, False, True]


def test_run_length_three():
    assert run_ratios(WORKED, base=4, run=3) == (8 / 37, 4 / 37)


def test_base_of_six_includes_the_first_run():
    assert run_ratios(WORKED, base=6, run=2) == (1 / 44,)


def test_too_few_interviews_say_how_many_more():
    with pytest.raises(TooLittle, match=r"5 coded interview\(s\): saturation needs 6") as caught:
        run_ratios(WORKED[:5])
    assert caught.value.remedy == "hold 1 more"


def test_a_base_without_codes():
    with pytest.raises(TooLittle, match="no codes"):
        run_ratios((0, 0, 0, 0, 1, 1))


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="at least"):
        run_ratios((1, -1), base=1, run=1)
