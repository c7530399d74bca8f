"""The rule read aloud, for all answers that there can be."""

from itertools import product

import numpy as np

from proveout.stats.barrier import barrier_points


def aloud(answers) -> int:
    for step, answer in enumerate(answers):
        if np.isnan(answer):
            return -1
        if answer <= 3:
            return step
    return len(answers)


def test_every_set_of_answers():
    every = np.array([*product([1, 3, 4, 5, np.nan], repeat=5)])
    assert barrier_points(every).tolist() == [aloud(answers) for answers in every]


def test_another_bar():
    assert barrier_points(np.array([[5, 3, 2, 5, 5]]), at_most=2).tolist() == [2]
