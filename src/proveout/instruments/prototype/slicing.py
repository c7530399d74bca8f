"""Does it work in every part of the cases, and does it treat groups of people alike?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.core.evidence import Check, Part
from proveout.core.exhibit import Bar, Intervals, Table
from proveout.core.wording import figure
from proveout.instruments.prototype.cases import FEWEST, Cases, Labels
from proveout.instruments.prototype.performance import Judged
from proveout.stats.balance import simultaneous
from proveout.stats.multiplicity import holm
from proveout.stats.proportion import difference, ratio

MOST_SLICES = 40
SHOWN = 12
WORSE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One part of the cases: the metric in it with an interval that holds for all parts at once."""

    name: str
    found: Estimate
    p: float = 1.0


def slices(one: Judged) -> Part:
    """The metric in every slice with enough cases, and the worst of them against the whole."""
    if not one.cases.slices:
        note = "declare `slices`, columns that split the cases into groups in each of which it should work"
        return Part(checks=(Check(name="It works in every group of cases", passed=None, note=note),))
    parts, small, n_beyond = _parts(one)
    checks = []
    if n_beyond:
        note = f"the {n_beyond} smallest of {n_beyond + MOST_SLICES} are not; name columns with fewer values"
        checks.append(Check(name="Every slice is judged", passed=None, note=note))
    if small:
        note = f"{len(small)} slice(s) are too small or of one outcome only and not judged: {', '.join(small[:5])}"
        checks.append(Check(name="Every slice is large enough", passed=None, note=note))
    if not parts:
        return Part(checks=tuple(checks))
    whole = one.metric.value(one.cases, one.answer)
    adjusted = holm([_p(part.found, whole) for part in parts])
    parts = [replace(part, p=float(p)) for part, p in zip(parts, adjusted, strict=True)]
    sign = one.metric.sign
    worst = min(parts, key=lambda part: sign * part.found.value)
    behind = [part for part in parts if part.p < WORSE and sign * (part.found.value - whole) < 0]
    unit = one.metric.unit
    note = f"worst: {worst.name} with {figure(worst.found.value, unit)}, {figure(whole, unit)} on all cases"
    if behind:
        named = ", ".join(part.name for part in behind[:5])
        note += f"; worse than chance explains: {named} (Holm, 5%)"
    checks.append(Check(name="No slice is worse than the whole, beyond chance", passed=not behind, note=note))
    ratios = _ratio(worst, whole, sign, len(parts))
    return Part(estimates=tuple(ratios), checks=tuple(checks), exhibits=(_shown(parts, whole, one),))


def _parts(one: Judged) -> tuple[list[Slice], list[str], int]:
    """Slices that can be judged, the names of those that cannot, and how many there are beyond the largest."""
    named = [
        (f"{column}={name}", labels.codes == code)
        for column, labels in one.cases.slices.items()
        for code, name in [*enumerate(labels.names), (-1, "(empty)")]
    ]
    large = [(name, members) for name, members in named if members.sum() >= FEWEST and not members.all()]
    small = [name for name, members in named if 0 < members.sum() < FEWEST]
    n_beyond = max(0, len(large) - MOST_SLICES)
    large = sorted(large, key=lambda pair: -pair[1].sum())[:MOST_SLICES]
    level = simultaneous(0.95, max(1, len(large)))
    parts = []
    for name, members in large:
        try:
            cases = one.cases.at(members)
            if cases.classes and len(np.unique(cases.truth)) < 2 and one.metric.name != "accuracy":
                raise TooLittle("one outcome only")
            parts.append(Slice(name=name, found=one.metric.of(cases, one.answer[members], level=level)))
        except TooLittle:
            small.append(name)
    return parts, small, n_beyond


def _p(found: Estimate, whole: float) -> float:
    """How likely a slice is as far from the whole by chance, from its interval (Altman and Bland 2011)."""
    from scipy.special import ndtr, ndtri

    lower, upper = found.lower, found.upper
    if lower is None or upper is None or found.value == whole:
        return 1.0
    if lower == upper:
        return 0.0  # every resample says the same, and it is not what the whole says
    error = (upper - lower) / (2 * ndtri(0.5 + found.level / 2))
    return float(2 * ndtr(-abs(found.value - whole) / error))


def _ratio(worst: Slice, whole: float, sign: int, n_slices: int) -> Iterator[Estimate]:
    """The worst slice per whole, turned round for an error; the whole counts as known, which widens the interval."""
    found = worst.found
    if whole <= 0 or (sign < 0 and (found.lower is None or found.lower <= 0)):
        return
    ends = [found.lower, found.value, found.upper]
    lower, value, upper = (
        [None if end is None else end / whole for end in ends]
        if sign > 0
        else [None if end is None else whole / end for end in ends[::-1]]
    )
    assert value is not None  # noqa: S101 an estimate has one
    yield Estimate(
        name="worst_slice_ratio",
        value=value,
        lower=lower,
        upper=upper,
        subject=worst.name,
        n=found.n,
        level=0.95,
        method=f"{'metric of the worst' if sign > 0 else 'error of the whole per that of the worst'} of {n_slices} "
        f"slices; interval holds for all of them at once (Bonferroni); {found.method}",
    )


