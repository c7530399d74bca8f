"""The plan for the people, group by group: what is prepared, what stands in the way, who signed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact, partly_counted
from proveout.core.evidence import Check, Finding
from proveout.core.exhibit import Exhibit, Heatmap, Place, Places, Table
from proveout.core.initiative import Group, GroupId, Initiative
from proveout.core.privacy import FEWEST
from proveout.core.question import Answers
from proveout.core.wording import figure, says_something
from proveout.instruments.change.readiness import Readiness, readiness
from proveout.instruments.change.settings import ORGANISATIONAL, STEPS, Action, Affected, Settings
from proveout.instruments.change.signing import Signed, in_a_word, signed, signed_checks, signed_share


def measure(settings: Settings, answers: Answers, initiative: Initiative) -> Finding:
    """All that is planned, held against all groups that are declared.

    Raises:
        TooLittle: No groups are declared.
        ProveoutError: The answers on readiness lack a column.
    """
    for failure in answers.failures.values():
        return Finding(outcome=failure.outcome, reason=failure.message, remedy=failure.remedy)
    if not initiative.groups:
        raise TooLittle("no groups are declared", "declare under `groups` who is affected")
    known, said = readiness(settings, answers, initiative.groups)
    today, said_of_it = answers.as_of, signed(initiative, answers.sign_offs)
    checks = [*said, *_prepared_checks(settings, initiative, today)]
    checks += [*_barrier_checks(settings, initiative, known, today)]
    checks += [*_overdue(settings, today), *signed_checks(said_of_it)]
    effort, doubts = _effort(settings, initiative)
    return Finding(
        estimates=(
            _prepared(settings, initiative, today),
            *_barriers(settings, initiative, known, today),
            *effort,
            *_actions(settings, today),
            signed_share(said_of_it),
        ),
        checks=(*checks, *doubts),
        exhibits=tuple(_exhibits(settings, initiative, known, today, said_of_it)),
        changes_on=min(_turning(settings, today), default=None),
    )


def _turning(settings: Settings, today: date) -> Iterator[date]:
    """Days to come on which an open action is overdue, or one counts as done."""
    for action in settings.actions:
        if action.done and action.done > today:
            yield action.done
        if _open(action, today) and action.due and action.due >= today:
            yield action.due + timedelta(days=1)


def _of(settings: Settings, group: GroupId) -> Affected | None:
    return next((one for one in settings.groups if one.group == group), None)


def _lacking(settings: Settings, group: GroupId, today: date) -> list[str]:
    """What is not prepared for a group."""
    planned = _of(settings, group)
    if planned is None:
        return ["everything: it has no entry"]
    own = [action for action in settings.actions if action.group == group and action.planned(today)]
    lacks = [] if says_something(planned.sponsor) else ["a sponsor"]
    lacks += [] if says_something(planned.message) else ["a message"]
    return lacks + ([] if own else ["an action with an owner and a date to come"])


def _prepared(settings: Settings, initiative: Initiative, today: date) -> Estimate:
    ready = [group for group in initiative.groups if not _lacking(settings, group.id, today)]
    n = len(initiative.groups)
    method = f"{len(ready)} of {n} groups have a sponsor, a message, and an action with an owner and a date"
    return exact("groups_prepared_share", len(ready) / n, unit="share", n=n, method=method)


def _prepared_checks(settings: Settings, initiative: Initiative, today: date) -> Iterator[Check]:
    for group in initiative.groups:
        if lacks := _lacking(settings, group.id, today):
            name = f"{_name(group)} is prepared"
            yield Check(name=name, passed=False, note=f"it lacks {', '.join(lacks)}")


def _barriers(
    settings: Settings, initiative: Initiative, known: dict[GroupId, Readiness], today: date
) -> Iterator[Estimate]:
    """Groups whose main barrier is treated, and people whose own is not."""
    large = [group for group in initiative.groups if group.size >= FEWEST]
    seen = [group for group in large if group.id in known and known[group.id].shown]
    asked = [group for group in large if group.can_stop or group in seen]
    treated = [group for group in seen if _treated(settings, group.id, known[group.id], today)]
    sure = [group for group in treated if 2 * sum(known[group.id].counts) >= group.size]
    if asked:
        n, unknown = len(asked), len(asked) - len(seen) + len(treated) - len(sure)
        method = f"{len(sure)} of {n} groups of {FEWEST} and more; of {unknown} most did not say how far they are"
        yield partly_counted("barriers_treated_share", len(sure), unknown, n, method=method)
    stopped = untreated = 0
    for group in seen:
        counts = known[group.id].counts[:-1]
        stopped += sum(counts)
        untreated += sum(n for step, n in enumerate(counts) if not _helped(settings, group.id, step, today))
    if stopped >= FEWEST:
        method = f"{untreated} of {stopped} people who stop at a step against which nothing is planned for their group"
        yield exact("untreated_resistance_share", untreated / stopped, unit="share", n=stopped, method=method)


def _helped(settings: Settings, group: GroupId, step: int, today: date) -> bool:
    return any(a.group == group and a.planned(today) and STEPS[step] in a.helps for a in settings.actions)


def _treated(settings: Settings, group: GroupId, found: Readiness, today: date) -> bool:
    return found.main is None or _helped(settings, group, found.main, today)


def _barrier_checks(
    settings: Settings, initiative: Initiative, known: dict[GroupId, Readiness], today: date
) -> Iterator[Check]:
    for group in initiative.groups:
        found = known.get(group.id)
        if found is not None and found.shown and len(found.barriers) < group.size / 2:
            note = f"{len(found.barriers)} of {group.size}; those who did not may stop elsewhere"
            yield Check(name=f"{_name(group)}: most said how far they are", passed=None, note=note)
        if found is None or not found.shown:
            if known and group.size >= FEWEST and group.can_stop:
                note = f"fewer than {FEWEST} of its people answered"
                yield Check(name=f"{_name(group)}: its barrier is known", passed=False, note=note)
            continue
        if found.main is None:
            yield Check(name=f"{_name(group)} has no barrier", passed=True, note="all answers are above the middle")
            continue
        step, n = STEPS[found.main], found.counts[found.main]
        told = f"{n} of {sum(found.counts)} stop at {step}" if n >= FEWEST else f"most who stop do so at {step}"
        treated = _treated(settings, group.id, found, today)
        note = told + ("" if treated else "; no action against it has an owner and a date")
        yield Check(name=f"{_name(group)}: its barrier, {step}, is treated", passed=treated, note=note)


def _effort(settings: Settings, initiative: Initiative) -> tuple[list[Estimate], list[Check]]:
    planned = initiative.plan.effort
    own = _days(settings.effort.values())
    people = _days(days for kind, days in settings.effort.items() if kind in ORGANISATIONAL)
    checks = []
    if own and planned and abs(own - planned.technical_days - planned.organisational_days) > 1:
        note = f"`effort` adds up to {figure(float(own))} days, `plan.effort` to "
        note += f"{figure(planned.technical_days + planned.organisational_days)}; `effort` counts"
        checks.append(Check(name="The plan says the same of the effort", passed=False, note=note))
    if not own and planned:
        people = _days([planned.organisational_days])
        own = people + _days([planned.technical_days])
    if not own:
        note = "declare `effort` by kind, or `plan.effort`"
        return [], [*checks, Check(name="The effort is planned", passed=False, note=note)]
    method = f"{figure(float(people))} of {figure(float(own))} person-days are with people"
    share = exact("organisational_effort_share", float(people / own), unit="share", method=method)
    return [share], checks


def _days(written: Iterable[float]) -> Fraction:
    """Their sum as people wrote them: 0.3 and 1.2 are 1.5, and 1.2 of it are 80%."""
    return sum((Fraction(str(days)) for days in written), Fraction(0))


def _open(action: Action, today: date) -> bool:
    return action.done is None or action.done > today


def _late(action: Action, today: date) -> bool:
    return _open(action, today) and action.due is not None and action.due < today


def _actions(settings: Settings, today: date) -> Iterator[Estimate]:
    late = sum(_late(action, today) for action in settings.actions)
    yield exact("overdue_actions", late, method=f"of {len(settings.actions)} actions")
    if settings.actions:
        done = sum(action.done is not None and action.done <= today for action in settings.actions)
        n = len(settings.actions)
        yield exact("actions_done_share", done / n, unit="share", n=n, method=f"{done} of {n} actions are done")


def _overdue(settings: Settings, today: date) -> Iterator[Check]:
    for action in settings.actions:
        name = f"{action.title} is done"
        if action.done and action.done > today:
            note = f"it says done on {action.done}, which is to come; it does not count as done"
            yield Check(name=name, passed=False, note=note)
        elif _late(action, today):
            yield Check(name=name, passed=False, note=f"due on {action.due}, by {action.owner or 'nobody'}")


def _exhibits(
    settings: Settings, initiative: Initiative, known: dict[GroupId, Readiness], today: date,
    said_of_it: Sequence[Signed],
) -> Iterator[Exhibit]:  # fmt: skip
    shown = [group for group in initiative.groups if group.id in known and known[group.id].shown]
    if shown:
        yield _map(settings, shown, known)
        yield _distribution(shown, known)
    yield _table(settings, known, said_of_it)
    if settings.actions:
        yield _plan(settings, initiative, today)


def _map(settings: Settings, shown: Sequence[Group], known: dict[GroupId, Readiness]) -> Places:
    planned = {one.group: one for one in settings.groups}
    return Places(
        title="Who can do how much, and how ready they are",
        x_label="influence",
        y_label="readiness, mean of the five steps",
        low=1.0,
        high=5.0,
        places=tuple(
            Place(
                label=_name(group),
                x=planned[group.id].influence if group.id in planned else 3.0,
                y=known[group.id].mean,
                size=group.size,
                note=f"{group.size} people",
            )
            for group in shown
        ),
        note="the larger a point, the more people; below on the right are those who can stop it and are not ready",
    )


def _distribution(shown: Sequence[Group], known: dict[GroupId, Readiness]) -> Heatmap:
    shares = [[n / sum(known[group.id].counts) for n in known[group.id].counts] for group in shown]
    return Heatmap(
        title="At which step people stop",
        rows=tuple(map(_name, shown)),
        columns=(*STEPS, "none"),
        values=tuple(map(tuple, shares)),
        good="low",
        note="share of each group whose first answer of 3 or less is to that step",
    )


def _table(settings: Settings, known: dict[GroupId, Readiness], said_of_it: Sequence[Signed]) -> Table:
    rows = []
    for one in said_of_it:
        group = one.group
        planned, found = _of(settings, group.id), known.get(group.id)
        barrier = "" if found is None or not found.shown else "none" if found.main is None else STEPS[found.main]
        n = sum(action.group == group.id for action in settings.actions)
        rows.append(
            (
                _name(group),
                group.size,
                planned.affected if planned else None,
                planned.sponsor if planned else "",
                barrier,
                n,
                in_a_word(one),
            )
        )
    columns = ("Group", "People", "Work changes, 1 to 5", "Sponsor", "Stops at", "Actions", "Signed")
    return Table(title="Groups", columns=columns, rows=tuple(rows))


def _plan(settings: Settings, initiative: Initiative, today: date) -> Table:
    names = {group.id: _name(group) for group in initiative.groups}
    rows = tuple(
        (
            action.title,
            names.get(action.group, action.group),
            action.kind,
            action.owner,
            str(action.due or ""),
            "done" if action.done and action.done <= today else "late" if _late(action, today) else "open",
        )
        for action in sorted(settings.actions, key=lambda one: (one.done is not None, one.due or date.max))
    )
    return Table(title="Actions", columns=("What", "For", "Kind", "By", "Due", ""), rows=rows)


def _name(group: Group) -> str:
    return group.title or group.id
