"""The page as a value: an assessment in words, before anybody decides on ink, pixels or characters."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf

from proveout.core.assessment import Assessment
from proveout.core.choice import GOING_ON, Choice
from proveout.core.decision import Record, last_choice
from proveout.core.evidence import Evidence
from proveout.core.initiative import Phase
from proveout.core.policy import Dimension, Quantifier, Weight
from proveout.core.verdict import GateVerdict, Pathology, Ruling, Verdict
from proveout.show.chapters import Chapter, chapters, unfolded
from proveout.show.line import Line, line
from proveout.show.watch import Watch, watch

_STEPS_SHOWN = 5


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
    command = f'proveout decide {phase.value} go --by "..." --reason "..."'
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
