"""Replaying the ledger gives what went in."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from proveout.core.decision import Choice, Decision
from proveout.core.digest import canonical_json, digest, plain
from proveout.core.estimate import Estimate
from proveout.core.evidence import Check, Evidence, Finding, Fingerprint, Outcome
from proveout.core.exhibit import (
    Bar,
    Bars,
    Component,
    ComponentMap,
    Curve,
    Edge,
    Flow,
    Heatmap,
    Histogram,
    Intervals,
    Line,
    Node,
    ProcessMap,
    Ranges,
    Series,
    Table,
)
from proveout.core.initiative import Phase
from proveout.core.verdict import Verdict
from proveout.ledger import decision_from, evidence_from, open_ledger, verify_export

words = st.text(st.characters(codec="utf-8"), max_size=8)
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(1 - 2**53, 2**53 - 1)
maybe = st.none() | numbers
cells = st.none() | words | numbers


def several(of: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=3).map(tuple)


bars = st.builds(Bar, label=words, value=numbers, lower=maybe, upper=maybe, note=words)
exhibits = st.one_of(
    st.builds(Table, title=words, columns=several(words), rows=several(several(cells)), units=several(words)),
    st.builds(Bars, title=words, unit=words, bars=several(bars), reference=maybe),
    st.builds(Intervals, title=words, unit=words, bars=several(bars), reference=maybe),
    st.builds(Ranges, title=words, unit=words, base=numbers, ranges=several(st.tuples(words, numbers, numbers))),
    st.builds(Histogram, title=words, unit=words, edges=several(numbers), counts=several(numbers)),
    st.builds(Series, title=words, unit=words, points=several(st.tuples(words, numbers, maybe, maybe))),
    st.builds(
        ProcessMap,
        title=words,
        nodes=several(st.builds(Node, id=words, label=words, frequency=st.integers(0, 9), hours=maybe)),
        edges=several(st.builds(Edge, source=words, target=words, frequency=st.integers(0, 9))),
        n_cases=st.integers(0, 9),
    ),
    st.builds(Heatmap, title=words, rows=several(words), columns=several(words), values=several(several(maybe))),
    st.builds(
        Curve,
        title=words,
        x_label=words,
        y_label=words,
        lines=several(st.builds(Line, label=words, points=several(st.tuples(numbers, numbers, maybe, maybe)))),
        markers=several(st.tuples(words, numbers)),
    ),
    st.builds(
        ComponentMap,
        title=words,
        components=several(st.builds(Component, id=words, label=words, share_full=maybe, single=st.booleans())),
        flows=several(st.builds(Flow, source=words, target=words, per_hour=maybe)),
    ),
)


@st.composite
def estimates(draw: st.DrawFn) -> Estimate:
    lower, value, upper = sorted((draw(numbers), draw(numbers), draw(numbers)))
    return Estimate(
        name=draw(words),
        value=value,
        lower=draw(st.sampled_from((lower, None))),
        upper=draw(st.sampled_from((upper, None))),
        n=draw(st.none() | st.integers(0, 10**9)),
        level=draw(st.sampled_from((1, 0.95))),
    )


measured = st.builds(
    Finding,
    estimates=st.lists(estimates(), min_size=1, max_size=3).map(tuple),
    checks=several(st.builds(Check, name=words, passed=st.none() | st.booleans(), note=words)),
    exhibits=several(exhibits),
)
unmeasured = st.builds(Finding, outcome=st.sampled_from(list(Outcome)[1:]), reason=words.filter(bool), remedy=words)
evidence = st.builds(
    Evidence,
    block=words,
    instrument=words,
    version=words,
    key=words,
    finding=measured | unmeasured,
    sources=several(st.builds(Fingerprint, source=words, digest=words)),
    as_of=st.dates(),
    measured_at=st.datetimes(timezones=st.just(UTC)),
    good_until=st.none() | st.dates(),
)
json_values = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda inner: st.lists(inner) | st.dictionaries(words, inner),
    max_leaves=8,
)


@given(evidence)
def test_evidence_comes_back_equal_and_with_its_digest(original: Evidence) -> None:
    back = evidence_from(json.loads(canonical_json(original)))
    assert back == original
    assert back.digest == original.digest
    assert [type(exhibit) for exhibit in back.finding.exhibits] == [type(e) for e in original.finding.exhibits]


@given(
    st.builds(
        Decision,
        phase=st.sampled_from(Phase),
        choice=st.sampled_from(Choice),
        reason=words,
        by=words,
        verdict=st.sampled_from(Verdict),
        override=st.booleans(),
        gate_record=words,
    )
)
def test_a_decision_comes_back_equal(original: Decision) -> None:
    assert decision_from(json.loads(canonical_json(original))) == original


@given(json_values)
def test_equal_values_have_one_digest(value: Any) -> None:
    assert digest(json.loads(canonical_json(value))) == digest(value)
    assert plain(plain(value)) == plain(value)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(("evidence", "gate")), words, words, json_values), max_size=6))
def test_replaying_the_ledger_gives_the_state(tmp_path_factory: Any, entries: list[tuple[str, str, str, Any]]) -> None:
    path: Path = tmp_path_factory.mktemp("ledger") / "ledger.sqlite"
    with open_ledger(path) as ledger:
        written = [ledger.append(*entry) for entry in entries]
    with open_ledger(path) as ledger:
        assert list(ledger.records()) == written
        assert [(r.kind, r.initiative, r.key, r.body) for r in written] == entries
        for kind, initiative, key, _ in entries:
            newest = [r for r in written if (r.kind, r.initiative, r.key) == (kind, initiative, key)][-1]
            assert ledger.latest(kind, initiative, key) == newest
        assert ledger.verify(expected_head=ledger.head) == ()
        assert verify_export(ledger.export(), expected_head=ledger.head) == ()


def test_a_day_and_a_time_keep_their_zone() -> None:
    original = Evidence(
        block="b",
        instrument="i",
        version="1",
        key="k",
        finding=Finding(outcome=Outcome.BROKEN, reason="r"),
        as_of=date(2026, 1, 1),
        measured_at=datetime(2026, 1, 5, 10, 0, 0, 123456, tzinfo=UTC),
        good_until=date(2026, 2, 1),
    )
    back = evidence_from(json.loads(canonical_json(original)))
    assert back.measured_at.utcoffset() == original.measured_at.utcoffset()
    assert back.measured_at.isoformat() == "2026-01-05T10:00:00.123456+00:00"
