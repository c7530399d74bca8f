"""How dataclasses are declared in YAML."""

from typing import Annotated, Any

from annotated_types import MinLen

DECLARED: Any = {
    "extra": "forbid",
    "alias_generator": lambda name: name.rstrip("_"),
}
"""How `declare` reads a dataclass from YAML; ``from_`` stands for the key ``from``."""

Name = Annotated[str, MinLen(1)]
"""Text that must not be empty."""
