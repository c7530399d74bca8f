"""Who calls whom: how often each component is called for one decision, and what every decision hangs on."""

from collections.abc import Callable, Iterable, Sequence

from proveout.instruments.architecture.settings import ENTRY, Call, Component, Settings

ALWAYS = 1 - 1e-9
"""Calls per decision from which on every decision is taken to need a component."""


def visits(settings: Settings, follows: Callable[[Call], bool] = lambda call: True) -> tuple[float, ...]:
    """Calls per decision of each component, in their order, over the calls that are followed.

    Raises:
        ValueError: Calls go round in circles that never end.
    """
    import numpy as np

    from proveout.stats.queueing import traffic

    place = {component.id: index for index, component in enumerate(settings.components)}
    outside, routing = np.zeros(len(place)), np.zeros((len(place), len(place)))
    for call in filter(follows, settings.calls):
        if call.from_ == ENTRY:
            outside[place[call.to]] += call.per_call
        else:
            routing[place[call.from_], place[call.to]] += call.per_call
    return tuple(traffic(outside, routing).tolist())


def waited(settings: Settings) -> tuple[float, ...]:
    """Calls per decision that its answer waits for."""
    return visits(settings, lambda call: call.waits)


def single_points(settings: Settings) -> tuple[Component, ...]:
    """Components of one instance and without a fallback that every decision needs.

    What stands behind a component with a fallback is not needed through it.
    """
    spared = {component.id for component in settings.components if component.fallback}
    needed = visits(settings, lambda call: call.to not in spared and call.from_ not in spared)
    return tuple(
        component
        for component, often in zip(settings.components, needed, strict=True)
        if often >= ALWAYS and alone(component)
    )


def alone(component: Component) -> bool:
    """Whether nothing stands in for it when it fails."""
    return component.instances == 1 and not component.redundant and not component.fallback


def reached(calls: Sequence[Call]) -> set[str]:
    """Everything that a decision can get to."""
    found, new = {ENTRY}, {ENTRY}
    while new:
        new = {call.to for call in calls if call.from_ in new} - found
        found |= new
    return found - {ENTRY}


def circular(calls: Iterable[Call]) -> bool:
    """Whether some call leads back to its caller."""
    left = {(call.from_, call.to) for call in calls}
    while left:
        callers = {caller for caller, _ in left}
        inner = {(caller, callee) for caller, callee in left if callee in callers}
        if inner == left:
            return True
        left = inner
    return False
