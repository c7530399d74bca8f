"""The documented process with what really happened on it, and the tables beside it."""

from collections.abc import Mapping, Sequence

from proveout.core.exhibit import Edge, Node, ProcessMap, Table
from proveout.instruments.workflow.documented import Documented
from proveout.instruments.workflow.explained import Told
from proveout.instruments.workflow.rules import Kept
from proveout.instruments.workflow.settings import Settings, alike

SHOWN = 15
"""Deviations, the most frequent ones."""
SHOWN_EXTRA = 6
"""Steps that are not documented, on the picture."""


def of_deviations(deviations: Sequence[Told], n_cases: int) -> Table | None:
    """What is done otherwise than documented, the most frequent first."""
    if not deviations:
        return None
    rows = tuple(
        (
            f"{one.deviation.what} {one.deviation.step}",
            one.deviation.after or "the beginning",
            one.n,
            one.n / n_cases,
            one.times,
            one.longer,
        )
        for one in deviations[:SHOWN]
    )
    more = len(deviations) - len(rows)
    note = "the fewest extra and skipped steps that explain each case; longer: how much longer such cases take than "
    note += "those that went as documented, on average, for this reason or another"
    return Table(
        title="What is done otherwise than documented",
        columns=("What", "After", "Cases", "Share of cases", "Times", "Longer"),
        units=("", "", "", "share", "", "day"),
        rows=rows,
        note=f"{note}; {more} more" if more > 0 else note,
    )


def of_rules(kept: Sequence[Kept]) -> Table | None:
    """How often each rule applies and is kept."""
    if not kept:
        return None
    rows = tuple((one.rule.title, one.n, one.n_kept, one.n_kept / one.n if one.told else None) for one in kept)
    columns = ("Rule", "Cases to which it applies", "that keep it", "Share")
    return Table(title="Rules", columns=columns, units=("", "", "", "share"), rows=rows)


def of_ai(settings: Settings, documented: Documented) -> Table | None:
    """The steps in which AI takes part."""
    if not settings.ai_steps:
        return None
    steps = {alike(label) for label in documented.net.labels}
    rows = tuple(
        (
            one.step,
            "yes" if alike(one.step) in steps else "no",
            one.fallback or "none",
            one.owner or "nobody",
            one.decided_by or "nobody",
        )
        for one in settings.ai_steps
    )
    columns = ("Step", "Documented", "Without AI", "Owner", "Decides")
    return Table(title="Steps in which AI takes part", columns=columns, rows=rows)


def drawn(
    documented: Documented,
    happened: Mapping[str, int],
    n_cases: int,
    *,
    variants: Sequence[tuple[int, Sequence[str]]],
) -> ProcessMap:
    """The documented steps with how often they happened; ways that are not documented come as deviations."""
    followers = _followers(documented)
    labels = documented.net.labels
    extra = [step for step in happened if step not in labels]
    extra = sorted(extra, key=lambda step: -happened[step])[:SHOWN_EXTRA]
    ids = {label: f"s{i}" for i, label in enumerate((*labels, *extra))} | {"": "start"}
    nodes = [Node(id=ids[label], label=label, frequency=happened.get(label, 0)) for label in labels]
    nodes += [Node(id=ids[step], label=step, frequency=happened[step], deviates=True) for step in extra]
    nodes += [Node(id="start", label="start", frequency=n_cases), Node(id="end", label="end", frequency=n_cases)]
    ids |= {"end of the case": "end"}
    seen: dict[tuple[str, str], int] = {}
    for n, steps in variants:
        known = [step for step in steps if step in ids]
        for pair in zip(["", *known], [*known, "end of the case"], strict=True):
            seen[pair] = seen.get(pair, 0) + n
    edges = [
        Edge(source=ids[a], target=ids[b], frequency=n, deviates=(a, b) not in followers)
        for (a, b), n in sorted(seen.items(), key=lambda pair: -pair[1])
    ]
    edges += [
        Edge(source=ids[a], target=ids[b], frequency=0)
        for a, b in sorted(followers)
        if (a, b) not in seen and a in ids and b in ids
    ]
    return ProcessMap(
        title="The documented process, and what is done otherwise",
        nodes=tuple(nodes),
        edges=tuple(edges),
        n_cases=n_cases,
        note="dotted: not documented; a count of 0: documented, and never done so",
    )


def _followers(documented: Documented) -> set[tuple[str, str]]:
    """Which step may directly follow which, by what is documented; empty for the beginning."""
    states, moves, begins = documented.net.reachable
    silent: dict[int, set[int]] = {}
    for source, label, target in moves:
        if not label:
            silent.setdefault(source, set()).add(target)

    def closure(state: int) -> set[int]:
        found, todo = {state}, [state]
        while todo:
            fresh = silent.get(todo.pop(), set()) - found
            found |= fresh
            todo += fresh
        return found

    over = {i for i, marking in enumerate(states) if not any(marking)}
    leaving: dict[int, list[tuple[str, int]]] = {}
    for source, label, target in moves:
        if label:
            leaving.setdefault(source, []).append((label, target))
    arrived = {("", begin) for begin in begins} | {(label, target) for _, label, target in moves if label}
    pairs = set()
    for last, state in arrived:
        for here in closure(state):
            pairs |= {(last, label) for label, _ in leaving.get(here, [])}
            if here in over:
                pairs.add((last, "end of the case"))
    return pairs
