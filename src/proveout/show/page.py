"""The page as a value: an assessment in words, before anybody decides on ink, pixels or characters."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Literal

from proveout.core.assessment import Assessment
from proveout.core.choice import GOING_ON, Choice
from proveout.core.decision import Record, last_choice
from proveout.core.evidence import Evidence
from proveout.core.initiative import Phase
from proveout.core.policy import Comparison, Criterion, Dimension, Quantifier, Weight
from proveout.core.verdict import GateVerdict, Pathology, Ruling, Verdict
from proveout.core.wording import apart, figure, interval
from proveout.show.chapters import Chapter, chapters, unfolded
from proveout.show.watch import Watch, watch

Tone = Literal["pass", "fail", "undecided", "warn", "waived", "trial", "spare"]

MARKS: dict[str, str] = {
    "pass": "✓",
    "fail": "✗",
    "undecided": "?",
    "warn": "!",
    "waived": "~",
    "trial": "·",
    "spare": "·",
}
_STEPS_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One ruling in words; `settle` is empty for what is passed.

    Rulings of the same criterion that change nothing stand behind the one that decides, as `others`.
    """

    ruling: Ruling
    tone: Tone
    word: str
    title: str
    value: str
    interval: str
    threshold: str
    tags: tuple[str, ...]
    sentence: str
    settle: str
    remarks: tuple[str, ...]
    others: tuple["Line", ...] = ()

    @property
    def mark(self) -> str:
        """The sign of its tone; it never stands without the word."""
        return MARKS[self.tone]

    @property
    def passed(self) -> bool:
        """Whether the whole interval is on the good side."""
        return self.ruling.verdict is Verdict.PASS

    @property
    def open(self) -> bool:
        """Whether there is more to say than the figures."""
        return bool(self.settle) or self.ruling.moved_from is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One gate: its verdict, and its criteria by dimension; folded when it is passed and a later one is due.

    `aside` says why it does not count: it is not due yet, or another one was asked for.
    """

    number: int
    label: str
    verdict: Verdict
    aside: str = ""
    folded: bool = False
    sentence: str
    policy: str
    sections: tuple[tuple[str, tuple[Line, ...]], ...]

    @property
    def due(self) -> bool:
        """Whether it counts today."""
        return not self.aside

    @property
    def lines(self) -> tuple[Line, ...]:
        """All rulings, in the order of the sections."""
        return tuple(line for _, lines in self.sections for first in lines for line in (first, *first.others))

    @property
    def warnings(self) -> tuple[Line, ...]:
        """What there is still to say of a passed gate."""
        return tuple(line for line in self.lines if line.open)

    @property
    def counts(self) -> str:
        """`7 pass, 2 fail, 1 undecided`."""
        words = {"waived": "waived", "trial": "on trial", "spare": "not needed"}
        found = Counter(words.get(line.tone, line.word) for _, lines in self.sections for line in lines)
        order = ("pass", "fail", "undecided", "warning", "waived", "not needed", "on trial")
        return ", ".join(f"{found[word]} {word}" for word in order if found[word])


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something to do next, and for the sake of which criterion."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """A decision as the ledger has it."""

    at: str
    phase: str
    choice: str
    by: str
    verdict: str
    override: bool
    reason: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All that a reader sees, in the order of reading."""

    title: str
    name: str
    phase: str
    as_of: str
    verdict: Verdict
    sentence: str
    steps: tuple[Step, ...]
    gates: tuple[Gate, ...]
    evidence: tuple[Evidence, ...]
    aged: frozenset[str]
    chapters: tuple[Chapter, ...]
    unfolded: frozenset[str]
    watch: Watch
    present: tuple[Pathology, ...]
    unknown: tuple[Pathology, ...]
    absent: tuple[Pathology, ...]
    notices: tuple[str, ...]
    decisions: tuple[DecisionLine, ...]
    people: tuple[tuple[str, str], ...]
    policy: str
    policy_digest: str
    head: str

    @property
    def due(self) -> tuple[Gate, ...]:
        """The gates that count today."""
        return tuple(gate for gate in self.gates if gate.due)

    @property
    def later(self) -> tuple[Gate, ...]:
        """The gates that do not count."""
        return tuple(gate for gate in self.gates if not gate.due)


