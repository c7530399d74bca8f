"""Integration: do the systems that the initiative must work with answer as agreed, and did their owners agree?"""

VERSION = "1"
READS = ()
TAKES_FAILURES = True
