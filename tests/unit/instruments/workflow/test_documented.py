"""From BPMN and lists of steps to what is allowed; costs against optimal alignments of pm4py."""

import json
from itertools import product
from pathlib import Path

import pytest

from proveout.core.errors import ProveoutError
from proveout.instruments.workflow.automaton import Deviation, automaton
from proveout.instruments.workflow.documented import from_bpmn, from_steps
from proveout.instruments.workflow.settings import Step

HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">'
MANY = [f"task:t{i}" for i in range(14)]
GOLDEN = json.loads((Path(__file__).parent / "alignments.json").read_text(encoding="utf-8"))


def bpmn(nodes: str, *flows: str, extra: str = "") -> str:
    """A process of nodes such as ``task:a``; flows such as ``a>b``; ids are the names."""
    made = "".join(
        f'<{kind} id="{name}" name="{name}"/>' for kind, _, name in (n.partition(":") for n in nodes.split())
    )
    pairs = [flow.split(">") for flow in flows]
    ways = "".join(f'<sequenceFlow id="f{i}" sourceRef="{a}" targetRef="{b}"/>' for i, (a, b) in enumerate(pairs))
    return f'{HEAD}<process id="p">{made}{ways}{extra}</process></definitions>'


def allowed(documented, longest: int = 5) -> set[str]:
    """All cases of up to so many steps that cost nothing."""
    known, labels = automaton(documented.net), documented.net.labels
    return {
        "".join(trace) for n in range(1, longest + 1) for trace in product(labels, repeat=n) if known.cost(trace) == 0
    }


@pytest.mark.parametrize("index", range(len(GOLDEN["models"])))
def test_costs_are_those_of_optimal_alignments(index):
    model = GOLDEN["models"][index]
    known = automaton(from_bpmn(model["bpmn"], "model.bpmn").net)
    for trace, cost in model["cases"]:
        assert known.cost(trace) == cost, trace
    assert known.costs([trace for trace, _ in model["cases"]]) == [cost for _, cost in model["cases"]]
    for trace, cost in model["cases"]:
        assert len(known.deviations(trace)) == cost, trace


def test_exclusive_and_parallel_gateways():
    ways = ("s>x", "x>a", "x>b", "a>y", "b>y", "y>e")
    choice = bpmn("startEvent:s task:a userTask:b endEvent:e exclusiveGateway:x exclusiveGateway:y", *ways)
    assert allowed(from_bpmn(choice, "x")) == {"a", "b"}
    both = choice.replace("exclusiveGateway", "parallelGateway")
    assert allowed(from_bpmn(both, "x")) == {"ab", "ba"}


def test_inclusive_gateways_wait_for_what_may_still_come():
    ways = ("s>x", "x>a", "x>b", "x>c", "a>y", "b>y", "c>y", "y>d", "d>e")
    some = bpmn("startEvent:s task:a task:b task:c task:d endEvent:e inclusiveGateway:x inclusiveGateway:y", *ways)
    found = allowed(from_bpmn(some, "x"), longest=4)
    one, two = {"ad", "bd", "cd"}, {"abd", "bad", "acd", "cad", "bcd", "cbd"}
    assert found == one | two | {"abcd", "acbd", "bacd", "bcad", "cabd", "cbad"}


def test_loops_and_steps_that_repeat():
    ways = ("s>x", "x>a", "a>y", "y>x", "y>e")
    loop = bpmn("startEvent:s task:a endEvent:e exclusiveGateway:x exclusiveGateway:y", *ways)
    assert allowed(from_bpmn(loop, "x"), longest=3) == {"a", "aa", "aaa"}
    plain = bpmn(
        "startEvent:s task:b endEvent:e",
        "s>a",
        "a>b",
        "b>e",
        extra=('<task id="a" name="a"><multiInstanceLoopCharacteristics/></task>'),
    )
    assert allowed(from_bpmn(plain, "x"), longest=3) == {"ab", "aab"}


def test_several_starts_are_ways_to_begin_and_none_is_found():
    two = bpmn("startEvent:s startEvent:t task:a task:b endEvent:e", "s>a", "t>b", "a>b", "b>e")
    assert allowed(from_bpmn(two, "x")) == {"ab", "b"}
    bare = bpmn("task:a task:b", "a>b")
    assert allowed(from_bpmn(bare, "x")) == {"ab"}


