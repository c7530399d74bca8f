"""Whether a design in time was kept: who was to have the system when, and who used it."""

from collections.abc import Mapping
from datetime import date

import numpy as np

from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check
from proveout.core.pilot import Pilot
from proveout.core.question import Columns
from proveout.instruments.pilot.blocks import Blocks, floats
from proveout.instruments.pilot.health import (
    DOUBTFUL,
    MISMATCH,
    Health,
    assigned_once,
    faults_of_assignment,
    mixed,
    of_uses,
    p_estimate,
    p_text,
    placed,
    use_estimates,
)
from proveout.instruments.pilot.in_time import over
from proveout.instruments.pilot.switching import orders_of
from proveout.stats.allocation import later_chances, wave_sizes
from proveout.stats.sample_ratio import sample_ratio_p


def of_assignment(blocks: Blocks, pilot: Pilot, used: Columns | None, users: Columns, today: date) -> Health:
    """Waves or schedules as they were drawn, and who used the system out of turn.

    Raises:
        TooLittle: There are no two waves, or no schedules, to compare.
    """
    own = _schedules(blocks, pilot) if pilot.switchback else _waves(blocks, pilot)
    ill = tuple(faults_of_assignment(blocks, pilot))
    users_of = {name: int(column[0]) for name, column in users.items()}
    found, checked, swapped = _uses(blocks, pilot, used, users_of, today)
    early, too_early = of_uses(blocks, pilot, users_of)
    return Health(
        estimates=(*own.estimates, *found),
        checks=(*own.checks, *assigned_once(blocks), *checked, *early),
        ill=(*ill, *own.ill, *swapped, *too_early),
    )


def _schedules(blocks: Blocks, pilot: Pilot) -> Health:
    first = orders_of(blocks, pilot)
    strange = [arm or "none" for arm in blocks.arms if not pilot.spans(arm or "")]
    if strange or not len(first):
        raise TooLittle(
            f"the assignment has {len(strange)} of {len(blocks.arms)} that are no schedule, such as {strange[:1]}",
            f"run `proveout pilot assign`, or write {pilot.n_pairs} times on-off or off-on into `arm`",
        )
    n, of = int(first.sum()), first.size
    p = sample_ratio_p([n, of - n], [0.5, 0.5])
    estimates = [exact("n_units", int(blocks.n_units.sum()), subject="in turn")]
    if pilot.randomise == "teams":
        estimates.append(exact("n_teams", len(blocks.names), subject="in turn"))
    estimates.append(p_estimate("sample_ratio_p", p, "assigned", n=of))
    sizes = f"in {n:,} of {of:,} times two periods the system came first (p = {p_text(p)})"
    check = Check(name="The order is as balanced as planned", passed=p >= DOUBTFUL, note=sizes)
    ill = (f"the order is not as it was planned: {sizes}",) if p < MISMATCH else ()
    return Health(estimates=tuple(estimates), checks=(check,), ill=ill)


def _waves(blocks: Blocks, pilot: Pilot) -> Health:
    known = sorted({arm for arm in blocks.arms if arm is not None})
    strange = [arm for arm in known if arm not in pilot.arms]
    if strange or len(known) < 2:
        found = ", ".join(strange or known) or "none"
        raise TooLittle(
            f"the assignment has the waves {found}; two or more of {', '.join(pilot.arms)} are needed",
            "run `proveout pilot assign`, or name the waves so",
        )
    members = {arm: np.array([one == arm for one in blocks.arms]) for arm in pilot.arms}
    estimates = [exact("n_units", int(blocks.n_units[here].sum()), subject=arm) for arm, here in members.items()]
    counts = [e.value for e in estimates]
    if pilot.randomise == "teams":
        counts = [float(here.sum()) for here in members.values()]
        estimates += [exact("n_teams", n, subject=arm) for arm, n in zip(pilot.arms, counts, strict=True)]
    planned = _planned(blocks, pilot)
    p = sample_ratio_p([int(n) for n in counts], [planned[arm] for arm in pilot.arms])
    estimates.append(p_estimate("sample_ratio_p", p, "assigned", n=int(sum(counts))))
    sizes = f"{', '.join(f'{arm}: {n:,.0f}' for arm, n in zip(pilot.arms, counts, strict=True))} (p = {p_text(p)})"
    checks = [Check(name="The waves are as large as planned", passed=p >= DOUBTFUL, note=sizes)]
    ill = (f"the waves are not as large as they were planned: {sizes}",) if p < MISMATCH else ()
    return Health(estimates=tuple(estimates), checks=tuple(checks), ill=ill)


