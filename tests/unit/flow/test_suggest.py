"""Rules that tables suggest, as a contract: what is written, what is not, and that it means the same when accepted."""

import random
from datetime import date
from pathlib import Path

import pytest
import yaml
from open_data_contract_standard.model import OpenDataContractStandard
from tests.asking import measured

from proveout.core.errors import ProveoutError
from proveout.flow.suggest import suggest, write
from proveout.flow.workspace import Workspace

CITIES = (
    "Berlin",
    "Rome",
    "Paris",
    "Madrid",
    "Vienna",
    "Oslo",
    "Lisbon",
    "Athens",
    "Dublin",
    "Warsaw",
    "Prague",
    "Kiev",
)
INITIATIVE = """
initiative: shops
title: Shops
problem: {statement: Orders are wrong}
sources: {orders: {location: orders.csv}, shops: {location: shops.csv}}
evidence:
  quality:
    instrument: quality
    tables:
      - {id: orders, source: orders%s}
      - {id: shops, source: shops}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Orders with a habit for each field, and a few rows that break it."""
    draw = random.Random(5)
    lines = ["zip,city,price,grade,note,day"]
    for i in range(600):
        zip_code = draw.randrange(60)
        city = CITIES[zip_code % 12]
        price: object = f"{draw.uniform(10, 20):.2f}"
        grade, day = draw.choice("ABC"), f"2026-01-{1 + i % 28:02d}"
        if i in (7, 77, 177):
            city = CITIES[(zip_code + 1) % 12]
        if i == 9:
            price = 900_000
        if i in (11, 12):
            grade = "Z" if i == 11 else "X"
        lines.append(f"9{zip_code:04d},{city},{price},{grade},{'' if i == 13 else 'fine'},{day}")
    (tmp_path / "orders.csv").write_text("\n".join(lines) + "\n")
    (tmp_path / "shops.csv").write_text("id\n1\n2\n")
    declare(tmp_path)
    return Workspace(tmp_path)


def declare(folder: Path, more: str = "") -> None:
    (folder / "initiative.yml").write_text(INITIATIVE % more)


def fields(text: str, at: int = 0) -> dict[str, dict]:
    return {one["name"]: one for one in yaml.safe_load(text)["schema"][at]["properties"]}


def test_rules_are_written_in_the_words_of_the_standard_where_it_has_some(workspace):
    text = suggest(workspace, "quality")
    assert OpenDataContractStandard.from_string(text).apiVersion == "v3.1.0"
    known = fields(text)
    assert list(known) == ["zip", "city", "price", "grade", "note", "day"]
    assert {entry["value"] for entry in known["grade"]["enum"]} == {"A", "B", "C"}
    low, high = (known["price"]["logicalTypeOptions"][end] for end in ("minimum", "maximum"))
    assert low < 10 and 20 < high < 900_000
    assert known["note"]["required"] and "1 of 600 rows break it" in known["note"]["description"]
    assert known["day"]["logicalType"] == "date"
    (told,) = known["city"]["quality"]
    assert told["name"] == "city follows from zip" and told["dimension"] == "consistency"
    assert told["description"].startswith("3 of ")


def test_a_table_too_small_to_have_habits_gets_its_columns_and_no_rules(workspace):
    assert fields(suggest(workspace, "quality", table="shops")) == {"id": {"name": "id", "logicalType": "integer"}}


def test_the_contract_means_the_same_once_it_is_accepted(workspace):
    (workspace.folder / "contracts").mkdir()
    write(workspace, suggest(workspace, "quality"), workspace.folder / "contracts" / "orders.yml")
    declare(workspace.folder, ", contract: contracts/orders.yml, object: orders")
    accepted = Workspace(workspace.folder).declared()
    settings = accepted.evidence["quality"].settings
    finding = measured("quality", settings, accepted, workspace.folder, date(2026, 2, 1), failing=())
    shares = {e.name: e.value for e in finding.estimates if e.subject == "orders"}
    assert shares["validity"] == pytest.approx(598 / 600)  # two grades that nobody knows
    assert shares["completeness"] == pytest.approx(599 / 600)
    assert shares["consistency"] == pytest.approx(597 / 600)  # cities that do not follow from the zip code


def test_values_that_are_not_to_be_shown_are_not_written_down(workspace):
    declare(workspace.folder, ", redact: [city, grade, price]")
    text = suggest(workspace, "quality")
    known = fields(text)
    assert not any(city in text for city in CITIES)
    assert "900000" not in text
    for name in ("city", "grade", "price"):
        assert known[name]["classification"] == "confidential"
        assert not {"enum", "quality", "logicalTypeOptions"} & set(known[name])


def test_nothing_is_overwritten_and_nothing_becomes_part_of_the_declaration(workspace):
    path = workspace.folder / "contracts" / "orders.yml"
    write(workspace, "mine", path)
    with pytest.raises(ProveoutError, match=r"exists; a person may have accepted rules in it"):
        write(workspace, "other", path)
    assert path.read_text() == "mine"
    with pytest.raises(ProveoutError, match="would be part of the declaration") as refused:
        write(workspace, "other", workspace.folder / "orders.yml")
    assert "contracts" in refused.value.remedy
    with pytest.raises(ProveoutError, match="cannot be written"):
        write(workspace, "other", path / "below" / "a" / "file.yml")


@pytest.mark.parametrize(
    ("block", "table", "message"), [("quantity", "", "no block 'quantity'"), ("quality", "sales", "no table 'sales'")]
)
def test_what_is_not_there_is_named_with_what_is(workspace, block, table, message):
    with pytest.raises(ProveoutError, match=message) as refused:
        suggest(workspace, block, table=table)
    assert refused.value.remedy.startswith("one of: ")


def test_a_table_that_cannot_be_read_is_said(workspace):
    (workspace.folder / "shops.csv").unlink()
    with pytest.raises(ProveoutError, match="there is no such file"):
        suggest(workspace, "quality")
