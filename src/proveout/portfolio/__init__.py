"""Many initiatives: how each stands, and what shows only in all of them together. Pure."""

from proveout.portfolio.trap import gathered, member

__all__ = ["gathered", "member"]
