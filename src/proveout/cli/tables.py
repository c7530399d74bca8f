"""Commands about tables: quality suggest."""

from pathlib import Path

import click

from proveout.cli.arguments import FOLDER


@click.group()
def quality() -> None:
    """Work on the quality of tables."""


@quality.command()
@click.argument("block")
@FOLDER
@click.option("--table", metavar="ID", default="", help="Only this table of the block (default: all).")
@click.option("--output", type=click.Path(path_type=Path), help="Where to write the contract (default: print it).")
def suggest(block: str, folder: Path, table: str, output: Path | None) -> None:
    """Write down the rules that the tables of BLOCK suggest by themselves, as a data contract.

    The contract is a draft in the Open Data Contract Standard. A table knows what is usual, not what is true: no rule
    counts until a person has read it and named the file as `contract` of the table.
    """
    from proveout.flow.suggest import suggest as draft
    from proveout.flow.suggest import write
    from proveout.flow.workspace import Workspace

    workspace = Workspace(folder)
    text = draft(workspace, block, table=table)
    if output is None:
        return click.echo(text, nl=False)
    write(workspace, text, output)
    return click.echo(f"wrote {output}; read it, mend it, then name it as `contract` of the table")


COMMANDS = (quality,)
