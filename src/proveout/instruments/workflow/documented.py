"""From what people wrote to a graph: a list of steps, or BPMN 2.0 XML."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from proveout.core.errors import ProveoutError
from proveout.instruments.workflow.net import Kind, Net, Node
from proveout.instruments.workflow.settings import Step

NODES: dict[str, Kind] = {
    **dict.fromkeys(
        ("task", "userTask", "serviceTask", "manualTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask",
         "subProcess", "adHocSubProcess", "transaction", "callActivity"),
        "task",
    ),
    "startEvent": "start",
    "endEvent": "end",
    "exclusiveGateway": "exclusive",
    "eventBasedGateway": "exclusive",
    "complexGateway": "inclusive",
    "inclusiveGateway": "inclusive",
    "parallelGateway": "parallel",
    "intermediateCatchEvent": "pass",
    "intermediateThrowEvent": "pass",
}  # fmt: skip
AS_ONE = ("subProcess", "adHocSubProcess", "transaction", "callActivity")
LOOPS = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")


@dataclass(frozen=True, slots=True, kw_only=True)
class Documented:
    """A process as a graph, and what of the document could not be taken over."""

    net: Net
    left_out: tuple[str, ...] = ()


@dataclass
class _Builder:
    """Nodes and flows, one after the other."""

    nodes: list[Node] = field(default_factory=list)
    flows: list[tuple[str, str]] = field(default_factory=list)

    def node(self, kind: Kind, label: str = "", *, repeat: bool = False) -> str:
        self.nodes.append(Node(id=f"n{len(self.nodes)}", kind=kind, label=label, repeat=repeat))
        return self.nodes[-1].id

    def then(self, source: str, target: str) -> str:
        self.flows.append((source, target))
        return target


def from_steps(steps: Sequence[str | Step]) -> Documented:
    """The graph of a list of steps."""
    build = _Builder()
    last = build.node("start")
    for one in steps:
        step = Step(step=one) if isinstance(one, str) else one
        last = _before(build, last, step)
    build.then(last, build.node("end"))
    return Documented(net=Net(tuple(build.nodes), tuple(build.flows)))


def _before(build: _Builder, last: str, step: Step) -> str:
    """The step behind the last node, with a way around it where it may be left out, and back where it may be redone."""
    opens = build.then(last, build.node("exclusive")) if step.optional or step.repeat else last
    closes = _ways(build, opens, step)
    if not (step.optional or step.repeat):
        return closes
    joins = build.then(closes, build.node("exclusive"))
    if step.optional:
        build.then(opens, joins)
    if step.repeat:
        build.then(joins, opens)
    return build.then(joins, build.node("exclusive"))


def _ways(build: _Builder, last: str, step: Step) -> str:
    if step.step:
        return build.then(last, build.node("task", step.step))
    kind: Kind = "exclusive" if step.one_of else "inclusive" if step.some_of else "parallel"
    split, join = build.then(last, build.node(kind)), build.node(kind)
    for way in step.one_of or step.some_of or step.in_any_order:
        at = split
        for name in way:
            at = build.then(at, build.node("task", name))
        build.then(at, join)
    return join


def from_bpmn(text: str, shown: str, process: str = "") -> Documented:
    """The graph of a BPMN file.

    Args:
        text: The file.
        shown: How messages name it.
        process: Id or name of the process, where there are several.

    Raises:
        ProveoutError: It is no BPMN, or the process is not there.
    """
    root = _parsed(text, shown)
    found = [element for element in root.iter() if _tag(element) == "process"]
    wanted = [one for one in found if process in (one.get("id"), one.get("name"))] if process else found
    wanted = wanted if process else [one for one in wanted if any(_tag(child) in NODES for child in one)]
    if not wanted:
        names = ", ".join(one.get("name") or one.get("id") or "?" for one in found)
        what = f"no process {process!r}; it holds {names}" if process and found else "no process with steps"
        raise ProveoutError(f"{shown} holds {what}", "export the process from the modeller as BPMN 2.0 XML")
    left_out = []
    if len(wanted) > 1:
        names = ", ".join(one.get("name") or one.get("id") or "?" for one in wanted)
        left_out.append(f"it holds several processes ({names}), of which the first counts; name one under `process`")
    if any(_tag(element) == "messageFlow" for element in root.iter()):
        left_out.append("message flows between pools: each pool is a process of its own")
    return _graph(wanted[0], left_out, shown)


def _graph(process: Element, left_out: list[str], shown: str) -> Documented:
    nodes, flows = {}, []
    for child in process:
        tag = _tag(child)
        if tag in NODES:
            nodes[child.get("id", "")] = _node(child, left_out)
        elif tag == "sequenceFlow":
            flows.append((child.get("sourceRef", ""), child.get("targetRef", "")))
        elif tag == "boundaryEvent":
            left_out.append(
                f"the event at the edge of {child.get('attachedToRef')}: what follows from it is not followed"
            )
    sound = tuple(flow for flow in flows if set(flow) <= nodes.keys())
    if not any(node.kind == "task" for node in nodes.values()):
        raise ProveoutError(f"{shown} holds no step", "export the process from the modeller as BPMN 2.0 XML")
    entered, left = {target for _, target in sound}, {source for source, _ in sound}
    left_out += _loose_ends(nodes, entered, left)
    for id, node in list(nodes.items()):
        if id not in entered and node.kind != "start":
            if id not in left:
                left_out.append(f"{node.label or id}, which stands by itself")
                del nodes[id]
            else:
                nodes[f"start {id}"] = Node(id=f"start {id}", kind="start")
                sound = (*sound, (f"start {id}", id))
    return Documented(net=Net(tuple(nodes.values()), sound), left_out=tuple(dict.fromkeys(left_out)))


def _loose_ends(nodes: Mapping[str, Node], entered: set[str], left: set[str]) -> Iterator[str]:
    """Where a flow seems to be missing: with a start event and an end event, all else has a way in and a way out."""
    kinds = {node.kind for node in nodes.values()}
    for id, node in nodes.items():
        if id in left and id not in entered and node.kind != "start" and "start" in kinds:
            yield f"how one comes to {node.label or id}: no flow leads there, so it counts as a beginning"
        if id in entered and id not in left and node.kind != "end" and "end" in kinds:
            yield f"how one goes on from {node.label or id}: no flow leads on, so it counts as an end"


def _node(element: Element, left_out: list[str]) -> Node:
    tag, kind = _tag(element), NODES[_tag(element)]
    label = " ".join((element.get("name") or "").split())
    if kind == "task" and not label:
        left_out.append(f"the step {element.get('id')}, which has no name")
        kind = "pass"
    if tag in AS_ONE:
        left_out.append(f"what is inside {label or element.get('id')}: it counts as one step")
    if tag == "complexGateway":
        left_out.append(f"the rule of the complex gateway {label or element.get('id')}: it counts as inclusive")
    repeat = any(_tag(child) in LOOPS for child in element)
    return Node(id=element.get("id", ""), kind=kind, label=label, repeat=repeat)


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _parsed(text: str, shown: str) -> Element:
    """The XML as a tree; entities are refused, since a few lines of them can fill any memory."""
    builder, parser = TreeBuilder(), expat.ParserCreate(namespace_separator="}")

    def refuse(*_: object) -> None:
        raise ProveoutError(f"{shown} declares entities", "export it from a modeller; BPMN needs none")

    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda tag, attributes: builder.start(tag, attributes)
    parser.EndElementHandler = lambda tag: builder.end(tag)
    try:
        parser.Parse(text.encode(), True)
        return builder.close()
    except expat.ExpatError as error:
        place = f"line {error.lineno}, column {error.offset + 1}"
        raise ProveoutError(
            f"{shown} is no sound XML: {expat.ErrorString(error.code)} at {place}", "export it anew from the modeller"
        ) from None
