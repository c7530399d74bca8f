"""Who has the system, and how it is told to what runs: the assignment file, flags, an evaluator.

A hash is not an assignment: hashes change between versions of libraries. Arms are drawn once, written down, and
served from there.
"""

from proveout.delivery.assignment import Seat, digest_of, read_seats, text_of, write_text
from proveout.delivery.flags import Evaluator, flag_definitions

__all__ = ["Evaluator", "Seat", "digest_of", "flag_definitions", "read_seats", "text_of", "write_text"]
