"""How one initiative stands among the others: at which gate, since when, and what stops it there."""

from collections.abc import Iterator, Sequence
from datetime import date

from proveout.core import production
from proveout.core.assessment import Assessment
from proveout.core.choice import GOING_ON, Choice
from proveout.core.decision import Record
from proveout.core.initiative import Initiative, Phase
from proveout.core.policy import Quantifier, Weight
from proveout.core.portfolio import Member, Standing, Stop
from proveout.core.verdict import GateVerdict, Ruling, Verdict


def member(place: str, assessment: Assessment) -> Member:
    """An initiative among the others, from what its gates make of it."""
    initiative, decisions = assessment.initiative, assessment.decisions
    window = production.time_box(initiative, initiative.phase)
    stops = [stop for gate in assessment.due for stop in _stops(gate)]
    return Member(
        place=place,
        name=initiative.initiative,
        title=initiative.title,
        phase=initiative.phase,
        since=_since(initiative, decisions),
        days_past=max(0, (assessment.as_of - window.until).days) if window else None,
        missing=production.missing(initiative),
        verdict=next(gate.verdict for gate in assessment.gates if gate.phase is initiative.phase),
        gates=tuple(_standing(gate, initiative.phase, decisions) for gate in assessment.gates),
        stops=tuple(sorted(stops, key=lambda stop: stop.verdict is not Verdict.FAIL)),
        pathologies=tuple(pathology.name for pathology in assessment.pathologies if pathology.present),
        stopped=bool(decisions) and decisions[-1].body["choice"] == Choice.KILL,
        choices=tuple((str(one.body["choice"]), bool(one.body.get("override", False))) for one in decisions),
    )


def _since(initiative: Initiative, decisions: Sequence[Record]) -> date | None:
    """The day on which people went on from the gate before; else the day that the plan names."""
    before = [phase for phase in Phase if phase.number == initiative.phase.number - 1]
    gone = [r.at.date() for r in decisions if r.body["phase"] in before and r.body["choice"] in GOING_ON]
    window = production.time_box(initiative, initiative.phase)
    return gone[-1] if gone else window.from_ if window else None


def _standing(gate: GateVerdict, phase: Phase, decisions: Sequence[Record]) -> Standing:
    made = [record for record in decisions if record.body["phase"] == gate.phase]
    decided = f"{str(made[-1].body['choice']).replace('-', ' ')} on {made[-1].at.date()}" if made else ""
    return Standing(phase=gate.phase, verdict=gate.verdict, due=gate.phase.number <= phase.number, decided=decided)


def _stops(gate: GateVerdict) -> Iterator[Stop]:
    """Each must-criterion that does not pass, once."""
    must: dict[str, list[Ruling]] = {}
    for ruling in gate.rulings:
        if ruling.criterion.weight is Weight.MUST and not ruling.waived:
            must.setdefault(ruling.criterion.id, []).append(ruling)
    for name, rulings in must.items():
        verdicts = {ruling.verdict for ruling in rulings}
        one_is_enough = rulings[0].criterion.quantifier is Quantifier.ANY
        if verdicts == {Verdict.PASS} or (one_is_enough and Verdict.PASS in verdicts):
            continue
        worst = Verdict.UNDECIDED if one_is_enough and Verdict.UNDECIDED in verdicts else max(verdicts, key=_badness)
        yield Stop(phase=gate.phase, criterion=name, title=rulings[0].criterion.title, verdict=worst)


def _badness(verdict: Verdict) -> int:
    return (Verdict.PASS, Verdict.UNDECIDED, Verdict.FAIL).index(verdict)
