"""How two arms side by side will be compared, and what that takes of an effect to be seen."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache, partial

import numpy as np

from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.initiative import Kpi, PilotPlan
from proveout.core.looks import ALPHA
from proveout.core.pilot import Pilot
from proveout.flow.drawing import smallest_p_of
from proveout.instruments.kpis.baseline import Sample, weeks_observed
from proveout.instruments.kpis.sight import Comparison
from proveout.instruments.pilot.effects import FEWEST_FORESEEN
from proveout.stats.allocation import balanced, draw
from proveout.stats.anytime import anytime_errors
from proveout.stats.randomisation import assignments
from proveout.stats.randomisation_power import MOST_WAYS, errors_to_see

MANY = 16
"""Blocks in the smaller arm, from which on the randomisation test sees what the t-test sees."""


def comparison(counts: Sequence[int], pilot: Pilot) -> Comparison:
    """How blocks are compared of which so many stand in each stratum of the roster.

    Raises:
        TooLittle: Fewer than two in an arm.
    """
    share, n = pilot.treated_share, sum(counts)
    if pilot.arriving:
        return Comparison(treated_share=share, followed=False, errors=partial(_of_arriving, n))
    many = min(share, 1 - share) * n >= MANY
    return Comparison(
        strata=len(np.unique(_strata(counts, pilot.method))),
        treated_share=share,
        errors=None if many else partial(_errors, tuple(counts), pilot.method, share),
    )


def expected(
    plan: PilotPlan, pilot: Pilot, said: PilotPlan | None, kpis: Sequence[Kpi], samples: Sequence[Sample | None]
) -> tuple[PilotPlan, str]:
    """How many units will have arrived by the end, and who says so: the declaration, else the baseline.

    Raises:
        ProveoutError: Nobody says, and nobody has arrived yet.
    """
    if said:
        units, source = said.units * plan.weeks / said.weeks, "as `plan.pilot_size` says"
    elif rates := [rate for kpi, seen in zip(kpis, samples, strict=True) if seen and (rate := _weekly(seen, kpi))]:
        units, source = max(rates) * plan.weeks, "as many a week as in the baseline"
    elif plan.units:
        units, source = plan.units, "as many as are on the roster"
    else:
        raise ProveoutError(
            "nobody has arrived yet, and nothing says how many will",
            "declare `units` and `weeks` under `plan.pilot_size`, or a baseline that yields `period` as a date",
        )
    n = max(FEWEST_FORESEEN, round(units))
    return replace(plan, units=n), f"units arrive: {n:,} in {pilot.days / 7:.1f} weeks, {source}"


def _weekly(seen: Sample, kpi: Kpi) -> float | None:
    weeks = weeks_observed(seen, kpi)
    return len(seen.units) / weeks if weeks else None


def can_pass(counts: Sequence[int], pilot: Pilot, alpha: float = ALPHA) -> bool:
    """Whether any effect gives a p-value that is small enough."""
    return pilot.arriving or smallest_p_of(counts, pilot) <= alpha


def scaled(counts: Sequence[int], n: int) -> tuple[int, ...]:
    """As many in all, in the same strata."""
    ends = np.round(np.cumsum(counts) * n / max(1, sum(counts))).astype(int)
    return tuple(int(size) for size in np.diff(ends, prepend=0) if size)


def _strata(counts: Sequence[int], method: str) -> np.ndarray:
    """Of each block, the stratum or the pair within which its arm is drawn."""
    if method != "matched-pairs":
        return np.repeat(np.arange(len(counts)), counts)
    pairs = [np.minimum(np.arange(size) // 2, max(0, size // 2 - 1)) for size in counts]
    starts = np.cumsum([0, *(pair[-1] + 1 for pair in pairs[:-1])])
    return np.concatenate([start + pair for start, pair in zip(starts, pairs, strict=True)])


def _of_arriving(n: int, _: bool, alpha: float, power: float) -> float:
    if n < FEWEST_FORESEEN:
        raise TooLittle(f"{n} units tell nothing", "wait for more of them")
    return anytime_errors(n, level=1 - alpha, power=power)


@lru_cache(maxsize=256)
def _errors(counts: tuple[int, ...], method: str, share: float, covariate: bool, alpha: float, power: float) -> float:
    strata = _strata(counts, method)
    if strata.size < 4:
        raise TooLittle(f"{strata.size} cannot be compared", "take more")

    def ways_of(seed: int) -> np.ndarray:
        if method == "constrained":
            covariates = np.random.default_rng(seed).normal(size=(len(strata), 2))
            return balanced(strata, covariates, share, seed=seed, draws=10 * MOST_WAYS)[1]
        return assignments(draw(strata, share, seed=seed), strata, draws=MOST_WAYS, seed=seed)

    return errors_to_see(ways_of, strata, treated_share=share, covariate=covariate, alpha=alpha, power=power)
