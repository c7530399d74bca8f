"""Whether the documented process is what really happens, and what becomes of the work where AI takes part."""

VERSION = "2"
TAKES_FAILURES = True
