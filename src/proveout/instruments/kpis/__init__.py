"""."""
VERSION = "1"
