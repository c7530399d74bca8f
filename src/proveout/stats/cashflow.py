"""Money over time. Years end with their cash: year 0 is the start, year 1 ends twelve months later."""

from collections.abc import Sequence

import numpy as np


def present_value(cash: Sequence[np.ndarray | float], rate: float) -> np.ndarray:
    r"""Net present value of yearly cash, at the end of each year.

    .. math:: NPV = \sum_{y=0}^{H} \frac{c_y}{(1+r)^y}

    Args:
        cash: Cash at the start (year 0) and at the end of each year; each a number or shape (n,).
        rate: Yearly discount rate r > -1.

    Returns:
        Shape of the broadcast entries.

    Source: Fisher (1907), The Rate of Interest. Oracle: tests/oracles/test_cashflow.py (by hand).
    """
    total = np.zeros(())
    for year, amount in enumerate(cash):
        total = total + np.asarray(amount, dtype=float) / (1 + rate) ** year
    return total


def payback_years(cash: Sequence[np.ndarray | float]) -> np.ndarray:
    """From when on the cumulated, undiscounted cash stays at or above zero until the end; infinite for never.

    Within a year cash comes in evenly.

    Args:
        cash: Cash at the start (year 0) and in each year; each a number or shape (n,).

    Returns:
        Years, shape of the broadcast entries, 0 to the number of years, or infinity.

    Source: simple payback period, e.g. Brealey, Myers and Allen (2020), ch. 5. Oracle: tests/oracles/test_cashflow.py.
    """
    amounts = np.broadcast_arrays(*(np.asarray(amount, dtype=float) for amount in cash))
    balance = amounts[0]
    since = np.where(balance >= 0, 0.0, np.inf)
    for year, amount in enumerate(amounts[1:], start=1):
        before, balance = balance, balance + amount
        with np.errstate(divide="ignore", invalid="ignore"):
            crossing = year - 1 + np.where(amount > 0, -before / amount, 0.0)
        since = np.where(balance < 0, np.inf, np.where(before < 0, crossing, since))
    return since
