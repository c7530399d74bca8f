"""The process map: what is hidden, what is never hidden, and that it can be read."""

import re
import xml.etree.ElementTree as ET

import pytest
from tests.unit.show.invented import ACTIVITIES, INJECTION, PATHS, process_map

from proveout.core.exhibit import Edge, Node, ProcessMap
from proveout.show.charts.paths import dot, levels, mermaid
from proveout.show.charts.process_map import draw, wait_cuts


def test_every_activity_keeps_its_main_way_in_and_out_at_every_level():
    shown = levels(process_map())
    main = {pair for pair, level in shown.of.items() if level == 0}
    for activity in ACTIVITIES:
        into = max((n, a) for a, b, n, _ in PATHS if b == activity and a != b)
        out = max((n, b) for a, b, n, _ in PATHS if a == activity and a != b)
        assert (into[1], activity) in main and (activity, out[1]) in main


def test_levels_say_what_they_hide_and_end_with_everything():
    shown = levels(process_map())
    assert shown.told[-1] == f"All {len(PATHS)} paths are shown."
    kept = sum(level <= shown.default for level in shown.of.values())
    assert shown.told[shown.default].startswith(f"{kept} of {len(PATHS)} paths: ")
    assert f"{len(PATHS) - kept} rare paths are hidden" in shown.told[shown.default]
    assert kept <= 1.6 * (len(ACTIVITIES) + 2)


def test_all_activities_and_paths_are_in_the_picture():
    markup = draw(process_map())
    titles = [title.text or "" for title in _svg(markup).iter("title")]
    for label, n, _ in ACTIVITIES.values():
        assert any(title.startswith(f"{label}: {n:,} times") for title in titles)
    assert sum(" → " in title for title in titles) == len(PATHS)


def _svg(markup: str) -> ET.Element:
    return ET.fromstring(re.search(r"<svg.*</svg>", markup, re.DOTALL)[0])


def test_boxes_and_labels_do_not_cover_one_another():
    svg = _svg(draw(process_map()))
    boxes = [_box(rect) for rect in svg.iter("rect") if rect.get("rx")]
    labels = [_label(text) for text in svg.iter("text") if (text.get("class") or "").startswith("count")]
    assert len(boxes) == len(ACTIVITIES) + 2
    assert len(labels) > 0.6 * len(PATHS)
    placed = [*boxes, *labels]
    for index, one in enumerate(placed):
        for other in placed[index + 1 :]:
            assert one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]


def _box(rect: ET.Element) -> tuple[float, float, float, float]:
    x, y, width, height = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
    return (x, y, x + width, y + height)


def _label(text: ET.Element) -> tuple[float, float, float, float]:
    x, y, half = float(text.get("x")), float(text.get("y")), len(text.text) * 3
    return (x - half, y - 10, x + half, y + 3)


def test_everything_lies_inside_the_view():
    svg = _svg(draw(process_map()))
    left, top, width, height = map(float, svg.get("viewBox").split())
    for rect in svg.iter("rect"):
        x0, y0, x1, y1 = _box(rect)
        assert left <= x0 and x1 <= left + width and top <= y0 and y1 <= top + height


def test_names_cannot_break_out():
    process = ProcessMap(
        title=INJECTION,
        n_cases=1,
        nodes=(Node(id="a", label=INJECTION, frequency=1), Node(id="b", label='"]-->x', frequency=1)),
        edges=(Edge(source="a", target="b", frequency=1),),
    )
    assert "<script" not in draw(process)
    assert "<script" not in mermaid(process)
    assert '[label="\\"]-->x"]' in dot(process)


@pytest.mark.parametrize("edges", [(), (("a", "a"),), (("a", "b"), ("b", "a")), (("a", "gone"),)])
def test_small_maps_are_drawn_too(edges):
    nodes = (Node(id="a", label="A", frequency=3), Node(id="b", label="B", frequency=2))
    process = ProcessMap(
        title="Small", nodes=nodes, edges=tuple(Edge(source=a, target=b, frequency=2) for a, b in edges), n_cases=2
    )
    assert "2 activities" in draw(process)


def test_waits_are_parted_by_round_figures():
    edges = [Edge(source="a", target="b", frequency=1, median_wait_seconds=s) for s in (5, 100, 4000, 90_000, 700_000)]
    assert wait_cuts(edges) == (60.0, 3600.0, 86400.0)
    assert wait_cuts([Edge(source="a", target="b", frequency=1)]) == ()


def test_other_tools_get_every_path():
    assert mermaid(process_map()).count("-->") == dot(process_map()).count("->") == len(PATHS)
