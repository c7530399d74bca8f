"""A folder becomes an initiative."""

import os
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

import pytest
from annotated_types import MinLen

from proveout.core.declared import DECLARED
from proveout.core.diagnostic import Fault, Position
from proveout.core.initiative import Block, Kpi, Phase, Source
from proveout.core.question import SourceName
from proveout.core.value import Quantity
from proveout.declare import CODES, load
from proveout.instruments.architecture.settings import Settings as Architecture


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    __pydantic_config__ = DECLARED
    id: str
    source: SourceName


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    __pydantic_config__ = DECLARED
    needs: tuple[Need, ...] = ()
    automatable: dict[str, float | Quantity] = field(default_factory=dict)


TYPES = {"availability": Settings, "kpis": Settings}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    __pydantic_config__ = DECLARED
    rows: Annotated[tuple[Need, ...], MinLen(1)]


WHOLE = """
initiative: leads
phase: pilot
plan:
  problem-validation: {from: 2026-01-05, until: 2026-01-16}
  pilot_size: {units: 12}
people: {owner: Ann, sponsor: }
groups:
sources: {a: data/a.csv, b: {location: b.csv, delimiter: ";"}}
kpis:
  - {id: hours, unit: hour/week, direction: down, target: {relative: -0.5}, due: 2026-09-30}
value:
  yearly_benefit: reps * cost
  yearly_cost: 3 USD
  one_off_cost: {low: 1, high: 2 USD}
  quantities: {reps: 12, cost: 45 USD/hour, hours: {kpi: hours}, no: 010}
evidence:
  data: {instrument: availability, good_for_days: 30, needs: [{id: x, source: a}], automatable: {x: 0.5, y: {fixed: 1}}}
"""


def put(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text)
    return load(folder, TYPES)


def slugs(declaration):
    return [(d.slug, d.position.file, d.position.line) for d in declaration.diagnostics]


def test_short_forms_and_plain_types(tmp_path):
    declaration = put(tmp_path, initiative=WHOLE)
    assert declaration.diagnostics == ()
    initiative = declaration.initiative
    assert initiative.phase is Phase.PILOT
    assert initiative.plan.problem_validation.from_ == date(2026, 1, 5)
    assert initiative.people.owner == "Ann"
    assert initiative.sources == {"a": Source(location="data/a.csv"), "b": Source(location="b.csv", delimiter=";")}
    assert initiative.kpis[0] == Kpi(
        id="hours", unit="hour/week", direction="down", target=initiative.kpis[0].target, due=date(2026, 9, 30)
    )
    assert initiative.value.quantities["reps"] == Quantity(fixed=12.0)
    assert initiative.value.quantities["cost"] == Quantity(fixed="45 USD/hour")
    assert initiative.value.quantities["no"] == Quantity(fixed=10.0)
    assert initiative.value.yearly_cost == "3 USD"
    assert initiative.value.one_off_cost == Quantity(low=1.0, high="2 USD")
    settings = Settings(needs=(Need(id="x", source=SourceName("a")),), automatable={"x": 0.5, "y": Quantity(fixed=1.0)})
    assert initiative.evidence["data"] == Block(
        id="data", instrument="availability", settings=settings, good_for_days=30
    )


@pytest.mark.parametrize(
    "word", ["yes", "no", "on", "off", "12:30:45", "2026-01-05", "1_000", "0b1", "Null ", "<<", "y"]
)
def test_words_of_yaml_1_1_are_text(tmp_path, word):
    assert (
        put(tmp_path, initiative=f"initiative: leads\ntitle: {word}").initiative.title == word.strip()
        or word == "Null "
    )


def test_all_faults_come_at_once_in_the_order_of_the_files(tmp_path):
    declaration = put(
        tmp_path,
        initiative="initiative: leads\ntitel: x\nproblem: {process: x}\n",
        a="kpis:\n- {id: hours, objective: time, role: gaol}\n"
        "value: {yearly_benefit: a, quantities: {a: {kpi: hour}}}\n",
        b="evidence:\n  x: {instrument: availabilty}\n  y: {instrument: availability, needs: [{id: 3, source: crm}]}\n",
    )
    assert slugs(declaration) == [
        ("unknown-key", "initiative.yml", 2),
        ("missing-key", "initiative.yml", 3),
        ("unknown-objective", "a.yml", 2),
        ("unknown-value", "a.yml", 2),
        ("unknown-kpi", "a.yml", 3),
        ("unknown-instrument", "b.yml", 2),
        ("wrong-type", "b.yml", 3),
        ("unknown-source", "b.yml", 3),
    ]
    assert declaration.initiative is None
    assert declaration.diagnostics[0].line_text == "titel: x"


