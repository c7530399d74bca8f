"""From BPMN and lists of steps to what is allowed; costs against optimal alignments of pm4py."""

import json
from itertools import product
from pathlib import Path

import pytest

from proveout.core.errors import ProveoutError
from proveout.instruments.workflow.automaton import Deviation, automaton
from proveout.instruments.workflow.bpmn import from_bpmn
from proveout.instruments.workflow.documented import from_steps
from proveout.instruments.workflow.settings import Step

HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">'
MANY = [f"task:t{i}" for i in range(15)]
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
    assert [one.cost for one in known.aligned([trace for trace, _ in model["cases"]])] == [c for _, c in model["cases"]]
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


def test_ways_with_conditions_are_not_all_taken():
    """One or more of them; the default alone."""
    plain = bpmn("startEvent:s task:a task:b task:c endEvent:e", "s>a", "a>b", "a>c", "b>e", "c>e")
    assert allowed(from_bpmn(plain, "x"), 3) == {"abc", "acb"}
    asked = plain.replace(
        'targetRef="b"/>', 'targetRef="b"><conditionExpression>x</conditionExpression></sequenceFlow>'
    )
    assert allowed(from_bpmn(asked, "x"), 3) == {"ab", "ac", "abc", "acb"}
    default = asked.replace('<task id="a"', '<task id="a" default="f2"')
    assert allowed(from_bpmn(default, "x"), 3) == {"ab", "ac"}
    ways = ("s>x", "x>a", "x>b", "x>c", "a>y", "b>y", "c>y", "y>e")
    some = bpmn("startEvent:s task:a task:b task:c endEvent:e inclusiveGateway:x inclusiveGateway:y", *ways)
    assert "ac" in allowed(from_bpmn(some, "x"), 3)
    some = some.replace('<inclusiveGateway id="x"', '<inclusiveGateway id="x" default="f3"')
    assert allowed(from_bpmn(some, "x"), 3) == {"a", "b", "c", "ab", "ba"}


def test_an_end_that_ends_everything():
    ways = ("s>x", "x>a", "x>b", "a>e", "b>T")
    end = '<endEvent id="T"><terminateEventDefinition/></endEvent>'
    text = bpmn("startEvent:s parallelGateway:x task:a task:b endEvent:e", *ways, extra=end)
    assert allowed(from_bpmn(text, "x")) == {"b", "ab"}


def test_a_link_is_a_flow():
    link = '<intermediate{0}Event id="{0}"><linkEventDefinition name="L"/></intermediate{0}Event>'
    extra = link.format("Throw") + link.format("Catch")
    found = from_bpmn(
        bpmn("startEvent:s task:a task:b endEvent:e", "s>a", "a>Throw", "Catch>b", "b>e", extra=extra), "x"
    )
    assert allowed(found) == {"ab"} and found.left_out == ()


def test_events_at_the_edge_of_a_step_follow_it_or_come_beside_it():
    late = '<boundaryEvent id="late" attachedToRef="a"/>'
    drawing = bpmn("startEvent:s task:a task:b task:r endEvent:e", "s>a", "a>b", "b>e", "late>r", "r>e", extra=late)
    assert allowed(from_bpmn(drawing, "x")) == {"ab", "ar"} and from_bpmn(drawing, "x").left_out == ()
    beside = drawing.replace('attachedToRef="a"', 'attachedToRef="a" cancelActivity="false"')
    assert allowed(from_bpmn(beside, "x")) == {"ab", "rab", "arb", "abr"}
    twice = drawing.replace(late, f'{late}<boundaryEvent id="gone" attachedToRef="a"/>').replace(
        "</process>", '<sequenceFlow id="g" sourceRef="gone" targetRef="e"/></process>'
    )
    assert allowed(from_bpmn(twice, "x")) == {"ab", "ar", "a"}


def test_events_beside_a_step_in_a_loop():
    """What they begin may be begun anew once it is over; where it leads back into the loop, it piles up."""
    late = '<boundaryEvent id="late" attachedToRef="a" cancelActivity="false"/>'
    nodes = "startEvent:s exclusiveGateway:x exclusiveGateway:y task:a task:b task:r endEvent:e endEvent:f"
    ways = ("s>x", "x>a", "a>y", "y>b", "b>x", "y>e", "late>r")
    found = allowed(from_bpmn(bpmn(nodes, *ways, "r>f", extra=late), "x"))
    assert {"a", "aba", "ar", "ra", "arba", "abar", "rabra", "rabar"} <= found
    assert not {"rra", "r", "arr", "ab"} & found
    with pytest.raises(ProveoutError, match="piles up") as caught:
        allowed(from_bpmn(bpmn(nodes, *ways, "r>x", extra=late), "x"))
    assert "what late at the edge of a step begins" in caught.value.remedy


def test_names_are_alike_whatever_their_case_and_accents():
    two = bpmn(
        "startEvent:s endEvent:e", "s>A", "A>B", "B>e", extra='<task id="A" name="Check"/><task id="B" name="check"/>'
    )
    assert from_bpmn(two, "x").net.labels == ("Check",)
    assert automaton(from_bpmn(two, "x").net).cost(("Check", "Check")) == 0
    assert from_steps(("Pru\u0308fen", "Pr\u00fcfen")).net.labels == ("Pru\u0308fen",)


def test_a_file_that_says_it_is_latin_and_is_not():
    text = '<?xml version="1.0" encoding="ISO-8859-1"?>' + bpmn("startEvent:s task:a endEvent:e", "s>a", "a>e")
    assert from_bpmn(text.replace('name="a"', 'name="Prüfen"'), "x").net.labels == ("Prüfen",)


def test_a_gateway_without_a_way_out_is_an_end():
    for kind in ("exclusiveGateway", "inclusiveGateway", "parallelGateway"):
        assert allowed(from_bpmn(bpmn(f"startEvent:s task:a {kind}:x", "s>a", "a>x"), "x")) == {"a"}


def test_ways_that_are_not_joined_run_on_by_themselves():
    tasks = " ".join(f"task:t{i}" for i in range(5))
    ways = [f"{a}>{b}" for i in range(5) for a, b in (("g", f"t{i}"), (f"t{i}", "x"))]
    text = bpmn(
        f"startEvent:s parallelGateway:g exclusiveGateway:x task:z endEvent:e {tasks}", "s>g", "x>z", "z>e", *ways
    )
    known = automaton(from_bpmn(text, "x").net)
    steps = [f"t{i}" for i in range(5)]
    assert known.cost([*steps, *"zzzzz"]) == 0 and known.cost([*steps, "z"]) == 4
    assert known.cost(["z", *steps, *"zzzz"]) == 2


@pytest.mark.parametrize(("branches", "steps"), [(6, 3), (5, 4), (12, 1)])
def test_much_may_run_side_by_side(branches, steps):
    ways = tuple(tuple(f"s{i}{j}" for j in range(steps)) for i in range(branches))
    known = automaton(from_steps((Step(in_any_order=ways),)).net)
    assert known.cost([step for way in ways for step in way]) == 0
    assert known.cost([step for way in reversed(ways) for step in reversed(way)]) == 2 * branches * (steps - 1)


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
              "s>x", *(f"x>t{i}" for i in range(15)), *(f"t{i}>y" for i in range(15)), "y>e"), "states"),
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
