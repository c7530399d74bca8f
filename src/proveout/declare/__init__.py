"""YAML to an `Initiative`: every fault at once, each with its place, its code and what to do."""

from proveout.declare.codes import CODES, Code
from proveout.declare.declaration import Declaration, load
from proveout.declare.fields import field_docs

__all__ = ["CODES", "Code", "Declaration", "field_docs", "load"]