def test_sections_may_be_spread_over_files(tmp_path):
    declaration = put(
        tmp_path,
        initiative="initiative: leads\nsources: {a: a.csv}\nkpis: [{id: one}]\n",
        more="sources: {b: b.csv}\nkpis: [{id: two}]\npeople: {owner: Ann}\n",
        nothing_yet="groups:\n",
    )
    assert declaration.diagnostics == ()
    assert [*declaration.initiative.sources] == ["a", "b"]
    assert [kpi.id for kpi in declaration.initiative.kpis] == ["one", "two"]
    assert declaration.locate(("kpis", 1, "id")) == Position(file="more.yml", line=2, column=13)
    assert declaration.locate(("kpis", "two", "owner")) == Position(file="more.yml", line=2, column=8)


def test_the_same_in_two_files_is_a_fault(tmp_path):
    declaration = put(
        tmp_path,
        initiative="initiative: leads\nsources: {a: a.csv}\nkpis: [{id: one}]\ntitle: One\n",
        more="sources: {a: b.csv}\nkpis: [{id: one}]\ntitle: Two\n",
    )
    assert slugs(declaration) == [
        ("duplicate-key", "more.yml", 1),
        ("duplicate-id", "more.yml", 2),
        ("duplicate-key", "more.yml", 3),
    ]
    assert "initiative.yml:2" in declaration.diagnostics[0].message


def test_a_policy_file_is_no_part_of_the_declaration(tmp_path):
    assert put(
        tmp_path, initiative="initiative: leads\npolicy: house.yml\n", house="policy: house\ncriteria: []\n"
    ).initiative
    declaration = put(tmp_path, initiative="initiative: leads\n")
    assert ("unknown-key", "house.yml", 2) in slugs(declaration)
    assert "move it to a folder below" in declaration.diagnostics[-1].hint


def test_hidden_files_are_left_alone(tmp_path):
    (tmp_path / ".tool.yml").write_text("whatever: 3\n")
    assert put(tmp_path, initiative="initiative: leads\n").diagnostics == ()


def test_a_file_of_comments_is_a_fault_and_so_is_a_broken_one(tmp_path):
    declaration = put(tmp_path, initiative="initiative: leads\n", a="# nothing\n", b="x: [\n")
    assert slugs(declaration) == [("yaml-syntax", "b.yml", 1), ("empty-file", "a.yml", 1)]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("title: 3", 'put it in quotes: "3"'),
        ("title: true", 'put it in quotes: "true"'),
        ("kpis: [{id: x, target: {relative: 50%}}]", "write a share between 0 and 1: 0.5"),
        ("kpis: [{id: x, target: {relative: -5%}}]", "write a share between -1 and 1: -0.05"),
        ("kpis: [{id: x, target: {absolute: '1,200'}}]", "write it without separators: 1200"),
        ("plan: {effort: {technical_days: 1_200}}", "write it without separators: 1200"),
        ("value: {yearly_benefit: a, adoption: 0.5}", "write a list: [0.5]"),
        ("plan: {effort: {technical_days: many}}", "technical_days: Person-days on data, models and systems."),
        ("problem: {process: x}", "add statement: The problem in one or two sentences, without naming a solution."),
    ],
)
def test_hints_say_what_to_do(tmp_path, text, hint):
    (diagnostic,) = put(tmp_path, initiative=f"initiative: leads\n{text}\n").diagnostics
    assert diagnostic.hint == hint


def test_what_the_environment_holds_is_never_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("LEADS_URL", "postgresql://me:topsecret@host/x")
    declaration = put(
        tmp_path,
        initiative="initiative: leads\nsources:\n  a: ${LEADS_URL}\n"
        "  b: postgresql://me:hunter2@host/x\n  c: ${NOT_SET_HERE}\n",
    )
    assert slugs(declaration) == [("secret-in-file", "initiative.yml", 4), ("environment-missing", "initiative.yml", 5)]
    assert "topsecret" not in str(declaration.diagnostics)
    assert "hunter2" not in str(declaration.diagnostics)
    assert declaration.initiative.sources["a"].location == "${LEADS_URL}"
    declaration = put(tmp_path, initiative="initiative: leads\nsources: [postgresql://me:hunter2@host/x]\n")
    assert "hunter2" not in str(declaration.diagnostics)


