"""Every mistake that can be found in a declaration, with its stable code. The docs have a page for each."""

from collections.abc import Mapping
from types import MappingProxyType

from proveout.declare.codes.code import Code
from proveout.declare.codes.instruments import INSTRUMENTS, OTHER
from proveout.declare.codes.reading import READING
from proveout.declare.codes.sense import SENSE
from proveout.declare.codes.shape import SHAPE

__all__ = ["CODES", "OTHER", "Code"]

_ALL = sorted((*READING, *SHAPE, *SENSE, *INSTRUMENTS, OTHER), key=lambda code: code.code)
CODES: Mapping[str, Code] = MappingProxyType({code.slug: code for code in _ALL})
"""Every code by its slug, in the order of the codes."""
