"""Capacity: how much load the system bears, and what a decision costs at each scale."""

VERSION = "2"
