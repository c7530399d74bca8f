"""Which groups of people may be shown."""

import pytest

from proveout.core.privacy import hidden_groups


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        ({"a": 9, "b": 7}, set()),
        ({"a": 9, "b": 7, "c": 2}, {"b", "c"}),  # else the two are what is left of the total
        ({"a": 9, "b": 3, "c": 2}, {"b", "c"}),
        ({"a": 9, "b": 0}, set()),
        ({"a": 3}, {"a"}),
    ],
)
def test_a_few_are_not_told_by_subtraction(sizes, hidden):
    assert hidden_groups(sizes) == hidden
