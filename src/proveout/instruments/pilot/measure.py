"""Answers to the health of the pilot and, where it is healthy, to the effect on each KPI."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check, Finding, Outcome
from proveout.core.exhibit import Table
from proveout.core.initiative import Initiative, Kpi
from proveout.core.outcomes import measured
from proveout.core.pilot import Pilot, with_seed
from proveout.core.question import Answers, Columns, Failure
from proveout.core.registration import Registration, changes
from proveout.instruments.pilot import (
    adopted,
    exhibits,
    given,
    health,
    in_turn,
    in_waves,
    kept_schedule,
    looks,
    lost,
    off_scale,
    stopped,
    undated,
    unread,
    unseen,
    verdicts,
    worst,
)
from proveout.instruments.pilot.blocks import Blocks, Outcomes, blocks_of, counted, floats, outcomes_of
from proveout.instruments.pilot.effects import Compared, Effect, arriving_effect, compare, effect_of, weekly_effects
from proveout.instruments.pilot.hints import hints
from proveout.instruments.pilot.outlook import smallest_p
from proveout.instruments.pilot.per_team import per_team
from proveout.instruments.pilot.queries import names
from proveout.instruments.pilot.settings import Settings
from proveout.instruments.pilot.view import View, mend_first, no_verdict, not_compared, unhealthy, without_margin
from proveout.stats.multiplicity import holm

ASSIGN = "Run `proveout pilot assign`; it draws the arms and writes the file."
ARRIVE = "Nothing to do until the first units arrive: then run `proveout pilot assign`, as often as more of them do."
CONCEALED = "Nobody could try the draw beforehand"


def measure(settings: Settings, answers: Answers, initiative: Initiative) -> Finding:
    """Health first; a KPI whose arms cannot be compared gets no effect."""
    if initiative.pilot is None:
        return Finding(
            outcome=Outcome.NOT_APPLICABLE, reason="no pilot is declared", remedy="declare one under `pilot`"
        )
    pilot = with_seed(initiative.pilot, answers.registration)
    if (failure := answers.failures.get("blocks")) and not _not_drawn(failure, answers):
        return Finding(outcome=failure.outcome, reason=failure.message, remedy=failure.remedy)
    blocks, found = _taking_part(answers, pilot)
    kept, said = _kept_design(answers, initiative, pilot)
    estimates = [*found.estimates, *_calendar(pilot, answers.as_of), *kept]
    checks = [*found.checks, *said]
    unused = unseen.nobody(blocks, pilot, answers)
    hardly = f"{unused[0]}; {unseen.SAYS_NOTHING}" if unused else _hardly_used(found, blocks, pilot, answers.as_of)
    n_goals = sum(kpi.role == "goal" for kpi in initiative.kpis)
    kpis = {kpi.id: kpi for kpi in initiative.kpis}
    views: list[View] = []
    for index, name in enumerate(pilot.outcomes):
        if name in kpis:
            view = _kpi(index, kpis[name], blocks, pilot, answers, found.ill)
            views.append(without_margin(view, hardly))
            estimates += views[-1].estimates
            checks += _with_contamination(views[-1].checks, found.estimates)
    effects = [(view.kpi, view.effect) for view in views if view.effect]
    p_values = _adjusted_p(effects, n_goals)
    estimates += p_values
    checks = [verdicts.allowing(check, p_values, n_goals) for check in checks]
    checks = _ill_first(checks, found.ill)
    estimates += [measured(kpi, any(kpi is one for one, _ in effects)) for kpi in initiative.kpis]
    return Finding(
        estimates=tuple(estimates),
        checks=tuple(checks),
        exhibits=(
            *exhibits.forest(effects, pilot),
            *(one for view in views for one in view.exhibits),
            _table(blocks, pilot),
        ),
        hints=hints(views, initiative.kpis, pilot, answers, unused=unused),
        changes_on=looks.changes_on(pilot, answers.as_of),
    )


def _hardly_used(found: health.Health, blocks: Blocks, pilot: Pilot, today: date) -> str:
    return health.hardly_used(found, kept_schedule.users_share(blocks, pilot, today) if pilot.in_time else None)


def _ill_first(checks: list[Check], ill: tuple[str, ...]) -> list[Check]:
    first = [check for check in checks if check.name.endswith(health.VERDICT)]
    whole = [health.no_verdict("The pilot", ill)] if ill else []
    return [*whole, *first, *(check for check in checks if check not in first)]


def _not_drawn(failure: Failure, answers: Answers) -> bool:
    """Whether there is no assignment because nobody has drawn it yet."""
    missing = failure.outcome is Outcome.UNREACHABLE and "no such file" in failure.message
    return missing and answers.registration is None


def _taking_part(answers: Answers, pilot: Pilot) -> tuple[Blocks, health.Health]:
    """What was assigned, and its health.

    Raises:
        TooLittle: There is nothing to compare.
    """
    tables, uses = answers.tables, answers.failures.get("uses")
    blocks = blocks_of({**tables["blocks"], **tables.get("uses", {})}, pilot) if "blocks" in tables else None
    if blocks is None or not blocks.names:
        waits = pilot.arriving and answers.registration is not None
        raise TooLittle("nobody has arrived yet", ARRIVE) if waits else TooLittle("nobody is assigned yet", ASSIGN)
    if not uses:
        return blocks, assigned(blocks, pilot, tables, answers.as_of)
    found = assigned(blocks, replace(pilot, exposures=None), tables, answers.as_of)
    return blocks, unread.without_uses(found, uses)


def assigned(blocks: Blocks, pilot: Pilot, tables: Mapping[str, Columns], today: date) -> health.Health:
    """Arms, waves or schedules, and who used the system.

    Raises:
        TooLittle: There is nothing to compare.
    """
    users = tables.get("strangers", {})
    if pilot.in_time:
        found = kept_schedule.of_assignment(blocks, pilot, tables.get("used"), users, today)
    else:
        found = health.of_assignment(blocks, pilot, users)
    return unread.before_start(found, pilot) if today <= pilot.start else found


def _with_contamination(checks: Sequence[Check], estimates: Sequence[Estimate]) -> Iterator[Check]:
    """Results beside the share of those without the system who used it all the same."""
    share = next((e.value for e in estimates if e.name == "contamination_share"), 0.0)
    said = f"{share:.1%} of those without the system used it, so the arms differ by less than having it or not"
    for check in checks:
        is_result = share and check.name.endswith(verdicts.RESULT)
        yield replace(check, note=f"{check.note}; {said}") if is_result else check


def _table(blocks: Blocks, pilot: Pilot) -> Table:
    if pilot.in_time:
        return in_waves.table(blocks, pilot) if pilot.waves else in_turn.table(blocks, pilot)
    return exhibits.arms(blocks, pilot)


def _calendar(pilot: Pilot, today: date) -> list[Estimate]:
    looked = sum(day < today for day in pilot.calendar)
    left = max(0, (pilot.end - today).days + 1)
    brings = "`arrivals_per_day` says what they bring" if pilot.arriving else f"the {pilot.randomise} are fixed"
    return [
        exact("looks", looked, n=len(pilot.calendar), method=f"of {len(pilot.calendar)} in the calendar"),
        exact("days_left", left, unit="day", method=f"by the calendar: {brings}"),
    ]


def _kept_design(answers: Answers, initiative: Initiative, pilot: Pilot) -> tuple[list[Estimate], list[Check]]:
    """Whether design and assignment are those that were registered before the start."""
    name, registered = "The design is the one that was registered", answers.registration
    if registered is None:
        note = (
            "nothing is registered; `proveout pilot assign` does it (with --adopt for arms that were drawn elsewhere)"
        )
        return [], [Check(name=name, passed=None, note=note)]
    changed = list(changes(registered.design, initiative.pilot_design(answers.judged.get("criteria"))))
    if registered.judged and answers.judged:
        changed += [f"the gate judges otherwise, {one}" for one in changes(registered.judged, answers.judged)]
    changed += _assignment(answers, pilot, registered)
    if registered.at > pilot.start:
        changed.append(f"it was registered on {registered.at}, after the start")
    if not changed and (doubt := adopted.doubt(registered, answers, pilot)):
        return [], [
            Check(name=name, passed=None, note=doubt[0]),
            _concealed(registered, answers.tables["blocks"], pilot),
        ]
    note = "; ".join(changed) if changed else f"registered on {registered.at}, {registered.n_units:,} units"
    kept = Check(name=name, passed=not changed, note=note)
    return [exact("design_changes", len(changed))], [kept, _concealed(registered, answers.tables["blocks"], pilot)]


def _assignment(answers: Answers, pilot: Pilot, registered: Registration) -> list[str]:
    """What of the arms is not as it was registered."""
    before = adopted.comparable(registered, answers)
    if before is not None:
        return [*adopted.differences(before, adopted.digests_of(answers.tables[adopted.NAME]), pilot)]
    file = answers.digests.get(pilot.assignment.source, registered.file)
    return ["the assignment file is not the one that was registered"] if file != registered.file else []


def _concealed(registered: Registration, blocks: Columns, pilot: Pilot) -> Check:
    """Whether somebody could have tried draws until one was liked, or have known the arms of those who come later."""
    numbers = sorted({int(batch) for batch in floats(blocks["batch"])})
    open_ = [batch for batch in numbers if batch not in registered.seeds]
    if registered.adopted:
        note = "the arms were drawn elsewhere; who drew them may say how"
    elif (registered.design.get("pilot") or {}).get("seed") is not None:
        note = (
            f"the seed was declared, so all {len(numbers)} draw(s) could be tried until one was liked, and those to "
            "come can be foretold; a pilot without `seed` rules that out"
        )
    elif open_:
        note = f"no seed is registered of draw {', '.join(map(str, open_))} of {len(numbers)}: who drew it may say how"
    else:
        note = f"the seed of each of {len(numbers)} draw(s) was drawn when it was registered"
        note += "; whoever joined a team later got the arm that it had" if pilot.randomise == "teams" else ""
    return Check(name=CONCEALED, passed=None if open_ else True, note=note)


def _kpi(index: int, kpi: Kpi, blocks: Blocks, pilot: Pilot, answers: Answers, ill: tuple[str, ...]) -> View:
    name = names(index)
    if failure := next(
        (answers.failures[question] for question in name.values() if question in answers.failures), None
    ):
        check = Check(name=f"{kpi.id} can be read", passed=False, note=failure.message)
        return View(kpi=kpi, checks=[check], why=failure.message.removesuffix("."), remedy=unread.remedy_of(failure))
    found = counted(answers.tables[name["counts"]])
    if error := unread.nothing_read(found) or _undated(found, answers.tables[name["first"]], kpi, pilot):
        return not_compared(kpi, error, health.of_rows(found, kpi))
    n_looks, none = looks.reached(pilot, found, answers.as_of), unread.nothing_counts(found, pilot)
    if none and n_looks:
        return not_compared(kpi, none, health.of_rows(found, kpi))
    waits = looks.waiting(pilot, found, n_looks, answers.as_of, none)
    more, first = _remarks(name, found, kpi, blocks, pilot, answers, n_looks)
    look = Check(name=f"{kpi.id}: a look of the calendar has come", passed=None, note=". ".join(waits))
    if not n_looks and ill:
        return no_verdict(kpi, (), more, ill)
    more += [look] if waits[0] else []
    if not n_looks:
        return View(kpi=kpi, checks=more, why=waits[0], remedy=waits[1])
    view = _looked(kpi, name, found, blocks, pilot, answers, n_looks, ill)
    if answers.as_of > pilot.end and waits[0]:
        first = first or f"{unread.sentence(waits[0])} {waits[1]}"
    return mend_first(replace(view, checks=[*view.checks, *more], n_looks=n_looks), first)


def _undated(found: Outcomes, columns: Columns, kpi: Kpi, pilot: Pilot) -> TooLittle | None:
    if found.counts["dated"]:
        return None
    return undated.why_not(found.counts["n_often"], columns, pilot.outcomes[kpi.id], pilot)


def _remarks(
    name: Mapping[str, str], found: Outcomes, kpi: Kpi, blocks: Blocks, pilot: Pilot, answers: Answers, n_looks: int
) -> tuple[list[Check], str]:
    """Who has no outcomes, and whose are unlike all others; and what is to be done before they are relied on."""
    numbers = answers.tables[name["periods" if pilot.in_time else "weeks"]]
    there = per_team(answers.tables[name["teams"]], blocks, n_looks)
    checks = [*stopped.of_outcome(numbers, there, found, blocks, kpi, pilot, answers.as_of)]
    odd = off_scale.off_scale(there, blocks, kpi, pilot)
    if not odd:
        return checks, ""
    told = "; ".join(odd)
    checks.append(
        Check(name=f"{kpi.id}: all values are of one kind", passed=False, note=f"{told}. Nothing is left out")
    )
    return checks, f"Find out in what unit these are, and plan nothing on these figures until then: {told}."


def _looked(
    kpi: Kpi,
    name: Mapping[str, str],
    found: Outcomes,
    blocks: Blocks,
    pilot: Pilot,
    answers: Answers,
    n_looks: int,
    ill: tuple[str, ...],
) -> View:
    if pilot.in_time:
        how = in_waves if pilot.waves else in_turn
        tables = answers.tables[name["periods"]], answers.tables[name["given"]]
        return how.view(kpi, *tables, found, blocks, pilot, n_looks, ill)
    moments, weeks = answers.tables[name["moments"]], answers.tables[name["weeks"]]
    outcomes = outcomes_of(found, moments, weeks, blocks, len(pilot.calendar))
    rows = given.up_to_look(answers.tables[name["given"]], blocks, n_looks)
    return _side_by_side(kpi, outcomes, rows, blocks, pilot, n_looks, ill)


def _side_by_side(
    kpi: Kpi, outcomes: Outcomes, rows: given.Given, blocks: Blocks, pilot: Pilot, n_looks: int, ill: tuple[str, ...]
) -> View:
    outcomes = outcomes.until_week(round(pilot.share(pilot.calendar[n_looks - 1]) * pilot.days) // 7)
    own = health.of_rows(outcomes, kpi)
    try:
        own += lost.of_missing(blocks, outcomes, rows, kpi, pilot, n_looks)
        compared = compare(blocks, outcomes, pilot, n_looks)
        own += health.of_before(compared, kpi)
    except TooLittle as error:
        return (unhealthy(kpi, own, ill) if ill else None) or not_compared(kpi, error, own)
    own = replace(own, ill=own.ill + tuple(_impossible(compared, pilot)))
    if found := unhealthy(kpi, own, ill):
        return found
    try:
        effect = _effect(compared, outcomes, pilot)
    except TooLittle as error:
        return not_compared(kpi, error, own)
    weekly = tuple(weekly_effects(compared, outcomes))
    seen = exhibits.Seen(kpi=kpi, compared=compared, effect=effect, weekly=weekly, names=_names(blocks, compared))
    return View(
        kpi=kpi,
        estimates=[
            *own.estimates,
            *verdicts.estimates(effect, kpi, pilot, n_looks),
            *verdicts.fading(compared, outcomes, kpi),
        ],
        checks=[
            *own.checks,
            *worst.of_missing(blocks, outcomes, effect.absolute, kpi, pilot, n_looks, lost.likely(own)),
            *verdicts.checks(effect, kpi, pilot, n_looks),
        ],
        effect=effect,
        exhibits=exhibits.of_kpi(seen, pilot),
    )


def _names(blocks: Blocks, compared: Compared) -> tuple[str, ...]:
    return tuple(np.array(blocks.names, dtype=object)[compared.kept])


def _effect(compared: Compared, outcomes: Outcomes, pilot: Pilot) -> Effect:
    return arriving_effect(compared, outcomes) if pilot.arriving else effect_of(compared, outcomes)


def _impossible(compared: Compared, pilot: Pilot) -> list[str]:
    """Designs that cannot reject anything, whatever the data say."""
    smallest = smallest_p(compared.ways)
    if pilot.arriving or smallest <= verdicts.ALPHA:
        return []
    n = len(compared.ways)
    return [f"{n} assignments were possible, so no p-value is below {smallest:.2f}: this design can show nothing"]


def _adjusted_p(effects: Sequence[tuple[Kpi, Effect]], n_declared: int) -> list[Estimate]:
    """Over all goals that are declared: one that could not be measured does not make it easier for the others."""
    goals = [(kpi, effect) for kpi, effect in effects if kpi.role == "goal"]
    raw = [effect.p_value for _, effect in goals] + [1.0] * (n_declared - len(goals))
    adjusted = holm(np.array(raw))[: len(goals)] if goals else []
    return [
        exact("p_value", float(p), subject=kpi.id, method=f"{effect.test}, Holm over {len(raw)} goal(s)")
        for p, (kpi, effect) in zip(adjusted, goals, strict=True)
    ]
