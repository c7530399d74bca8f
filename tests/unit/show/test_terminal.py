"""What a person sees in a terminal, at any width, in colour and without."""

import io
from dataclasses import replace

import pytest
from rich.console import Console
from tests.unit.show.invented import INJECTION, assessment, decisions, diagnostics, rulings

from proveout.core.diagnostic import Diagnostic, Position
from proveout.core.verdict import Verdict
from proveout.show import FORMATS, print_result
from proveout.show.line import line
from proveout.show.terminal import (
    print_assessment,
    print_diagnostics,
    print_explanation,
    print_policy,
    print_records,
)
from proveout.show.terminal.strokes import strip


def _console(width: int = 100, **more) -> Console:
    return Console(file=io.StringIO(), width=width, highlight=False, **more)


def _text(console: Console) -> str:
    return console.file.getvalue()


def _folded(console: Console) -> str:
    return " ".join(_text(console).split())


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal(width):
    console = _console(width)
    print_assessment(assessment(), console, report="report.html")
    assert max(len(row) for row in _text(console).splitlines()) <= width


def test_the_verdict_stands_before_everything_that_led_to_it():
    console = _console()
    print_assessment(assessment(), console)
    text = _text(console)
    assert text.index("✗ FAIL") < text.index("Gate 1: Problem validation") < text.index("Evidence")
    assert "Fails: 1 of 6 must-criteria (return-likely)" in _folded(console)


def test_what_is_not_passed_says_why_and_what_to_do():
    console = _console()
    print_assessment(assessment(), console)
    text = _folded(console)
    for ruling in rulings():
        shown = line(ruling)
        assert (shown.sentence in text) == (ruling.verdict is not Verdict.PASS)
        assert shown.settle == "" or f"next: {shown.settle}" in text


def test_later_gates_take_one_line_each():
    console = _console(80)
    print_assessment(assessment(), console)
    for name in ("Technical feasibility", "Organisational readiness", "Production scaling"):
        assert sum(name in row for row in _text(console).splitlines()) == 1


def test_what_was_read_and_what_was_measured_is_said():
    console = _console(120)
    print_assessment(assessment(), console, report="demo/report.html")
    rows = {row.split()[0]: row for row in _text(console).splitlines() if row.split()}
    assert "from the ledger" in rows["interviews"]
    assert "anew, in 2.3 seconds" in rows["sales-process"]
    assert "unreachable" in rows["availability"] and "stale since 2026-01-10" in rows["availability"]
    assert rows["Report:"].strip() == "Report: demo/report.html"


def test_without_colour_there_are_no_escapes_and_with_colour_the_same_words():
    plain, coloured = _console(no_color=True), _console(force_terminal=True, color_system="truecolor")
    print_assessment(assessment(), plain)
    print_assessment(assessment(), coloured)
    assert "\x1b" not in _text(plain)
    assert "\x1b[1;31m" in _text(coloured)


def test_a_terminal_that_knows_only_ascii_gets_ascii_signs():
    file = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    console = Console(file=file, width=100)
    drawn = strip(line(rulings()[2]), 20, console).plain
    assert drawn.isascii() and "|" in drawn and "o" in drawn


@pytest.mark.parametrize("ruling", [ruling for ruling in rulings() if ruling.estimate], ids=lambda r: r.criterion.id)
def test_the_drawing_is_as_wide_as_asked_and_shows_the_value(ruling):
    for width in (20, 30):
        drawn = strip(line(ruling), width, _console()).plain
        assert len(drawn) == width and "●" in drawn


def test_markup_in_titles_is_text():
    whole = assessment()
    named = replace(whole, initiative=replace(whole.initiative, title="[bold]x[/bold] [/nope]"))
    console = _console()
    print_assessment(named, console)
    assert "[bold]x[/bold] [/nope]" in _text(console)


def test_diagnostics_show_the_place_with_a_caret_under_it():
    console = _console(80)
    print_diagnostics(diagnostics(), console)
    rows = _text(console).splitlines()
    index = next(i for i, row in enumerate(rows) if row.startswith("error[PV104] unknown-key: "))
    assert rows[index + 1].strip() == "--> initiative.yml:12:3"
    assert rows[index + 2].index("sorce") == rows[index + 3].index("^")
    assert rows[index + 4].strip() == "help: Did you mean `source`?"
    assert rows[-1] == "2 errors and 1 warning"


def test_a_caret_far_to_the_right_stays_under_its_letter():
    where = Position(file="a.yml", line=1, column=301)
    fault = Diagnostic(code="PV1", slug="x", message="m", position=where, line_text="-" * 300 + "Q" + "-" * 50)
    console = _console(60)
    print_diagnostics([fault], console)
    source, caret = (row for row in _text(console).splitlines() if " | " in row)
    assert source.index("Q") == caret.index("^") < 60


def test_no_diagnostics_print_nothing():
    console = _console()
    print_diagnostics((), console)
    assert _text(console) == ""


def test_an_explanation_says_all_there_is_to_know():
    ruling = rulings()[2]
    console = _console()
    print_explanation(ruling.criterion, [ruling], console)
    text = _folded(console)
    for words in (
        "payback_years of the instrument business_case",
        "at most 2 years (sourced: Gartner (2024))",
        ruling.criterion.why,
        ruling.sentence,
        ruling.settle,
        ruling.criterion.remedy,
    ):
        assert words in text


def test_lists_name_what_they_list():
    console = _console(120)
    print_policy(assessment().policy, console)
    print_records(decisions(), console)
    text = _text(console)
    assert all(ruling.criterion.id in text for ruling in rulings())
    assert "decision" in text and "efefefefefefefef" in text


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_prints_and_keeps_the_injection_as_text(form):
    console = _console(300)
    print_result(assessment(), form, console, warnings=diagnostics()[1:2])
    text = _text(console)
    assert "return-likely" in text
    assert (INJECTION in text) == (form == "text")
