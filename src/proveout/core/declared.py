"""How dataclasses are declared in YAML."""

from collections.abc import Mapping
from typing import Annotated, Any

from annotated_types import Interval, MinLen

DECLARED: Any = {
    "extra": "forbid",
    "alias_generator": lambda name: name.rstrip("_"),
}
"""How `declare` reads a dataclass from YAML; ``from_`` stands for the key ``from``."""

Name = Annotated[str, MinLen(1)]
"""Text that must not be empty."""

Level = Annotated[float, Interval(ge=0.9, lt=1)]
"""Coverage of an interval that a gate reads: with less of it, any figure would pass."""


def check_one_role_each(columns: Mapping[str, str]) -> None:
    """Refuse a column that is named for two of these roles.

    Args:
        columns: The column by role, as people declare it; empty where none is declared.

    Raises:
        ValueError: Two roles share a column: what is held against itself agrees with itself.
    """
    role_of: dict[str, str] = {}
    for role, column in columns.items():
        other = role_of.setdefault(column.casefold(), role) if column else role
        if other != role:
            raise ValueError(
                f"`{other}` and `{role}` are the same column, {column}; held against itself it proves nothing"
            )
