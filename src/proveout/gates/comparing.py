"""A figure held against a threshold. The threshold itself is on the good side."""

from proveout.core.estimate import Estimate
from proveout.core.policy import Comparison
from proveout.core.verdict import Verdict


def compare(estimate: Estimate, comparison: Comparison, threshold: float) -> Verdict:
    """PASS when the whole interval is on the good side, FAIL when all of it is on the bad side, else UNDECIDED."""
    low, high = estimate.lower, estimate.upper
    if comparison is Comparison.AT_LEAST:
        good, bad = low is not None and low >= threshold, high is not None and high < threshold
    else:
        good, bad = high is not None and high <= threshold, low is not None and low > threshold
    return Verdict.PASS if good else Verdict.FAIL if bad else Verdict.UNDECIDED


def margin(estimate: Estimate, comparison: Comparison, threshold: float) -> float | None:
    """Distance from the threshold to the near end of the interval, positive on the good side.

    For an interval that straddles the threshold it is the end on the bad side; None when that side is open.
    """
    at_least = comparison is Comparison.AT_LEAST
    failed = compare(estimate, comparison, threshold) is Verdict.FAIL
    end = estimate.lower if at_least != failed else estimate.upper
    if end is None:
        return None
    return end - threshold if at_least else threshold - end
