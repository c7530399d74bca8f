"""Architecture: tables in, figures out."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from proveout import data
from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.core.evidence import Check, Finding
from proveout.core.exhibit import ComponentMap, Curve, Table
from proveout.core.initiative import Initiative, Source
from proveout.core.question import Answers, SourceName
from proveout.instruments import instrument
from proveout.instruments.architecture.settings import Call, Component, Load, Price, Service, Settings, per_hour

TOOL = instrument("architecture")
TODAY = date(2026, 1, 16)
CALLS = SourceName("calls")


def component(name: str, seconds: float = 1.0, **other: Any) -> Component:
    return Component(id=name, service=Service(mean_seconds=seconds), **other)


def call(source: str, target: str, per_call: float = 1.0, **other: Any) -> Call:
    return Call(from_=source, to=target, per_call=per_call, **other)


def settings(*components: Component, calls: tuple[Call, ...], **other: Any) -> Settings:
    load = other.pop("load", Load(now="36/hour", full="1800/hour"))
    return Settings(load=load, components=components, calls=calls, **other)


def measure(declared: Settings, tables: dict[str, Any] | None = None) -> Finding:
    assert TOOL.faults(declared, Initiative()) == ()
    return TOOL.measure(declared, Answers(tables=tables or {}, as_of=TODAY), Initiative())


def named(finding: Finding, name: str) -> dict[str, Estimate]:
    return {estimate.subject: estimate for estimate in finding.estimates if estimate.name == name}


def one(finding: Finding, name: str) -> Estimate:
    (found,) = named(finding, name).values()
    return found


def check(finding: Finding, beginning: str) -> Check:
    (found,) = (item for item in finding.checks if item.name.startswith(beginning))
    return found


def moments(values: list[float], *, n_rows: int | None = None, n_filled: int | None = None, bad: str = "") -> Any:
    figures = {
        "n_rows": n_rows if n_rows is not None else len(values),
        "n_filled": n_filled if n_filled is not None else len(values),
        "n": len(values),
        "mean": np.mean(values) if values else 0.0,
        "variance": np.var(values, ddof=1) if len(values) > 1 else 0.0,
        "p95": np.quantile(values, 0.95) if values else 0.0,
        "bad": bad,
    }
    return {name: np.array([figure]) for name, figure in figures.items()}


@pytest.mark.parametrize(
    ("rate", "hourly"),
    [("40/h", 40), ("0.5 per hour", 0.5), ("2000/hour", 2000), ("2,000 per hour", 2000), ("3/s", 10_800),
     ("1.5 per minute", 90), ("48 / day", 2), ("1_000/h", 1000)],
)  # fmt: skip
def test_rates_are_read(rate, hourly):
    assert per_hour(rate) == pytest.approx(hourly)


@pytest.mark.parametrize("rate", ["many", "-3/hour", "0/hour", "3/week", "3 per", "", "1e3/hour", "nan", "/hour"])
def test_what_is_no_rate_is_refused(rate):
    with pytest.raises(ValueError, match="is no rate"):
        per_hour(rate)


@pytest.mark.parametrize("rate", [40, 0.5, "40", "2,000"])
def test_a_rate_without_a_time_is_asked_per_what(rate):
    with pytest.raises(ValueError, match=f"{rate} per what"):
        per_hour(rate)


def test_one_queue_as_in_the_textbook():
    """Half an arrival a second and a second of service: M/M/1 with a load of a half waits one second."""
    found = measure(settings(component("a"), calls=(call("entry", "a"),)))
    assert named(found, "utilisation")["a"].value == pytest.approx(0.5)
    assert named(found, "utilisation_now")["a"].value == pytest.approx(0.01)
    assert named(found, "wait_seconds")["a"].value == pytest.approx(1.0)
    assert one(found, "response_seconds").value == pytest.approx(2.0)
    assert one(found, "headroom").value == pytest.approx(2.0)
    assert "Erlang C" in named(found, "wait_seconds")["a"].method
    assert all(estimate.exact for estimate in found.estimates)
    assert check(found, "Service times are measured").passed is None


def test_the_peak_counts_for_capacity_and_the_mean_for_cost():
    load = Load(now="36/hour", full="1800/hour", peak_factor=3)
    part = component("a", servers=4, price=Price(per_hour=1.8))
    found = measure(settings(part, calls=(call("entry", "a"),), load=load))
    assert named(found, "utilisation")["a"].value == pytest.approx(3 * 0.5 / 4)
    assert one(found, "cost_per_decision_full").value == pytest.approx(4 * 1.8 / 1800)
    assert one(found, "cost_per_decision_now").value == pytest.approx(4 * 1.8 / 36)
    assert not any(item.name.startswith("The busiest hour") for item in found.checks)


def test_without_a_peak_factor_that_is_said():
    found = measure(settings(component("a"), calls=(call("entry", "a"),)))
    assert check(found, "The busiest hour is known").passed is None


def test_retries_and_rare_calls_multiply():
    """A tenth of calls is repeated, and a fifth of all calls goes on: 1/0.9 and 0.2/0.9 per decision."""
    declared = settings(
        component("a", 0.9), component("b", 4.5),
        calls=(call("entry", "a"), call("a", "a", 0.1), call("a", "b", 0.2)),
    )  # fmt: skip
    busy = named(measure(declared), "utilisation")
    assert busy["a"].value == pytest.approx(0.5) and busy["b"].value == pytest.approx(0.5)


def test_calls_that_nothing_waits_for_load_but_do_not_delay():
    parts = (component("a"), component("log", 1.5))
    slow = measure(settings(*parts, calls=(call("entry", "a"), call("a", "log"))))
    quick = measure(settings(*parts, calls=(call("entry", "a"), call("a", "log", waits=False))))
    assert one(slow, "response_seconds").value == pytest.approx(2.0 + 6.0)
    assert one(quick, "response_seconds").value == pytest.approx(2.0)
    assert named(quick, "utilisation")["log"].value == pytest.approx(0.75)


def test_servers_of_full_scale_count_at_full_scale():
    found = measure(settings(component("a", 3.0, servers=1, servers_full=3), calls=(call("entry", "a"),)))
    assert named(found, "utilisation")["a"].value == pytest.approx(0.5)
    assert named(found, "utilisation_now")["a"].value == pytest.approx(0.03)


def test_an_overloaded_component_has_no_wait_and_says_so():
    declared = settings(component("a", 3.0), component("b", 0.2), calls=(call("entry", "a"), call("a", "b")),
                        allowed_response_seconds=5)  # fmt: skip
    found = measure(declared)
    assert named(found, "utilisation")["a"].value == pytest.approx(1.5)
    assert set(named(found, "wait_seconds")) == {"b"}
    assert named(found, "response_seconds") == {}
    assert one(found, "headroom").value == pytest.approx(2 / 3)
    carried = check(found, "Every queue comes to an end at full load")
    assert carried.passed is False and "a (150% busy)" in carried.note and "without end" in carried.note
    assert check(found, "Every queue comes to an end now").passed is True
    assert check(found, "Decisions are answered").passed is False
    curve = next(exhibit for exhibit in found.exhibits if isinstance(exhibit, Curve))
    assert max(x for x, *_ in curve.lines[0].points) < 2 / 3 and dict(curve.markers)["full load"] == 1.0
    table = next(exhibit for exhibit in found.exhibits if isinstance(exhibit, Table))
    assert table.rows[0][0] == "a" and "without end" in table.rows[0] and 3 in table.rows[0]


def test_measured_times_have_intervals_that_reach_every_figure():
    times = [0.6, 0.8, 1.0, 1.2, 1.4] * 10
    part = Component(id="m", service=Service(source=CALLS), price=Price(per_busy_hour=36))
    found = measure(settings(part, calls=(call("entry", "m"),)), {"m": moments(times)})
    busy = named(found, "utilisation")["m"]
    half = 2.0095752371292397 * np.std(times, ddof=1) / 50**0.5  # t with 49 degrees of freedom
    assert (busy.lower, busy.value, busy.upper) == pytest.approx((0.5 - half / 2, 0.5, 0.5 + half / 2))
    assert busy.n == 50 and busy.level == 0.95
    for name in ("wait_seconds", "response_seconds", "headroom", "cost_per_decision_full"):
        estimate = one(found, name)
        assert estimate.lower < estimate.value < estimate.upper, name
    assert one(found, "cost_per_decision_full").value == pytest.approx(0.01)
    assert one(found, "headroom").upper == pytest.approx(1 / busy.lower)
    assert "Allen and Cunneen" in one(found, "wait_seconds").method
    assert check(found, "Service times are measured").passed is True


def test_an_interval_that_reaches_saturation_leaves_the_wait_open():
    part = Component(id="m", service=Service(source=CALLS))
    found = measure(settings(part, calls=(call("entry", "m"),)), {"m": moments([0.1, 3.7] * 5)})
    assert named(found, "utilisation")["m"].value < 1 < named(found, "utilisation")["m"].upper
    assert one(found, "wait_seconds").upper is None and one(found, "response_seconds").upper is None
    assert check(found, "Every queue comes to an end at full load").passed is None


def test_few_and_skewed_times_are_said_to_be_too_few():
    part = Component(id="m", service=Service(source=CALLS))
    found = measure(settings(part, calls=(call("entry", "m"),)), {"m": moments([0.01] * 9 + [2.0])})
    assert check(found, "Enough calls of m were measured").passed is None


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (moments([], n_rows=0), "0 of 0 rows"),
        (moments([1.0]), "1 of 1 rows"),
        (moments([], n_rows=5, bad="fast"), "0 of 5 rows hold a time in seconds, such as 'fast'"),
        (moments([0.0, 0.0, 0.0]), "all 3 are 0"),
    ],
)
def test_too_little_is_said_with_its_place(table, told):
    table["n_filled"] = table["n_rows"]
    part = Component(id="m", service=Service(source=CALLS))
    with pytest.raises(TooLittle, match=told) as raised:
        measure(settings(part, calls=(call("entry", "m"),)), {"m": table})
    assert raised.value.message.startswith("m: the times in seconds") and raised.value.remedy


def test_rows_without_a_time_are_counted():
    part = Component(id="m", service=Service(source=CALLS))
    table = moments([0.5, 0.7, 0.6], n_rows=6, n_filled=5, bad="-1")
    note = check(measure(settings(part, calls=(call("entry", "m"),)), {"m": table}), "Every call of m").note
    assert "1 without a time" in note and "2 with something that is no time in seconds, such as '-1'" in note


def chain(**of_b: Any) -> Settings:
    return settings(
        component("a", 0.1, redundant=True), component("b", 0.1, **of_b), component("c", 0.1),
        calls=(call("entry", "a"), call("a", "b"), call("b", "c")),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("of_b", "single"),
    [({}, 2), ({"instances": 2}, 1), ({"redundant": True}, 1), ({"fallback": "people do it"}, 0)],
)
def test_single_points_of_failure(of_b, single):
    """What stands behind a fallback stops nothing; what stands behind two instances does."""
    found = measure(chain(**of_b))
    assert one(found, "single_points_of_failure").value == single
    assert check(found, "No single component").passed is (single == 0)


def test_what_only_some_decisions_need_is_named_and_not_counted():
    declared = settings(component("a", 0.1, instances=2), component("b", 0.1),
                        calls=(call("entry", "a"), call("a", "b", 0.3)))  # fmt: skip
    found = measure(declared)
    assert one(found, "single_points_of_failure").value == 0
    assert "only some decisions need b" in check(found, "No single component").note


def test_two_half_ways_to_one_component_are_one_whole():
    declared = settings(
        component("a", 0.1), component("b", 0.1), component("c", 0.1),
        calls=(call("entry", "a", 0.5), call("entry", "b", 0.5), call("a", "c"), call("b", "c")),
    )  # fmt: skip
    assert one(measure(declared), "single_points_of_failure").value == 1


def test_prices_add_up():
    parts = (
        component("a", price=Price(per_call=0.004)),
        component("b", 36.0, servers=50, price=Price(per_busy_hour=50.0, per_hour=0.1)),
    )
    calls = (call("entry", "a", 2.0), call("a", "b", 0.1))
    found = measure(settings(*parts, calls=calls, currency="EUR", load=Load(now="100/hour", full="1000/hour")))
    assert one(found, "cost_per_decision_full").value == pytest.approx(2 * 0.004 + 0.2 * 0.5 + 50 * 0.1 / 1000)
    assert one(found, "cost_per_decision_now").value == pytest.approx(2 * 0.004 + 0.2 * 0.5 + 50 * 0.1 / 100)
    assert one(found, "cost_per_decision_now").unit == "EUR" and one(found, "cost_per_decision_now").exact


def test_a_missing_price_leaves_the_cost_open():
    parts = (component("a", 0.1, price=Price(per_call=0.004)), component("b", 0.1))
    found = measure(settings(*parts, calls=(call("entry", "a"), call("a", "b"))))
    cost = one(found, "cost_per_decision_full")
    assert cost.value == cost.lower == pytest.approx(0.004) and cost.upper is None
    assert "no price: b" in check(found, "Every component has a price").note
    nothing = measure(settings(component("a", 0.1), calls=(call("entry", "a"),)))
    assert named(nothing, "cost_per_decision_full") == {}


@pytest.mark.parametrize(("allowed", "passed"), [(3.0, True), (1.9, False)])
def test_the_response_is_held_against_what_is_allowed(allowed, passed):
    found = measure(settings(component("a"), calls=(call("entry", "a"),), allowed_response_seconds=allowed))
    assert check(found, "Decisions are answered").passed is passed
    ratio = one(found, "response_ratio")
    assert (ratio.value, ratio.unit) == (pytest.approx(2 / allowed), "")


def test_the_picture_shows_flows_and_states():
    found = measure(settings(component("a", title="Model"), calls=(call("entry", "a"), call("a", "a", 0.1))))
    shown = next(exhibit for exhibit in found.exhibits if isinstance(exhibit, ComponentMap))
    assert [part.id for part in shown.components] == ["entry", "a"]
    assert {(f.source, f.target): f.per_hour for f in shown.flows} == pytest.approx(
        {("entry", "a"): 1800, ("a", "a"): 200}
    )
    assert shown.components[1].single and shown.components[1].share_full == pytest.approx(0.5 / 0.9)


def test_a_title_curve_and_estimates_of_the_same_figure_agree():
    found = measure(settings(component("a"), calls=(call("entry", "a"),)))
    curve = next(exhibit for exhibit in found.exhibits if isinstance(exhibit, Curve))
    xs, ys = zip(*((x, y) for x, y, *_ in curve.lines[0].points), strict=True)
    assert np.interp(1.0, xs, ys) == pytest.approx(one(found, "response_seconds").value, rel=0.01)
    assert list(ys) == sorted(ys)


def slugs(*components: Component, calls: tuple[Call, ...]) -> list[tuple[str, tuple]]:
    found = TOOL.faults(settings(*components, calls=calls), Initiative())
    return [(fault.slug, fault.path) for fault in found]


def test_mistakes_are_found_before_anything_is_measured():
    a, b = component("model"), component("crm")
    entry = call("entry", "model")
    assert slugs(a, calls=(entry, call("modle", "model"))) == [("unknown-component", ("calls", 1, "from"))]
    assert slugs(a, calls=(entry, call("model", "entry"))) == [("unknown-component", ("calls", 1, "to"))]
    assert slugs(a, b, calls=(entry,)) == [("unreachable-component", ("components", 1))]
    circle = (entry, call("model", "crm"), call("crm", "model"))
    assert slugs(a, b, calls=circle) == [("endless-calls", ("calls",))]
    assert slugs(a, b, calls=(entry, call("model", "crm"), call("crm", "model", 0.5))) == []
    (fault,) = TOOL.faults(settings(a, calls=(entry, call("modle", "model"))), Initiative())
    assert "did you mean model?" in fault.hint


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Load(now="100/hour", full="40/hour"), "less than that of now"),
        (lambda: Service(), "either source"),
        (lambda: Service(source=CALLS, mean_seconds=1.0), "either source"),
        (lambda: Service(source=CALLS, cv=1.0), "leave it out"),
        (lambda: Service(mean_seconds=1.0, table="x"), "need a source"),
        (lambda: component("entry"), "call the component otherwise"),
        (lambda: settings(component("a"), component("a"), calls=(call("entry", "a"),)), "two components"),
    ],
)
def test_contradictions_are_refused(make, told):
    with pytest.raises(ValueError, match=told):
        make()


@pytest.fixture
def asked(tmp_path: Path):
    def ask(text: str, column: str = "seconds") -> dict[str, Any]:
        (tmp_path / "calls.csv").write_text(text, encoding="utf-8")
        part = Component(id="m", service=Service(source=CALLS, column=column))
        declared = settings(part, calls=(call("entry", "m"),))
        tables, failures = data.ask(
            TOOL.questions(declared, Initiative()), {CALLS: Source(location="calls.csv")}, tmp_path
        )
        return {"settings": declared, "tables": tables, "failures": failures}

    return ask


def test_moments_are_taken_where_the_data_are(asked):
    values = np.round(np.random.default_rng(5).lognormal(-1, 0.5, 500), 4)
    found = asked("seconds\n" + "\n".join(map(str, values)) + "\n")
    (row,) = zip(*(column.tolist() for column in found["tables"]["m"].values()), strict=True)
    n_rows, n_filled, n, mean, variance, p95, _ = row
    assert (n_rows, n_filled, n) == (500, 500, 500)
    assert (mean, variance) == pytest.approx((values.mean(), values.var(ddof=1)))
    assert p95 == pytest.approx(np.quantile(values, 0.95))
    assert measure(found["settings"], found["tables"]).estimates


def test_what_is_no_time_is_left_out_and_named(asked):
    found = asked('"Dauer ""s""",x\n1.5,a\n2.5,b\n-3,c\n,d\nn/a,e\ninf,f\nnan,g\n1e12,h\n', 'Dauer "s"')
    table = found["tables"]["m"]
    assert (table["n_rows"][0], table["n_filled"][0], table["n"][0]) == (8, 7, 2)
    finding = measure(found["settings"], found["tables"])
    assert check(finding, "Every call of m").passed is False


@pytest.mark.parametrize("text", ["seconds\n", "seconds,x\n,a\n,b\n", "seconds\nfast\nslow\n", "seconds\n3\n"])
def test_tables_that_hold_too_little(asked, text):
    found = asked(text)
    with pytest.raises(TooLittle, match="rows hold a time in seconds"):
        measure(found["settings"], found["tables"])


def test_a_column_that_is_not_there_is_named(asked):
    failure = asked("second,x\n1,2\n")["failures"]["m"]
    assert '"seconds" not found' in failure.message and "second" in failure.remedy
