"""Which groups of people may be shown."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

FEWEST = 5
"""The figure of fewer people would show persons."""

G = TypeVar("G", bound=Hashable)


def hidden_groups(sizes: Mapping[G, int]) -> set[G]:
    """Groups of few people, and the smallest of the rest as long as the few could be told by subtraction.

    Args:
        sizes: People by group; an empty group shows nobody. All of them are in the total, and nobody else.
    """
    hidden = {group for group, n in sizes.items() if 0 < n < FEWEST}
    large = sorted((group for group, n in sizes.items() if n >= FEWEST), key=lambda group: sizes[group])
    while large and 0 < sum(sizes[group] for group in hidden) < FEWEST:
        hidden.add(large.pop(0))
    return hidden
