"""Where the boxes of a process map stand."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proveout.show.charts.layout import Link, feedback_order, isotonic, lay_out

CHAIN = [Link("a", "b", 9), Link("b", "c", 9), Link("c", "a", 1)]


def test_the_order_turns_the_light_edge_round():
    assert feedback_order("abc", CHAIN) == ["a", "b", "c"]


def test_layers_follow_the_longest_path():
    layout = lay_out(list("abcd"), [*CHAIN, Link("a", "d", 1), Link("c", "d", 5)], node_gap=10, lane_gap=2)
    assert [layout.layer[node] for node in "abcd"] == [0, 1, 2, 3]
    assert [level for level, _ in layout.lanes["a", "d"]] == [1, 2]


def test_a_chain_stands_straight():
    layout = lay_out(list("abc"), CHAIN[:2], node_gap=10, lane_gap=2)
    assert len({round(x, 6) for x in layout.x.values()}) == 1


@pytest.mark.parametrize(
    ("values", "weights", "expected"),
    [
        ([1, 2, 3], [1, 1, 1], [1, 2, 3]),
        ([3, 1, 2], [1, 1, 1], [2, 2, 2]),
        ([1, 5, 3, 4, 6], [1, 1, 1, 1, 1], [1, 4, 4, 4, 6]),
        ([4, 0], [3, 1], [3, 3]),
    ],
)
def test_isotonic_regression_pools_adjacent_violators(values, weights, expected):
    assert isotonic(values, weights) == pytest.approx(expected)


@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(1, 50), st.booleans()), max_size=30).map(
        lambda edges: {(f"n{a}", f"n{b}"): (w, firm) for a, b, w, firm in edges if a != b}
    )
)
def test_no_two_boxes_of_a_layer_come_nearer_than_the_gap(edges):
    nodes = [f"n{index}" for index in range(8)]
    links = [Link(a, b, weight, firm) for (a, b), (weight, firm) in edges.items()]
    layout = lay_out(nodes, links, node_gap=100, lane_gap=10)
    for layer in set(layout.layer.values()):
        row = sorted(layout.x[node] for node in nodes if layout.layer[node] == layer)
        assert all(right - left >= 100 - 1e-6 for left, right in pairwise(row))
