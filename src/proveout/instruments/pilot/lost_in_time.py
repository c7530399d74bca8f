"""Whose outcomes are missing in a design in time, and whether more so with the system than without."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check
from proveout.core.initiative import Kpi
from proveout.core.pilot import Pilot
from proveout.core.question import Columns
from proveout.instruments.pilot import alike, lost, stepped, switching
from proveout.instruments.pilot.alike import UNLIKELY
from proveout.instruments.pilot.blocks import Blocks, Outcomes
from proveout.instruments.pilot.given import REGULAR, Given, by_period
from proveout.instruments.pilot.health import Health, p_estimate, p_text
from proveout.instruments.pilot.in_time import Observed
from proveout.instruments.pilot.kept_schedule import with_system

FEW_LEFT = 0.9
"""Share of the blocks with outcomes that must have them most of the time."""


def of_outcome(seen: Observed, table: Columns, blocks: Blocks, outcomes: Outcomes, kpi: Kpi, pilot: Pilot) -> Health:
    """One KPI: who has no outcomes in a period, where they come in every one, and which rows have no value.

    Raises:
        TooLittle: There is nothing to compare.
    """
    since, design = seen.periods >= 0, switching if pilot.switchback else stepped
    on = np.zeros(seen.present.shape, dtype=bool)
    numbers = seen.periods[since]
    on[:, since] = with_system(blocks, pilot, int(numbers[-1]) + 1)[:, numbers]

    def judge(share: np.ndarray, known: np.ndarray) -> tuple[Estimate, float]:
        found = design.missing(seen, blocks, pilot, np.where(known[:, None], share, 0.0))
        return found or (exact("missing_gap", 0.0, unit="share"), 1.0)

    gap, p = judge(1 - seen.present, blocks.n_units > blocks.n_late)
    regular = _filled(seen, on) >= REGULAR
    gaps = [lost.Gap("outcomes", gap, p)] if regular else []
    rows = by_period(table, blocks, seen.periods)
    due = np.maximum(blocks.n_units - blocks.n_late, 0)[:, None] * since
    of_rows, others = alike.of_rows(rows, on, due, judge, outcomes, kpi)
    gaps += [lost.Gap("values of rows", *of_rows)] if of_rows else []
    likely = p_estimate("sample_ratio_p", p if regular else 1.0, f"{kpi.id}: units with outcomes")
    checks = (*_missing(seen, blocks, kpi, p, regular=regular), *_of_values(rows, on, of_rows, kpi))
    own = Health(estimates=(likely,), checks=checks, ill=()) + lost.unlike(gaps, kpi)
    return _open(own, outcomes) + others


def _filled(seen: Observed, on: np.ndarray) -> float:
    """How many of those with outcomes have some in a period: before the start or, without it, without the system."""
    before = seen.periods < 0
    at = np.broadcast_to(before, on.shape) if before.any() else ~on
    most = np.broadcast_to(seen.present.max(axis=1, initial=0.0)[:, None], on.shape)
    return float(seen.present[at].sum() / max(most[at].sum(), 1e-9))


def _of_values(rows: Given, on: np.ndarray, gap: tuple[Estimate, float] | None, kpi: Kpi) -> Iterator[Check]:
    if gap:
        note = f"{alike.told(rows.lost, on, rows.rows['given'])} have none that counts (p = {p_text(gap[1])})"
        name = f"{kpi.id}: rows lack values alike with and without the system"
        yield Check(name=name, passed=gap[1] >= UNLIKELY, note=note)


def _open(own: Health, outcomes: Outcomes) -> Health:
    """Rows without a day may all be of times with the system: as many as they are, the gap may be larger."""
    share = outcomes.counts["undated"] / max(1, outcomes.counts["n_rows"])
    if share <= lost.APART:
        return own
    wider = tuple(
        replace(one, lower=0.0, upper=max(share, one.value if one.upper is None else one.upper), level=lost.LEVEL)
        if one.name == "missing_imbalance"
        else one
        for one in own.estimates
    )
    return replace(own, estimates=wider)


def _missing(observed: Observed, blocks: Blocks, kpi: Kpi, p: float, *, regular: bool) -> Iterator[Check]:
    note = (
        f"{1 - observed.present[:, observed.periods >= 0].mean():.1%} of the units' periods have none (p {p_text(p)})"
    )
    if not regular:
        note += "; they do not come in every period, so that a period without one need not lack any"
    yield Check(
        name=f"{kpi.id}: outcomes are missing alike with and without the system", passed=p >= UNLIKELY, note=note
    )
    gone = [name for name, kept in zip(blocks.names, observed.kept, strict=True) if not kept]
    if gone:
        note = f"{len(gone)} of {len(blocks.names)} have outcomes in fewer than half of the periods, such as {gone[0]}"
        share = 1 - len(gone) / len(blocks.names)
        yield Check(name=f"{kpi.id}: teams are seen throughout", passed=share >= FEW_LEFT or None, note=note)
