"""Integration: do the systems that the initiative must work with answer as agreed, and did their owners agree?"""

VERSION = "2"
READS = ()
TAKES_FAILURES = True
