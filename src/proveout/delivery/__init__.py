"""Who has the system, and how it is told to what runs: the assignment file, flags, an evaluator; notices to people.

A hash is not an assignment: hashes change between versions of libraries. Arms are drawn once, written down, and
served from there.
"""

from proveout.delivery.assignment import Seat, digest_of, read_seats, seats_in, text_of, write_text
from proveout.delivery.flags import Evaluator, flag_definitions
from proveout.delivery.notices import Channel, channels

__all__ = [
    "Channel",
    "Evaluator",
    "Seat",
    "channels",
    "digest_of",
    "flag_definitions",
    "read_seats",
    "seats_in",
    "text_of",
    "write_text",
]
