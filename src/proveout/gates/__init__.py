"""Criteria held against evidence: verdicts, pathologies, notices. Pure; the rules are data in `policies/`."""

from pathlib import Path

from proveout.gates.ageing import Left, ends, left_at
from proveout.gates.attention import notices
from proveout.gates.judging import criterion_verdict, judge
from proveout.gates.pathologies import find_pathologies
from proveout.gates.promoting import Known, active_wave, forced_step, next_step
from proveout.gates.turning import find_turns, references

STANDARD_POLICY = Path(__file__).parent / "policies" / "standard.yml"
"""The rules that hold when an initiative names no others; read by `declare.load_policy`."""

__all__ = [
    "STANDARD_POLICY",
    "Known",
    "Left",
    "active_wave",
    "criterion_verdict",
    "ends",
    "find_pathologies",
    "find_turns",
    "forced_step",
    "judge",
    "left_at",
    "next_step",
    "notices",
    "references",
]
