"""Quality over real tables, with faults counted by others."""

import csv
import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest
from tests.asking import measured

from proveout import data
from proveout.core.initiative import Initiative, Source
from proveout.core.question import Query, Read
from proveout.instruments.quality.rules import GroupRule, cells
from proveout.instruments.quality.settings import Depends, Effect, Expected, RowRule, Settings, Table

pytestmark = pytest.mark.real_data

FILES = {
    "leads": "lead_sales/x_education_leads_9240.csv.gz",
    "bank": "lead_sales/uci_bank_additional_full_41188.csv.gz",
    "old_bank": "lead_sales/uci_bank_4521.csv",
    "machines": "maintenance/ai4i2020.csv",
    "orders": "maintenance/excavator_mwo_raw.csv",
    "hospital": "dirty_clean/hospital_dirty.csv",
    "beers": "dirty_clean/beers_dirty.csv",
}
SOURCES = {name: Source(location=path) for name, path in FILES.items()}
MODES = ("TWF", "HDF", "PWF", "OSF", "RNF")


@pytest.fixture
def see(real_data: Path):
    def ask(*tables: Table, effect_on: Effect | None = None):
        settings, initiative = Settings(tables=tables, effect_on=effect_on), Initiative(sources=SOURCES)
        return measured("quality", settings, initiative, real_data, date(2026, 1, 16), failing=())

    return ask


def figure(finding, name, subject=""):
    (found,) = [e for e in finding.estimates if e.name == name and subject in e.subject]
    return found


def exhibit(finding, start):
    (found,) = [e for e in finding.exhibits if e.title.startswith(start)]
    return found


def test_select_hides_what_is_missing_in_four_fields_of_the_leads(see):
    finding = see(Table(id="leads", source="leads", key="Prospect ID", fields={"City": Expected(required=True)}))
    table = exhibit(finding, "Entries of leads")
    hidden = {row[0]: row[2] for row in table.rows if row[1] == "Select"}
    assert hidden == {  # the published counts and those of 338 rows that stand in quotes as a whole
        "Specialization": 1_942,
        "How did you hear about X Education": 5_043,
        "Lead Profile": 4_146,
        "City": 2_249,
    }
    assert figure(finding, "disguised_missing").value == 5  # and 'unknown' in Country
    assert figure(finding, "completeness").value < 1 - 2_249 / 9_240
    assert figure(finding, "uniqueness").value == 1


def test_what_is_declared_missing_is_no_disguise(see):
    fields = ("Specialization", "How did you hear about X Education", "Lead Profile", "City")
    missing = {**dict.fromkeys(fields, ("Select",)), "Country": ()}
    finding = see(Table(id="leads", source="leads", missing=missing, fields={"City": Expected(required=True)}))
    assert figure(finding, "disguised_missing").value == 0
    assert figure(finding, "completeness").value < 1 - 2_249 / 9_240


def test_999_days_since_the_last_contact_means_never(see):
    finding = see(Table(id="bank", source="bank"))
    (row,) = [row for row in exhibit(finding, "Entries of bank").rows if row[0] == "pdays"]
    assert row[1:3] == ("999", 39_673)


def test_minus_one_days_since_the_last_contact_means_never_too(see):
    table = exhibit(see(Table(id="bank", source="old_bank")), "Entries of bank")
    (row,) = [row for row in table.rows if row[0] == "pdays"]
    assert row[1:3] == ("-1", 3_705)  # as many as have no outcome of an earlier campaign
    assert ("poutcome", "unknown", 3_705) in {row[:3] for row in table.rows}


def test_labels_of_the_machines_that_contradict_each_other(see):
    failed = '"Machine failure" = 1'
    rules = (
        RowRule(name="a failure has a mode", that=f"not ({failed}) or {' + '.join(MODES)} > 0"),
        RowRule(name="a random failure is a failure", that=f"RNF = 0 or {failed}"),
    )
    finding = see(Table(id="machines", source="machines", key="UDI", rules=rules))
    broken = {bar.label: bar.value for bar in exhibit(finding, "Rows of machines that break").bars}
    assert broken == {rules[0].that: 9, rules[1].that: 18}
    consistency = figure(finding, "consistency")
    assert consistency.value == 1 - 18 / 10_000
    assert consistency.exact
    assert rules[1].that in consistency.method
    assert figure(finding, "disguised_missing").value == 0


def test_the_shifted_work_order_is_found_with_its_row(see, real_data):
    expected = {"Cost": Expected(type="number"), "PMType": Expected(pattern="^PM[0-9]{2}$")}
    finding = see(Table(id="orders", source="orders", fields=expected))
    with (real_data / FILES["orders"]).open(encoding="utf-8", newline="") as file:
        shifted = [place for place, row in enumerate(csv.reader(file)) if row[3].strip() == "t swing"]
    examples = [row for row in exhibit(finding, "Rows of orders at fault").rows if row[0].startswith("Cost")]
    assert [(row[1], row[2]) for row in examples] == [(shifted[0], "Cost = PM01")]
    assert figure(finding, "validity").value < 1


