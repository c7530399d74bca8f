"""Whose outcomes are missing, and whether on one side more than on the other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check
from proveout.core.initiative import Kpi
from proveout.core.pilot import Pilot
from proveout.instruments.pilot import alike
from proveout.instruments.pilot.alike import UNLIKELY, Judge
from proveout.instruments.pilot.blocks import Blocks, Outcomes
from proveout.instruments.pilot.effects import drawn, ways_of
from proveout.instruments.pilot.given import REGULAR, Given
from proveout.instruments.pilot.health import MISMATCH, Health, as_planned, p_text, ratio_estimate
from proveout.stats.exact_table import fisher_p
from proveout.stats.multiplicity import holm
from proveout.stats.randomisation import centred, randomisation_effect, randomisation_p, studentised_differences
from proveout.stats.sample_ratio import sample_ratio_p

APART = 0.1
"""Share by which more may be missing on one side, as the criterion `outcomes-missing-alike` has it."""
LEVEL = 0.95
"""Of the interval of what is further apart than `APART`."""
MOST_EXACT = 2_000
"""Units in an arm up to which Fisher's test is used; those missing among more are compared with the arms' sizes."""
NOTHING = Health(estimates=(), checks=(), ill=())


@dataclass(frozen=True, slots=True)
class Gap:
    """How much more is missing with the system than without, and its p-value; `what` is missing, in words."""

    what: str
    gap: Estimate
    p: float


def unlike(gaps: Sequence[Gap], kpi: Kpi) -> Health:
    """What follows from more missing with the system than without: of people, of their weeks, of rows.

    Within `APART` it is counted, and small; beyond, it is open as long as chance explains it. Each gap has its own
    p-value, and all of them together are ill by chance as seldom as one alone (Holm).
    """
    adjusted = holm(np.array([one.p for one in gaps])) if gaps else ()
    likely = [replace(one, p=float(p)) for one, p in zip(gaps, adjusted, strict=True)]
    ill = [one for one in likely if one.p < MISMATCH or (abs(one.gap.value) > APART and one.p < UNLIKELY)]
    nothing = Gap("outcomes", exact("missing_gap", 0.0, unit="share"), 1.0)
    worst = max(ill or likely or [nothing], key=lambda one: abs(one.gap.value))
    said = tuple(
        f"{one.what} are missing more often on one side: {one.gap.value:+.1%} with the system (p = {p_text(one.p)})"
        for one in ill
    )
    return Health(estimates=_imbalance(worst, kpi), checks=(), ill=said)


def _imbalance(worst: Gap, kpi: Kpi) -> tuple[Estimate, Estimate]:
    """The gap, and its size: counted, or with an interval where it is beyond `APART`, and chance explains it."""
    gap, size, subject = worst.gap, abs(worst.gap.value), kpi.id
    lower, upper = (bound if end is None else end for end, bound in ((gap.lower, -1.0), (gap.upper, 1.0)))
    gap = replace(gap, lower=min(gap.value, max(-1.0, lower)), upper=max(gap.value, min(1.0, upper)))
    said = exact("missing_imbalance", size, subject=subject, unit="share", n=gap.n, method="counted")
    if size > APART and worst.p >= UNLIKELY:
        most = 1.0 if gap.exact else max(size, min(1.0, max(-lower, upper)))
        said = replace(gap.named("missing_imbalance", subject=subject), value=size, lower=0.0, upper=most, level=LEVEL)
    return gap.named("missing_gap", subject=subject, unit="share"), said


def of_missing(blocks: Blocks, outcomes: Outcomes, rows: Given, kpi: Kpi, pilot: Pilot, n_looks: int) -> Health:
    """One KPI, two arms side by side: who has no outcomes up to the last look, who lacks weeks, and what rows lack.

    Raises:
        TooLittle: Only one assignment was possible.
    """
    due = blocks.n_units - (0 if pilot.arriving else blocks.n_late)
    here = (due > 0) & drawn(blocks, pilot)
    seen = np.minimum(outcomes.sums["n"][:, n_looks - 1], due)
    sides = [blocks.treated & here, ~blocks.treated & here]
    if not seen[here].any() or not all(side.any() for side in sides):
        return NOTHING
    judge = _judge(blocks, here, pilot)
    people = Gap("outcomes", *judge(1 - seen / np.maximum(due, 1), here))
    weeks, note = _of_weeks(outcomes, seen, here, blocks.treated, judge) if not pilot.arriving else (None, "")
    gaps = [people, *([weeks] if weeks and _regular(outcomes, rows, seen, sides[1]) else [])]
    lost, others = alike.of_rows(rows, blocks.treated[:, None], np.where(here, seen, 0)[:, None], judge, outcomes, kpi)
    gaps += [Gap("values of rows", *lost)] if lost else []
    counted = [(int(seen[side].sum()), int(due[side].sum())) for side in sides]
    note = f"{_none(counted[0])} with the system and {_none(counted[1])} without have none{note}"
    note += (
        f"; of rows {alike.told(rows.lost, blocks.treated[:, None], rows.rows['given'])} have no value" if lost else ""
    )
    p = float(holm(np.array([one.p for one in gaps])).min())
    name = f"{kpi.id}: outcomes are missing alike in both arms"
    checks = [Check(name=name, passed=p >= UNLIKELY, note=f"{note} (p = {p_text(p)})")]
    if weeks and weeks not in gaps and weeks.p < UNLIKELY:
        note = (
            f"{note}; they do not come every week, so that a week without one need not lack any (p = {p_text(weeks.p)})"
        )
        checks.append(Check(name=f"{kpi.id}: as many weeks have outcomes in both arms", passed=False, note=note))
    teams = [(int((seen[side] > 0).sum()), int(side.sum())) for side in sides]
    if pilot.arriving:
        likely = {"units": as_planned([n for n, _ in counted], pilot)}
    elif pilot.randomise == "teams":
        likely = {"units": people.p, "teams": _as_likely(teams)}
    else:
        likely = {"units": _as_likely(counted)}
    own = _as_assigned(likely, {"units": counted, "teams": teams}, kpi, pilot) + unlike(gaps, kpi)
    return replace(own, checks=tuple(checks)) + others


def _of_weeks(
    outcomes: Outcomes, seen: np.ndarray, here: np.ndarray, treated: np.ndarray, judge: Judge
) -> tuple[Gap | None, str]:
    """How many weeks those lack who have outcomes at all, and that in words; None where no week is whole."""
    if not outcomes.weeks[2].shape[1]:
        return None, ""
    some = here & (seen > 0)
    idle = 1 - np.nan_to_num(outcomes.weeks[2]).mean(axis=1) / np.maximum(seen, 1)
    said = [f"{idle[some & side].mean():.1%}" if (some & side).any() else "none" for side in (treated, ~treated)]
    note = f"; of the weeks of the others, {said[0]} with the system and {said[1]} without have none"
    return Gap("outcomes", *judge(idle, some)), note


def _regular(outcomes: Outcomes, rows: Given, seen: np.ndarray, control: np.ndarray) -> bool:
    """Whether nearly every week has an outcome: before the start, or, where nothing tells, without the system."""
    if rows.filled_before is not None:
        return rows.filled_before >= REGULAR
    n = float(seen[control].sum()) * outcomes.weeks[2].shape[1]
    return n > 0 and float(np.nan_to_num(outcomes.weeks[2][control]).sum()) / n >= REGULAR


def _judge(blocks: Blocks, here: np.ndarray, pilot: Pilot) -> Judge:
    """Of a share of each block: how much larger it is with the system, and how likely that is by the draw."""
    drawn_once: dict[bytes, np.ndarray] = {}

    def judge(share: np.ndarray, known: np.ndarray) -> tuple[Estimate, float]:
        kept = known & here
        made, of = blocks.treated[kept], share.reshape(len(share), -1)[kept, 0]
        if not (made.any() and (~made).any() and np.ptp(of)):
            gap = float(of[made].mean() - of[~made].mean()) if made.any() and (~made).any() else 0.0
            return exact("missing_gap", gap, unit="share", n=len(of)), 1.0
        key = kept.tobytes()
        if key not in drawn_once:
            drawn_once[key] = ways_of(blocks, kept, pilot)
        return _gap(of, drawn_once[key], blocks.strata[kept])

    return judge


def _gap(share: np.ndarray, ways: np.ndarray, strata: np.ndarray) -> tuple[Estimate, float]:
    """How much more blocks lack with the system, on average, with an interval beyond `APART`; its p-value."""
    moved, made = centred(share, strata), ways[0]
    value = float(share[made].mean() - share[~made].mean())
    gap = exact("missing_gap", value, unit="share", n=len(share))
    try:
        p = randomisation_p(studentised_differences(ways, moved))
        return (randomisation_effect(ways, moved) if APART < abs(value) <= 1 else gap), p
    except TooLittle:
        return gap, 1.0


def likely(own: Health) -> float:
    """How likely those without any outcomes are in the arms as they are; 1 where nobody can say."""
    return min((one.value for one in own.estimates if one.name == "sample_ratio_p"), default=1.0)


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
