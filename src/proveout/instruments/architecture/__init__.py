"""Architecture: does the planned architecture carry the full load, at what cost, and what stops everything?"""

VERSION = "1"
GOOD_FOR_DAYS = 90