def page(assessment: Assessment) -> Page:
    """Put an assessment into words."""
    initiative, people = assessment.initiative, assessment.initiative.people
    due = assessment.due
    aside = "not asked for" if assessment.gate else "not due yet"
    gates = tuple(_gate(gate, aside="" if gate in due else aside, folded=gate in due[:-1]) for gate in assessment.gates)
    named = (("Owner", people.owner), ("Sponsor", people.sponsor), ("Production owner", people.production_owner))
    shown = [gate for gate in due if not _settled(gate, assessment.decisions)]
    shown = [gate for gate in shown if gate is due[-1] or gate.verdict is not Verdict.PASS]
    by_presence = {
        known: tuple(p for p in assessment.pathologies if p.present is known) for known in (True, None, False)
    }
    return Page(
        title=initiative.title or initiative.initiative,
        name=initiative.initiative,
        phase=initiative.phase.label,
        as_of=assessment.as_of.isoformat(),
        verdict=assessment.verdict,
        sentence=_sentence(assessment),
        steps=_steps(assessment, gates),
        gates=gates,
        evidence=assessment.evidence,
        aged=frozenset(item.block for item in assessment.evidence if assessment.aged(item.block)),
        chapters=chapters(assessment.gates, assessment.evidence),
        unfolded=unfolded(shown, assessment.evidence),
        watch=watch(assessment),
        present=by_presence[True],
        unknown=by_presence[None],
        absent=by_presence[False],
        notices=assessment.notices,
        decisions=tuple(_decision(record) for record in assessment.decisions),
        people=tuple((role, name) for role, name in named if name),
        policy=f"{assessment.policy.policy} {assessment.policy.version}",
        policy_digest=assessment.policy.digest,
        head=assessment.head,
    )


def _settled(gate: GateVerdict, decisions: Sequence[Record]) -> bool:
    """Whether it passes and people decided to go on: what there is to look at was looked at."""
    return gate.verdict is Verdict.PASS and last_choice(decisions, gate.phase) in GOING_ON


def line(ruling: Ruling, *, needed: bool = True) -> Line:
    """Put one ruling into words; it is not needed when any is enough and another one passes."""
    criterion, estimate = ruling.criterion, ruling.estimate
    subject = f" ({estimate.subject})" if estimate and estimate.subject else ""
    passed = ruling.verdict is Verdict.PASS
    return Line(
        ruling=ruling,
        tone=_tone(ruling) if needed or passed else "spare",
        word=_word(ruling),
        title=criterion.title + subject,
        value=_value(ruling),
        interval=interval(estimate) if estimate else "",
        threshold=threshold(ruling),
        tags=_tags(ruling) if needed or passed else (*_tags(ruling), "one is enough"),
        sentence=ruling.sentence,
        settle="" if passed or not needed else ruling.settle or criterion.remedy,
        remarks=_remarks(ruling),
    )


def threshold(ruling: Ruling) -> str:
    """What is asked for: `at least 60%`, with as many digits as tell it from the value."""
    criterion = ruling.criterion
    text = limit(criterion, ruling.estimate.unit if ruling.estimate else criterion.unit)
    if ruling.estimate is None or ruling.estimate.value == criterion.threshold:
        return text
    return f"{_side(criterion)} {apart(ruling.estimate.value, criterion.threshold, ruling.estimate.unit)[1]}"


def limit(criterion: Criterion, unit: str) -> str:
    """The threshold of a criterion alone: `at least 60%`."""
    return f"{_side(criterion)} {figure(criterion.threshold, unit)}"


def _value(ruling: Ruling) -> str:
    estimate = ruling.estimate
    if estimate and estimate.unknown:
        return "unknown"
    return apart(estimate.value, ruling.criterion.threshold, estimate.unit)[0] if estimate else "not measured"


def _side(criterion: Criterion) -> str:
    return "at least" if criterion.comparison is Comparison.AT_LEAST else "at most"


def _tone(ruling: Ruling) -> Tone:
    if ruling.verdict is Verdict.PASS:
        return "pass" if ruling.criterion.weight is not Weight.TRIAL else "trial"
    if ruling.waived:
        return "waived"
    if ruling.criterion.weight is Weight.TRIAL:
        return "trial"
    if ruling.verdict is Verdict.FAIL:
        return "fail" if ruling.criterion.weight is Weight.MUST else "warn"
    return "undecided"


def _word(ruling: Ruling) -> str:
    """The verdict in a word; a waiver never hides it, and a should-criterion only warns."""
    verdict, weight = ruling.verdict, ruling.criterion.weight
    if verdict is Verdict.PASS:
        return "pass"
    if ruling.waived:
        return f"{verdict}, waived"
    return "warning" if verdict is Verdict.FAIL and weight is Weight.SHOULD else verdict.value


def _tags(ruling: Ruling) -> tuple[str, ...]:
    weight = {Weight.MUST: "", Weight.SHOULD: "should", Weight.TRIAL: "on trial"}[ruling.criterion.weight]
    moved = "" if ruling.moved_from is None else "threshold moved"
    return tuple(tag for tag in (weight, moved) if tag)


def _remarks(ruling: Ruling) -> tuple[str, ...]:
    """What must not be overlooked, unless the sentence says it."""
    unit = ruling.estimate.unit if ruling.estimate else ruling.criterion.unit
    remarks = [f"Waived: {ruling.waived}"] if ruling.waived else []
    if ruling.moved_from is not None and "first seen" not in ruling.sentence:
        remarks.append(f"The threshold was {figure(ruling.moved_from, unit)} when this evidence was first seen.")
    return tuple(remarks)


