"""How much a document allows that nobody does; against escaping edges of pm4py."""

import json
from itertools import product
from pathlib import Path

import pytest

from proveout.instruments.workflow.automaton import automaton
from proveout.instruments.workflow.bpmn import from_bpmn
from proveout.instruments.workflow.documented import from_steps
from proveout.instruments.workflow.precision import openness
from proveout.instruments.workflow.settings import Step

HERE = Path(__file__).parent
GOLDEN = json.loads((HERE / "precision.json").read_text(encoding="utf-8"))
MODELS = [GOLDEN["flower"], *(m["bpmn"] for m in json.loads((HERE / "alignments.json").read_text())["models"])]


@pytest.mark.parametrize("index", range(len(MODELS)))
def test_precision_is_that_of_escaping_edges(index):
    known, golden = automaton(from_bpmn(MODELS[index], "model.bpmn").net), GOLDEN["models"][index]
    found, _ = openness(known, [(1, one.documented) for one in known.aligned(golden["traces"])], 3)
    assert found.value == pytest.approx(golden["precision"])


def test_by_hand():
    """Behind a, either of b and c is allowed; two of ten cases take c, or none does."""
    known = automaton(from_steps(("a", Step(one_of=(("b",), ("c",))))).net)
    precision, guidance = openness(known, [(8, "ab"), (2, "ac")], 3)
    assert precision.value == 1
    assert guidance.value == pytest.approx((3 - 1.5) / 2)
    assert next(openness(known, [(10, "ab")], 3)).value == 20 / 30


def test_a_document_that_allows_everything_guides_nobody():
    """However long the log; while one that says every step guides wholly."""
    anything = automaton(from_steps((Step(one_of=(("a",), ("b",), ("c",)), repeat=True),)).net)
    assert [one.value for one in openness(anything, [(1, "".join(t)) for t in product("abc", repeat=6)], 3)] == [1, 0]
    all_said = automaton(from_steps(tuple("abc")).net)
    assert [one.value for one in openness(all_said, [(5, "abc")], 3)] == [1, 1]
    one_step = automaton(from_steps(("a",)).net)
    assert [one.value for one in openness(one_step, [(5, "a")], 1)] == [1, 0]  # nothing to choose
