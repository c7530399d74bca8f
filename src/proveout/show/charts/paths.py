"""Which paths of a process map are shown at which level, and the map as text for other tools."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from proveout.core.exhibit import Edge, ProcessMap
from proveout.core.wording import figure

Pair = tuple[str, str]

_SHARES = (0.8, 0.9, 0.95, 0.99, 1.0)
_EDGES_PER_NODE = 1.6  # how many paths the eye can follow; the default level stays below


@dataclass(frozen=True, slots=True)
class Levels:
    """Levels of detail, from the main path of every activity to everything.

    Args:
        of: First level at which an edge is shown.
        told: What each level shows and hides, in words.
        default: The level to start with.
    """

    of: Mapping[Pair, int]
    told: tuple[str, ...]
    default: int


def levels(process: ProcessMap) -> Levels:
    """Rank the paths: at every level each activity keeps its most frequent way in and way out."""
    edges = sorted(process.edges, key=lambda edge: (-edge.frequency, edge.source, edge.target))
    total = sum(edge.frequency for edge in edges) or 1
    shown = _main_paths(edges)
    sets = [set(shown)]
    for share in _SHARES:
        covered = 0
        for edge in edges:
            if covered >= share * total and share < 1:
                break
            covered += edge.frequency
            shown.add((edge.source, edge.target))
        if shown != sets[-1]:
            sets.append(set(shown))
    of = {pair: next(level for level, kept in enumerate(sets) if pair in kept) for pair in shown}
    room = _EDGES_PER_NODE * len(process.nodes)
    default = max((level for level, kept in enumerate(sets) if len(kept) <= room), default=0)
    return Levels(of, tuple(_told(kept, edges, total) for kept in sets), default)


def _main_paths(edges: Iterable[Edge]) -> set[Pair]:
    """The first, and so the most frequent, way into and out of every activity, other than to itself."""
    into: dict[str, Pair] = {}
    out: dict[str, Pair] = {}
    for edge in edges:
        if edge.source != edge.target:
            out.setdefault(edge.source, (edge.source, edge.target))
            into.setdefault(edge.target, (edge.source, edge.target))
    return {*into.values(), *out.values()}


def _told(kept: set[Pair], edges: list[Edge], total: int) -> str:
    covered = sum(edge.frequency for edge in edges if (edge.source, edge.target) in kept)
    hidden = len(edges) - len(kept)
    if not hidden:
        return f"All {len(edges)} paths are shown."
    rare = "1 rare path is hidden" if hidden == 1 else f"{hidden} rare paths are hidden"
    return f"{len(kept)} of {len(edges)} paths: {figure(covered / total, 'share')} of all steps. {rare}."


def mermaid(process: ProcessMap) -> str:
    """The map as a Mermaid flowchart."""
    names = {node.id: f"n{index}" for index, node in enumerate(process.nodes)}
    lines = ["flowchart TD"]
    for node in process.nodes:
        label = node.label.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
        lines.append(f'  {names[node.id]}["{label}"]')
    lines += [f"  {names[edge.source]} -->|{edge.frequency}| {names[edge.target]}" for edge in _known(process)]
    return "\n".join(lines) + "\n"


def dot(process: ProcessMap) -> str:
    """The map in the DOT language of Graphviz."""

    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'

    lines = ["digraph process {", "  node [shape=box];"]
    lines += [f"  {quoted(node.id)} [label={quoted(node.label)}];" for node in process.nodes]
    lines += [
        f"  {quoted(edge.source)} -> {quoted(edge.target)} [label={quoted(str(edge.frequency))}];"
        for edge in _known(process)
    ]
    return "\n".join([*lines, "}"]) + "\n"


def _known(process: ProcessMap) -> list[Edge]:
    known = {node.id for node in process.nodes}
    return [edge for edge in process.edges if {edge.source, edge.target} <= known]
