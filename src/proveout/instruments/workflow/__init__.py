"""Whether the documented process is what really happens, and what becomes of the work where AI takes part."""

VERSION = "3"
TAKES_FAILURES = True
DEPENDS_ON_TODAY = True
