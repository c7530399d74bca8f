"""From people to shares: roles, completion, tests, and who is in without training."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import exact
from proveout.core.evidence import Check, Finding, Part, found_in
from proveout.core.exhibit import Bar, Exhibit, Intervals, Table
from proveout.core.initiative import Initiative
from proveout.core.privacy import FEWEST, hidden_groups
from proveout.core.question import Answers, texts
from proveout.core.wording import figure, says_something
from proveout.instruments.training.people import Person, people
from proveout.instruments.training.settings import Results, Settings
from proveout.stats.bca import bca
from proveout.stats.finite_population import wilson_finite
from proveout.stats.proportion import wilson
from proveout.stats.survival import median_time

DAY = 86_400.0


def measure(settings: Settings, answers: Answers, initiative: Initiative) -> Finding:
    """All people up to today.

    Raises:
        TooLittle: Nobody is to be trained.
        ProveoutError: There are too many people.
    """
    for failure in answers.failures.values():
        return Finding(outcome=failure.outcome, reason=failure.message, remedy=failure.remedy)
    everybody, said = people(settings, answers)
    parts = [
        Part(checks=(*said, *_planned_for(initiative, len(everybody)))),
        _roles(settings, everybody),
        _completion(settings, everybody, initiative),
        _access(settings, everybody, answers),
        *_tested(settings, everybody, answers),
    ]
    return found_in(parts)


def _planned_for(initiative: Initiative, n: int) -> Iterator[Check]:
    """Whether the table of people holds all who are meant to use the system."""
    users = sum(group.size for group in initiative.groups if group.role == "user")
    if n < users:
        note = f"the table holds {n} people, and {users} are meant to use the system; add those who are missing"
        yield Check(name="Everybody who is to use it is to be trained", passed=False, note=note)


def _roles(settings: Settings, everybody: Sequence[Person]) -> Part:
    """Roles that the curriculum names or that somebody holds, and those among them with modules."""
    held = {person.role.casefold(): person.role for person in everybody}
    roles = held | {role.casefold(): role for role in settings.roles}
    covered = {role.casefold() for role, modules in settings.roles.items() if any(map(says_something, modules))}
    lacking = [name for key, name in roles.items() if key not in covered]
    n = len(roles)
    method = f"{n - len(lacking)} of {n} roles have modules" + (f"; without: {', '.join(lacking)}" if lacking else "")
    share = exact("roles_covered_share", (n - len(lacking)) / n, unit="share", n=n, method=method)
    checks = []
    if lacking:
        note = f"no modules for {', '.join(lacking[:5])}; add them under `roles`"
        checks.append(Check(name="Every role has a curriculum", passed=False, note=note))
    if idle := [role for role in settings.roles if role.casefold() not in held]:
        note = f"nobody has the role {', '.join(idle[:5])}; look whether it is spelt as in the table of people"
        checks.append(Check(name="Every role of the curriculum is held", passed=None, note=note))
    return Part(estimates=(share,), checks=tuple(checks))


def _completion(settings: Settings, everybody: Sequence[Person], initiative: Initiative) -> Part:
    """Users whom the table of people leaves out may all be untrained."""
    done = sum(person.trained_at is not None for person in everybody)
    whole = wilson(done, len(everybody), level=settings.level).named("completion_share")
    users = sum(group.size for group in initiative.groups if group.role == "user")
    if users > len(everybody):
        method = f"{whole.method}; {users - len(everybody)} users are not in the table, and may not be trained"
        whole = replace(whole, lower=min(whole.lower or 0.0, done / users), method=method)
    rows, bars = [], []
    sizes = Counter(sorted(person.role for person in everybody))
    hidden = hidden_groups(sizes)
    for role in sizes:
        own = [person for person in everybody if person.role == role]
        n_done = sum(person.trained_at is not None for person in own)
        modules = ", ".join(settings.roles.get(role, ())) or "none"
        rows.append((role, len(own), modules, "not shown" if role in hidden else n_done))
        if role not in hidden:
            found = wilson(n_done, len(own), level=settings.level)
            bars.append(Bar(label=role, value=found.value, lower=found.lower, upper=found.upper, note=f"{len(own)}"))
    columns = ("Role", "People", "Modules", "Finished all")
    note = (
        f"not shown: roles of fewer than {FEWEST} people, and what would tell of them by subtraction" if hidden else ""
    )
    exhibits: list[Exhibit] = [Table(title="Training by role", columns=columns, rows=tuple(rows), note=note)]
    if bars:
        exhibits.append(
            Intervals(title="People who finished all that their role needs", unit="share", bars=tuple(bars))
        )
    return Part(estimates=(whole,), exhibits=tuple(exhibits))


def _access(settings: Settings, everybody: Sequence[Person], answers: Answers) -> Part:
    """Who is in without training, among all who are in, those too whom nobody planned for."""
    if settings.access is None:
        note = "declare `access`, who was let in and when"
        return Part(checks=(Check(name="It is known who is in", passed=None, note=note),))
    known = {person.name for person in everybody}
    strangers = sum(name not in known for name in texts(answers.tables["access"]["person"]))
    let_in = [person for person in everybody if person.has_access]
    n = len(let_in) + strangers
    if not n:
        return Part(checks=(Check(name="Somebody is in", passed=None, note="nobody was let in up to now"),))
    trained = sum(person.trained_at is not None for person in let_in)
    first = sum(person.trained_first for person in let_in)
    undated = sum(person.access is None for person in let_in)
    checks = []
    if undated:
        note = (
            f"{undated} of {n} were let in at no time that can be read; they count as let in before they were trained"
        )
        checks.append(Check(name="It is known since when everybody is in", passed=False, note=note))
    everybody_in = settings.access.sampled_from or n
    if n > everybody_in:
        note = f"{n} people are in, more than the {everybody_in} of `sampled_from`; they count as everybody"
        checks.append(Check(name="The sample is part of those who are in", passed=False, note=note))
    shares = {"untrained_access_share": n - trained, "trained_before_launch_share": first}
    return Part(
        estimates=tuple(
            wilson_finite(k, n, max(n, everybody_in), level=settings.level).named(name) for name, k in shares.items()
        ),
        checks=tuple(checks),
    )


def _tested(settings: Settings, everybody: Sequence[Person], answers: Answers) -> Iterator[Part]:
    tests = settings.tests
    if tests is None:
        note = "declare `tests`, what people could do before and after"
        yield Part(checks=(Check(name="It is known what people can do", passed=None, note=note),))
        return
    scores, checks = _scores(tests, answers, {person.name for person in everybody})
    before, after = ({name: score for (name, test), score in scores.items() if test == which} for which in (0, 1))
    yield Part(checks=tuple(checks))
    yield from _gain(tests, before, after, settings.level)
    if len(after) >= FEWEST:
        n_able = sum(score >= tests.competent_from * tests.full_score for score in after.values())
        able = wilson(n_able, len(after), level=settings.level).named("competence")
        bar = figure(tests.competent_from, "share")
        yield Part(estimates=(replace(able, method=f"from {bar} of the full score on; {able.method}"),))
    untested = sum(person.trained_at is not None and person.name not in after for person in everybody)
    if untested:
        note = f"{untested} people finished their modules and were not tested afterwards"
        yield Part(checks=(Check(name="Whoever was trained was tested", passed=None, note=note),))
    yield _time_to_competence(settings, everybody, answers)


def _scores(tests: Results, answers: Answers, known: set[str]) -> tuple[dict[tuple[str, int], float], list[Check]]:
    """By person and test (0 before, 1 after), the last result between 0 and the full score."""
    table = answers.tables["tests"]
    scores, days, off, strangers = {}, {}, list[str](), set[str]()
    after = tests.after.strip().casefold()
    values = np.ma.filled(np.ma.asarray(table["score"]).astype(float), np.nan)
    told = (texts(table[column]) for column in ("person", "test", "written", "at"))
    for name, test, written, at, score in zip(*told, values, strict=True):
        if name not in known:
            strangers.add(name or "")
        elif 0 <= score <= tests.full_score:
            scores[(name or "", int(test == after))], days[(name or "", int(test == after))] = float(score), at
        else:
            off.append(written or "")
    checks = []
    if reversed_ := [
        name for name, test in scores if test and (days.get((name, 0)) or "") > (days[(name, 1)] or "9999")
    ]:
        for name in reversed_:
            del scores[(name, 0)]
        note = f"{len(reversed_)} people took the one before after the other; it does not count as before"
        checks.append(Check(name="The first test came first", passed=False, note=note))
    if strangers:
        note = f"{len(strangers)} people were tested and are not in the table of people; they do not count"
        checks.append(Check(name="Whoever was tested is to be trained", passed=None, note=note))
    if not tests.at and (n_more := int((table["n_rows"] > 1).sum())):
        note = f"{n_more} have several results, and no time says which is the last; the lowest counts. Name `at`"
        checks.append(Check(name="Each test was taken once", passed=False, note=note))
    if off:
        note = (
            f"{len(off)} are not numbers from 0 to {figure(tests.full_score)}, such as {off[0]!r}, and are left out; "
        )
        note += "look at `full_score`"
        checks.append(Check(name="Every result lies between nothing and the full score", passed=False, note=note))
    if not len(values):
        n = int(answers.tables["tests rows"]["n"][0])
        note = f"of {n:,} rows none says {tests.before!r} or {tests.after!r}; declare `before` and `after`"
        checks.append(Check(name="Tests can be told apart", passed=False, note=note))
    return scores, checks


def _gain(tests: Results, before: dict[str, float], after: dict[str, float], level: float) -> Iterator[Part]:
    """Hake's average normalised gain over those who took both tests."""
    both = sorted(before.keys() & after.keys())
    if len(both) < FEWEST:
        note = f"{len(both)} people took both tests; with fewer than {FEWEST} the gain would show persons"
        yield Part(checks=(Check(name="The gain is known", passed=None, note=note),))
        return
    x, y = (np.array([scores[name] for name in both]) for scores in (before, after))

    def gain(weights: np.ndarray) -> np.ndarray:
        room = weights @ (tests.full_score - x)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(room > 0, (weights @ (y - x)) / room, np.nan)

    try:
        found = bca(gain, len(both), level=level)
    except TooLittle:
        note = "everybody had the full score before; there was nothing to learn that the test could see"
        yield Part(checks=(Check(name="The gain is known", passed=None, note=note),))
        return
    method = f"normalised gain (Hake 1998) of {len(both)} people, {found.method}"
    yield Part(estimates=(replace(found, name="competence_gain", method=method),))


