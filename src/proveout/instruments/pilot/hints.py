"""Why a KPI has no figure or its figure does not decide, in plain words, and what to do next."""

from collections.abc import Iterator, Sequence
from datetime import date

from proveout.core.better import turned
from proveout.core.estimate import Estimate
from proveout.core.evidence import Hint
from proveout.core.initiative import Kpi
from proveout.core.pilot import Pilot
from proveout.core.question import Answers
from proveout.core.wording import figure
from proveout.instruments.pilot import adopted, looks
from proveout.instruments.pilot.effects import Effect
from proveout.instruments.pilot.health import DOUBTFUL, p_text
from proveout.instruments.pilot.view import View

JUDGED = {"goal": "effect_to_worthwhile", "guardrail": "guardrail_margin"}
"""What the gate reads of a KPI, by its role."""
STANDS = (
    "The pilot is over and this is its result: decide on it as it is, or run another pilot; `proveout pilot plan` says "
    "how many teams it takes."
)

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
    elif adopted.unknown(known, answers, pilot):
        remedy = "Hold the arms against a copy from the day of the registration, and say in a waiver who did."
        yield Hint(figures=("design_changes",), reason=adopted.UNKNOWN, remedy=remedy)
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
        reason = "too few two periods of a block are over to see what one leaves in the next"
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
        reason, remedy = f"{in_words(kpi, effect)}{unlike}", _next(kpi, effect, view.n_looks, pilot, today)
        yield Hint(subject=kpi.id, figures=(name,), reason=reason, remedy=remedy)
    else:
        reason, remedy = _not_judged(kpi)
        yield Hint(subject=kpi.id, figures=(name,), reason=reason, remedy=remedy)


def _next(kpi: Kpi, effect: Effect, n_looks: int, pilot: Pilot, today: date) -> str:
    best = turned(effect.absolute, kpi).upper
    if best is not None and best < 0:
        return "Find out what the harm comes from before anybody else gets the system."
    return STANDS if n_looks == len(pilot.calendar) else looks.until(pilot.calendar[n_looks], today, "next")


def in_words(kpi: Kpi, effect: Effect) -> str:
    """Such as: Hours per case: 12% lower with the system (13.3% lower to 10.7% lower); 5% is worthwhile."""
    change = kpi.minimum_worthwhile
    share = effect.relative if not change or change.relative is not None else None
    shown, unit = (share, "share") if share else (effect.absolute, "points" if kpi.unit == "share" else kpi.unit)
    said = f"{kpi.title or kpi.id}: {_moved(shown.value, unit)} with the system ({_range(shown, unit)})"
    if change is None:
        return said
    size = _size(change.absolute if change.absolute is not None else change.relative or 0.0, unit)
    return f"{said}; {size} {'is worthwhile' if kpi.role == 'goal' else 'worse can be borne'}"


def _moved(value: float, unit: str) -> str:
    return f"{_size(value, unit)} {'lower' if value < 0 else 'higher'}"


def _size(value: float, unit: str) -> str:
    """A difference of shares is told in points: 8% of a share of 30% would be another thing."""
    return f"{figure(abs(100 * value))} percentage points" if unit == "points" else figure(abs(value), unit)


def _range(shown: Estimate, unit: str) -> str:
    low, high = (None if end is None else _moved(end, unit) for end in (shown.lower, shown.upper))
    if low and high:
        return f"{low} to {high}"
    side, end = ("up", low) if low else ("down", high)
    return f"from {end} {side}wards without an end" if end else "unknown"


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
