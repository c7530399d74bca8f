"""Whether somebody looks after it: who, how, with what money, and is there a way back that works."""

VERSION = "2"
READS = ("people",)
TAKES_FAILURES = True
