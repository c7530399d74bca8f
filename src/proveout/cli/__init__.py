"""The command line: parse, call flow, print."""

import os
import sys
import warnings
from collections.abc import Iterator

import click

from proveout.cli import assess, begin, deliver, oversee, record, roll_out, tables, talk, watch
from proveout.core.errors import ProveoutError, SourceBroken, SourceUnreachable

EXIT_FAULTY, EXIT_UNREACHABLE, EXIT_BUG, EXIT_INTERRUPTED, EXIT_PIPE = 2, 4, 70, 130, 141


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="proveout")
def app() -> None:
    """Proveout proves out AI initiatives.

    Declare an initiative as a folder of YAML; Proveout measures every claim over real data and judges five
    gates. No evidence is never a pass.

    \b
    First steps:
      proveout demo              write an example initiative to ./lead-research
      proveout check lead-research      measure it, judge it, write report.html
      proveout init my-initiative       begin your own
    """


for command in (
    *begin.COMMANDS,
    *assess.COMMANDS,
    *oversee.COMMANDS,
    *tables.COMMANDS,
    *talk.COMMANDS,
    *deliver.COMMANDS,
    *roll_out.COMMANDS,
    *watch.COMMANDS,
    *record.COMMANDS,
):
    app.add_command(command)


def main() -> None:
    """Run the command line; no traceback ever reaches a user."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # of libraries, about code; nobody who reads it could mend it
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # to look for them costs 50 ms
    try:
        sys.exit(app(standalone_mode=False))
    except BrokenPipeError:  # whoever reads has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_PIPE)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt) as error:
        asked = isinstance(error.__context__, EOFError)
        unanswered = "\nNobody is there to be asked: give the answer as an option, see --help"
        click.echo(unanswered if asked else "interrupted; what was recorded stays recorded", err=True)
        sys.exit(EXIT_FAULTY if asked else EXIT_INTERRUPTED)
    except ProveoutError as error:
        sys.exit(_show(error))
    except Exception as error:  # the last line of defence: a bug gets a message, not a traceback
        sys.exit(_show_bug(error))


def _show(error: ProveoutError) -> int:
    from proveout.cli.console import error_console
    from proveout.flow.workspace import FaultyDeclaration

    if isinstance(error, FaultyDeclaration):
        from proveout.show.terminal import print_diagnostics

        print_diagnostics(error.diagnostics, error_console())
        return EXIT_FAULTY
    click.secho(f"error: {error.message}", fg="red", err=True)
    if error.remedy:
        click.echo(f"  help: {error.remedy}", err=True)
    return EXIT_UNREACHABLE if isinstance(error, SourceUnreachable | SourceBroken) else EXIT_FAULTY


def _show_bug(error: BaseException) -> int:
    """Where it happened goes into a file; what errors say stays out of it: it may hold data, or a password."""
    import tempfile

    with tempfile.NamedTemporaryFile("w", prefix="proveout-", suffix=".log", delete=False) as log:
        log.writelines(_places(error))
    click.secho(f"This is a bug in Proveout, not in your initiative. Details: {log.name}", fg="red", err=True)
    click.echo("  help: what was recorded stays recorded; please report it with that file", err=True)
    return EXIT_BUG


def _places(error: BaseException | None) -> Iterator[str]:
    """The kind of each error of a chain, and the lines of code that it went through; the first cause comes last."""
    import traceback

    while error is not None:
        yield f"{type(error).__module__}.{type(error).__qualname__}\n"
        yield from traceback.format_tb(error.__traceback__)
        error = error.__cause__ or error.__context__
