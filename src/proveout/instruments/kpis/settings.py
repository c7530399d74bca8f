"""The block that people may write; the KPIs themselves stand under `kpis`."""

from dataclasses import dataclass

from proveout.core.declared import DECLARED


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Nothing to set: the instrument reads `kpis`. No block needs to be written."""

    __pydantic_config__ = DECLARED
