"""The block that people may write; the design stands under `rollout`."""

from dataclasses import dataclass

from proveout.core.declared import DECLARED


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Nothing to set: the instrument reads `rollout` and `kpis`. No block needs to be written."""

    __pydantic_config__ = DECLARED
