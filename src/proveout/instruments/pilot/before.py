"""The time before the start: whether the arms can be compared by it, and whether it may narrow the interval."""

from dataclasses import dataclass

import numpy as np

from proveout.core.pilot import FEWEST_FOR_COVARIATE, Pilot
from proveout.instruments.pilot.blocks import Blocks, Outcomes

MOST_UNKNOWN = 0.2
"""Share of an arm's units without a value from before; with more the adjustment is left out."""
FEWEST_KNOWN = 0.5
"""Share of an arm's units with a value from before; with fewer nobody can say whether the arms were alike."""
EARLY = 0.05
"""Share of the units that may have used the system before its time: as many as may use it without having it, by the
criterion `groups-separate`. Of more, the time before is no time without it, and use may have led to the arm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What there is from before the start.

    Args:
        means: Shape (G,), of the blocks with outcomes, centred; None where the arms cannot be compared by it.
        covariate: The same where it narrows the interval, else None.
        unused: Why it is left out where there is some; empty where there is none, or it is used.
    """

    means: np.ndarray | None = None
    covariate: np.ndarray | None = None
    unused: str = ""


def before_of(blocks: Blocks, outcomes: Outcomes, kept: np.ndarray, pilot: Pilot, n_looks: int) -> Before:
    """The time before of the blocks that are kept; strata are those of the comparison."""
    n, known, x = (outcomes.sums[name][:, n_looks - 1] for name in ("n", "n_known", "x"))
    means = x[kept] / n[kept]
    if not np.ptp(means) > 0:
        return Before()
    arms = [kept & here for here in (blocks.treated, ~blocks.treated)]
    share = min(float(known[arm].sum() / n[arm].sum()) for arm in arms)
    early = blocks.counts.get("n_between", 0)
    if early > EARLY * blocks.n_units.sum():
        return Before(unused=f"{early:,} unit(s) used the system in it, after the draw and before the start")
    if share < FEWEST_KNOWN:
        return Before(unused=f"only {share:.0%} of the units of one arm have outcomes from then")
    means = means - means.mean()
    return Before(means=means, **_covariate(means, share, blocks.strata[kept], pilot))


def _covariate(means: np.ndarray, share: float, strata: np.ndarray, pilot: Pilot) -> dict:
    n_strata = len(np.unique(strata))
    if pilot.arriving:
        return {"unused": "units that arrive one after the other are compared as they come"}
    if share < 1 - MOST_UNKNOWN:
        return {"unused": f"only {share:.0%} of the units of one arm have outcomes from then"}
    if len(means) - n_strata < FEWEST_FOR_COVARIATE:
        of = f"{len(means)} {pilot.randomise} in {n_strata} strata"
        return {"unused": f"{of} are fewer than {FEWEST_FOR_COVARIATE} beyond strata"}
    return {"covariate": means}
