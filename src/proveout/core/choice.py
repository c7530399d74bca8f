"""What can be decided at a gate; a module of its own, so that the command line knows the words without the rest."""

from enum import StrEnum


class Choice(StrEnum):
    """Cooper's gate decisions: go, go under conditions, wait, go back, stop."""

    GO = "go"
    CONDITIONAL_GO = "conditional-go"
    HOLD = "hold"
    RECYCLE = "recycle"
    KILL = "kill"


GOING_ON = (Choice.GO, Choice.CONDITIONAL_GO)
"""Choices that leave a gate behind."""
