"""The reference pages say what the code says, and everything that has a name has a page."""

import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from proveout import declare, gates
from proveout.cli import app
from proveout.instruments import NAMES

from .source import ROOT

REFERENCE = ROOT / "docs" / "reference"
MARKDOWN = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")])


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    tool: dict[str, Any] = runpy.run_path(str(ROOT / "tools" / "make_reference.py"))
    return tool["pages"]()


def test_pages_have_not_drifted(written: dict[str, str]):
    stored = {p.relative_to(REFERENCE).as_posix(): p.read_text(encoding="utf-8") for p in REFERENCE.rglob("*.md")}
    drifted = sorted(path for path in written.keys() | stored.keys() if written.get(path) != stored.get(path))
    assert drifted == [], "run `make docs`"


def test_every_code_instrument_criterion_and_command_has_a_page():
    criteria = declare.load_policy(gates.STANDARD_POLICY).criteria
    wanted = {f"codes/{code.code}" for code in declare.CODES.values()}
    wanted |= {f"instruments/{name}" for name in NAMES}
    wanted |= {f"criteria/{criterion.id}" for criterion in criteria}
    wanted |= {f"commands/{name}" for name in _commands(app, "proveout")}
    assert sorted(page for page in wanted if not (REFERENCE / f"{page}.md").is_file()) == []


def _commands(command: click.Command, name: str) -> Iterator[str]:
    yield name
    for child_name, child in getattr(command, "commands", {}).items():
        yield from _commands(child, f"{name}-{child_name}")


def test_every_key_says_what_it_means(written: dict[str, str]):
    silent = [
        line for line in written["initiative.md"].splitlines() if line.startswith("| `") and line.endswith("|  |")
    ]
    assert silent == []


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_between_pages_lead_somewhere(page: Path):
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_no_two_keys_share_a_heading_so_that_links_find_theirs():
    text = (REFERENCE / "initiative.md").read_text(encoding="utf-8")
    headings = [heading.replace(" ", "-") for heading in re.findall(r"(?m)^## ([a-z ]+)$", text)]
    assert len(headings) == len(set(headings))
    assert set(re.findall(r"\]\(#([a-z-]+)\)", text)) <= set(headings)
