"""Errors that cross rooms. Mistakes of the user are `Diagnostic`s, collected, not exceptions."""


class ProveoutError(Exception):
    """Something that a person can mend; shown as one message with its remedy, never as a traceback.

    Args:
        message: What went wrong and where.
        remedy: What to do about it.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class TooLittle(ProveoutError):
    """There is too little data for the statistic asked for."""


class SourceUnreachable(ProveoutError):
    """A source cannot be opened: a missing file, a refused connection, a time-out."""


class SourceBroken(ProveoutError):
    """A source can be opened, but what is asked of it fails: a broken row, a missing column, a bad query."""


class NotFinite(ProveoutError, ValueError):
    """A figure came out that is beyond all numbers, or none."""
