"""YAML to an `Initiative`: every fault at once, each with its place, its code and what to do."""

from proveout.declare.codes import CODES, Code
from proveout.declare.declaration import Declaration, load
from proveout.declare.fields import field_docs
from proveout.declare.policy import load_policy
from proveout.declare.schema import schema
from proveout.declare.template import TemplateAnswers, write_template

__all__ = [
    "CODES",
    "Code",
    "Declaration",
    "TemplateAnswers",
    "field_docs",
    "load",
    "load_policy",
    "schema",
    "write_template",
]