def test_a_flow_that_was_lost_is_named():
    whole = ("startEvent:s task:a task:b task:c endEvent:e", "s>a", "a>b", "b>c", "c>e")
    assert from_bpmn(bpmn(*whole), "x").left_out == ()
    told = from_bpmn(bpmn(*(flow for flow in whole if flow != "a>b")), "x").left_out
    assert [words.partition(":")[0] for words in told] == ["how one goes on from a", "how one comes to b"]


def test_what_is_left_out_is_named():
    text = bpmn(
        "startEvent:s subProcess:a task:b endEvent:e task:lonely",
        "s>a",
        "a>b",
        "b>e",
        extra=('<boundaryEvent id="late" attachedToRef="b"/><task id="noname"/>'),
    )
    found = from_bpmn(text, "x")
    assert allowed(found) == {"ab"}
    told = "; ".join(found.left_out)
    assert "inside a" in told and "edge of b" in told and "lonely" in told and "noname" in told


def test_pools_are_processes_of_their_own():
    first, second = (bpmn(f"startEvent:s task:{name} endEvent:e", f"s>{name}", f"{name}>e") for name in "ab")
    both = first.replace("</definitions>", "") + second.removeprefix(HEAD).replace('id="p"', 'id="q" name="Customer"')
    found = from_bpmn(both, "x")
    assert allowed(found) == {"a"} and "several processes" in found.left_out[0]
    assert allowed(from_bpmn(both, "x", "Customer")) == {"b"}
    with pytest.raises(ProveoutError, match="no process 'Sales'; it holds p, Customer"):
        from_bpmn(both, "x", "Sales")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no sound XML"),
        ("<definitions><process>", "no sound XML: .* at line 1"),
        (f"{HEAD}</definitions>", "no process with steps"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "declares entities"),
        (bpmn("startEvent:s endEvent:e", "s>e"), "holds no step"),
    ],
)
def test_files_that_are_no_process(text, said):
    with pytest.raises(ProveoutError, match=said):
        from_bpmn(text, "model.bpmn")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (bpmn("startEvent:s exclusiveGateway:x task:a task:b parallelGateway:y endEvent:e",
              "s>x", "x>a", "x>b", "a>y", "b>y", "y>e"), "never comes to its end"),
        (bpmn("startEvent:s parallelGateway:x task:a exclusiveGateway:y endEvent:e", "s>y", "y>x", "x>a", "x>y", "a>e"),
         "piles up"),
        (bpmn("startEvent:s endEvent:e parallelGateway:x parallelGateway:y " + " ".join(MANY),
              "s>x", *(f"x>t{i}" for i in range(14)), *(f"t{i}>y" for i in range(14)), "y>e"), "states"),
    ],
)  # fmt: skip
def test_processes_that_cannot_be_followed(text, said):
    with pytest.raises(ProveoutError, match=said):
        automaton(from_bpmn(text, "x").net)


def test_steps_in_a_list():
    steps = ("a", Step(step="b", optional=True), Step(one_of=(("c",), ("d", "e"), ())))
    assert allowed(from_steps(steps)) == {"a", "ab", "ac", "abc", "ade", "abde"}
    assert allowed(from_steps(("a", Step(step="b", repeat=True))), 4) == {"ab", "abb", "abbb"}
    assert allowed(from_steps((Step(in_any_order=(("a",), ("b", "c"))),)), 4) == {"abc", "bac", "bca"}
    assert allowed(from_steps((Step(some_of=(("a",), ("b",))),)), 4) == {"a", "b", "ab", "ba"}
    again = Step(one_of=(("a",), ("b",)), repeat=True, optional=True)
    assert allowed(from_steps((again, "c")), 3) == {"c", "ac", "bc", "aac", "abc", "bac", "bbc"}


def test_deviations_say_where():
    known = automaton(from_steps(("a", "b", "c")).net)
    assert known.shortest == 3
    told = known.deviations(("a", "x", "c"))
    assert {(one.what, one.step) for one in told} == {("extra", "x"), ("skipped", "b")}
    assert told[0].after == "a"
    assert known.deviations(("b", "c")) == [Deviation(what="skipped", step="a", after="")]
    assert [one.after for one in known.deviations(())] == ["", "a", "b"]
    assert known.cost(()) == 3


def test_a_step_is_one_thing():
    with pytest.raises(ValueError, match="give a `step`"):
        Step(step="a", one_of=(("b",),))
