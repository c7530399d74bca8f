"""From BPMN 2.0 XML to a graph."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from proveout.core.errors import ProveoutError
from proveout.instruments.workflow.documented import Documented, documented
from proveout.instruments.workflow.net import Kind, Node

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
    "boundaryEvent": "pass",
    "intermediateCatchEvent": "pass",
    "intermediateThrowEvent": "pass",
}  # fmt: skip
AS_ONE = ("subProcess", "adHocSubProcess", "transaction", "callActivity")
LOOPS = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")


@dataclass
class _Drawing:
    """What is drawn, while it is rewritten into nodes and flows of fewer kinds."""

    nodes: dict[str, Node] = field(default_factory=dict)
    flows: dict[str, tuple[str, str]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def put(self, id: str, kind: Kind) -> str:
        self.nodes[id] = Node(id=id, kind=kind)
        return id

    def flow(self, source: str, target: str) -> None:
        self.flows[f"{source} > {target}"] = source, target

    def leaving(self, id: str) -> list[str]:
        return [flow for flow, (source, _) in self.flows.items() if source == id]

    def ends(self) -> tuple[set[str], set[str]]:
        """Nodes to which a flow leads, and nodes from which one does."""
        return {target for _, target in self.flows.values()}, {source for source, _ in self.flows.values()}


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
    drawing = _drawn(process, left_out)
    if not any(node.kind == "task" for node in drawing.nodes.values()):
        raise ProveoutError(f"{shown} holds no step", "export the process from the modeller as BPMN 2.0 XML")
    events = [child for child in process if _tag(child).endswith("Event")]
    conditions = {id for id, flow in _flows(process) if any(_tag(child) == "conditionExpression" for child in flow)}
    _join_links(drawing, events)
    for child in process:
        _follow_conditions(drawing, child, conditions)
    for event in events:
        if _tag(event) == "boundaryEvent":
            _hang_on(drawing, event)
    entered, left = drawing.ends()
    left_out += _loose_ends(drawing.nodes, entered, left)
    for id, node in list(drawing.nodes.items()):
        if id not in left and node.kind in ("exclusive", "inclusive"):
            drawing.nodes[id] = replace(node, kind="pass")
        if id not in entered and node.kind != "start":
            if id not in left:
                left_out.append(f"{node.label or id}, which stands by itself")
                del drawing.nodes[id]
            else:
                drawing.flow(drawing.put(f"start {id}", "start"), id)
    return documented([*drawing.nodes.values()], [*drawing.flows.values()], left_out)


def _drawn(process: Element, left_out: list[str]) -> _Drawing:
    nodes = {child.get("id", ""): _node(child, left_out) for child in process if _tag(child) in NODES}
    flows = {id: (flow.get("sourceRef", ""), flow.get("targetRef", "")) for id, flow in _flows(process)}
    sound = {id: flow for id, flow in flows.items() if set(flow) <= nodes.keys()}
    return _Drawing(nodes=nodes, flows=sound, left_out=left_out)


def _flows(process: Element) -> list[tuple[str, Element]]:
    """Each with an id, its own where it has one."""
    found = [child for child in process if _tag(child) == "sequenceFlow"]
    return [(flow.get("id") or f"flow {i}", flow) for i, flow in enumerate(found)]


def _join_links(drawing: _Drawing, events: list[Element]) -> None:
    """A link is a flow: from each event that throws it to the one that catches it."""
    links = [(event, _link(event)) for event in events if _link(event)]
    catches = {name: event.get("id", "") for event, name in links if _tag(event) == "intermediateCatchEvent"}
    for event, name in links:
        if _tag(event) == "intermediateThrowEvent" and name in catches:
            drawing.flow(event.get("id", ""), catches[name])


def _link(event: Element) -> str:
    """The name of the link that an event throws or catches; empty for none."""
    found = [child for child in event if _tag(child) == "linkEventDefinition"]
    return (found[0].get("name") or event.get("name") or "").strip() if found else ""


def _follow_conditions(drawing: _Drawing, element: Element, conditions: set[str]) -> None:
    """Where ways have conditions one or more of them are taken, and the default alone where none of the others is."""
    id, kind = element.get("id", ""), NODES.get(_tag(element))
    out, default = drawing.leaving(id), element.get("default", "")
    if len(out) < 2 or not (conditions.intersection(out) if kind == "task" else kind == "inclusive" and default):
        return
    split = drawing.put(f"ways of {id}", "inclusive")
    if default in out:
        choice = drawing.put(f"ways of {id} or else", "exclusive")
        drawing.flow(id, choice)
        drawing.flow(choice, split)
        drawing.flows[default] = choice, drawing.flows[default][1]
    else:
        drawing.flow(id, split)
    for flow in out:
        if flow != default:
            drawing.flows[flow] = split, drawing.flows[flow][1]


def _hang_on(drawing: _Drawing, event: Element) -> None:
    """An event at the edge of a step: it comes behind the step, instead of what follows, or while it is done."""
    id, step = event.get("id", ""), event.get("attachedToRef", "")
    if step not in drawing.nodes or not drawing.leaving(id):
        drawing.left_out.append(f"the event at the edge of {step or 'nothing'}: nothing follows from it")
        drawing.nodes.pop(id, None)
        return
    choice = drawing.put(f"whether {id}", "exclusive")
    if event.get("cancelActivity", "true") == "false":
        for flow, (source, target) in list(drawing.flows.items()):
            if target == step:
                drawing.flows[flow] = source, choice
        both = drawing.put(f"beside {id}", "parallel")
        drawing.nodes[both] = replace(drawing.nodes[both], label=event.get("name") or id, beside=True)
        for source, target in ((choice, step), (choice, both), (both, step), (both, id)):
            drawing.flow(source, target)
        return
    onward = drawing.put(f"without {id}", "pass")
    for flow in drawing.leaving(step):
        drawing.flows[flow] = onward, drawing.flows[flow][1]
    for source, target in ((step, choice), (choice, onward), (choice, id)):
        drawing.flow(source, target)


def _loose_ends(nodes: Mapping[str, Node], entered: set[str], left: set[str]) -> Iterator[str]:
    """Where a flow seems to be missing: with a start event and an end event, all else has a way in and a way out."""
    kinds = {node.kind for node in nodes.values()}
    for id, node in nodes.items():
        if id in left and id not in entered and node.kind != "start" and "start" in kinds:
            yield f"how one comes to {node.label or id}: no flow leads there, so it counts as a beginning"
        if id in entered and id not in left and node.kind not in ("end", "terminate") and kinds & {"end", "terminate"}:
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
    if any(_tag(child) == "terminateEventDefinition" for child in element):
        kind = "terminate"
    repeat = any(_tag(child) in LOOPS for child in element)
    return Node(id=element.get("id", ""), kind=kind, label=label, repeat=repeat)


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _parsed(text: str, shown: str) -> Element:
    """The XML as a tree; entities are refused, since a few lines of them can fill any memory."""
    builder, parser = TreeBuilder(), expat.ParserCreate("utf-8", namespace_separator="}")

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
