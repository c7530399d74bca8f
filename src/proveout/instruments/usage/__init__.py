"""Usage: from those who are meant to use the system to those who still do."""

VERSION = "1"
GOOD_FOR_DAYS = 30
