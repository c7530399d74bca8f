"""Rules that must hold in every case: how often they apply, and how often they are broken."""

from collections.abc import Sequence
from dataclasses import dataclass

from proveout.instruments.workflow.settings import Rule

Trace = Sequence[str]
"""Activities of a case, without case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Of the cases to which a rule applies, those that keep it."""

    rule: Rule
    n: int
    n_kept: int


def applies(rule: Rule, trace: Trace) -> bool:
    """Whether the rule says anything of the case."""
    first, then = rule.first.strip().casefold(), rule.then.strip().casefold()
    if rule.kind == "response":
        return first in trace
    if rule.kind == "precedence":
        return then in trace
    if rule.kind in ("succession", "not-together"):
        return first in trace or then in trace
    return True


def keeps(rule: Rule, trace: Trace) -> bool:
    """Whether a case to which it applies keeps it; each time that it applies counts.

    Source: Pesic, Schonenberg and van der Aalst (2007), EDOC, 287-300 (Declare).
    """
    first, then = rule.first.strip().casefold(), rule.then.strip().casefold()
    if rule.kind == "response":
        return _followed(trace, first, then)
    if rule.kind == "precedence":
        return _preceded(trace, first, then)
    if rule.kind == "succession":
        return _followed(trace, first, then) and _preceded(trace, first, then)
    if rule.kind == "absence":
        return first not in trace
    if rule.kind == "exactly":
        return sum(one == first for one in trace) == rule.times
    if rule.kind == "starts-with":
        return trace[0] == first
    if rule.kind == "ends-with":
        return trace[-1] == first
    return not (first in trace and then in trace)


def _followed(trace: Trace, first: str, then: str) -> bool:
    """Behind the last A comes a B."""
    last = max((i for i, one in enumerate(trace) if one == first), default=-1)
    return last < 0 or then in trace[last + 1 :]


def _preceded(trace: Trace, first: str, then: str) -> bool:
    """Before the first B comes an A."""
    return then not in trace or first in trace[: list(trace).index(then)]
