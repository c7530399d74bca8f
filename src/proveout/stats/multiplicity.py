"""p-values when many questions are asked at once."""

from collections.abc import Sequence

import numpy as np


def holm(p_values: Sequence[float] | np.ndarray) -> np.ndarray:
    r"""Adjusted so that the chance of any false finding stays below the level.

    .. math:: \tilde p_{(i)} = \max_{j \le i}\min\{1, (m - j + 1)\,p_{(j)}\}

    Args:
        p_values: Shape (m,), in [0, 1].

    Returns:
        Shape (m,), in the order given.

    Assumes: nothing about their dependence.
    Source: Holm (1979), Scand. J. Statist. 6, 65-70. Oracle: tests/oracles/test_multiplicity.py.
    """
    p = np.asarray(p_values, float)
    order = np.argsort(p)
    steps = np.minimum(1, np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)))
    adjusted = np.empty_like(p)
    adjusted[order] = steps
    return adjusted


def benjamini_hochberg(p_values: Sequence[float] | np.ndarray) -> np.ndarray:
    r"""Adjusted so that the expected share of false findings among the findings stays below the level.

    .. math:: \tilde p_{(i)} = \min_{j \ge i}\min\{1, m\,p_{(j)}/j\}

    Args:
        p_values: Shape (m,), in [0, 1].

    Returns:
        Shape (m,), in the order given.

    Assumes: independent or positively dependent tests.
    Source: Benjamini and Hochberg (1995), JRSS B 57, 289-300. Oracle: tests/oracles/test_multiplicity.py.
    """
    p = np.asarray(p_values, float)
    order = np.argsort(p)[::-1]
    steps = np.minimum(1, np.minimum.accumulate(p[order] * len(p) / np.arange(len(p), 0, -1)))
    adjusted = np.empty_like(p)
    adjusted[order] = steps
    return adjusted
