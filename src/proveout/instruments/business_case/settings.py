"""The block that people may write; the value model itself stands under `value`."""

import re
from dataclasses import dataclass

from proveout.core.declared import DECLARED

REFERENCE = re.compile(r"\s*([\w-]+)\.(\w+)(?:\[(.+)\])?\s*")
"""How a quantity names a figure: `block.name` or `block.name[subject]`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Nothing to set: the instrument reads `value`. No block needs to be written."""

    __pydantic_config__ = DECLARED
