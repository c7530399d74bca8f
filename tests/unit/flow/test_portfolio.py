"""Many initiatives below a folder: which are found, and what becomes of those that cannot be judged."""

import re
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest

from proveout.core.errors import ProveoutError
from proveout.core.initiative import Phase
from proveout.core.verdict import Verdict
from proveout.flow.portfolio import look, write_page
from proveout.flow.workspace import Workspace

TODAY = date(2026, 3, 2)
DECLARED = """\
initiative: {name}
title: {name}
problem: {{statement: Work is slow.}}
phase: {phase}
plan:
  {phase}: {{from: 2026-01-05, until: 2026-02-20}}
"""


def write(folder: Path, phase: Phase = Phase.PILOT) -> None:
    folder.mkdir(parents=True)
    text = DECLARED.format(name=folder.name, phase=phase)
    folder.joinpath("initiative.yml").write_text(text, encoding="utf-8")


def test_every_initiative_below_the_folder_is_judged(tmp_path: Path):
    for place in ("sales/one", "sales/two", "three"):
        write(tmp_path / place)
    write(tmp_path / "four", Phase.PRODUCTION_SCALING)
    write(tmp_path / ".hidden" / "five")
    write(tmp_path / "three" / "copy")
    found = look(tmp_path, as_of=TODAY)
    assert [member.place for member in found.members] == ["four", "sales/one", "sales/two", "three"]
    assert {(m.phase, m.days_past) for m in found.members if m.name != "four"} == {(Phase.PILOT, 10)}
    assert all(member.verdict is Verdict.UNDECIDED for member in found.members)
    assert found.members[1].missing == ("production owner", "exit criterion", "run budget")
    assert found.trapped is False
    assert "3 pilots, 1 in production" in found.sentence


def test_the_folder_of_one_initiative_is_a_portfolio_of_one(tmp_path: Path):
    write(tmp_path / "one")
    assert [member.place for member in look(tmp_path / "one", as_of=TODAY).members] == ["."]


def test_a_faulty_declaration_is_told_and_the_others_are_judged(tmp_path: Path):
    for name in ("one", "two", "three"):
        write(tmp_path / name)
    write(tmp_path / "broken")
    tmp_path.joinpath("broken", "initiative.yml").write_text("phase: [", encoding="utf-8")
    found = look(tmp_path, as_of=TODAY)
    assert len(found.members) == 3 and found.trapped is None
    (unread,) = found.unread
    assert unread.place == "broken" and "proveout check" in unread.reason


@pytest.mark.parametrize("place", ["empty", "nowhere"])
def test_a_folder_without_initiatives_is_said(tmp_path: Path, place: str):
    tmp_path.joinpath("empty").mkdir()
    with pytest.raises(ProveoutError, match=r"there is no initiative\.yml in"):
        look(tmp_path / place)


def test_what_is_looked_at_twice_is_measured_once(tmp_path: Path):
    write(tmp_path / "one")
    assert look(tmp_path, as_of=TODAY) == look(tmp_path, as_of=TODAY)


def test_the_page_leads_to_the_reports_that_are_there(tmp_path: Path):
    for place in ("sales/one", "two words/two"):
        write(tmp_path / place)
    found = look(tmp_path, as_of=TODAY)
    page = write_page(found, tmp_path, tmp_path / "portfolio.html")
    assert 'href="sales/one/report.html"' not in page.read_text("utf-8")
    found = look(tmp_path, as_of=TODAY, reports=True)
    elsewhere = tmp_path / "pages"
    elsewhere.mkdir()
    text = write_page(found, tmp_path, elsewhere / "all.html").read_text("utf-8")
    links = re.findall(r'href="([^#"]+)"', text)
    assert len(links) == 2
    assert all((elsewhere / unquote(link)).is_file() for link in links)
    with pytest.raises(ProveoutError, match="cannot be written"):
        write_page(found, tmp_path, tmp_path / "nowhere" / "all.html")


def test_it_is_said_since_when_an_initiative_stands_where_it_stands(tmp_path: Path):
    write(tmp_path / "one", Phase.PILOT)
    (one,) = look(tmp_path, as_of=TODAY).members
    assert one.since == date(2026, 1, 5)  # the plan says so
    assert {stop.phase for stop in one.stops} == set(list(Phase)[:4])
    assert [gate.due for gate in one.gates] == [True] * 4 + [False]
    workspace = Workspace(tmp_path / "one")
    with workspace.ledger() as ledger:
        body = {
            "phase": "organisational-readiness",
            "choice": "conditional-go",
            "verdict": "undecided",
            "override": True,
        }
        record = ledger.append("decision", "one", "organisational-readiness", body)
    (one,) = look(tmp_path, as_of=TODAY).members
    assert one.since == record.at.date()  # people said so
    assert one.gates[2].decided == f"conditional go on {record.at.date()}"
    assert one.choices == (("conditional-go", True),)
