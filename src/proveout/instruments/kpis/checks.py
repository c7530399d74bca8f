"""What stands behind the figures of a KPI, and whether the data bear it out."""

from dataclasses import replace

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.core.evidence import Check
from proveout.core.initiative import Kpi, PilotPlan
from proveout.core.looks import ALPHA
from proveout.core.question import Failure
from proveout.instruments.kpis.baseline import WEIGHT, Sample, weeks_observed
from proveout.instruments.kpis.sight import Sight
from proveout.stats.power import smallest_p

FEWEST_UNITS = 8
FEWEST_WEEKS = 6.0
"""A baseline shorter than this catches a mood, not a habit (six weeks or more before a pilot)."""
MOST_LOST = 0.05
"""Share of rows that may be left out without a warning."""
DOMINANT = 0.5
"""One unit with this share of the sum of squared deviations decides the interval alone."""


def _check(kpi: Kpi, name: str, passed: bool | None, note: str) -> Check:
    return Check(name=f"{kpi.id}: {name}", passed=passed, note=note)


def of_definition(kpi: Kpi, missing: tuple[str, ...], vague: tuple[tuple[str, str], ...]) -> list[Check]:
    """Whether the definition is whole and its words are clear."""
    found = [
        _check(kpi, "the definition is complete", not missing, f"Missing: {', '.join(missing)}." if missing else "")
    ]
    if vague:
        words = "; ".join(f"'{word}' {why}" for word, why in vague)
        found.append(_check(kpi, "the title is precise", False, f"{words}. Name what is counted, per what."))
    return found


def failed(kpi: Kpi, failure: Failure) -> Check:
    """The baseline could not be asked for."""
    return _check(
        kpi, "the baseline can be read", False, " ".join(f"{failure.message.rstrip('.!')}. {failure.remedy}".split())
    )


def too_little(kpi: Kpi, what: str, error: TooLittle) -> Check:
    """Too few data for one of the figures."""
    return _check(kpi, f"there are data for {what}", False, f"{error.message}. {error.remedy}".strip())


def no_plan(kpi: Kpi) -> Check:
    """Nothing is said of the size of the pilot."""
    note = "plan.pilot_size is missing, so what the pilot can see is unknown: declare units, clusters and weeks, or "
    note += "a `pilot` with a roster: `proveout pilot plan` then says it."
    return _check(kpi, "the size of the pilot is planned", None, note)


def no_change(kpi: Kpi) -> Check:
    """The target promises nothing."""
    return _check(kpi, "the target is a change", False, "The target is a change of 0: nothing could be seen.")


def of_values(kpi: Kpi, data: Sample) -> list[Check]:
    """Missing values, few units, one unit that dominates, a short baseline."""
    lost = data.missing + data.unreadable + data.without_unit
    note = f"{data.n_rows} rows: {data.missing} without a value, {data.unreadable} whose value is no finite number, "
    note += f"{data.without_unit} without a unit; they are left out."
    if data.unreadable:
        note += " Write 9.6 rather than 9,6, or convert it in the query: replace(value, ',', '.')::double as value."
    n = len(data.units)
    if data.weighted:
        unused = _check(kpi, "every column of the baseline is used", False, WEIGHT)
        return [unused, *of_values(kpi, replace(data, weighted=0))]
    if n == 0:
        return [_check(kpi, "the baseline has values", False, note if data.n_rows else "The query yields no rows.")]
    found = [
        _check(
            kpi, "few values are missing", lost <= MOST_LOST * data.n_rows, note if lost else f"{data.n_rows} rows."
        ),
        _check(
            kpi,
            f"there are at least {FEWEST_UNITS} units",
            n >= FEWEST_UNITS,
            f"{n} units." if n >= FEWEST_UNITS else f"{n} units: the interval leans on normality. Observe more units.",
        ),
    ]
    if n > 1 and np.ptp(data.units) == 0 and not data.binary:
        note = f"All {n} units have the value {data.units[0]:g}: the interval has no width, which is not certainty. "
        found.append(_check(kpi, "units differ", False, note + "Look whether the query yields what it should."))
    if n > 2:
        found.append(_dominance(kpi, data))
    weeks = weeks_observed(data, kpi)
    note = f"{weeks:.1f} weeks." if weeks is not None else "The periods are no dates, or there is only one."
    if weeks is None or weeks < FEWEST_WEEKS:
        note += f" Let the query yield `period`, over {FEWEST_WEEKS:g} weeks or more."
    passed = None if weeks is None else weeks >= FEWEST_WEEKS
    found.append(_check(kpi, f"the baseline spans {FEWEST_WEEKS:g} weeks", passed, note))
    if data.moved:
        note = f"{data.moved} units appear in several clusters; each counts in the first by name."
        found.append(_check(kpi, "units stay in their clusters", False, note))
    return found


