"""The block that people may write; the value model itself stands under `value`."""

from dataclasses import dataclass

from proveout.core.declared import DECLARED


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Nothing to set: the instrument reads `value`. No block needs to be written."""

    __pydantic_config__ = DECLARED
