"""The report as text: self-contained, safe, the same every time."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from tests.unit.show.invented import INJECTION, assessment, diagnostics, exhibits

from proveout.core.evidence import Check
from proveout.core.exhibit import Table
from proveout.core.verdict import Verdict
from proveout.show import html

VOID = {"meta", "input", "br", "hr", "img", "link", "circle", "line", "rect", "path", "polygon", "polyline"}


class Outline(HTMLParser):
    """Tags that are opened and closed, ids, links, headings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open, self.ids, self.links, self.headings, self.faults = [], [], [], [], []
        self.scripts = 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.ids += [named["id"]] if "id" in named else []
        self.links += [named[key] for key in ("href", "src") if key in named]
        self.scripts += tag == "script"
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append((tag, self.getpos()))


@pytest.fixture(scope="module")
def text() -> str:
    return html.render(assessment())


@pytest.fixture(scope="module")
def outline(text: str) -> Outline:
    return Outline(text)


def test_every_tag_is_closed_and_every_id_is_one(outline):
    assert outline.faults == [] and outline.open == []
    assert len(set(outline.ids)) == len(outline.ids)


def test_links_stay_on_the_page_and_lead_somewhere(outline):
    assert outline.links
    assert {link.removeprefix("#") for link in outline.links} <= set(outline.ids)
    assert all(link.startswith("#") for link in outline.links)


def test_headings_follow_one_another_without_gaps(outline):
    assert outline.headings[0] == 1 and outline.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(outline.headings, outline.headings[1:], strict=False))


def test_nothing_comes_from_elsewhere_and_the_policy_forbids_it(text):
    assert "http://" not in text and "https://" not in text and "@import" not in text and "url(" not in text
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[1]
    assert policy.startswith("default-src 'none';")


def test_titles_that_try_to_be_code_stay_titles(text, outline):
    assert outline.scripts == 1  # the slider's own
    assert INJECTION not in text
    assert "&lt;script&gt;" in text


def test_the_same_assessment_gives_the_same_bytes_however_long_it_took(text):
    assert html.render(assessment()) == text
    assert html.render(assessment(seconds={"sales-process": 99.0}, remembered=frozenset())) == text


def test_the_verdict_comes_before_everything_else(text):
    order = ['id="verdict"', 'class="gates"', 'id="gate-1"', 'id="evidence-title"', 'id="pathologies-title"']
    places = [text.index(mark) for mark in [*order, 'id="decisions-title"', "Policy digest", "Ledger head"]]
    assert places == sorted(places)


def test_the_contents_lead_to_every_gate_and_every_block(text):
    contents = text[text.index('id="contents"') : text.index('id="gate-1"')]
    for block in ("interviews", "sales-process", "business_case", "availability"):
        assert f'href="#evidence-{block}"' in contents
        assert f'id="evidence-{block}"' in text


def test_what_was_passed_and_decided_is_folded_and_what_is_open_is_not(text):
    """The first gate fails here; it reads three of the four blocks."""
    opened = '<article class="block" aria-labelledby="heading-business_case">\n  <details open>'
    assert opened in text
    whole = assessment()
    passed = replace(whole.gates[0], verdict=Verdict.PASS)
    go = replace(whole.decisions[0], body=whole.decisions[0].body | {"choice": "go"})
    for decisions, folded in ((), False), ((go,), True):
        page = html.render(replace(whole, gates=(passed, *whole.gates[1:]), decisions=decisions))
        assert (opened not in page) is folded


def test_it_is_said_how_the_evidence_is_kept_up(text):
    assert "Last measured on 2026-01-14" in text
    assert "Too old for a gate that reads it: availability since 2026-01-10." in text
    assert "Expires next: interviews on 2026-07-13, in 174 days." in text
    assert "No gate that was left behind has been found open again." in text
    at = datetime(2026, 1, 19, 8, tzinfo=UTC)
    body = {"sentence": "Gate 1 (Problem validation) is open again."}
    turn = replace(assessment().decisions[0], kind="turn", at=at, body=body)
    turned = html.render(assessment(turns=(turn,)))
    assert '<span class="nowrap">2026-01-19</span> Gate 1 (Problem validation) is open again.' in turned


def test_every_exhibit_is_there(text):
    for exhibit in exhibits().values():
        assert exhibit.title in text


def test_an_empty_assessment_is_a_page_too():
    empty = html.render(assessment(evidence=(), gates=(), pathologies=(), decisions=(), notices=(), head=""))
    assert "Nothing was measured" in empty and "Nobody has decided yet" in empty
    assert Outline(empty).faults == []


def test_all_kinds_of_exhibit_can_be_titled_by_an_attacker():
    whole = assessment()
    evil = tuple(replace(exhibit, title=f"\"'>{INJECTION}", note=INJECTION) for exhibit in exhibits().values())
    item = whole.evidence[0]
    shown = replace(item, block='"><b>', finding=replace(item.finding, exhibits=evil))
    page = html.render(replace(whole, evidence=(shown,)))
    assert INJECTION not in page and Outline(page).scripts == 1


def test_cells_say_their_unit_once():
    table = exhibits()["table"]
    assert isinstance(table, Table)
    assert [html.header(table, index) for index in range(5)] == [
        "Activity",
        "Hours",
        "Yearly cost (USD/year)",
        "Share of hours",
        "Value (USD/year)",
    ]
    assert [html.cell(value, table, index) for index, value in enumerate(table.rows[0])] == [
        "Research the company",
        "2,100",
        "115,500",
        "26.8%",
        "60,300",
    ]
    assert html.cell(None, table, 2) == "–"


def test_backticks_are_code_and_nothing_else_is():
    assert html.prose("run `a <b>` & wait") == "run <code>a &lt;b&gt;</code> &amp; wait"


@pytest.mark.parametrize(("passed", "word"), [(True, "holds"), (False, "does not hold"), (None, "cannot tell")])
def test_checks_are_told_in_words(passed, word):
    assert html.check_tone(Check(name="x", passed=passed))[1] == word


def test_a_faulty_declaration_has_a_page():
    page = html.render_diagnostics(diagnostics())
    assert "initiative.yml:12:3" in page and "&lt;b&gt;bold" in page
    assert Outline(page).faults == []