def _planned(blocks: Blocks, pilot: Pilot) -> dict[str, float]:
    """How many each arm was to get: at first, later, and after the start, as the draw does it."""
    waves = pilot.waves
    if waves is None:
        return dict.fromkeys(pilot.arms, 1.0)
    n_waves = len(waves.starts)
    each = np.ones(len(blocks.names), dtype=int) if pilot.randomise == "teams" else blocks.n_units
    first = int(each[blocks.first].sum())
    late = ~blocks.first & (blocks.n_late == blocks.n_units)
    later = {True: int(each[late].sum()), False: int(each[~blocks.first & ~late].sum())}
    try:
        sizes = wave_sizes(first, n_waves, waves.holdback_share)
    except ProveoutError:  # drawn elsewhere, by another rule
        held = first * waves.holdback_share
        sizes = [*[(first - held) / n_waves] * n_waves, held]
    total = np.array(sizes, dtype=float)
    for after_start, n in later.items():
        total += n * np.array(later_chances(n_waves, 0.0 if after_start else waves.holdback_share))
    return dict(zip(waves.arms, total.tolist(), strict=False))


def with_system(blocks: Blocks, pilot: Pilot, n_periods: int) -> np.ndarray:
    """Shape (G, n_periods), bool: who was to have the system in which period since the start."""
    days = pilot.in_time.period_days if pilot.in_time else 1
    firsts = [date.fromordinal(pilot.start.toordinal() + i * days) for i in range(n_periods)]
    by_arm = {arm: [pilot.serves(arm or "", day) for day in firsts] for arm in blocks.arms}
    return np.array([by_arm[arm] for arm in blocks.arms], dtype=bool).reshape(len(blocks.arms), n_periods)


def _so_far(pilot: Pilot, today: date) -> int:
    """Periods since the start that are over."""
    return over(pilot, max(0, (min(today, pilot.end) - pilot.start).days + 1))


def users_share(blocks: Blocks, pilot: Pilot, today: date) -> float | None:
    """Of the units that had the system in a period that is over, who used it since the start; None where none had."""
    served = with_system(blocks, pilot, _so_far(pilot, today)).any(axis=1)
    of = int(blocks.n_units[served].sum())
    return float(blocks.n_exposed[served].sum()) / of if of else None


def _uses(
    blocks: Blocks, pilot: Pilot, used: Columns | None, users: Mapping[str, int], today: date
) -> tuple[list[Estimate], list[Check], tuple[str, ...]]:
    name = "Nobody used the system out of turn"
    if used is None:
        note = "no exposures are declared, so nobody can say who used the system; declare `exposures`"
        return [], [Check(name=name, passed=None, note=note)], ()
    n_periods = _so_far(pilot, today)
    on = with_system(blocks, pilot, n_periods)
    n = np.zeros(on.shape)
    periods, rows = floats(used["period"]).astype(int), blocks.places(used["block"])
    inside = (periods >= 0) & (periods < n_periods)
    n[rows[inside], periods[inside]] = floats(used["n"])[inside]
    of = np.repeat(blocks.n_units[:, None], n_periods, axis=1)
    counts = {state: (int(n[on == state].sum()), int(of[on == state].sum())) for state in (True, False)}
    shares = {state: part / whole if whole else 0.0 for state, (part, whole) in counts.items()}
    what = "of {1:,} units' periods"
    note = f"{counts[False][0]:,} {what.format(*counts[False])} without the system saw uses"
    with_it = f"{counts[True][0]:,} {what.format(*counts[True])} with it did"
    estimates, nobody = use_estimates(counts)
    checks = [
        Check(name=name, passed=None if nobody else counts[False][0] == 0, note=note + nobody),
        Check(name="Those who have the system use it", passed=shares[True] >= 0.5, note=with_it),
    ]
    return placed(estimates, checks, mixed(shares, f"{note}, {with_it}"), users)
