"""Whether the planned architecture carries the full load, and at what cost."""

VERSION = "1"
