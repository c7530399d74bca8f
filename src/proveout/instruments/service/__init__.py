"""Service: whether the system was there, and how long people waited for it."""

VERSION = "3"
GOOD_FOR_DAYS = 30
