"""The impact at full scale: what the system does, wave after wave, and whether it lasts."""

VERSION = "6"
READS = ("rollout", "pilot", "kpis", "gates", "sources")
IMPLIED_BY = "rollout"
TAKES_FAILURES = True
