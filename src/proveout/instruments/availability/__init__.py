"""Data availability: are the data that the initiative needs there, filled, long, fresh and whole?"""

VERSION = "2"
READS = ()
GOOD_FOR_DAYS = 30
TAKES_FAILURES = True
DEPENDS_ON_TODAY = True