def _gate(gate: GateVerdict, *, aside: str, folded: bool) -> Gate:
    by_criterion: dict[str, list[Ruling]] = {}
    for ruling in gate.rulings:
        by_criterion.setdefault(ruling.criterion.id, []).append(ruling)
    lines = [item for rulings in by_criterion.values() for item in _lines(rulings)]
    by_dimension = (
        (dimension, tuple(item for item in lines if item.ruling.criterion.dimension is dimension))
        for dimension in Dimension
    )
    return Gate(
        number=gate.phase.number,
        label=gate.phase.label,
        verdict=gate.verdict,
        aside=aside,
        folded=folded and gate.verdict is Verdict.PASS,
        sentence=gate.sentence,
        policy=gate.policy,
        sections=tuple((dimension.value.capitalize(), found) for dimension, found in by_dimension if found),
    )


def _lines(rulings: Sequence[Ruling]) -> tuple[Line, ...]:
    """What does not pass, each by itself; where all passes, or one pass is enough, the ruling that decides."""
    passes = sorted((r for r in rulings if r.verdict is Verdict.PASS), key=lambda r: r.margin or 0.0)
    rest = [r for r in rulings if r.verdict is not Verdict.PASS]
    if rulings[0].criterion.quantifier is Quantifier.ANY and passes:
        behind = [*(line(r) for r in passes[:-1]), *(line(r, needed=False) for r in rest)]
        return (_with_others(line(passes[-1]), behind),)
    if rulings[0].criterion.quantifier is Quantifier.ANY:
        first, *others = map(line, sorted(rest, key=lambda r: -(r.margin if r.margin is not None else inf)))
        return (_with_others(first, others),)
    first, *others = map(line, rest or passes[:1])
    return (_with_others(first, [line(r) for r in passes if rest or r is not passes[0]]), *others)


def _with_others(first: Line, others: Sequence[Line]) -> Line:
    tags = (*first.tags, f"and {len(others)} more") if others else first.tags
    return replace(first, others=tuple(others), tags=tags)


def _sentence(assessment: Assessment) -> str:
    """Why the verdict is what it is: the words of the first gate that brought it about."""
    deciding = [gate for gate in assessment.due if gate.verdict is assessment.verdict]
    if not deciding:
        return "No gate is due."
    gate = deciding[-1] if assessment.verdict is Verdict.PASS else deciding[0]
    return f"Gate {gate.phase.number}, {gate.phase.label.lower()}. {gate.sentence}"


def _steps(assessment: Assessment, gates: Sequence[Gate]) -> tuple[Step, ...]:
    """What to do next: failing musts first, then undecided ones; for a passed gate, the decision and what it means."""
    last = _last_decision(assessment)
    if last and last.choice == Choice.KILL:
        return (Step(title="Stopped", text=f"{last.by} decided so on {last.at}: {last.reason}"),)
    musts = [
        item
        for gate in gates
        if gate.due
        for item in gate.lines
        if item.ruling.criterion.weight is Weight.MUST and item.settle and not item.ruling.waived
    ]
    musts.sort(key=lambda item: item.ruling.verdict is not Verdict.FAIL)
    if musts or assessment.verdict is not Verdict.PASS or not assessment.due:
        return _merged(musts)[:_STEPS_SHOWN]
    phase = assessment.due[-1].phase
    if last and last.choice.endswith("go") and phase is not assessment.initiative.phase:
        return ()
    if last and last.choice.endswith("go") and phase.number < len(Phase):
        text = f"{last.by} decided so on {last.at}. Set `phase: {list(Phase)[phase.number]}` in initiative.yml."
        return (Step(title="Enter the next phase", text=text),)
    if last and last.choice.endswith("go"):
        text = (
            "The last gate is decided. `proveout watch` measures on a schedule, and says when a gate reads otherwise."
        )
        return (Step(title="Keep watching", text=text),)
    command = f'proveout decide {phase.value} go --reason "..."'
    text = f"The evidence is in; people decide, in the initiative's folder: {command}"
    return (Step(title=f"Decide on gate {phase.number}", text=text),)


def _last_decision(assessment: Assessment) -> DecisionLine | None:
    """The last one on the phase in which the initiative stands."""
    phase = assessment.initiative.phase.label
    made = [_decision(record) for record in assessment.decisions]
    return next((item for item in reversed(made) if item.phase == phase), None)


def _merged(lines: Iterable[Line]) -> tuple[Step, ...]:
    """One step for each thing to do, however many rulings ask for it."""
    titles: dict[tuple[str, str], list[str]] = {}
    for item in lines:
        titles.setdefault((item.ruling.criterion.id, item.settle), []).append(item.title)
    return tuple(
        Step(title=found[0] if len(found) == 1 else f"{found[0]} and {len(found) - 1} more", text=text)
        for (_, text), found in titles.items()
    )


def _decision(record: Record) -> DecisionLine:
    body = record.body if isinstance(record.body, dict) else {}
    return DecisionLine(
        at=record.at.date().isoformat(),
        phase=str(body.get("phase", record.key)).replace("-", " ").capitalize(),
        choice=str(body.get("choice", "")).replace("-", " "),
        by=str(body.get("by", "")),
        verdict=str(body.get("verdict", "")),
        override=bool(body.get("override", False)),
        reason=str(body.get("reason", "")),
        hash=record.hash,
    )
