"""The component map: states in words and marks, single points of failure, calls, and nothing over anything else."""

import re
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest
from tests.unit.show.invented_maps import INJECTION, component_map

from proveout.core.exhibit import Component, ComponentMap, Flow
from proveout.show.charts import draw
from proveout.show.charts.component_map import state


def _svg(exhibit: ComponentMap) -> ET.Element:
    return ET.fromstring(re.search(r"<svg.*</svg>", draw(exhibit), re.DOTALL)[0])


@pytest.mark.parametrize(
    ("share", "word"),
    [(0.0, "fine"), (0.699, "fine"), (0.7, "tight"), (0.9, "near its limit"), (0.999, "near its limit"),
     (1.0, "overloaded"), (7.0, "overloaded")],
)  # fmt: skip
def test_states_are_words(share, word):
    assert state(share) == word


def test_every_box_says_its_state_and_the_fatal_ones_that_they_are():
    words = ["".join(text.itertext()) for text in _svg(component_map()).iter("text")]
    for line in ("✓ fine: 20% busy", "◆ tight: 72% busy", "▲ near its limit: 95% busy", "✗ overloaded: 131% busy"):
        assert line in words
    assert words.count("! single point of failure") == 3
    assert "not measured" in words


def test_the_name_of_the_picture_says_what_matters():
    label = _svg(component_map()).get("aria-label")
    assert "busiest at full load: Language model" in label and "131%" in label
    assert "single points of failure: Gateway, Queue & retry, Language model" in label


def test_calls_per_hour_stand_on_the_arrows_and_nothing_covers_anything():
    svg = _svg(component_map())
    labels = [text for text in svg.iter("text") if text.get("class") == "count"]
    assert {text.text for text in labels} >= {"2,000/h", "6,400/h", "100/h"}
    boxes = [_box(rect) for rect in svg.iter("rect") if "node" in rect.get("class")]
    assert len(boxes) == 7
    for one, other in combinations([*boxes, *map(_label, labels)], 2):
        assert one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]


def _box(rect: ET.Element) -> tuple[float, float, float, float]:
    x, y, width, height = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
    return (x, y, x + width, y + height)


def _label(text: ET.Element) -> tuple[float, float, float, float]:
    x, y, half = float(text.get("x")), float(text.get("y")), len(text.text) * 3
    return (x - half, y - 10, x + half, y + 3)


def test_everything_lies_inside_the_view():
    svg = _svg(component_map())
    left, top, width, height = map(float, svg.get("viewBox").split())
    for rect in svg.iter("rect"):
        x0, y0, x1, y1 = _box(rect)
        assert left <= x0 and x1 <= left + width and top <= y0 and y1 <= top + height


def test_calls_to_nobody_are_left_out_and_titles_cannot_break_out():
    markup = draw(component_map(title=f'">{INJECTION}'))
    assert "<script" not in markup
    assert sum(" → " in (title.text or "") for title in _svg(component_map()).iter("title")) == 9


@pytest.mark.parametrize("flows", [(), (("a", "a"),), (("a", "b"), ("b", "a"))])
def test_small_maps_are_drawn_too(flows):
    parts = (Component(id="a", label="A", share_full=0.0), Component(id="b", label="B"))
    calls = tuple(Flow(source=a, target=b, per_hour=0.0) for a, b in flows)
    assert "2 components" in draw(ComponentMap(title="Small", components=parts, flows=calls))


def test_no_components_are_no_trouble():
    assert "0 components" in draw(ComponentMap(title="Empty", components=(), flows=()))
