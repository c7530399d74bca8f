"""Every instrument is of the same shape, and its card promises what it measures."""

import re
from datetime import timedelta

import pytest
import yaml
from pydantic import TypeAdapter, ValidationError

from proveout import examples
from proveout.core.declared import Level
from proveout.core.evidence import Evidence
from proveout.core.initiative import Phase
from proveout.flow.check import check
from proveout.flow.start import demo
from proveout.flow.workspace import Workspace
from proveout.instruments import NAMES, instrument

from .source import PACKAGE, ROOT

FILES = {"card.yml", "__init__.py", "settings.py", "queries.py", "measure.py"}
KEYS = {
    *("name", "title", "question", "phase", "reads", "estimates"),
    *("assumptions", "sources", "remedies", "example"),
}

EXAMPLE = Phase.ORGANISATIONAL_READINESS
"""Where the example stands: the instruments of later phases find nothing in it."""


def card(name: str) -> dict:
    return yaml.safe_load((PACKAGE / "instruments" / name / "card.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Evidence]]:
    """Evidence on the example initiative, by instrument."""
    folder = demo(tmp_path_factory.mktemp("example") / "demo", today=examples.DAY)
    evidence = check(Workspace(folder), as_of=examples.DAY + timedelta(days=1)).evidence
    return {name: [piece for piece in evidence if piece.instrument == name] for name in NAMES}


def test_there_is_a_folder_for_every_instrument_and_no_other():
    folders = {path.name for path in (PACKAGE / "instruments").iterdir() if (path / "__init__.py").is_file()}
    assert folders == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_folder_holds_the_five_files(name: str):
    assert {path.name for path in (PACKAGE / "instruments" / name).iterdir()} >= FILES
    assert instrument(name).version


@pytest.mark.parametrize("name", NAMES)
def test_nobody_declares_so_narrow_an_interval_that_all_passes(name: str):
    files = [path.read_text(encoding="utf-8") for path in (PACKAGE / "instruments" / name).glob("*.py")]
    declared = [re.findall(r"^    level: (.*)$", text, flags=re.MULTILINE) for text in files if "DECLARED" in text]
    assert {one for found in declared for one in found} <= {"Level = 0.95"}


def test_the_narrowest_interval_covers_nine_tenths():
    assert TypeAdapter(Level).validate_python(0.9) == 0.9
    with pytest.raises(ValidationError):
        TypeAdapter(Level).validate_python(0.89)


@pytest.mark.parametrize("name", NAMES)
def test_the_card_is_whole(name: str):
    found = card(name)
    assert found.keys() == KEYS
    assert found["name"] == name
    assert found["phase"] in list(Phase)
    assert [key for key in KEYS if not found[key]] == []
    for estimate in found["estimates"]:
        assert estimate.keys() == {"name", "unit", "meaning", "method"}
        assert estimate["name"] and estimate["meaning"] and estimate["method"]


@pytest.mark.parametrize("name", NAMES)
def test_the_card_names_the_estimates_that_the_instrument_finds(name: str, measured: dict[str, list[Evidence]]):
    promised = {estimate["name"] for estimate in card(name)["estimates"]}
    found = {estimate.name for piece in measured[name] for estimate in piece.finding.estimates}
    here = Phase(card(name)["phase"]).number <= EXAMPLE.number
    assert bool(found) is here, [piece.finding.reason for piece in measured[name]]
    assert found - promised == set(), "not on the card"
    tests = (ROOT / "tests" / "unit" / "instruments" / name).rglob("*.py")
    tested = {word for test in tests for word in re.findall(r"\w+", test.read_text(encoding="utf-8"))}
    assert promised - found <= tested, "on the card, neither measured on the example nor named in a unit test"
