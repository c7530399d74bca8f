"""Whether people who decide the same cases agree, and how good a model can be where they do not."""

VERSION = "3"
READS = ()
GOOD_FOR_DAYS = 180
TAKES_FAILURES = True
