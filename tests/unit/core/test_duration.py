"""Units in which nothing can be less than 0, as people write them."""

import pytest

from proveout.core.duration import is_duration

LENGTHS = (
    "h, hrs, Hour, hours, min, min., s, ms, µs, d, days, person-days, person_hours, workdays, hour/case, h / lead, "
    "hours per case, minutes of waiting, hours a week, working days, weeks (calendar)"
)
NONE = (
    ", share, USD, USD/hour, cases per day, m, m/s, hours saved, days late, difference in hours, change of hours, "
    "points, %, 1/day, score"
)


@pytest.mark.parametrize("unit", LENGTHS.split(", "))
def test_lengths_of_time(unit):
    assert is_duration(unit)


@pytest.mark.parametrize("unit", NONE.split(", "))
def test_what_is_none_or_may_be_below_0(unit):
    assert not is_duration(unit)
