"""Proveout: measure every claim of an AI initiative, and turn the evidence into a verdict at five gates."""
