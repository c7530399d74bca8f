"""Whether the data are good enough."""

VERSION = "1"
