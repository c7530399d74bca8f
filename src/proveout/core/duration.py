"""Which units measure how long something takes: such a quantity is never below 0."""

import re

LENGTH = re.compile(
    r"(person|man|work)?(h|hrs?|hours?|mins?|minutes?|s|secs?|seconds?|msecs?|ms|milliseconds?|[uµμ]s|microseconds?|ns|"
    r"nanoseconds?|d|days?|w|wks?|weeks?|fortnights?|mo|months?|quarters?|y|yrs?|years?)"
)
"""A length of time. `m` is none: it may be metres."""
SIGNED = {"change", "changes", "difference", "deviation", "delta", "saved", "saving", "savings", "early", "late"}
"""What makes of a length of time something that may be below 0."""
PER = re.compile(r"/| per | of | an? | each |\(", re.IGNORECASE)


def is_duration(unit: str) -> bool:
    """Whether a unit such as ``h``, ``person-days`` or ``hours per case`` says how long something takes.

    What comes after ``/``, ``per`` or ``of`` does not matter; in what comes before, the last word decides, so that
    ``hours saved`` is none.
    """
    words = re.findall(r"[^\W\d_]+", PER.split(unit.lower(), maxsplit=1)[0])
    return bool(words) and LENGTH.fullmatch(words[-1]) is not None and SIGNED.isdisjoint(words)