def _time_to_competence(settings: Settings, everybody: Sequence[Person], answers: Answers) -> Part:
    """Days from being let in (or else from the first module) to the first test that was passed."""
    passed = answers.tables.get("passed")
    if passed is None:
        return Part()
    pairs = zip(texts(passed["person"]), texts(passed["at"]), strict=True)
    when = {name or "": datetime.fromisoformat(at) for name, at in pairs if at}
    today = datetime.combine(answers.as_of, datetime.max.time())
    days, happened, at_once = [], [], 0
    for person in everybody:
        start = person.access or min(person.finished.values(), default=None)
        if start is None:
            continue
        end = when.get(person.name)
        at_once += end is not None and end < start
        days.append(max(0.0, ((end or today) - start).total_seconds() / DAY))
        happened.append(end is not None)
    if len(days) < FEWEST:
        return Part()
    checks = []
    if at_once:
        note = f"{at_once} people had passed before they were let in; they count as competent from the first day"
        checks.append(Check(name="Competence came after access", passed=None, note=note))
    try:
        found = median_time(days, happened, level=settings.level)
    except TooLittle:
        found = None
    if found is None:
        note = "fewer than half of them have passed"
        return Part(checks=(*checks, Check(name="The time to competence is known", passed=None, note=note)))
    return Part(estimates=(found.named("days_to_competence", unit="day"),), checks=tuple(checks))
