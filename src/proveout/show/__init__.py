"""Pages as values, and their rendering to terminal, HTML, JSON, Markdown, JUnit and SARIF."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from proveout.core.assessment import Assessment
from proveout.core.diagnostic import Diagnostic
from proveout.core.portfolio import Portfolio

if TYPE_CHECKING:
    from rich.console import Console

FORMATS = ("text", "json", "junit", "sarif", "markdown")


def print_result(
    assessment: Assessment,
    form: str,
    console: "Console",
    *,
    warnings: Sequence[Diagnostic] = (),
    report: Path | None = None,
) -> None:
    """Print an assessment in one of `FORMATS`, with the warnings about its declaration."""
    if form == "text":
        from proveout.show.terminal import print_assessment, print_diagnostics

        print_diagnostics(warnings, console)
        print_assessment(assessment, console, report=str(report or ""))
        return
    console.file.write(render(assessment, form, warnings=warnings))


def print_portfolio(found: Portfolio, form: str, console: "Console", *, report: Path | None = None) -> None:
    """Print many initiatives as text or JSON."""
    if form == "json":
        from proveout.show import json

        console.file.write(json.render_portfolio(found))
        return
    from proveout.show.terminal import print_portfolio as print_text

    print_text(found, console, report=str(report or ""))


def render(assessment: Assessment, form: str, *, warnings: Sequence[Diagnostic] = ()) -> str:
    """An assessment as text in one of the machine formats."""
    from proveout.show import json, junit, markdown, sarif

    if form == "sarif":
        return sarif.render(assessment, diagnostics=warnings)
    return {"json": json.render, "junit": junit.render, "markdown": markdown.render}[form](assessment)


def render_diagnostics(diagnostics: Sequence[Diagnostic], form: str) -> str:
    """The mistakes of a declaration as text in one of the machine formats."""
    from proveout.show import json, junit, markdown, sarif

    return {"json": json, "junit": junit, "sarif": sarif, "markdown": markdown}[form].render_diagnostics(diagnostics)
