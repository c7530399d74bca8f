"""The support plan: what is shown, what is only said, what is missing."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check, Finding
from proveout.core.exhibit import Table
from proveout.core.initiative import Initiative
from proveout.core.question import Answers, texts
from proveout.core.wording import figure, says_something
from proveout.instruments.support.settings import MEANING, Element, Proof, Settings

HALF = 0.5
"""What somebody's word counts."""
MANY = 4
"""Elements for which one document stands."""
FEWEST_CHARACTERS = 40
"""With less in it, a document says nothing; one that stands for several elements needs so much for each."""
Standing = Literal["shown", "said", "missing"]
WORTH: Mapping[Standing, float] = {"shown": 1.0, "said": HALF, "missing": 0.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """How an element stands, and why."""

    element: Element
    standing: Standing
    where: str = ""
    why: str = ""


def measure(settings: Settings, answers: Answers, initiative: Initiative) -> Finding:
    """Every needed element, the drill, the money."""
    shared = _shared_by(settings, answers)
    stands = [_stands(element, settings.proofs.get(element), shared, answers) for element in settings.needed]
    drilled, checks = _drill(settings, answers)
    n = len(stands)
    counts = {word: sum(one.standing == word for one in stands) for word in WORTH}
    method = f"{counts['shown']} of {n} are shown, {counts['said']} only said (half), {counts['missing']} missing"
    present = sum(WORTH[one.standing] for one in stands) / n
    return Finding(
        estimates=(
            exact("elements_present_share", present, unit="share", n=n, method=method),
            exact("elements_shown_share", counts["shown"] / n, unit="share", n=n, method=method),
            *drilled,
            *_funded(settings, stands),
        ),
        checks=(*map(_check, stands), *checks, *_left_out(settings), *_shared(stands)),
        exhibits=(_table(stands, settings),),
        changes_on=_ends(settings, answers.as_of),
    )


def _shared_by(settings: Settings, answers: Answers) -> Mapping[str, int]:
    """By document, for how many elements it stands; copies under other names are one."""
    text = {
        path: texts(answers.tables[path]["text"])[:1] or [path] for path in settings.records if path in answers.tables
    }
    named = [proof.record for proof in settings.proofs.values() if proof.record.strip()]
    return {path: sum(text.get(other, other) == text.get(path, path) for other in named) for path in named}


def _stands(element: Element, proof: Proof | None, shared: Mapping[str, int], answers: Answers) -> Stands:
    if proof is None:
        return Stands(element=element, standing="missing", why=f"nothing says {MEANING[element]}")
    if proof.record.strip():
        if fault := _fault(proof.record, answers):
            return Stands(element=element, standing="missing", where=proof.record, why=fault)
        written, n = _written(proof.record, answers), shared[proof.record]
        if written >= n * FEWEST_CHARACTERS:
            return Stands(element=element, standing="shown", where=proof.record)
        why = f"{proof.record} stands for {n} elements with {written} characters, too few to say something of each; "
        return Stands(element=element, standing="said", where=proof.record, why=f"{why}it counts as half")
    if not says_something(proof.reference) and not (says_something(proof.said) and says_something(proof.by)):
        told = proof.reference.strip() or f"{proof.by}: {proof.said}"
        return Stands(
            element=element, standing="missing", where=told, why=f"{told!r} says nothing; say {MEANING[element]}"
        )
    if proof.reference.strip():
        why = "it is recorded elsewhere, where nobody looked; it counts as half. Put a copy into the folder"
        return Stands(element=element, standing="said", where=proof.reference, why=why)
    why = f"{proof.by} says: {proof.said}; it counts as half. Write it down"
    return Stands(element=element, standing="said", where=f"{proof.by} says so", why=why)


def _fault(path: str, answers: Answers) -> str:
    """Why a document shows nothing; empty where it does."""
    if failure := answers.failures.get(path):
        return failure.message
    if not texts(answers.tables[path]["text"]):
        return f"there is no file {path}"
    written = _written(path, answers)
    return "" if written >= FEWEST_CHARACTERS else f"{path} holds {written} characters of content, which say nothing"


def _written(path: str, answers: Answers) -> int:
    """How many letters and digits it holds, without headings and placeholders."""
    text = texts(answers.tables[path]["text"])[0] or ""
    lines = (line for line in text.splitlines() if says_something(line) and not line.startswith("#"))
    return sum(character.isalnum() for line in lines for character in line)


def _check(one: Stands) -> Check:
    passed = {"shown": True, "said": None, "missing": False}[one.standing]
    return Check(name=f"{one.element.replace('_', ' ')} is shown", passed=passed, note=one.why or one.where)


def _drill(settings: Settings, answers: Answers) -> tuple[list[Estimate], list[Check]]:
    """1 for a drill with a record, half for somebody's word, 0 for none, for one that failed, or for an old one."""
    name, drill, today = "The way back was tried", settings.drill, answers.as_of
    if drill is None:
        note = "try the way back, and declare `drill` with its times and its protocol"
        return [exact("rollback_drilled", 0, method="no drill")], [Check(name=name, passed=False, note=note)]
    told = f"on {drill.day}, in {figure(drill.minutes, 'minute')}"
    fault = _fault(drill.record, answers) if drill.record.strip() else ""
    why = ""
    if drill.day > today:
        why = f"{told}, which is to come"
    elif not drill.worked:
        why = f"{told}, and it did not work; mend it and try again"
    elif today >= drill.day + timedelta(days=settings.drill_valid_days):
        why = f"{told}, which is more than {settings.drill_valid_days} days ago; try again"
    elif fault:
        why = f"{told}, but {fault}"
    if why:
        return [exact("rollback_drilled", 0, method=why)], [Check(name=name, passed=False, note=why)]
    minutes = exact("rollback_minutes", drill.minutes, unit="minute", method=f"one drill, {told}")
    own = drill.record.strip() and drill.record not in {proof.record for proof in settings.proofs.values()}
    if own:
        return [exact("rollback_drilled", 1, method=told), minutes], [Check(name=name, passed=True, note=told)]
    who = f"says {drill.by}" if drill.by.strip() else f"says {drill.record}, which is the plan"
    note = f"{told}, {who}; it counts as half without a protocol of its own"
    return [exact("rollback_drilled", HALF, method=note), minutes], [Check(name=name, passed=None, note=note)]


def _funded(settings: Settings, stands: list[Stands]) -> Iterator[Estimate]:
    if "budget" in settings.not_needed:
        return
    found = next(one for one in stands if one.element == "budget")
    months = settings.budget.months_funded * WORTH[found.standing] if settings.budget else 0.0
    how = {"shown": "agreed on record", "said": "only said, which counts as half", "missing": "no record of it"}
    yield exact("months_funded", months, unit="month", method=how[found.standing])


def _shared(stands: list[Stands]) -> Iterator[Check]:
    """Documents that stand for much: whether they say all of it, only a reader knows."""
    shown = Counter(one.where for one in stands if one.standing == "shown")
    for where, n in shown.items():
        if n >= MANY:
            note = f"{where} stands for {n} elements; look whether it says something of each"
            yield Check(name="Each element has its own words", passed=None, note=note)


def _left_out(settings: Settings) -> Iterator[Check]:
    for element, reason in settings.not_needed.items():
        yield Check(name=f"{element.replace('_', ' ')} is not needed", passed=None, note=f"declared so: {reason}")


def _ends(settings: Settings, today: date) -> date | None:
    """The day on which the drill begins to count, or stops to."""
    if settings.drill is None:
        return None
    day = settings.drill.day
    turns = (day, day + timedelta(days=settings.drill_valid_days))
    return min((turn for turn in turns if turn > today), default=None)


def _table(stands: list[Stands], settings: Settings) -> Table:
    words = {"shown": "shown", "said": "only said", "missing": "missing"}
    rows = [(one.element.replace("_", " "), MEANING[one.element], words[one.standing], one.where) for one in stands]
    rows += [(e.replace("_", " "), MEANING[e], "not needed", reason) for e, reason in settings.not_needed.items()]
    return Table(title="Support plan", columns=("Element", "It says", "", "Where"), rows=tuple(rows))
