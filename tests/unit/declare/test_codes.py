"""Every code that `declare` raises has a declaration that triggers it, at a place that is checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pytest

from proveout.core.declared import DECLARED
from proveout.core.initiative import GroupId
from proveout.core.question import SourceName
from proveout.declare import CODES, load


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    __pydantic_config__ = DECLARED

    files: str = ""
    """Pattern."""
    source: SourceName | None = None
    """Source."""
    days: Mapping[Literal["interviewing", "coding"], float] = field(default_factory=dict)
    """By kind of work."""


TYPES = {"interviews": Settings, "kpis": Settings}
FROM_INSTRUMENTS = {
    "unit-unknown",
    "unit-mismatch",
    "formula-syntax",
    "unknown-quantity",
    "division-by-zero",
    "column-missing",
    "quantity-range",
    "query-not-select",
    "unknown-activity",
    "other",
}
I = "initiative: leads\n"  # noqa: E741
BOMB = (
    I
    + "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
)

CASES = [
    ("empty-file", "# nothing\n", 1, 1),
    ("duplicate-key", I + "title: One\ntitle: Two\n", 3, 1),
    ("unknown-key", I + "titel: x\n", 2, 1),
    ("unknown-key", I + "people:\n  ownr: x\n", 3, 3),
    ("unknown-key", I + "evidence:\n  talks: {instrument: interviews, fils: x}\n", 3, 35),
    ("unknown-key", I + "evidence:\n  talks: {instrument: interviews, days: {codin: 2}}\n", 3, 42),
    ("missing-key", "title: x\n", 1, 1),
    ("missing-key", I + "problem:\n  process: x\n", 2, 1),
    ("missing-key", I + "groups:\n  - id: reps\n", 3, 5),
    ("missing-key", I + "evidence:\n  talks: {files: x}\n", 3, 3),
    ("wrong-type", I + "title: 2026\n", 2, 8),
    ("wrong-type", I + "groups: [{id: reps, size: twelve}]\n", 2, 27),
    ("wrong-type", I + "groups: 12\n", 2, 9),
    ("wrong-type", I + "kpis: {id: x}\n", 2, 7),
    ("wrong-type", I + "evidence: {talks: yes}\n", 2, 19),
    ("wrong-type", I + "evidence: [talks]\n", 2, 11),
    ("wrong-type", "- a\n", 1, 1),
    ("wrong-type", I + "sources: {a: [3]}\n", 2, 14),
    ("wrong-type", I + "value: {yearly_benefit: a, quantities: {a: {fixed: [1]}}}\n", 2, 52),
    ("wrong-type", I + "value: {yearly_benefit: a, yearly_cost: [1]}\n", 2, 41),
    ("unknown-value", I + "phase: pilott\n", 2, 8),
    ("unknown-value", I + "kpis: [{id: x, role: gaol}]\n", 2, 22),
    ("out-of-range", I + "groups: [{id: reps, size: 0}]\n", 2, 27),
    ("out-of-range", I + "evidence: {talks: {instrument: interviews, good_for_days: 0}}\n", 2, 59),
    ("bad-date", I + "kpis: [{id: x, due: 31 May}]\n", 2, 21),
    ("empty-text", I + "problem: {statement: ''}\n", 2, 22),
    ("contradiction", I + "plan: {pilot: {from: 2026-03-01, until: 2026-02-01}}\n", 2, 15),
    ("contradiction", I + "value: {yearly_benefit: a, one_off_cost: {low: 1}}\n", 2, 42),
    ("bad-name", "initiative: Leads & more\n", 1, 13),
    ("bad-name", I + "value: {yearly_benefit: a, quantities: {a-b: 3}}\n", 2, 41),
    ("not-finite", I + "value: {yearly_benefit: a, discount_rate: .inf}\n", 2, 43),
    ("not-finite", I + "value: {yearly_benefit: a, discount_rate: 1e999}\n", 2, 43),
    ("yaml-syntax", 'title: "leads\n', 1, 8),
    ("yaml-syntax", I + "title:\n\t- x\n", 3, 1),
    ("yaml-syntax", I + "title: a: b\n", 2, 9),
    ("yaml-syntax", I + "title: *nobody\n", 2, 8),
    ("yaml-syntax", I + "title: a\x07b\n", 2, 9),
    ("yaml-syntax", "# a\u00a0b\n" + I + "title: a\x07b\n", 3, 9),
    ("several-documents", I + "---\ntitle: x\n", 2, 1),
    ("not-utf8", (I + "title: Gr").encode() + b"\xfc\xdfe\n", 2, 10),
    ("file-too-large", "#" * 1_000_001, 1, 1),
    ("too-deep", I + "title: " + "[" * 100_000, 2, 48),
    ("yaml-syntax", I + "title: &a [*a]\n", 2, 12),
    ("alias-bomb", BOMB, None, None),
    ("custom-tag", I + "title: !secret x\n", 2, 8),
    ("custom-tag", I + "title: !!python/object/apply:os.system ls\n", 2, 8),
    ("bad-key", I + "[a, b]: 3\n", 2, 1),
    ("bad-key", I + '"": 3\n', 2, 1),
    ("unknown-source", I + "kpis: [{id: x, baseline: {source: t}}]\n", 2, 35),
    ("unknown-source", I + "evidence: {talks: {instrument: interviews, source: t}}\n", 2, 52),
    ("unknown-objective", I + "kpis: [{id: x, objective: t}]\n", 2, 27),
    ("unknown-kpi", I + "value: {yearly_benefit: a, quantities: {a: {kpi: t}}}\n", 2, 50),
    ("unknown-block", I + "value: {yearly_benefit: a, quantities: {a: {estimate: t.x}}}\n", 2, 55),
    ("unknown-block", I + "value: {yearly_benefit: a, quantities: {a: {estimate: nonsense}}}\n", 2, 55),
    ("unknown-criterion", I + "gates: {users-herd: {reason: x}}\n", 2, 9),
    ("unknown-criterion", I + "waivers: [{criterion: c, reason: x, by: y, until: 2026-01-01}]\n", 2, 23),
    ("unknown-instrument", I + "evidence: {talks: {instrument: interview}}\n", 2, 32),
    ("duplicate-id", I + "objectives:\n- id: time\n- id: time\n", 4, 7),
    ("policy-missing", I + "policy: house.yml\n", 2, 9),
    ("path-leaves-folder", I + "sources: {a: ../a.csv}\n", 2, 14),
    ("path-leaves-folder", I + "sources: {a: {location: 'duckdb:/a.duckdb'}}\n", 2, 25),
    ("path-leaves-folder", I + "policy: ../house.yml\n", 2, 9),
    ("unknown-scheme", I + "sources: {a: 'mysql://host/a'}\n", 2, 14),
    (
        "windows-out-of-order",
        I + "plan:\n  problem-validation: {from: 2026-02-01, until: 2026-02-14}\n"
        "  pilot: {from: 2026-01-01, until: 2026-03-01}\n",
        4,
        17,
    ),
    (
        "due-before-pilot",
        I + "plan: {pilot: {from: 2026-03-01, until: 2026-04-01}}\nkpis: [{id: x, due: 2026-02-01}]\n",
        3,
        21,
    ),
    ("environment-missing", I + "sources: {a: '${PROVEOUT_EXAMPLE_NOT_SET}'}\n", 2, 14),
    ("secret-in-file", I + "sources: {a: 'postgresql://me:hunter2@host/a'}\n", 2, 14),
    ("secret-in-file", I + "sources: {a: 'postgresql://host/a?user=me&password=hunter2'}\n", 2, 14),
    ("target-against-direction", I + "kpis: [{id: x, direction: down, target: {relative: 0.5}}]\n", 2, 52),
]


@pytest.mark.parametrize(("slug", "text", "line", "column"), CASES)
def test_the_code_comes_at_its_place(tmp_path, slug, text, line, column):
    (tmp_path / "initiative.yml").write_bytes(text.encode() if isinstance(text, str) else text)
    declaration = load(tmp_path, TYPES, criteria=["users-heard"])
    assert [d.slug for d in declaration.diagnostics] == [slug]
    (diagnostic,) = declaration.diagnostics
    assert diagnostic.code == CODES[slug].code
    assert diagnostic.hint
    assert "\n" not in diagnostic.message
    assert (declaration.initiative is None) == (not CODES[slug].warning)
    assert diagnostic.position.file == "initiative.yml"
    if line is not None:
        assert (diagnostic.position.line, diagnostic.position.column) == (line, column)


def test_a_group_that_is_not_there(tmp_path):
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Survey:
        __pydantic_config__ = DECLARED
        groups: tuple[GroupId, ...]

    (tmp_path / "initiative.yml").write_text(
        I + "groups: [{id: reps, size: 3}]\nevidence: {s: {instrument: survey, groups: [reps, rep]}}\n"
    )
    (diagnostic,) = load(tmp_path, {"survey": Survey}).diagnostics
    assert diagnostic.slug == "unknown-group"
    assert diagnostic.hint == 'did you mean "reps"?'
    assert diagnostic.position.column == 51


def test_no_folder_no_file_and_a_file_that_cannot_be_opened(tmp_path):
    (diagnostic,) = load(tmp_path / "no", TYPES).diagnostics
    assert diagnostic.slug == "folder-missing"
    assert "proveout init" in diagnostic.hint
    (diagnostic,) = load(tmp_path, TYPES).diagnostics
    assert diagnostic.slug == "no-declaration"
    assert "proveout init" in diagnostic.hint
    (tmp_path / "initiative.yml").mkdir()
    (diagnostic,) = load(tmp_path, TYPES).diagnostics
    assert diagnostic.slug == "unreadable-file"


def test_every_code_has_a_case():
    here = {"folder-missing", "no-declaration", "unreadable-file", "unknown-group"}
    assert set(CODES) == {case[0] for case in CASES} | here | FROM_INSTRUMENTS


def test_codes_are_stable_names():
    assert len({code.code for code in CODES.values()}) == len(CODES)
    for slug, code in CODES.items():
        assert slug == code.slug
        assert code.code.startswith("PV1")
        assert all((code.title, code.what, code.why, code.fix))


@pytest.mark.parametrize(
    "slug", [slug for slug, code in CODES.items() if code.example and slug not in FROM_INSTRUMENTS]
)
def test_the_example_of_a_code_has_its_mistake(tmp_path, slug):
    (tmp_path / "initiative.yml").write_text(CODES[slug].example)
    found = load(tmp_path, TYPES, criteria=["users-heard"]).diagnostics
    assert [d.slug for d in found] == [slug]


@pytest.mark.parametrize("slug", [slug for slug in sorted(FROM_INSTRUMENTS) if CODES[slug].example])
def test_the_example_of_an_instruments_code_is_fine_but_for_the_instrument(tmp_path, slug):
    (tmp_path / "initiative.yml").write_text(CODES[slug].example)
    assert load(tmp_path, TYPES).diagnostics == ()
