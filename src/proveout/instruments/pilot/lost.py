"""Whose outcomes are missing, and whether on one side more than on the other."""

from dataclasses import replace

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check
from proveout.core.initiative import Kpi
from proveout.core.pilot import Pilot
from proveout.instruments.pilot.blocks import Blocks, Outcomes
from proveout.instruments.pilot.effects import drawn, ways_of
from proveout.instruments.pilot.health import MISMATCH, Health, as_planned, p_text, ratio_estimate
from proveout.stats.exact_table import fisher_p
from proveout.stats.randomisation import centred, randomisation_effect, randomisation_p, studentised_differences
from proveout.stats.sample_ratio import sample_ratio_p

APART = 0.1
"""Share by which more may be missing on one side, as the criterion `outcomes-missing-alike` has it."""
UNLIKELY = 0.05
"""What is further apart than `APART`, and so unlikely by chance, leaves nothing to compare; more likely, it is open."""
LEVEL = 0.95
"""Of the interval of what is further apart than `APART`."""
MOST_EXACT = 2_000
"""Units in an arm up to which Fisher's test is used; those missing among more are compared with the arms' sizes."""
NOTHING = Health(estimates=(), checks=(), ill=())


def unlike(gap: Estimate, p: float, kpi: Kpi) -> Health:
    """What follows from more missing with the system than without, and its p-value.

    Within `APART` it is counted, and small; beyond, it is open as long as chance explains it. Shares are never further
    apart than 1.
    """
    size, subject = abs(gap.value), kpi.id
    lower, upper = (bound if end is None else end for end, bound in ((gap.lower, -1.0), (gap.upper, 1.0)))
    gap = replace(gap, lower=min(gap.value, max(-1.0, lower)), upper=max(gap.value, min(1.0, upper)))
    said = exact("missing_imbalance", size, subject=subject, unit="share", n=gap.n, method="counted")
    if size > APART and p >= UNLIKELY:
        most = 1.0 if gap.exact else max(size, min(1.0, max(-lower, upper)))
        said = replace(gap.named("missing_imbalance", subject=subject), value=size, lower=0.0, upper=most, level=LEVEL)
    apart = f"outcomes are missing more often on one side: {gap.value:+.1%} with the system (p = {p_text(p)})"
    ill = (apart,) if p < MISMATCH or (size > APART and p < UNLIKELY) else ()
    return Health(estimates=(gap.named("missing_gap", subject=subject, unit="share"), said), checks=(), ill=ill)


def of_missing(blocks: Blocks, outcomes: Outcomes, kpi: Kpi, pilot: Pilot, n_looks: int) -> Health:
    """One KPI, two arms side by side: who has no outcomes up to the last look, and who has no more of them.

    Raises:
        TooLittle: Only one assignment was possible.
    """
    due = blocks.n_units - (0 if pilot.arriving else blocks.n_late)
    here = (due > 0) & drawn(blocks, pilot)
    seen, due = np.minimum(outcomes.sums["n"][:, n_looks - 1], due)[here], due[here]
    sides = [blocks.treated[here], ~blocks.treated[here]]
    if not seen.any() or not all(side.any() for side in sides):
        return NOTHING
    shares = [1 - seen / due]
    if not pilot.arriving and outcomes.weeks[2].shape[1]:
        there = np.nan_to_num(outcomes.weeks[2][here]).mean(axis=1)
        shares.append(np.where(seen > 0, 1 - there / np.maximum(seen, 1), shares[0]))
    ways = ways_of(blocks, here, pilot) if any(share.any() for share in shares) else sides[0][None]
    gaps = [_gap(share, ways, blocks.strata[here]) for share in shares]
    gap, p = max(gaps, key=lambda found: abs(found[0].value))
    counted = [(int(seen[side].sum()), int(due[side].sum())) for side in sides]
    note = f"{_none(counted[0])} with the system and {_none(counted[1])} without have none"
    if len(shares) > 1:
        idle = [f"{shares[1][side].mean():.1%}" for side in sides]
        note += f"; of the weeks of the others, {idle[0]} with the system and {idle[1]} without have none"
    check = Check(
        name=f"{kpi.id}: outcomes are missing alike in both arms",
        passed=p >= UNLIKELY,
        note=f"{note} (p = {p_text(p)})",
    )
    teams = [(int((seen[side] > 0).sum()), int(side.sum())) for side in sides]
    if pilot.arriving:
        likely = {"units": as_planned([n for n, _ in counted], pilot)}
    elif pilot.randomise == "teams":
        likely = {"units": gaps[0][1], "teams": _as_likely(teams)}
    else:
        likely = {"units": _as_likely(counted)}
    own = _as_assigned(likely, {"units": counted, "teams": teams}, kpi, pilot) + unlike(gap, p, kpi)
    return replace(own, checks=(check,))


def _gap(share: np.ndarray, ways: np.ndarray, strata: np.ndarray) -> tuple[Estimate, float]:
    """How much more blocks lack with the system, on average, with an interval beyond `APART`; its p-value."""
    moved, made = centred(share, strata), ways[0]
    value = float(share[made].mean() - share[~made].mean())
    gap = exact("missing_gap", value, unit="share", n=len(share))
    if not np.ptp(share):
        return gap, 1.0
    try:
        p = randomisation_p(studentised_differences(ways, moved))
        return (randomisation_effect(ways, moved) if abs(value) > APART else gap), p
    except TooLittle:
        return gap, 1.0


def _none(counted: tuple[int, int]) -> str:
    return f"{counted[1] - counted[0]:,} of {counted[1]:,}"


def _as_assigned(likely: dict[str, float], counted: dict[str, list[tuple[int, int]]], kpi: Kpi, pilot: Pilot) -> Health:
    """Whether those with outcomes are in the arms as they were assigned."""
    estimates, ill = [], []
    for what, p in likely.items():
        (n1, of1), (n0, of0) = counted[what]
        estimates.append(ratio_estimate(p, f"{kpi.id}: {what} with outcomes", pilot, n=n1 + n0))
        if p < MISMATCH:
            ill.append(f"{what} with outcomes are {n1:,} to {n0:,}, assigned {of1:,} to {of0:,}")
    return Health(estimates=tuple(estimates), checks=(), ill=tuple(ill))


def _as_likely(counted: list[tuple[int, int]]) -> float:
    """p-value of those without outcomes, if both arms lost them alike."""
    missing, assigned = [of - n for n, of in counted], [of for _, of in counted]
    if not any(missing):
        return 1.0
    if max(assigned) > MOST_EXACT:
        return sample_ratio_p(missing, assigned)
    return fisher_p(missing[0], assigned[0], missing[1], assigned[1])
