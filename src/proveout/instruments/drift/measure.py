"""Answers to figures."""

from collections.abc import Iterator

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check, Finding
from proveout.core.initiative import Initiative
from proveout.core.question import Answers
from proveout.instruments.drift.counted import Counted, counted
from proveout.instruments.drift.exhibits import exhibits
from proveout.instruments.drift.moved import Moment, Moved, compared_at_all, moved, over_time
from proveout.instruments.drift.performing import performing
from proveout.instruments.drift.plan import Compared, bins, compared
from proveout.instruments.drift.settings import Settings

FEW = 100
"""Cases below which a window tells little."""
NEW = 0.01
"""The share of values unknown to the reference from which on they are named."""


def measure(settings: Settings, answers: Answers, initiative: Initiative) -> Finding:
    """How far the fields have moved, and what became of the performance.

    Raises:
        TooLittle: A window is empty, or no field can be compared.
    """
    what = compared(settings, answers)
    if not what.columns:
        raise TooLittle("the windows have no field in common", "name `fields` that both windows have")
    columns = counted(bins(settings, answers), answers, settings)
    for side in ("reference", "current"):
        if not len(answers.tables[side]["n"]):
            raise TooLittle(f"the {side} window has no cases", "look at its dates and at `time`")
    found = moved(columns, settings)
    compared_at_all(found)
    moments, model = over_time(found), performing(settings, answers)
    return Finding(
        estimates=(*_estimates(found, moments), *model.estimates),
        checks=(*_checks(what, columns, found, settings), *model.checks),
        exhibits=exhibits(found, moments, model),
    )


def _estimates(found: tuple[Moved, ...], moments: tuple[Moment, ...]) -> Iterator[Estimate]:
    n = sum(one.drifted for one in found)
    method = "beyond what is allowed, and adjusted p below 0.05 (Benjamini and Hochberg)"
    yield exact("drifted_fields", n, n=len(found), method=method)
    if moments:
        n = sum(moment.drifted for moment in moments)
        yield exact("drifted_chunks", n, n=len(moments), method=f"{method}, over all fields and chunks together")
    for one in found:
        if one.ratio:
            yield one.ratio
        for distance in one.distances.values():
            yield distance.named(distance.name, subject=one.name)
        yield one.missing
        if one.new:
            yield one.new


def _checks(
    what: Compared, columns: tuple[Counted, ...], found: tuple[Moved, ...], settings: Settings
) -> Iterator[Check]:
    yield from _columns(what, columns)
    yield from _windows(columns)
    beyond = [one for one in found if one.ratio and one.ratio.value > 1]
    chance = [one.name for one in beyond if not one.drifted]
    if chance:
        note = f"{', '.join(chance)}: beyond what is allowed, but chance could do that with so few cases; wait for more"
        yield Check(name="Windows are large enough for their bins", passed=None, note=note)
    if lost := [one.name for one in found if one.ratio is None]:
        note = f"{', '.join(lost)}: the declared measure needs numbers that vary, or values at all"
        yield Check(name="Every field has the distance that counts", passed=False, note=note)
    grew = [one for one in found if one.missing.value > settings.missing_allowed]
    note = "; ".join(
        f"{one.name}: {one.counted.before.share_missing:.1%} then, {one.counted.after.share_missing:.1%} now"
        for one in grew
    )
    yield Check(name="No more values are missing than before", passed=not grew, note=note)
    new = [one for one in found if one.new and one.new.value > NEW]
    note = "; ".join(f"{one.name}: {one.new.value:.1%}" for one in new if one.new)
    yield Check(name="All values are known from the reference", passed=not new, note=note)


def _columns(what: Compared, columns: tuple[Counted, ...]) -> Iterator[Check]:
    empty = [one.name for one in columns if not one.before.total.sum()]
    if empty:
        note = f"{', '.join(empty)}: all missing in the reference, so that nothing can be said of them"
        yield Check(name="Every field has values", passed=False, note=note)
    if constant := [
        one.name for one in columns if (one.coarse(one.before).sum(axis=0) > 0).sum() == 1 and one.name not in empty
    ]:
        yield Check(
            name="Every field varies", passed=None, note=f"{', '.join(constant)}: one value only in the reference"
        )
    if what.left_out:
        yield Check(name="Every column is compared", passed=None, note=f"left out: {', '.join(what.left_out)}")
    if what.new:
        yield Check(name="No column is new", passed=None, note=f"only in the current window: {', '.join(what.new)}")
    if what.retyped:
        yield Check(name="Columns have kept their type", passed=False, note=", ".join(what.retyped))
    impossible = [one for one in columns if one.before.impossible + one.after.impossible]
    if impossible:
        told = (f"{one.name}: {one.before.impossible:,} then, {one.after.impossible:,} now" for one in impossible)
        note = f"infinite or no number, and counted as missing: {'; '.join(told)}"
        yield Check(name="Numbers are finite", passed=False, note=note)


def _windows(columns: tuple[Counted, ...]) -> Iterator[Check]:
    before, after = columns[0].before, columns[0].after
    n, m = int(before.n.sum()), int(after.n.sum())
    note = f"{n:,} cases then, {m:,} now"
    yield Check(name=f"Both windows have {FEW} cases", passed=True if min(n, m) >= FEW else None, note=note)
    untimed = sum(int(side.n[row]) for side in (before, after) for row, c in enumerate(side.chunks) if c == "no time")
    if untimed:
        yield Check(name="Every case has a time", passed=False, note=f"{untimed:,} have none that can be read")
