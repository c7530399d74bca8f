"""What people and programs see, word for word. `PROVEOUT_REWRITE_GOLDEN=1 pytest tests/golden` rewrites it."""

import io
from collections.abc import Callable

import pytest
from rich.console import Console
from tests.unit.show import invented, many

from proveout.show import html, json, junit, markdown, sarif
from proveout.show.charts import draw
from proveout.show.charts.paths import dot, mermaid
from proveout.show.terminal import print_assessment, print_diagnostics, print_explanation, print_portfolio

Golden = Callable[[str, str], None]


def _printed(width: int, *, diagnostics: bool = False) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False, no_color=True)
    if diagnostics:
        print_diagnostics(invented.diagnostics(), console)
        ruling = invented.rulings()[2]
        print_explanation(ruling.criterion, [ruling], console)
    else:
        print_assessment(invented.assessment(), console, report="report.html")
    return "".join(f"{line.rstrip()}\n" for line in console.file.getvalue().splitlines())


def _printed_portfolio() -> str:
    console = Console(file=io.StringIO(), width=100, highlight=False, no_color=True)
    print_portfolio(many.portfolio(), console, report="portfolio.html")
    return "".join(f"{line.rstrip()}\n" for line in console.file.getvalue().splitlines())


SHOWN: dict[str, Callable[[], str]] = {
    "terminal-80.txt": lambda: _printed(80),
    "terminal-120.txt": lambda: _printed(120),
    "diagnostics.txt": lambda: _printed(80, diagnostics=True),
    "report.html": lambda: html.render(invented.assessment()),
    "assessment.json": lambda: json.render(invented.assessment()),
    "portfolio.html": lambda: html.render_portfolio(many.portfolio(), {"routing": "routing/report.html"}),
    "portfolio.json": lambda: json.render_portfolio(many.portfolio()),
    "portfolio.txt": _printed_portfolio,
    "junit.xml": lambda: junit.render(invented.assessment()),
    "sarif.json": lambda: sarif.render(invented.assessment(), diagnostics=invented.diagnostics()),
    "memo.md": lambda: markdown.render(invented.assessment()),
    "process.mmd": lambda: mermaid(invented.process_map()),
    "process.dot": lambda: dot(invented.process_map()),
    **{f"{kind}.svg": lambda e=exhibit: draw(e) for kind, exhibit in invented.exhibits().items() if draw(exhibit)},
}


@pytest.mark.parametrize("name", SHOWN)
def test_it_looks_as_it_did(name: str, golden: Golden) -> None:
    golden(f"show/{name}", SHOWN[name]())
