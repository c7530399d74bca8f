"""Whether the prototype works, on cases like those it will meet."""

VERSION = "2"
READS = ("sources",)
GOOD_FOR_DAYS = 90
TAKES_FAILURES = True
