"""."""

VERSION = "1"
