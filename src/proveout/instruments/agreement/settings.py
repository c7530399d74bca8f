"""The block that people write."""

from dataclasses import dataclass

from proveout.core.declared import DECLARED


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Being built."""

    __pydantic_config__ = DECLARED
