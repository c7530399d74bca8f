"""Data quality: are the tables whole, valid, consistent, unique and fresh, and what does it cost where not?"""

VERSION = "2"
READS = ()
GOOD_FOR_DAYS = 30
TAKES_FAILURES = True
