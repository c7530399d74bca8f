"""Drift: do the data still look like those that the model was made for, and does it still perform?"""

VERSION = "2"
READS = ()
GOOD_FOR_DAYS = 14
