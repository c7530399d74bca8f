"""What would settle a criterion: what the instrument knows, more observations, or what the policy says."""

import re
from math import ceil

from proveout.core.estimate import ARRIVALS, AT_END, Estimate
from proveout.core.evidence import Evidence, Finding, Hint
from proveout.core.policy import Comparison, Criterion
from proveout.core.verdict import Verdict
from proveout.core.wording import figure
from proveout.gates.comparing import compare

_SAMPLING = ("wilson", "student", "newcombe", "delong", "bootstrap", "cr2", "kappa", "clustered")
"""Methods whose intervals are those of a sample."""
_DAYS = re.compile(r"clustered by day \((\d+)\)")
"""Methods whose intervals rest on so many days: what is seen on one day comes together."""
OUT_OF_REACH = 100
"""Times as many observations as there are: beyond that, collecting more is no advice."""
_LARGEST_RATIO = 1e6


def what_settles(
    criterion: Criterion, estimate: Estimate, evidence: Evidence, hint: Hint | None = None, *, over: bool = False
) -> str:
    """For a figure whose interval does not decide: what would, if the value stays as it is.

    What is expected at a registered end comes first, then what the instrument says, then more observations; of a pilot
    that is over there are no more.
    """
    name, subject = estimate.name + AT_END, estimate.subject
    for foreseen in evidence.finding.estimates:
        if foreseen.name == name and foreseen.subject == subject:
            rate = next(
                (e.value for e in evidence.finding.estimates if (e.name, e.subject) == (ARRIVALS, subject)), 0.0
            )
            return _by_the_end(criterion, estimate, foreseen, hint.remedy if hint else criterion.remedy, rate)
    more = criterion.remedy if over else _more_observations(criterion, estimate, evidence.block)
    return hint.remedy if hint else more


def _by_the_end(criterion: Criterion, estimate: Estimate, foreseen: Estimate, remedy: str, rate: float) -> str:
    """Where the end is registered: whether it is expected to decide; never to look earlier, nor to go on at will.

    With a rate, by which more come in a day, in how many days there are enough.
    """
    value = figure(estimate.value, estimate.unit)
    decided = compare(foreseen, criterion.comparison, criterion.threshold) is not Verdict.UNDECIDED
    needed = observations_needed(foreseen, criterion.comparison, criterion.threshold)
    if (foreseen.lower, foreseen.upper) == (estimate.lower, estimate.upper):
        expected = f"The registered end has come ({foreseen.method}), and going on is no part of the design."
    else:
        half = figure(abs((foreseen.upper or 0.0) - foreseen.value), estimate.unit)
        can = "can decide it" if decided else "can hardly decide it"
        expected = (
            f"At the registered end the interval is expected to be about ±{half} ({foreseen.method}): that {can}, if"
            f" the value stays at {value}."
        )
    if decided:
        soon = _in_days(max(1, needed - (estimate.n or 0)), rate) if rate and needed else ""
        enough = f" The {needed:,} that it takes are there {soon}." if soon else ""
        return f"{expected}{enough} Wait for it; the looks are registered."
    if needed is None or not foreseen.n or needed > OUT_OF_REACH * foreseen.n:
        return f"{expected} {remedy}"
    threshold = figure(criterion.threshold, estimate.unit)
    more = f"About {needed:,} of the same kind instead of {foreseen.n:,} would tell {value} from {threshold}"
    return f"{expected} {more}{f', and come {_in_days(needed, rate)}' if rate else ''}: plan the next pilot so."


def _in_days(more: int, rate: float) -> str:
    return f"in about {ceil(more / rate):,} day(s) at the present rate of {figure(rate)} a day"


def _more_observations(criterion: Criterion, estimate: Estimate, block: str) -> str:
    if not _shrinks_with_n(estimate) or not estimate.n:
        return criterion.remedy
    needed = observations_needed(estimate, criterion.comparison, criterion.threshold)
    value = figure(estimate.value, estimate.unit)
    if needed is None or needed > OUT_OF_REACH * estimate.n:
        return f"{value} is too close to the threshold for more observations to tell. {criterion.remedy}"
    more = max(1, needed - estimate.n)
    if days := _DAYS.search(estimate.method):
        n_days = int(days[1])
        more = max(1, ceil(more * n_days / estimate.n))
        such = f"more day{'s' if more > 1 else ''} like the {n_days:,} so far in `{block}`"
        return f"About {more:,} {such} would decide it, if the value stays at {value}."
    things = "observation" if more == 1 else "observations"
    so_far = f"in `{block}` ({estimate.n:,} so far)"
    return f"About {more:,} more {things} {so_far} would decide it, if the value stays at {value}."


def hint_on(finding: Finding, estimate: Estimate) -> Hint | None:
    """What the instrument says of a figure that is there."""
    return next((h for h in finding.hints if estimate.name in h.figures and h.subject == estimate.subject), None)


def what_is_missing(criterion: Criterion, finding: Finding, subject: str, what: str) -> tuple[str, str]:
    """Why a figure is missing, and what to do about it, for the reason that the evidence gives.

    Without a hint on it, what could not be read comes first, then what the instrument says of the subject. Whatever
    else failed may have nothing to do with it; then the policy knows better.
    """
    for hint in finding.hints:
        if hint.subject == subject and (criterion.estimate in hint.figures or (subject and not hint.figures)):
            return f"{what}: {hint.reason}", hint.remedy
    failed = [check for check in finding.checks if check.passed is False and check.note]
    unread = [check.note for check in failed if any(sentence in check.note for sentence in finding.unread)]
    about = [check.note for check in failed if subject and subject in f"{check.name} {check.note}"]
    fitting = [note for note in unread if not subject or note in about] or about
    note = fitting[0].removesuffix(".") if fitting else ""
    return what, f"{note[:1].upper()}{note[1:]}." if note else criterion.remedy


def observations_needed(estimate: Estimate, comparison: Comparison, threshold: float) -> int | None:
    r"""How many observations decide at the present value, or None when no number does.

    Wilson's interval leaves the threshold t out when :math:`n > z^2 t(1-t)/(\hat p-t)^2`, since it inverts the
    score test; for other intervals the half-width on the threshold's side is taken to shrink with
    :math:`1/\sqrt n`.
    """
    distance = abs(estimate.value - threshold)
    if distance == 0 or not estimate.n:
        return None
    if estimate.method.lower().startswith("wilson") and 0 < threshold < 1:
        from statistics import NormalDist

        z = NormalDist().inv_cdf(0.5 + estimate.level / 2)
        n, ratio = 1, z * (threshold * (1 - threshold)) ** 0.5 / distance
    else:
        upwards = comparison is Comparison.AT_LEAST
        good = (estimate.value > threshold) == upwards
        end = estimate.lower if good == upwards else estimate.upper
        if end is None:
            return None
        n, ratio = estimate.n, abs(estimate.value - end) / distance
    return ceil(n * ratio**2) if ratio < _LARGEST_RATIO else None


def _shrinks_with_n(estimate: Estimate) -> bool:
    """Whether more units narrow the interval; the spread of a simulated business case, say, is no sampling error."""
    return estimate.level < 1 and any(word in estimate.method.lower() for word in _SAMPLING)
