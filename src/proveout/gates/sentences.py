"""Rulings and verdicts in one plain sentence each."""

from collections.abc import Mapping
from dataclasses import dataclass

from proveout.core.estimate import Estimate
from proveout.core.evidence import Evidence
from proveout.core.policy import Comparison, Criterion
from proveout.core.verdict import Verdict
from proveout.core.wording import digits_to_tell, figure, reading, title

_LISTED = 4


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What a gate's sentence counts: verdicts by criterion, which criteria are waived, and which are not asked."""

    must: Mapping[str, Verdict]
    should: Mapping[str, Verdict]
    waived: tuple[str, ...]
    spared: tuple[str, ...]
    measured: bool


def of_ruling(verdict: Verdict, criterion: Criterion, estimate: Estimate, more: str = "") -> str:
    """Such as: `Users share: 25%; at least 50% is needed.`, and what the instrument adds to it."""
    limits, threshold, unit = (estimate.value, estimate.lower, estimate.upper), criterion.threshold, estimate.unit
    digits = digits_to_tell(limits, threshold, unit)
    limit = figure(threshold, unit, digits=digits)
    at_least = criterion.comparison is Comparison.AT_LEAST
    needed = f"at least {limit} is needed" if at_least else f"at most {limit} is allowed"
    doubt = " does not decide" if verdict is Verdict.UNDECIDED else ""
    return f"{title(estimate)}: {reading(estimate, digits=digits)}{doubt}; {needed}.{f' {more}.' if more else ''}"


def of_override(policy: Criterion, changed: Criterion, reason: str, unit: str) -> str:
    """What the initiative changed about a criterion, to be appended to its sentences; empty for nothing."""
    parts = []
    if changed.threshold != policy.threshold:
        digits = digits_to_tell((changed.threshold,), policy.threshold, unit)
        new, old = (figure(c.threshold, unit, digits=digits) for c in (changed, policy))
        parts.append(f"threshold {new} instead of the policy's {old}")
    if changed.weight is not policy.weight:
        parts.append(f"{changed.weight} instead of the policy's {policy.weight}")
    return f" ({' and '.join(parts)}: {reason.removesuffix('.')})" if parts else ""


def with_first_threshold(sentence: str, first: float, unit: str) -> str:
    """A sentence that owns up to a threshold changed after the evidence was seen."""
    then = figure(first, unit)
    return f"{sentence.removesuffix('.')}; the threshold was {then} when this evidence was first seen."


def of_gate(verdict: Verdict, tally: Tally) -> str:
    """Such as: `Fails: 1 of 9 must-criteria (users-heard); 2 are undecided (...); 1 is waived (...).`"""
    if not tally.must:
        head = "Undecided: no must-criterion counts"
    elif verdict is Verdict.PASS:
        head = f"Passes: {_all(len(tally.must))}"
    elif not tally.measured:
        head = f"Undecided: not measured; none of {len(tally.must)} must-criteria has evidence"
    else:
        head = _counts(verdict, tally.must)
    parts = [head]
    if tally.waived:
        parts.append(f"{_are(len(tally.waived))} waived and counted as neither ({_list(tally.waived)})")
    if tally.spared:
        parts.append(
            f"{_are(len(tally.spared))} not asked by the policy and counted as neither ({_list(tally.spared)})"
        )
    warnings = tuple(name for name, found in tally.should.items() if found is Verdict.FAIL)
    if warnings:
        noun = "should-criterion warns" if len(warnings) == 1 else "should-criteria warn"
        parts.append(f"{len(warnings)} {noun} ({_list(warnings)})")
    open_ = [name for name, found in tally.should.items() if found is Verdict.UNDECIDED]
    if open_ and tally.measured:
        parts.append(f"{len(open_)} should-{'criterion' if len(open_) == 1 else 'criteria'} undecided")
    return "; ".join(parts) + "."


def _counts(verdict: Verdict, must: Mapping[str, Verdict]) -> str:
    failing = tuple(name for name, found in must.items() if found is Verdict.FAIL)
    open_ = tuple(name for name, found in must.items() if found is Verdict.UNDECIDED)
    if verdict is Verdict.UNDECIDED:
        return f"Undecided: {len(open_)} of {len(must)} must-criteria ({_list(open_)})"
    head = f"Fails: {len(failing)} of {len(must)} must-criteria ({_list(failing)})"
    return f"{head}; {_are(len(open_))} undecided ({_list(open_)})" if open_ else head


def _all(n: int) -> str:
    return "the one must-criterion holds" if n == 1 else f"all {n} must-criteria hold"


def _are(n: int) -> str:
    return f"{n} {'is' if n == 1 else 'are'}"


def _list(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:_LISTED])
    return shown if len(names) <= _LISTED else f"{shown} and {len(names) - _LISTED} more"


def of_then(sentence: str, evidence: Evidence | None) -> str:
    """A ruling on what the data said when they were new; of what has not changed since, as it is."""
    return f"As read on {evidence.as_of}, and nothing but time has changed since: {sentence}" if evidence else sentence
