"""Commands to begin with: demo, init, schema, themes."""

import json
from datetime import date, datetime
from functools import partial
from pathlib import Path
from shlex import quote

import click

from proveout.cli.arguments import FOLDER


@click.command()
@click.argument("words", nargs=-1, metavar="[NAME] [FOLDER]")
@click.option("--list", "listed", is_flag=True, help="Say which stories there are, one line each.")
def demo(words: tuple[str, ...], listed: bool) -> None:
    """Write the story NAME into FOLDER (default: a folder of its name), dated for today.

    Without NAME it is the example of the tutorial, lead-research. Nothing that exists is overwritten.
    """
    from proveout.flow.start import STORIES, told
    from proveout.flow.start import demo as write

    if listed:
        return click.echo("\n".join(f"{name:<22} {story.about}" for name, story in STORIES.items()))
    if len(words) > 2:
        raise click.UsageError("at most a NAME and a FOLDER")
    name, folder = told(words)
    write(folder, name=name, said=partial(click.echo, err=True))
    click.echo(f"{STORIES[name].opening.format(folder=folder)}, then run:\n")
    return click.echo(f"  proveout {STORIES[name].command} {quote(str(folder))}")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", prompt="What is the initiative about, in a few words", help="As people say it.")
@click.option(
    "--problem", prompt="Which problem does it solve (one sentence, no solution)", help="The problem, in one sentence."
)
@click.option("--owner", prompt="Who answers for the result", help="Who answers for the result.")
@click.option(
    "--start",
    type=click.DateTime(["%Y-%m-%d"]),
    default=lambda: date.today().isoformat(),
    help="First day of phase 1 (default: today).",
)
def init(folder: Path, title: str, problem: str, owner: str, start: datetime) -> None:
    """Write a commented starting folder; asks for what is not given as an option. Overwrites nothing."""
    from proveout.flow.start import init as write

    for path in write(folder, title=title, statement=problem, owner=owner, start=start.date()):
        click.echo(f"wrote {path}")
    click.echo(f"\nNext: fill in {folder}/initiative.yml, then run: proveout check {quote(str(folder))}")


@click.command()
def schema() -> None:
    """Print the JSON Schema of initiative.yml, for editors that complete and check YAML."""
    from proveout import declare
    from proveout.flow.workspace import settings_types

    click.echo(json.dumps(declare.schema(settings_types()), indent=2, ensure_ascii=False))


@click.command()
@click.argument("block")
@FOLDER
@click.option(
    "--themes", "number", type=click.IntRange(2, 50), help="How many themes to look for (default: found out)."
)
@click.option("--output", type=click.Path(path_type=Path), help="Where to write the proposals (default: themes.csv).")
def themes(block: str, folder: Path, number: int | None, output: Path | None) -> None:
    """Propose themes for the transcripts of interviews BLOCK, with the sentences that show them.

    Proposals are no evidence until a person has confirmed them: fill in the column confirmed_by, and name the
    file as `codes` of the block.
    """
    from proveout.cli.console import console
    from proveout.flow.themes import propose
    from proveout.flow.workspace import Workspace
    from proveout.show.terminal import print_themes

    found, path = propose(Workspace(folder), block, number=number, output=output)
    print_themes(found, path, console())


COMMANDS = (demo, init, schema, themes)
