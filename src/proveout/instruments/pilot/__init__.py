"""The pilot: whether those with the system can be compared with those without, and what it did to each KPI."""

VERSION = "6"
READS = ("pilot", "kpis", "gates", "sources")
IMPLIED_BY = "pilot"
TAKES_FAILURES = True
