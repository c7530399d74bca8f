"""From what people wrote to a graph: a list of steps, or BPMN 2.0 XML."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from proveout.instruments.workflow.net import Kind, Net, Node
from proveout.instruments.workflow.settings import Step, alike


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
    return documented(build.nodes, build.flows)


def documented(nodes: Sequence[Node], flows: Sequence[tuple[str, str]], left_out: Sequence[str] = ()) -> Documented:
    """The process, with one spelling for steps whose names are alike: the first."""
    spelling: dict[str, str] = {}
    for node in nodes:
        spelling.setdefault(alike(node.label), " ".join(node.label.split()))
    own = tuple(replace(node, label=spelling[alike(node.label)]) for node in nodes)
    return Documented(net=Net(own, tuple(flows)), left_out=tuple(dict.fromkeys(left_out)))


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
