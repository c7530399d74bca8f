"""At which of several steps, each of which needs those before it, somebody stops."""

import numpy as np


def barrier_points(answers: np.ndarray, *, at_most: float = 3.0) -> np.ndarray:
    r"""The first step that is answered with no more than the middle.

    .. math:: b_i = \min\{j: x_{ij} \le 3\}

    Args:
        answers: Shape (n, k): one row per person, the steps in their order, from 1 to 5; NaN where not answered.
        at_most: The highest answer that counts as a barrier.

    Returns:
        Shape (n,): the step, from 0; k where there is no barrier; -1 where a step before it was not answered.

    Source: Hiatt (2006), ADKAR: a model for change in business, government and our community, chapter 2 (the first
    element with a score of 3 or below). Oracle: tests/oracles/test_barrier.py.
    """
    x = np.asarray(answers, float)
    stops = np.column_stack([x <= at_most, np.ones(len(x), dtype=bool)])
    gaps = np.column_stack([np.isnan(x), np.zeros(len(x), dtype=bool)])
    first, gap = stops.argmax(axis=1), np.where(gaps.any(axis=1), gaps.argmax(axis=1), x.shape[1])
    return np.where(gap < first, -1, first)
