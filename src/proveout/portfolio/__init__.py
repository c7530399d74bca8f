"""Many initiatives: how each stands, and what shows only in all of them together. Pure."""

from proveout.portfolio.across import gathered
from proveout.portfolio.standing import member

__all__ = ["gathered", "member"]
