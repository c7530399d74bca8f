"""Commands that measure and judge: check, explain, policy."""

import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from proveout.cli.arguments import AS_OF, FOLDER, day

if TYPE_CHECKING:
    from proveout.core.assessment import Assessment
    from proveout.flow.workspace import Workspace

EXIT = {"pass": 0, "fail": 1, "undecided": 3}
EXIT_UNREACHABLE = 4


@click.command()
@FOLDER
@AS_OF
@click.option(
    "--gate",
    "phase",
    metavar="PHASE",
    help="Print, report and count this gate alone, by name or number (1 to 5).",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "junit", "sarif", "markdown"]),
    default="text",
    help="How to print the result (default: text).",
)
@click.option(
    "--report", type=click.Path(path_type=Path), help="Where to write the HTML report (default: report.html)."
)
@click.option("--no-report", is_flag=True, help="Write no HTML report.")
def check(
    folder: Path, as_of: datetime | None, phase: str | None, form: str, report: Path | None, no_report: bool
) -> None:
    """Measure the initiative in FOLDER, judge its gates, write the report.

    What has not changed is read from the ledger, not measured again. The gates that count are those up to the
    phase in which the initiative stands.

    \b
    Exit codes: 0 pass, 1 a gate fails, 2 the declaration is faulty, 3 undecided,
                4 a source cannot be read, 70 a bug in Proveout.
    """
    from proveout.cli.console import console
    from proveout.core.initiative import Phase
    from proveout.flow.report import write_report
    from proveout.flow.workspace import Workspace
    from proveout.show import print_result

    gate = Phase.named(phase) if phase else None
    workspace = Workspace(folder)
    assessment = replace(_assessed(workspace, day(as_of), form), gate=gate)
    path = None if no_report else write_report(assessment, report or workspace.report_path)
    print_result(assessment, form, console(), warnings=workspace.declaration.diagnostics, report=path)
    sys.exit(_exit_code(assessment))


def _assessed(workspace: "Workspace", as_of: date | None, form: str) -> "Assessment":
    """The assessment; faults of the declaration go out in the format that was asked for."""
    from proveout.cli.console import measuring
    from proveout.flow.check import check as run
    from proveout.flow.workspace import FaultyDeclaration
    from proveout.show import render_diagnostics

    try:
        with measuring() as progress:
            return run(workspace, as_of=as_of, progress=progress)
    except FaultyDeclaration as faulty:
        if form != "text":
            click.echo(render_diagnostics(faulty.diagnostics, form), nl=False)
        raise


def _exit_code(assessment: "Assessment") -> int:
    code = EXIT[assessment.verdict]
    return EXIT_UNREACHABLE if assessment.unreadable and code != EXIT["fail"] else code


@click.command()
@click.argument("name")
@FOLDER
@AS_OF
def explain(name: str, folder: Path, as_of: datetime | None) -> None:
    """Say what a criterion reads, why it matters, how the initiative stands to it, and what would settle it.

    NAME is a criterion such as `groups-heard`, or a diagnostic code such as PV104.
    """
    from proveout.cli.console import console
    from proveout.flow.explain import explain as find
    from proveout.flow.explain import explain_code
    from proveout.flow.workspace import Workspace
    from proveout.show.terminal import print_code, print_explanation

    code = explain_code(name)
    if code:
        print_code(code, console())
    else:
        criterion, rulings = find(Workspace(folder), name, as_of=day(as_of))
        print_explanation(criterion, rulings, console())


@click.command()
@FOLDER
def policy(folder: Path) -> None:
    """List the criteria by which the initiative in FOLDER is judged."""
    from proveout.cli.console import console
    from proveout.flow.explain import policy_of
    from proveout.flow.workspace import Workspace
    from proveout.show.terminal import print_policy

    print_policy(policy_of(Workspace(folder)), console())


COMMANDS = (check, explain, policy)
