"""Whatever a folder holds, `load` returns; what is a declaration survives being written as YAML."""

import dataclasses
from datetime import date

import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from proveout.core import initiative as core
from proveout.core import value as worth
from proveout.core.digest import plain
from proveout.declare import load, types
from proveout.declare.reading import MAX_DEPTH, read

UNSHARED = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
KEYS = [*types.keys(core.Initiative), "id", "instrument", "from", "until", "low", "quantities", "baseline", "source"]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from([*KEYS, "a", "2026-01-05"]),
)
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=20,
)
MARKS = ["- ", "? ", ": ", "  ", "\n", "\t", "{", "}", "[", "]", ",", "'", '"', "|\n", ">\n", "#", "<<: *a\n"]
WHOLE = ["initiative: a\n", "%YAML 1.2\n", "---\n", "...\n", "sources:", "kpis:", "evidence:", "value:", "0x", "1e9"]
PIECES = st.sampled_from([*MARKS, *WHOLE, "&a ", "*a", "!!str ", "!x ", "é", "\x00", "\u2028", "\ufeff"])


def load_text(folder, data):
    (folder / "initiative.yml").write_bytes(data)
    return load(folder, {"interviews": core.Baseline, "kpis": core.PilotPlan}, criteria=["users-heard"])


def sound(declaration):
    """What holds of every declaration, whatever was read."""
    assert (declaration.initiative is None) == any(d.severity == "error" for d in declaration.diagnostics)
    for diagnostic in declaration.diagnostics:
        assert diagnostic.message
        assert diagnostic.hint
        assert diagnostic.position is None or (diagnostic.position.line >= 1 and diagnostic.position.column >= 1)


@UNSHARED
@given(st.lists(PIECES, max_size=25).map("".join))
@example("initiative: a\nsources: {a: {b: [}}")
@example("policy: initiative.yml\ninitiative: a\n")
@example("initiative: a\nkpis: [{id: [a]}, {id: {a: b}}]\nevidence: {a: {instrument: [a]}}\n")
@example(
    "initiative: a\ngates: {1: {}}\nwaivers: [3]\nplan: {pilot: {from: 3, until: [a]}}\nsources: {a: {location: 3}}\n"
)
@example("initiative: a\nvalue: {quantities: [a]}\ngood: 3\nevidence: {a: {instrument: kpis, good_for_days: true}}\n")
@example("initiative: a\nkpis: [{id: a, direction: [up], target: {relative: true}}]\n")
def test_no_text_makes_it_raise(tmp_path, text):
    sound(load_text(tmp_path, text.encode()))


@UNSHARED
@given(st.binary(max_size=60))
def test_no_bytes_make_it_raise(tmp_path, data):
    sound(load_text(tmp_path, data))


@UNSHARED
@given(st.dictionaries(st.sampled_from(KEYS), TREES, max_size=5))
def test_no_tree_makes_it_raise(tmp_path, tree):
    sound(load_text(tmp_path, yaml.safe_dump({"initiative": "a", **tree}, allow_unicode=True).encode()))


@UNSHARED
@given(st.integers(min_value=1, max_value=5000), st.sampled_from(["[", "{a: ", "- ", "? ", "a:\n" + " "]))
def test_no_depth_makes_it_raise(depth, opening):
    document, diagnostics = read((opening * depth).encode(), "x.yml")
    assert document.plain is None or depth <= MAX_DEPTH or opening.startswith(("a", "?"))
    assert all(d.hint for d in diagnostics)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12).filter(
    str.strip
)
IDS = st.from_regex(r"[a-z][a-z0-9]{0,5}", fullmatch=True)
FIGURES = st.floats(-1e6, 1e6) | WORDS
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))
QUANTITIES = st.builds(worth.Quantity, fixed=FIGURES, note=WORDS) | st.builds(worth.Quantity, low=FIGURES, high=FIGURES)


@st.composite
def initiatives(draw):
    """A declaration without references, and so without faults."""
    first, last = sorted((draw(DAYS), draw(DAYS)))
    kpis = st.builds(
        core.Kpi,
        id=IDS,
        title=WORDS,
        unit=WORDS,
        due=st.none() | DAYS,
        target=st.none() | st.builds(core.Change, relative=st.floats(-1, 1)),
    )
    groups = st.builds(core.Group, id=IDS, size=st.integers(1, 10**6), role=st.sampled_from(["user", "support"]))
    return core.Initiative(
        initiative=draw(IDS),
        title=draw(WORDS),
        problem=draw(st.none() | st.builds(core.Problem, statement=WORDS, named_before_solution=st.none() | DAYS)),
        groups=tuple(draw(st.lists(groups, max_size=3, unique_by=lambda group: group.id))),
        phase=draw(st.sampled_from(core.Phase)),
        plan=core.Plan(technical_feasibility=core.Window(from_=first, until=last)),
        kpis=tuple(draw(st.lists(kpis, max_size=3, unique_by=lambda kpi: kpi.id))),
        value=draw(
            st.none()
            | st.builds(
                worth.ValueModel,
                quantities=st.dictionaries(IDS, QUANTITIES, max_size=3),
                yearly_benefit=WORDS,
                yearly_cost=FIGURES | QUANTITIES,
                adoption=st.lists(st.floats(0, 1), max_size=3).map(tuple),
            )
        ),
    )


def written(value):
    """A dataclass as people would write it: keys spelt as in YAML, nothing that is left at None."""
    if dataclasses.is_dataclass(value):
        spelt = zip(types.keys(type(value)), dataclasses.fields(value), strict=True)
        return {key: written(getattr(value, f.name)) for key, f in spelt if getattr(value, f.name) is not None}
    if isinstance(value, tuple):
        return [written(item) for item in value]
    if isinstance(value, dict):
        return {key: written(item) for key, item in value.items()}
    return plain(value)


@UNSHARED
@given(initiatives())
def test_a_declaration_survives_being_written(tmp_path, initiative):
    text = yaml.dump(written(initiative), Dumper=_Dumper, allow_unicode=True)
    declaration = load_text(tmp_path, text.encode())
    assert [d for d in declaration.diagnostics if d.severity == "error"] == []
    assert declaration.initiative == initiative


class _Dumper(yaml.SafeDumper):
    """Quotes every text, so that YAML 1.1 and 1.2 agree on what is one."""


_Dumper.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))
