"""Use cases, one verb a file; the only place where rooms meet."""
