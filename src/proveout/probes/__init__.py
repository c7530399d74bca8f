"""The only room that talks to running systems, and only when asked to: calls in, replies out."""