DENIAL = re.compile(r"EQ\(t1\.(\w+),t2\.\w+\)(?:&EQ\(t1\.(\w+),t2\.\w+\))?&IQ\(t1\.(\w+),t2\.\w+\)")


def constraints(path: Path) -> list[tuple[tuple[str, ...], str]]:
    """Determining fields and the dependent one; lines with a slip of the pen are mended."""
    text = path.read_text(encoding="utf-8").replace("t1.brewery_id.brewery_id", "t1.brewery_id,t2.brewery_id")
    found = [DENIAL.search(line) for line in text.splitlines() if line.strip()]
    return [(tuple(name for name in match.groups()[:2] if name), match[3]) for match in found if match]


def wrong_cells(folder: Path, name: str) -> tuple[set[tuple[int, str]], dict[str, str]]:
    """Cells in which the dirty file differs from the clean one; the dirty file's name of each clean column."""
    with (folder / f"{name}_dirty.csv").open(encoding="utf-8", newline="") as file:
        dirty = list(csv.reader(file))
    with (folder / f"{name}_clean.csv").open(encoding="utf-8", newline="") as file:
        clean = list(csv.reader(file))
    pairs = enumerate(zip(dirty[1:], clean[1:], strict=True), start=1)
    wrong = {(i, dirty[0][j]) for i, (a, b) in pairs for j in range(len(a)) if a[j] != b[j]}
    return wrong, dict(zip(clean[0], dirty[0], strict=True)) | {column: column for column in dirty[0]}


def flagged(real_data: Path, name: str) -> tuple[set[tuple[int, str]], set[tuple[int, str]]]:
    """Cells that the majority of their group contradicts, and wrong cells."""
    folder = real_data / "dirty_clean"
    wrong, called = wrong_cells(folder, name)
    found: set[tuple[int, str]] = set()
    for by, to in constraints(folder / f"{name}_constraints.txt"):
        rule = GroupRule(
            id=to,
            kind="depends",
            dimension="consistency",
            by=tuple(called[each] for each in by),
            fields=(called[to],),
            words=to,
        )
        query = Query(name="cells", sql=cells(rule), reads={"given": Read(source=name)})
        tables, failures = data.ask([query], SOURCES, real_data)
        assert not failures
        found |= {(int(place), str(field)) for place, field in zip(*tables["cells"].values(), strict=True)}
    return found, wrong


def by_hand(real_data: Path, name: str) -> set[tuple[int, str]]:
    """The same cells without SQL."""
    folder = real_data / "dirty_clean"
    _, called = wrong_cells(folder, name)
    with (folder / f"{name}_dirty.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = set()
    for by, to in constraints(folder / f"{name}_constraints.txt"):
        groups = defaultdict(list)
        for place, row in enumerate(rows, start=1):
            key = tuple(row[called[each]] for each in by)
            if all(key) and row[called[to]]:
                groups[key].append((place, row[called[to]]))
        for group in groups.values():
            times = Counter(value for _, value in group)
            usual = min(times, key=lambda value: (-times[value], value))
            found |= {(place, called[to]) for place, value in group if value != usual}
    return found


def test_dependencies_find_the_wrong_cells_of_the_hospital(real_data):
    found, wrong = flagged(real_data, "hospital")
    assert len(wrong) == 509  # published
    assert found == by_hand(real_data, "hospital")
    assert len(found & wrong) / len(found) >= 0.947  # of an earlier check over fewer constraints
    assert len(found & wrong) / len(wrong) >= 0.707


def test_dependencies_find_wrong_cities_and_states_of_the_breweries(real_data):
    found, wrong = flagged(real_data, "beers")
    of_fields = {cell for cell in wrong if cell[1] in {field for _, field in found}}
    assert len(found & of_fields) / len(found) > 0.9
    assert len(found & of_fields) / len(of_fields) > 0.5


def test_the_finding_counts_the_cells_that_the_rules_list(see, real_data):
    folder = real_data / "dirty_clean"
    _, called = wrong_cells(folder, "hospital")
    depends = tuple(
        Depends(from_=tuple(called[each] for each in by), to=called[to])
        for by, to in constraints(folder / "hospital_constraints.txt")
    )
    finding = see(Table(id="hospital", source="hospital", depends=depends, placeholders=()))
    broken = exhibit(finding, "Rows of hospital that break").bars
    assert max(bar.value for bar in broken) == pytest.approx((1 - figure(finding, "consistency").value) * 1_000, abs=60)
    assert {bar.label for bar in broken} <= {
        f"rows with the same {' and '.join(each.from_)} have the same {each.to}" for each in depends
    }