def _shown(parts: Sequence[Slice], whole: float, one: Judged) -> Intervals:
    ordered = sorted(parts, key=lambda part: one.metric.sign * part.found.value)[:SHOWN]
    bars = tuple(
        Bar(
            label=part.name,
            value=part.found.value,
            lower=part.found.lower,
            upper=part.found.upper,
            note=f"{part.found.n:,}" + (f"; p {figure(part.p)}" if part.p < WORSE else ""),
        )
        for part in ordered
    )
    return Intervals(
        title=f"{one.metric.title} by slice, worst first",
        unit=one.metric.unit,
        bars=bars,
        reference=whole,
        reference_label="all cases",
        note=f"intervals hold at once for {len(parts)} slices; p adjusted by Holm's method",
    )


def fairness(cases: Cases, answer: np.ndarray | None) -> Part:
    """Per field of groups, how often the least selected group is selected, and how far error rates are apart."""
    if not cases.groups:
        note = "declare `groups`, columns that split people into groups that should be treated alike, if there are any"
        return Part(checks=(Check(name="Groups are treated alike", passed=None, note=note),))
    if answer is None or not cases.binary:
        note = "groups are compared by decisions of yes or no, and there are none"
        return Part(checks=(Check(name="Groups can be compared", passed=None, note=note),))
    estimates: list[Estimate] = []
    checks: list[Check] = []
    rows: list[tuple] = []
    for field, labels in cases.groups.items():
        found, said, seen = _groups(field, labels, cases.truth, answer)
        estimates += found
        checks += said
        rows += seen
    table = Table(
        title="How groups are treated",
        columns=("group", "cases", "selected", "wrong", "wrong among true no", "wrong among true yes"),
        units=("", "", "share", "share", "share", "share"),
        rows=tuple(rows),
    )
    return Part(estimates=tuple(estimates), checks=tuple(checks), exhibits=(table,) if rows else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Treated:
    """Counts of one group."""

    name: str
    n: int
    selected: int
    wrong: int
    row: tuple


def _groups(
    field: str, labels: Labels, truth: np.ndarray, answer: np.ndarray
) -> tuple[list[Estimate], list[Check], list[tuple]]:
    name = f"Groups of {field} can be compared"
    treated = []
    small = [one for code, one in enumerate(labels.names) if 0 < (labels.codes == code).sum() < FEWEST]
    for code, group in enumerate(labels.names):
        members = labels.codes == code
        if members.sum() >= FEWEST:
            treated.append(_treated(f"{field}={group}", truth[members], answer[members]))
    checks = []
    if small:
        note = f"too few cases of {', '.join(small[:5])}; {FEWEST} are the least"
        checks.append(Check(name=name, passed=None, note=note))
    if len(treated) < 2:
        note = f"{len(treated)} group(s) with {FEWEST} cases or more; two are needed"
        return [], [*checks, Check(name=name, passed=None, note=note)], [one.row for one in treated]
    level = simultaneous(0.95, len(treated) * (len(treated) - 1) // 2)
    estimates = [_gap(field, treated, level)]
    least = min(treated, key=lambda one: one.selected / one.n)
    most = max((one for one in treated if one is not least), key=lambda one: one.selected / one.n)
    if most.selected:
        found = ratio(least.selected, least.n, most.selected, most.n, level=level)
        method = f"{least.name} per {most.name}; {found.method}"
        estimates.append(replace(found, name="selection_rate_ratio", subject=field, level=0.95, method=method))
    else:
        checks.append(Check(name=name, passed=None, note="nobody is selected in any group"))
    return estimates, checks, [one.row for one in treated]


def _treated(name: str, truth: np.ndarray, answer: np.ndarray) -> Treated:
    selected, wrong = int((answer == 1).sum()), int((answer != truth).sum())
    shares = [float((answer[truth == c] != c).mean()) if (truth == c).any() else None for c in (0, 1)]
    row = (name, len(truth), selected / len(truth), wrong / len(truth), *shares)
    return Treated(name=name, n=len(truth), selected=selected, wrong=wrong, row=row)


def _gap(field: str, treated: Sequence[Treated], level: float) -> Estimate:
    """The largest difference between the error rates of two groups."""
    high = max(treated, key=lambda one: one.wrong / one.n)
    low = min(treated, key=lambda one: one.wrong / one.n)
    if high is low:
        low = next(one for one in treated if one is not high)
    found = difference(high.wrong, high.n, low.wrong, low.n, level=level)
    method = f"{high.name} less {low.name}; {found.method}"
    return replace(found, name="error_rate_gap", subject=field, level=0.95, method=method)