def test_a_link_out_of_the_folder_needs_leave(tmp_path, monkeypatch):
    folder, data = tmp_path / "leads", tmp_path / "data"
    folder.mkdir()
    data.mkdir()
    (folder / "data").symlink_to(data)
    declaration = put(folder, initiative="initiative: leads\nsources: {a: data/a.csv}\n")
    assert slugs(declaration) == [("path-leaves-folder", "initiative.yml", 2)]
    monkeypatch.setenv("PROVEOUT_DATA_ROOTS", os.pathsep.join([str(data)]))
    assert load(folder, TYPES).diagnostics == ()


def test_what_instruments_find_gets_a_place(tmp_path):
    declaration = put(
        tmp_path,
        initiative="initiative: leads\nsources: {a: a.csv}\nkpis:\n- {id: hours, unit: florb}\n"
        "evidence:\n  x:\n    instrument: availability\n    needs:\n      - {id: n, source: a}\n",
    )
    faults = [
        Fault(path=("needs", 0, "source"), slug="column-missing", message="no column x", hint="name it"),
        Fault(path=("kpis", "hours", "unit"), slug="unit-unknown", message="florb is no unit"),
        Fault(path=("needs", 0, "fields"), slug="something-new", message="odd"),
        Fault(path=(), slug="other", message="odd"),
    ]
    found = declaration.diagnose(faults, ("evidence", "x"))
    assert [(d.code, d.slug, d.position.line, d.position.column) for d in found] == [
        (CODES["column-missing"].code, "column-missing", 9, 25),
        (CODES["unit-unknown"].code, "unit-unknown", 4, 21),
        (CODES["other"].code, "something-new", 9, 9),
        (CODES["other"].code, "other", 7, 5),
    ]
    assert found[0].hint == "name it"
    assert found[1].line_text == "- {id: hours, unit: florb}"
    implied = declaration.diagnose(
        [Fault(path=("kpis", 0, "unit"), slug="unit-unknown", message="x")], ("evidence", "kpis")
    )
    assert implied[0].position.line == 4


def test_references_are_checked_although_the_shape_is_at_fault(tmp_path):
    declaration = put(tmp_path, initiative="initiative: leads\nfoo: 1\nkpis: [{id: x, objective: y}]\n")
    assert [d.slug for d in declaration.diagnostics] == ["unknown-key", "unknown-objective"]
    assert declaration.partial is None


def test_instruments_may_look_although_a_reference_is_at_fault(tmp_path):
    declaration = put(tmp_path, initiative="initiative: leads\nkpis: [{id: x, objective: y}]\n")
    assert declaration.initiative is None
    assert declaration.partial.kpis[0].id == "x"


def test_criteria_can_be_checked_when_the_policy_is_known(tmp_path):
    declaration = put(tmp_path, initiative="initiative: leads\ngates: {users-herd: {reason: x}}\n")
    assert declaration.diagnostics == ()
    (diagnostic,) = declaration.check_criteria(["users-heard"])
    assert diagnostic.hint == 'did you mean "users-heard"?'


def test_a_share_in_percent_is_refused_with_what_to_write(tmp_path):
    declaration = put(tmp_path, initiative="initiative: leads\ngates: {lost: {threshold: 10, reason: x}}\n")
    (diagnostic,) = declaration.check_thresholds(["lost"])
    assert diagnostic.message == "lost is a share, and 10 of it is 1000%" and diagnostic.hint == "for 10% write 0.1"
    assert declaration.check_thresholds(["other"]) == ()


def test_kpis_are_a_block_without_being_declared(tmp_path):
    text = "initiative: leads\nkpis: [{id: x}]\nvalue: {yearly_benefit: a, quantities: {a: {estimate: 'kpis.b[x]'}}}\n"
    assert put(tmp_path, initiative=text).diagnostics == ()


def test_a_list_whose_entry_has_a_mistake_is_not_called_too_short(tmp_path):
    text = "initiative: x\nevidence: {x: {instrument: availability, rows: [{id: 3, source: a}]}}\nsources: {a: a.csv}\n"
    (tmp_path / "initiative.yml").write_text(text)
    declaration = load(tmp_path, {"availability": Rows})
    assert slugs(declaration) == [("wrong-type", "initiative.yml", 2)]


def test_no_time_varies_beyond_all_measure(tmp_path):
    block = "{instrument: architecture, load: {now: 1, full: 2, variability: 1e200}, calls: [{from: entry, to: a}]"
    components = "components: [{id: a, service: {mean_seconds: 1, cv: 1e200}}]}"
    (tmp_path / "initiative.yml").write_text(f"initiative: x\nevidence:\n  x: {block}, {components}\n")
    declaration = load(tmp_path, {"architecture": Architecture})
    assert slugs(declaration) == [("out-of-range", "initiative.yml", 3)] * 2
