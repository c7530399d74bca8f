"""Feedback: what people report, whether it is answered, and how satisfied they are, by arm."""

VERSION = "4"
READS = ("pilot",)
GOOD_FOR_DAYS = 30
