"""The pilot: whether the two arms can be compared at all, and what the system did to each KPI."""

VERSION = "2"
READS = ("pilot", "kpis", "gates", "sources")
IMPLIED_BY = "pilot"
TAKES_FAILURES = True
