"""A fixed group that gets something in waves of random order, looked at more than once."""

from collections.abc import Callable, Sequence

import numpy as np

from proveout.stats.randomisation import centred, randomisation_p
from proveout.stats.staggered import staggered_statistics
from proveout.stats.waves import Panel, simple_weights


def repeated_wave_statistics(
    panel: Panel, ends: Sequence[int], drawn: np.ndarray, *, there: np.ndarray
) -> Callable[[float], np.ndarray]:
    """The mean effect so far in its standard errors, at every look and under every order.

    Every unit and period with the system counts alike, as long as others wait; what was there before is taken from all
    periods before the wave, as far as that makes the estimate steadier.

    Args:
        panel: N units in C waves, over T periods up to the last look; waves that have not started yet have theirs.
        ends: Length K, increasing, at most T: the periods that are over at each look.
        drawn: Shape (M, N), from `staggered.orders` of the panel.
        there: Shape (N, T): what is taken off per unit of a supposed effect.

    Returns:
        From an effect to the statistics, shape (M, K), as `group_sequential.looks` takes them; 0 at a look at which
        nobody has the system while others wait.

    Raises:
        TooLittle: At the last look nobody has the system while others wait.

    Source: `staggered_statistics` at each look; Plamadeala and Rosenberger (2012), Ann. Statist. 40, 30-47, for looks.
    Oracle: tests/oracles/test_repeated_waves.py. Calibrated: tests/calibration/test_pilots_in_time.py.
    """
    parts = []
    for end in ends:
        seen = Panel(panel.values[:, :end], panel.starts, panel.strata)
        if end < ends[-1] and not seen.known.any():
            parts.append(lambda _: np.zeros(len(drawn)))
            continue
        weights = simple_weights(seen)
        parts.append(staggered_statistics(seen, weights, drawn, there=there[:, :end], whole_before=True))
    return lambda effect: np.column_stack([part(effect) for part in parts])


def waves_alike_p(panel: Panel, before: np.ndarray, drawn: np.ndarray) -> float:
    r"""How likely waves as unlike as these are, if their order was drawn: p-value of :math:`\sum_g N_g \bar x_g^2`.

    Args:
        panel: N units in C waves.
        before: Shape (N,): of each unit, from before the first wave; centred within strata here.
        drawn: Shape (M, N), from `staggered.orders` of the panel.

    Returns:
        In [1/M, 1].

    Source: Fisher (1935), The Design of Experiments, for the test; one-way analysis of variance for the statistic.
    Oracle: tests/oracles/test_repeated_waves.py.
    """
    x = centred(np.asarray(before, float), panel.strata)[drawn]
    sums = np.add.reduceat(x, panel.firsts, axis=1)
    return randomisation_p((sums**2 / panel.sizes).sum(axis=1))
