"""Whether people are taught before they are let in, finish what they need, and can do it then."""

VERSION = "2"
READS = ("groups",)
TAKES_FAILURES = True
