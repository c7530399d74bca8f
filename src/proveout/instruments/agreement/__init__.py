"""Whether people who decide the same cases agree."""

VERSION = "1"
