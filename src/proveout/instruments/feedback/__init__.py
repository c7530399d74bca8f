"""Feedback: what people report, whether it is answered, and how satisfied they are, by arm."""

VERSION = "3"
READS = ("pilot",)
GOOD_FOR_DAYS = 30