def impossible(kpi: Kpi, why: str) -> Check:
    """Values that cannot be: there is no baseline then."""
    return _check(
        kpi, "the values can be", False, f"{why}: look whether start and end are swapped, or the unit is wrong."
    )


def _dominance(kpi: Kpi, data: Sample) -> Check:
    """Whether a single unit makes up most of the spread."""
    squares = (data.units - data.units.mean()) ** 2
    worst = int(squares.argmax())
    share = float(squares[worst] / squares.sum()) if squares.sum() > 0 else 0.0
    spread = data.units.std()
    skew = float(np.mean((data.units - data.units.mean()) ** 3) / spread**3) if spread > 0 else 0.0
    name = "no unit dominates"
    if data.binary or share <= DOMINANT:
        return _check(kpi, name, True, f"Largest share of the spread {share:.0%}, skewness {skew:.1f}.")
    note = f"Unit {data.names[worst]!r} makes up {share:.0%} of the spread (its mean is {data.units[worst]:g}, the "
    note += f"median unit's {np.median(data.units):g}). Look whether it belongs in the baseline."
    return _check(kpi, name, False, note)


def steady(kpi: Kpi, slope: Estimate) -> Check:
    """Whether the KPI moves by itself."""
    crosses = slope.lower is None or slope.upper is None or slope.lower <= 0 <= slope.upper
    note = f"{slope.value:+.3g} {slope.unit} ({slope.lower:.3g} to {slope.upper:.3g})."
    if not crosses:
        note += " The KPI moves before anything is changed, so that before and after must not be compared alone."
    return _check(kpi, "there is no trend", crosses, note)


def of_plan(kpi: Kpi, plan: PilotPlan) -> list[Check]:
    """Whether the planned design can pass at all."""
    assigned = plan.clusters or plan.units
    noun = "clusters" if plan.clusters else "units"
    try:
        least = smallest_p(assigned)
    except TooLittle as error:
        return [_check(kpi, "the design can pass", False, f"{error.message}: such a design can never pass.")]
    note = f"With {assigned} {noun} the smallest possible two-sided p of a randomisation test is {least:.4f}"
    if least <= ALPHA:
        return [_check(kpi, "the design can pass", True, f"{note}.")]
    return [
        _check(
            kpi, "the design can pass", False, f"{note}, above {ALPHA}: such a design can never pass. Plan 8 or more."
        )
    ]


def of_sight(kpi: Kpi, seen: Sight, target: float | None, worthwhile: float | None) -> list[Check]:
    """Whether the pilot can see what is promised and what would be worthwhile, and on what that rests."""
    found = []
    size = f"{seen.mde.value:.3g} {kpi.unit}".strip()
    for change, what in ((target, "the promised change"), (worthwhile, "the smallest worthwhile change")):
        if not change:
            continue
        passed = seen.mde.value <= abs(change)
        note = f"It finds {size} with 80% power; {what} is {abs(change):.3g}."
        note += "" if passed else " More units or teams and a longer baseline help; more weeks help little."
        found.append(_check(kpi, f"the pilot can see {what}", passed, note))
    if seen.icc_assumed:
        note = f"The baseline names no teams, so an intraclass correlation of {seen.icc:g} is assumed: "
        note += "let the query yield `cluster`."
        found.append(_check(kpi, "the likeness within teams is measured", None, note))
    if not seen.periods_known:
        note = "The periods are no dates, so each is taken for a week: let the query yield dates."
        found.append(_check(kpi, "the length of a period is known", None, note))
    return found
