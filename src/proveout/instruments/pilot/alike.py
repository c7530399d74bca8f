"""Whether rows are alike with the system and without: without a value, written twice, or 0."""

from collections.abc import Callable, Iterator

import numpy as np

from proveout.core.estimate import Estimate
from proveout.core.evidence import Check
from proveout.core.initiative import Kpi
from proveout.instruments.pilot.blocks import Outcomes
from proveout.instruments.pilot.given import Given
from proveout.instruments.pilot.health import AGAIN, Health, by_coincidence, p_text

ZEROS, ROWS = "no side alone has zeros", "as many rows with and without the system"
"""Checks: where they fail, an effect may be one of the data alone."""
UNLIKELY = 0.05
"""A difference so unlikely by chance, and large, leaves nothing to compare; more likely, it is open."""
MANY_ZEROS = 0.05
"""Share of the values on one side that are 0 ..."""
HARDLY_ZEROS = 0.01
"""... where on the other side, or before the start, hardly any are: they may stand for what is missing."""
MANY_ROWS = 0.1
"""Share of the rows per unit by which the other side may have fewer (our judgement)."""

Judge = Callable[[np.ndarray, np.ndarray], tuple[Estimate, float]]
"""From shares, shape (G, T), and which blocks count: how much larger they are with the system, and the p-value."""


def of_rows(
    rows: Given, on: np.ndarray, seen: np.ndarray, judge: Judge, outcomes: Outcomes, kpi: Kpi
) -> tuple[tuple[Estimate, float] | None, Health]:
    """Rows without a value, as a gap (None where there are none); the rest as checks, of repeated rows an illness.

    Args:
        rows: Of one KPI.
        on: Shape (G, T), bool: where the system was.
        seen: Shape (G, T): units with outcomes.
        judge: By the draw.
        outcomes: What was counted of all rows.
        kpi: The KPI.
    """
    some = rows.rows["given"].sum(axis=1) > 0
    lost = judge(rows.lost, some) if rows.lost[some].any() else None
    own = _of_repeats(rows, on, judge, outcomes, kpi)
    checks = (*_of_zeros(rows, on, judge, outcomes, kpi), *_of_many(rows, on, seen, judge, kpi))
    return lost, own + Health(estimates=(), checks=checks, ill=())


def told(share: np.ndarray, on: np.ndarray, of: np.ndarray) -> str:
    """Shares of all rows with the system and without, in words."""
    return "{:.1%} with the system and {:.1%} without".format(*_sides(share * of, of, on))


def _sides(part: np.ndarray, of: np.ndarray, on: np.ndarray) -> tuple[float, float]:
    here, off = np.broadcast_to(on, of.shape), ~np.broadcast_to(on, of.shape)
    return float(part[here].sum() / max(1.0, of[here].sum())), float(part[off].sum() / max(1.0, of[off].sum()))


def _of_repeats(rows: Given, on: np.ndarray, judge: Judge, outcomes: Outcomes, kpi: Kpi) -> Health:
    again, of = rows.rows["again"], rows.rows["telling"]
    if not again.any():
        return Health(estimates=(), checks=(), ill=())
    p, sides = judge(rows.share("again", "telling"), of.sum(axis=1) > 0)[1], _sides(again, of, on)
    note = f"{told(rows.share('again', 'telling'), on, of)} say what another row says (p = {p_text(p)})"
    ill = abs(sides[0] - sides[1]) > AGAIN + by_coincidence(outcomes.counts) and p < UNLIKELY
    said = (f"rows came twice more often on one side: {note}",) if ill else ()
    name = f"{kpi.id}: rows come twice alike with and without the system"
    return Health(estimates=(), checks=(Check(name=name, passed=p >= UNLIKELY, note=note),), ill=said)


def _of_zeros(rows: Given, on: np.ndarray, judge: Judge, outcomes: Outcomes, kpi: Kpi) -> Iterator[Check]:
    """Zeros on one side only; of yes and no a 0 is an answer."""
    if not outcomes.counts["graded"]:
        return
    now = _sides(rows.rows["zeros"], rows.rows["n"], on)
    before = float(rows.before["zeros"].sum() / max(1.0, rows.before["n"].sum()))
    few = min(now) <= HARDLY_ZEROS or (before <= HARDLY_ZEROS and rows.before["n"].any())
    if max(now) < MANY_ZEROS or not few:
        return
    p = judge(rows.share("zeros", "n"), rows.rows["n"].sum(axis=1) > 0)[1]
    if p < UNLIKELY:
        note = (
            f"of the values {now[0]:.1%} with the system and {now[1]:.1%} without are 0, {before:.1%} before the start "
            f"(p = {p_text(p)}): look whether a 0 stands for a value that is missing"
        )
        yield Check(name=f"{kpi.id}: {ZEROS}", passed=False, note=note)


def _of_many(rows: Given, on: np.ndarray, seen: np.ndarray, judge: Judge, kpi: Kpi) -> Iterator[Check]:
    """Rows per unit: the system changes how much is done, or rows are lost."""
    now = _sides(rows.rows["given"], seen, on)
    p = judge(rows.rows["given"] / np.maximum(seen, 1), seen.sum(axis=1) > 0)[1]
    if p < UNLIKELY and abs(now[0] - now[1]) > MANY_ROWS * max(now):
        note = (
            f"{now[0]:.1f} rows per unit with the system and {now[1]:.1f} without (p = {p_text(p)}): "
            "either more or less is done with it, or rows are lost or come twice; look which"
        )
        yield Check(name=f"{kpi.id}: {ROWS}", passed=False, note=note)
