"""Whether the prototype works, on cases like those it will meet."""

VERSION = "1"
