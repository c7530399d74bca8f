"""KPIs: how they stand today, what the planned pilot can see, and whether they are well defined."""

VERSION = "4"
READS = ("kpis", "value", "plan", "objectives", "pilot")
GOOD_FOR_DAYS = 90
IMPLIED_BY = "kpis"
TAKES_FAILURES = True
