"""How work really flows, whose time it takes, what that costs, and what is worth automating: from an event log."""

VERSION = "4"
READS = ("sources",)
