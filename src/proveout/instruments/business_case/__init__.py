"""Business case: what the initiative is worth, and which assumption is worth measuring next."""

VERSION = "1"
READS = ("value", "kpis")
GOOD_FOR_DAYS = 180
IMPLIED_BY = "value"
