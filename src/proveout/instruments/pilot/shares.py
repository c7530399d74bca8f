"""Yes or no of each unit: two shares, compared as such, and events that are too few for anything else."""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.core.pilot import Pilot
from proveout.instruments.pilot.blocks import Outcomes
from proveout.stats.exact_table import boschloo_p, fisher_p
from proveout.stats.proportion import clopper_pearson, difference, ratio, score_ratio

MOST_EXACT = 2_000
"""Units, both arms together, up to which Boschloo's test is reckoned; of more, Fisher's."""
FEWEST_EVENTS = 3
"""Outcomes in each arm that have the event, where teams or strata are compared: an arm with none does not vary, so that
its error comes out near 0. Of 20 teams of 6 with 1% and 4%, a guardrail at its margin passed in 11% instead of 5%; with
one event or more in each arm in 4% at most of the pilots that were told. Three, as events of one team come together."""
UNEQUAL = 1.5
"""Units of the larger arm per unit of the smaller, from which each share has its exact interval. Counted exactly, over
shares and margins of all sizes: of 180 with the system and 20 without, a guardrail at its margin passed in up to 9.3%
instead of 5% with Wilson's (10.7% as a ratio, with Koopman's), with the exact ones in 5.2% (4.2%); of seven pairs up
to 900 to 100, in 5.3% (5.1%) at most."""
WHOLE = 1e-9
"""How far a share may be from 0 or 1 by rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Successes and units, with the system (1) and without (0)."""

    x1: int
    n1: int
    x0: int
    n0: int

    @property
    def small(self) -> bool:
        """Whether Boschloo's test can be reckoned."""
        return self.n1 + self.n0 <= MOST_EXACT

    @property
    def p_value(self) -> float:
        """Two-sided, exact."""
        return (boschloo_p if self.small else fisher_p)(self.x1, self.n1, self.x0, self.n0)

    @property
    def test(self) -> str:
        """Which it is."""
        return f"exact test of two shares, {'Boschloo' if self.small else 'Fisher'}"

    def sides(self, p: float, level: float, error: float) -> tuple[Estimate, Estimate | None]:
        """Difference of the shares, and the same as a share of that without; None where that is 0.

        Args:
            p: Of a test that decides whether 0 is in: where it does not rule 0 out, no interval does.
            level: Coverage that is told.
            error: What is left of 1 - level for this look.
        """
        seen = self.x1, self.n1, self.x0, self.n0
        apart, per = difference, score_ratio
        if max(self.n1, self.n0) >= UNEQUAL * min(self.n1, self.n0):
            apart, per = (partial(of, each=clopper_pearson) for of in (difference, ratio))
        absolute = _holding(apart(*seen, level=1 - error), p, level)
        if self.x0 == 0:
            return absolute, None
        times = per(*seen, level=1 - error)
        lower, upper = (None if end is None else end - 1 for end in (times.lower, times.upper))
        share = replace(times, value=times.value - 1, lower=lower, upper=upper, unit="share")
        return absolute, _holding(share, p, level)


def _holding(found: Estimate, p: float, level: float) -> Estimate:
    lower, upper = found.lower, found.upper
    if p > 1 - level + WHOLE:
        lower, upper = (None if end is None else side(end, 0.0) for end, side in ((lower, min), (upper, max)))
    return replace(found, lower=lower, upper=upper, level=level)


def table_of(outcomes: Outcomes, kept: np.ndarray, treated: np.ndarray, look: int) -> Table | None:
    """The table where each unit has one yes or no; None where there is more to know.

    Args:
        outcomes: Of one KPI.
        kept: Shape (G,): the blocks that are compared.
        treated: Shape (of those kept,), bool.
        look: Index of the last look.
    """
    if outcomes.ratio or outcomes.counts["graded"]:
        return None
    n, y, yy = (outcomes.sums[name][kept, look] for name in ("n", "y", "yy"))
    sums, squares = y + outcomes.shift * n, yy + 2 * outcomes.shift * y + outcomes.shift**2 * n
    if (np.abs(sums - squares) > WHOLE * n).any():
        return None  # a unit has a share of its own
    parts = [(round(float(sums[arm].sum())), round(float(n[arm].sum()))) for arm in (treated, ~treated)]
    return Table(x1=parts[0][0], n1=parts[0][1], x0=parts[1][0], n0=parts[1][1])


def plain(pilot: Pilot, strata: np.ndarray) -> bool:
    """Whether units were drawn one by one, within no strata."""
    return pilot.randomise == "units" and len(np.unique(strata)) == 1


def too_rare(outcomes: Outcomes, kept: np.ndarray, treated: np.ndarray, look: int) -> TooLittle | None:
    """Why nothing can be said where most rows of an arm are 0 (or, of yes and no, 1), and few are not."""
    rows, zeros = (outcomes.sums[name][kept, look] for name in ("n_rows", "zeros"))
    for here, which in ((treated, "with"), (~treated, "without")):
        of, none = rows[here].sum(), zeros[here].sum()
        few, many = sorted((of - none, none))
        if few < FEWEST_EVENTS and few < many and (few == of - none or not outcomes.counts["graded"]):
            what = "other than 0" if few == of - none else "0"
            return TooLittle(
                f"{few:,.0f} of {of:,.0f} outcomes {which} the system are {what}: of fewer than {FEWEST_EVENTS} no "
                "interval can be had where teams or strata are compared",
                "measure for longer or in more units, or choose an outcome that is less rare",
            )
    return None
