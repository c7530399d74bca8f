"""Every exhibit as a picture: well-formed, named, escaped, inside its frame."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from tests.unit.show.invented import INJECTION, exhibits, rulings

from proveout.core.exhibit import Bar, Bars, Curve, Heatmap, Histogram, Intervals, Line, Place, Places, Ranges, Series
from proveout.show.charts import draw
from proveout.show.charts.scale import Scale, duration, ruling_span, short, span, ticks
from proveout.show.charts.strip import strip
from proveout.show.line import line

PICTURES = ("bars", "intervals", "ranges", "histogram", "series", "curve", "places")


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_is_well_formed_has_a_name_and_stays_inside(kind):
    exhibit = exhibits()[kind]
    svg = ET.fromstring(draw(exhibit))
    _, _, width, height = map(float, svg.get("viewBox").split())
    assert svg.get("role") == "img" and svg.get("aria-label").startswith(exhibit.title)
    for text in svg.iter("text"):
        assert 0 <= float(text.get("x")) <= width and 0 < float(text.get("y")) <= height
    for rect in svg.iter("rect"):
        assert float(rect.get("x")) >= 0 and float(rect.get("x")) + float(rect.get("width")) <= width


@pytest.mark.parametrize("kind", ["bars", "intervals", "ranges"])
def test_long_labels_are_wrapped_and_not_cut(kind):
    long = "Qualified leads, confirmed by a person, per rep and hour of research and first contact"
    exhibit = exhibits()[kind]
    if isinstance(exhibit, Ranges):
        changed = replace(exhibit, ranges=((long, 1.0, 2.0), *exhibit.ranges))
    else:
        changed = replace(exhibit, bars=(Bar(label=long, value=1.0, lower=0.5, upper=1.5), *exhibit.bars))
    svg = ET.fromstring(draw(changed))
    words = [text.text for text in svg.iter("text") if text.get("x") == "4"]
    assert long.startswith(" ".join(words[:2])) and "…" not in words[0]
    assert " ".join(words).startswith(long)
    *_, height = map(float, svg.get("viewBox").split())
    *_, before = map(float, ET.fromstring(draw(exhibit)).get("viewBox").split())
    assert height > before + 38  # a row, and the lines more that its label takes


@pytest.mark.parametrize("kind", PICTURES)
def test_titles_cannot_break_out(kind):
    markup = draw(replace(exhibits()[kind], title=f'"><{INJECTION}'))
    assert "<script" not in markup
    ET.fromstring(markup)


def test_a_limit_stands_in_its_row_and_on_the_scale():
    rows = (Bar(label="a", value=-0.1, lower=-0.2, upper=0.0, limit=-0.5), Bar(label="b", value=0.1))
    svg = ET.fromstring(draw(Intervals(title="x", unit="share", bars=rows, reference=0.0)))
    limits = [one for one in svg.iter("line") if one.get("class") == "limit"]
    points = [float(dot.get("cx")) for dot in svg.iter("circle")]
    assert len(limits) == 1 and 0 <= float(limits[0].get("x1")) < min(points)


def test_a_longer_bar_is_a_larger_value():
    bars = Bars(title="x", unit="", bars=tuple(Bar(label=str(v), value=v) for v in (4.0, 2.0, 1.0)))
    widths = [float(r.get("width")) for r in ET.fromstring(draw(bars)).iter("rect")]
    assert widths == pytest.approx([widths[0], widths[0] / 2, widths[0] / 4], abs=0.11)


@pytest.mark.parametrize(
    "exhibit",
    [
        Bars(title="none", unit="", bars=()),
        Bars(title="zero", unit="share", bars=(Bar(label="z", value=0.0),)),
        Intervals(title="one", unit="", bars=(Bar(label="z", value=2.0, lower=2.0, upper=2.0),)),
        Ranges(title="flat", unit="", base=1.0, ranges=(("a", 1.0, 1.0),)),
        Histogram(title="empty", unit="", edges=(0.0, 1.0), counts=(0,)),
        Series(title="none", unit="", points=()),
        Series(title="one", unit="", points=(("2026-01-01", 5.0, None, None),)),
        Curve(title="none", x_label="x", y_label="y", lines=(Line(label="a", points=()),)),
        Curve(title="one", x_label="x", y_label="y", lines=(Line(label="a", points=((1.0, 0.0, None, None),)),)),
        Heatmap(title="none", rows=(), columns=(), values=()),
        Places(title="none", x_label="x", y_label="y", places=(), low=1, high=5),
        Places(title="none", x_label="x", y_label="y", places=(Place(label="a", x=9, y=0),), low=1, high=5),
        Heatmap(title="nothing", rows=("a",), columns=("b",), values=((None,),)),
        Series(title="same day", unit="", points=(("2026-01-01", 5.0, 4.0, 6.0), ("2026-01-01", 6.0, None, None))),
    ],
    ids=lambda exhibit: f"{exhibit.kind} {exhibit.title}",
)
def test_little_or_no_data_is_drawn_all_the_same(exhibit):
    assert exhibit.title in draw(exhibit)


def test_the_strip_puts_value_and_threshold_on_one_scale():
    for ruling in rulings():
        if ruling.estimate is None:
            assert strip(line(ruling)) == ""
            continue
        svg = ET.fromstring(strip(line(ruling)))
        point = float(svg.find("circle").get("cx"))
        limit = next(float(s.get("x1")) for s in svg.iter("line") if s.get("class") == "threshold")
        assert (point - limit) * (ruling.estimate.value - ruling.criterion.threshold) >= 0


def test_a_span_is_never_empty_and_holds_everything():
    for figures in ([], [3.0], [0.0], [None, -1.0, 5.0], [7.0, 7.0]):
        low, high = span(figures)
        assert low < high
        assert all(low <= value <= high for value in figures if value is not None)


def test_shares_are_drawn_on_all_of_their_range_unless_they_crowd_at_an_end():
    estimate = rulings()[0].estimate
    assert ruling_span(estimate, 0.6) == (0.0, 1.0)
    crowded = replace(estimate, value=0.95, lower=0.95, upper=0.95)
    assert ruling_span(crowded, 0.97) == (0.75, 1.0)


@pytest.mark.parametrize(("lower", "upper"), [(None, 1.1), (-0.2, None)])
def test_an_open_end_has_room_beyond_everything_and_ends_in_an_arrow(lower, upper):
    closed = next(r for r in rulings() if r.estimate)
    ruling = replace(closed, estimate=replace(closed.estimate, value=0.05, lower=lower, upper=upper, level=0.95))
    low, high = ruling_span(ruling.estimate, 0.0)
    assert low < min(0.0, lower or 0.0) if lower is None else high > 0.05
    drawn = strip(line(ruling))
    at = "0" if lower is None else "168"
    assert drawn.count(f'<line x1="{at}" y1="11"') == 2
    bar = Bar(label="a", value=0.05, lower=lower, upper=upper)
    picture = draw(Intervals(title="Effect", unit="share", bars=(bar,), reference=0.0, reference_label="none"))
    assert ("at most 110%" if lower is None else "at least -20%") in picture


def test_ticks_are_round_and_inside():
    assert ticks(0, 1) == [0, 0.25, 0.5, 0.75, 1.0]
    assert ticks(-150_000, 850_000) == [0, 250_000, 500_000, 750_000]
    assert all(0.013 <= tick <= 0.021 for tick in ticks(0.013, 0.021))


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [(0.4, "share", "40%"), (1_234_567, "USD", "1.23M"), (9_400, "USD", "9,400"), (-40_000, "", "-40k"), (0, "", "0")],
)
def test_axis_labels_are_short(value, unit, expected):
    assert short(value, unit) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"), [(45, "45 s"), (720, "12 min"), (12_600, "3.5 h"), (180_000, "2.1 d"), (2_419_200, "4 wk")]
)
def test_durations_are_short(seconds, expected):
    assert duration(seconds) == expected


def test_a_scale_clips_what_lies_outside():
    scale = Scale(0.0, 10.0, 100.0, 200.0)
    assert [scale(value) for value in (-5, 0, 5, 10, 15)] == [100, 100, 150, 200, 200]


def test_a_line_keeps_its_stroke_in_the_legend():
    svg = ET.fromstring(draw(exhibits()["curve"]))
    strokes = {
        g.get("class"): g.find("text").text for g in svg.iter("g") if g.find("text") is not None and g.get("class")
    }
    assert strokes == {"l0": "as it answers", "l1": "recalibrated on other data"}
    drawn = [g.get("class") for g in svg.iter("g") if g.find("polyline") is not None]
    assert drawn == ["l0", "l1"]


def test_points_of_a_curve_tell_their_interval():
    titles = [title.text for title in ET.fromstring(draw(exhibits()["curve"])).iter("title")]
    assert "as it answers: 27.9% (20.9% to 33.9%) at 45%" in titles


@pytest.mark.parametrize(
    ("good", "shades"), [("high", ["q0", "q1", "q2", "q3", "q4"]), ("low", ["q4", "q4", "q4", "q3", "q1"])]
)
def test_a_cell_is_the_darker_the_further_from_good(good, shades):
    row = (1.0, 0.96, 0.8, 0.5, 0.03)
    heatmap = Heatmap(title="x", rows=("r",), columns=tuple("abcde"), values=(row,), good=good)
    assert [rect.get("class") for rect in _grid(heatmap).iter("rect")] == shades


def _grid(heatmap: Heatmap) -> ET.Element:
    return ET.fromstring(re.search(r"<svg.*</svg>", draw(heatmap), re.DOTALL)[0])


def test_a_heatmap_writes_its_figures_and_names_the_worst():
    heatmap = exhibits()["heatmap"]
    svg = _grid(heatmap)
    assert svg.get("aria-label").endswith("worst: Umsatz in Tausend € im letzten Jahr, 2025-12, 0%")
    figures = [text.text for text in svg.iter("text") if (text.get("class") or "").startswith("in")]
    assert figures[:13] == ["100"] * 12 + ["99.9"]
    assert sum(rect.get("class") == "none" for rect in svg.iter("rect")) == 13
    assert "<script" not in draw(replace(heatmap, title=INJECTION))


def test_a_heatmap_of_a_hundred_columns_still_tells_every_cell():
    columns = tuple(f"2025-W{week:02d}" for week in range(100))
    svg = _grid(Heatmap(title="weeks", rows=("r",), columns=columns, values=((0.5,) * 100,)))
    assert sum(title.text == "r, 2025-W07: 50%" for title in svg.iter("title")) == 1
    assert not [text for text in svg.iter("text") if (text.get("class") or "").startswith("in")]
    width = float(svg.get("viewBox").split()[2])
    assert all(float(rect.get("x")) + float(rect.get("width")) <= width for rect in svg.iter("rect"))


@pytest.mark.parametrize(("values", "highest"), [((0.03, 0.06), 0.075), ((0.0, 0.004), 0.005), ((0.3, 0.7), 1.0)])
def test_an_axis_of_shares_follows_the_data_unless_they_fill_it(values, highest):
    points = tuple((float(x), y, y * 0.9, y * 1.1) for x, y in enumerate(values))
    curve = Curve(title="c", x_label="x", y_label="y", y_unit="share", lines=(Line(label="a", points=points),))
    svg = ET.fromstring(draw(curve))
    ends = [float(c.get("cy")) for c in svg.iter("circle")]
    assert max(ends) - min(ends) > 0.35 * 170  # of the plot's height
    ticks = [float(t.text.rstrip("%")) / 100 for t in svg.iter("text") if t.get("x") == "46"]
    assert max(ticks) <= highest and (max(ticks) == 1.0) == (highest == 1.0)


@pytest.mark.parametrize(
    ("figures", "threshold", "expected"),
    [
        ((0.009, 0.01, 0.011), 0.0, (0, 0.05)),
        ((0.03, 0.04, 0.06), 0.1, (0, 0.25)),
        ((0.994, 0.996, 0.998), 0.995, (0.99, 1)),
    ],
)
def test_a_strip_of_shares_is_no_longer_than_they_need(figures, threshold, expected):
    lower, value, upper = figures
    estimate = replace(rulings()[0].estimate, value=value, lower=lower, upper=upper)
    assert ruling_span(estimate, threshold) == pytest.approx(expected)
