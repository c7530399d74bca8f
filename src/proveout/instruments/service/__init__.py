"""Service: whether the system was there, and how long people waited for it."""

VERSION = "4"
GOOD_FOR_DAYS = 30
