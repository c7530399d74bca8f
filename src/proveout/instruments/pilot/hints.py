"""Why a KPI has no figure or its figure does not decide, in plain words, and what to do next."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from proveout.core.better import size_of, turned
from proveout.core.estimate import Estimate
from proveout.core.evidence import Hint
from proveout.core.initiative import Kpi
from proveout.core.looks import ALPHA
from proveout.core.pilot import Pilot
from proveout.core.question import Answers
from proveout.core.wording import figure
from proveout.instruments.pilot import adopted, looks, unread
from proveout.instruments.pilot.alike import ROWS, ZEROS
from proveout.instruments.pilot.effects import Effect
from proveout.instruments.pilot.health import DOUBTFUL, p_text
from proveout.instruments.pilot.view import View
from proveout.instruments.pilot.worst import WHOEVER
from proveout.stats.group_sequential import left_over

JUDGED = {"goal": "effect_to_worthwhile", "guardrail": "guardrail_margin"}
"""What the gate reads of a KPI, by its role."""
NO_INTERVAL = ", without an interval: at this look no effect can be ruled out"
STANDS = (
    "The pilot is over and this is its result: decide on it as it is, or run another pilot; `proveout pilot plan` says "
    "how many teams it takes."
)
STOP = (
    "Stop, or take the system back from those who have it, and find out what the harm comes from before anybody else"
    " gets it. Whoever answers for the pilot (`people.owner`, `people.sponsor`) decides whether it goes on, and writes"
    " it down: `proveout decide pilot hold`, `recycle` or `kill`."
)
POINTS = "a difference of shares"
"""Stands for a unit: a KPI whose unit is called points, such as those of a scale, has it as it is."""
BY_TIME = re.compile(r": effect (in each|by time)")
"""The picture of how the effect changes with use."""
UNLIKE = (
    "Find out whether somebody could choose who gets the system; another time draw with `method: constrained` or "
    "`matched-pairs`."
)


def hints(
    views: Sequence[View], kpis: Sequence[Kpi], pilot: Pilot, answers: Answers, *, unused: tuple[str, str] | None
) -> tuple[Hint, ...]:
    """What is to be said of each KPI, of what was not declared, and of uses where there are none."""
    today, general = answers.as_of, [*_undeclared(kpis, pilot, answers)]
    if unused:
        general += _unused(pilot, today, *unused)
    return (*general, *(hint for view in views for hint in _of(view, pilot, today)))


def _unused(pilot: Pilot, today: date, reason: str, remedy: str) -> Iterator[Hint]:
    if today <= pilot.start:
        reason = f"nobody has the system before {pilot.start}"
        remedy = f"The pilot begins on {pilot.start}; nothing to do until then."
    yield Hint(figures=("contamination_share",), reason=reason, remedy=remedy)


def _undeclared(kpis: Sequence[Kpi], pilot: Pilot, answers: Answers) -> Iterator[Hint]:
    known = answers.registration
    if known is None:
        remedy = "Run `proveout pilot assign` (with --adopt for arms that were drawn elsewhere)."
        if answers.as_of > pilot.start:
            remedy = (
                "Where Proveout drew the arms, the ledger was lost or is another one: restore it from a copy. Of arms "
                "drawn elsewhere and never adopted nothing shows any more that the design was fixed beforehand."
            )
        yield Hint(figures=("design_changes",), reason="nothing is registered", remedy=remedy)
    elif doubt := adopted.doubt(known, answers, pilot):
        yield Hint(figures=("design_changes",), reason=doubt[0], remedy=doubt[1])
    if pilot.exposures is None:
        reason = "no exposures are declared, so nobody can say who used the system"
        remedy = "Declare `exposures` under `pilot`: `unit` and `at` of each use."
        yield Hint(figures=("contamination_share", "exposed_share"), reason=reason, remedy=remedy)
    for kpi in kpis:
        if kpi.id not in pilot.outcomes:
            was = known and kpi.id in ((known.design.get("pilot") or {}).get("outcomes") or {})
            reason = f"`pilot.outcomes` has no {kpi.id}" + (", though it was registered" if was else "")
            remedy = (
                f"{'Put back' if was else 'Declare'} the outcomes of {kpi.id} under `pilot`: `unit`, `day`, `value`."
            )
            yield Hint(subject=kpi.id, reason=reason, remedy=remedy)


def _of(view: View, pilot: Pilot, today: date) -> Iterator[Hint]:
    kpi, effect = view.kpi, view.effect
    if pilot.switchback and effect and "carry_over_p" not in {estimate.name for estimate in view.estimates}:
        reason = "too few periods are over to see what one leaves in the next"
        over = view.n_looks == len(pilot.calendar)
        remedy = (
            "The next pilot needs more periods or more blocks."
            if over
            else looks.until(pilot.calendar[view.n_looks], today, "next")
        )
        yield Hint(subject=kpi.id, figures=("carry_over_p",), reason=reason, remedy=remedy)
    unlike = _unlike(view)
    if unlike:
        yield Hint(subject=kpi.id, figures=("balance_p",), reason="", remedy=UNLIKE)
    if effect is None:
        if view.why:
            yield Hint(subject=kpi.id, reason=view.why, remedy=view.remedy)
    elif (name := JUDGED[kpi.role]) in {estimate.name for estimate in view.estimates}:
        reason = f"{in_words(kpi, effect)}{_mute(kpi, effect, view.n_looks, pilot)}{unlike}"
        remedy = view.first or _next(kpi, effect, view.n_looks, pilot, today)
        yield Hint(subject=kpi.id, figures=(name,), reason=reason, remedy=remedy, caution=_caution(view, pilot))
    else:
        reason, remedy = _not_judged(kpi)
        yield Hint(subject=kpi.id, figures=(name,), reason=reason, remedy=remedy)


def _next(kpi: Kpi, effect: Effect, n_looks: int, pilot: Pilot, today: date) -> str:
    if kpi.role == "guardrail" and _unbearable(kpi, effect):
        return STOP
    best = turned(effect.absolute, kpi).upper
    if best is not None and best < 0:
        return "Find out what the harm comes from before anybody else gets the system."
    return STANDS if n_looks == len(pilot.calendar) else looks.until(pilot.calendar[n_looks], today, "next")


def _caution(view: View, pilot: Pilot) -> str:
    """What of the rows casts doubt on a pass; and, on the way, that what comes later is no part of it."""
    doubts = (check for check in view.checks if check.passed is False and check.name.endswith((ZEROS, ROWS, WHOEVER)))
    return " ".join([*(unread.sentence(check.note) for check in doubts), *_on_the_way(view, pilot)])


def _on_the_way(view: View, pilot: Pilot) -> Iterator[str]:
    """What comes later, and how it went so far."""
    k, of = view.n_looks, len(pilot.calendar)
    if k == of:
        return
    later = "later units" if pilot.arriving else "later weeks"
    day = pilot.calendar[k - 1]
    said = f"Passed at look {k} of {of}, of {day}: the interval is of that look; the effect of {later} is not in it."
    trend = next((one for one in view.estimates if one.name == "effect_trend"), None)
    if trend and trend.lower is not None and trend.upper is not None:
        share = view.kpi.unit == "share"
        value, low, high = (figure(100 * at if share else at) for at in (trend.value, trend.lower, trend.upper))
        unit = "percentage points" if share else view.kpi.unit
        worse = "fades" if view.kpi.role == "goal" else "gets worse"
        said += f" So far it changes by {value} ({low} to {high}) {unit} a week; below 0 it {worse}."
    picture = next((one.title for one in view.exhibits if BY_TIME.search(one.title)), "")
    yield f"{said} See the picture `{picture}`." if picture else said


def _mute(kpi: Kpi, effect: Effect, n_looks: int, pilot: Pilot) -> str:
    """That this look could show nothing, whatever the data: the draw can come out in too few ways for it."""
    if not effect.n_ways:
        return ""
    alpha, shares = 2 * ALPHA if kpi.role == "guardrail" else ALPHA, [pilot.share(day) for day in pilot.calendar]
    left = left_over(shares[:n_looks], effect.n_ways, alpha=alpha, kind=pilot.spending)
    smallest = max(effect.smallest_p, 1 / effect.n_ways)
    if smallest <= left:
        return ""
    return (
        f". This look can show nothing: {100 * left:.2g}% error is left for it, and of {effect.n_ways:,} possible"
        f" draws no p-value is below {100 * smallest:.2g}%"
    )


def _unbearable(kpi: Kpi, effect: Effect) -> bool:
    """Whether a guardrail has got worse by more than can be borne, as its criterion judges it."""
    change = kpi.minimum_worthwhile
    bound = effect.one_sided[1 if change and change.relative is not None else 0]
    upper = turned(bound, kpi, shift=size_of(change)).upper if bound else None
    return upper is not None and upper < 0


def in_words(kpi: Kpi, effect: Effect) -> str:
    """Such as: Hours per case: 12% lower with the system (13.3% lower to 10.7% lower); 5% is worthwhile.

    Of a guardrail the interval is the one that is judged, on one side.
    """
    change = kpi.minimum_worthwhile
    absolute, relative = effect.one_sided if kpi.role == "guardrail" else (effect.absolute, effect.relative)
    share = relative if not change or change.relative is not None else None
    shown, unit = (share, "share") if share else (absolute, POINTS if kpi.unit == "share" else kpi.unit)
    known = _range(shown, unit)
    interval = f" ({known})" if known else NO_INTERVAL
    said = f"{kpi.title or kpi.id}: {_moved(shown.value, unit)} with the system{interval}"
    if change is None:
        return said
    size = _size(change.absolute if change.absolute is not None else change.relative or 0.0, unit)
    return f"{said}; {size} {'is worthwhile' if kpi.role == 'goal' else 'worse can be borne'}"


def _moved(value: float, unit: str) -> str:
    return f"{_size(value, unit)} {'lower' if value < 0 else 'higher'}"


def _size(value: float, unit: str) -> str:
    """A difference of shares is told in points: 8% of a share of 30% would be another thing."""
    return f"{figure(abs(100 * value))} percentage points" if unit == POINTS else figure(abs(value), unit)


def _range(shown: Estimate, unit: str) -> str:
    """Empty where nothing is ruled out: that no share falls by more than all of it is no news."""
    trivial = unit == "share" and shown.lower == -1 and shown.upper is None
    low, high = (None if end is None or trivial else _moved(end, unit) for end in (shown.lower, shown.upper))
    if low and high:
        return f"{low} to {high}"
    side, end = ("up", low) if low else ("down", high)
    return f"from {end} {side}wards without an end" if end else ""


def _unlike(view: View) -> str:
    """That the groups were not alike before, where that makes it hard to tell."""
    p = next((estimate.value for estimate in view.estimates if estimate.name == "balance_p"), 1.0)
    if p >= DOUBTFUL:
        return ""
    unused = any(check.name.endswith("the time before is used") for check in view.checks)
    so = (
        "and the effect does not allow for it: it may have been there before" if unused else "which widens the interval"
    )
    return f"; the groups were unlike before the start (p = {p_text(p)}), {so}"


def _not_judged(kpi: Kpi) -> tuple[str, str]:
    if kpi.role == "goal" and kpi.minimum_worthwhile is None:
        return "nothing says what is worthwhile", f"Declare `minimum_worthwhile` of {kpi.id}."
    if not kpi.direction:
        return "nothing says which direction is better", f"Declare `direction` of {kpi.id}."
    remedy = f"Declare `minimum_worthwhile` of {kpi.id} as an absolute change."
    return "values that are 0 or below have no share", remedy
