"""Whether the systems to be integrated answer as agreed."""

VERSION = "1"
