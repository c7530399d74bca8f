"""The schema is one, and accepts what `load` accepts."""

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Annotated, Literal

import jsonschema
import pytest
import yaml
from annotated_types import Interval, MinLen

from proveout.core.initiative import DECLARED
from proveout.core.question import SourceName
from proveout.declare import field_docs, load, schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of an invented instrument.

    More about it.
    """

    __pydantic_config__ = DECLARED

    source: SourceName
    """Which source
    to ask."""
    share: Annotated[float, Interval(ge=0, lt=1)] | None = None
    names: Annotated[tuple[str, ...], MinLen(1)] = ("a",)
    """Names."""
    pair: tuple[float, str] = (1.0, "a")
    """A pair."""
    kind: Literal["", "one", "two"] = "one"
    """Which kind."""


TYPES = {"invented": Settings, "other": Settings}


@pytest.fixture(scope="module")
def written():
    return schema(TYPES)


def accepts(schema, text):
    instance = yaml.load(text, Loader=yaml.BaseLoader) if isinstance(text, str) else text
    return not [*jsonschema.Draft202012Validator(schema).iter_errors(instance)]


def test_it_is_a_schema(written):
    jsonschema.Draft202012Validator.check_schema(written)
    json.dumps(written, allow_nan=False)


def test_the_fields_explain_themselves(written):
    assert field_docs(Settings) == {
        "source": "Which source to ask.",
        "share": "",
        "names": "Names.",
        "pair": "A pair.",
        "kind": "Which kind.",
    }
    block = written["properties"]["evidence"]["additionalProperties"]["oneOf"][0]
    assert block["description"] == "Settings of an invented instrument."
    assert block["required"] == ["instrument", "source"]
    assert block["properties"]["instrument"]["const"] == "invented"
    assert block["properties"]["share"] == {"type": ["number", "null"], "minimum": 0, "exclusiveMaximum": 1}
    assert block["properties"]["names"]["minItems"] == 1
    assert block["properties"]["pair"]["prefixItems"] == [{"type": "number"}, {"type": "string"}]
    assert block["properties"]["kind"]["enum"] == ["one", "two", "", None]
    assert written["$defs"]["Window"]["properties"]["from"]["description"] == "First day."
    undescribed = [
        f"{name}.{key}"
        for name, definition in written["$defs"].items()
        for part in definition.get("anyOf", [definition])
        for key, value in part.get("properties", {}).items()
        if not value.get("description")
    ]
    assert undescribed == []


SAME = [
    {"initiative": "a"},
    {"initiative": "a", "groups": None, "people": {"owner": None}},
    {"initiative": "a", "sources": {"a": "a.csv", "b": {"location": "b.csv"}}},
    {
        "initiative": "a",
        "value": {"yearly_benefit": "b", "quantities": {"a": 3, "b": "3 USD", "c": {"low": 1, "high": 2}}},
    },
    {"initiative": "a", "value": {"yearly_benefit": "b", "yearly_cost": 3, "one_off_cost": {"low": 1, "high": 2}}},
    {"initiative": "a", "plan": {"pilot": {"from": "2026-01-01", "until": "2026-01-02"}, "pilot_size": {"units": 3}}},
    {
        "initiative": "a",
        "sources": {"s": "s.csv"},
        "evidence": {"x": {"instrument": "other", "source": "s", "good_for_days": 3, "pair": [1, "b"], "kind": "two"}},
    },
]
DIFFERENT = [
    {"initiative": "a b"},
    {"initiative": "a", "titel": "b"},
    {"initiative": "a", "title": 3},
    {"initiative": "a", "phase": "pilott"},
    {"initiative": "a", "groups": [{"id": "a"}]},
    {"initiative": "a", "groups": [{"id": "a", "size": 0}]},
    {"initiative": "a", "value": {"yearly_benefit": "b", "horizon_years": 31}},
    {"initiative": "a", "value": {"yearly_benefit": "b", "quantities": {"b": None}}},
    {"initiative": "a", "evidence": {"x": {"instrument": "none"}}},
    {"initiative": "a", "evidence": {"x": {"instrument": "other"}}},
    {"initiative": "a", "sources": {"s": "s"}, "evidence": {"x": {"instrument": "other", "source": "s", "share": 1}}},
    {
        "initiative": "a",
        "sources": {"s": "s"},
        "evidence": {"x": {"instrument": "other", "source": "s", "good_for_days": 0}},
    },
]


@pytest.mark.parametrize("tree", SAME, ids=str)
def test_both_accept(tmp_path, written, tree):
    (tmp_path / "initiative.yml").write_text(json.dumps(tree))
    assert load(tmp_path, TYPES).diagnostics == ()
    assert accepts(written, tree)


@pytest.mark.parametrize("tree", DIFFERENT, ids=str)
def test_both_refuse(tmp_path, written, tree):
    (tmp_path / "initiative.yml").write_text(json.dumps(tree))
    assert load(tmp_path, TYPES).initiative is None
    assert not accepts(written, tree)


def test_the_example_is_accepted_by_both():
    from proveout.declare.reading import read
    from proveout.instruments import NAMES, instrument

    types = {name: instrument(name).settings_type for name in NAMES}
    folder = files("proveout.examples") / "lead_research"
    assert load(folder, types).diagnostics == ()
    document, _ = read((folder / "initiative.yml").read_bytes(), "initiative.yml")
    assert accepts(schema(types), document.plain)
