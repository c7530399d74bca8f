"""Stakeholder interviews: who was heard, which pains they have, and whether more interviews would bring more."""

VERSION = "1"
READS = ("groups", "problem")
GOOD_FOR_DAYS = 180
