"""Criteria x evidence -> verdicts. No evidence is never a pass."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from proveout.core.estimate import Estimate
from proveout.core.evidence import Evidence, Hint, Outcome
from proveout.core.initiative import Block, Initiative, Override, Phase
from proveout.core.policy import Blocks, Criterion, Policy, Quantifier, Spared, Weight
from proveout.core.privacy import FEWEST
from proveout.core.registration import Registration
from proveout.core.turn import worse
from proveout.core.verdict import GateVerdict, Ruling, Verdict
from proveout.gates import sentences
from proveout.gates.ageing import Left
from proveout.gates.comparing import compare, margin
from proveout.gates.settling import hint_on, what_is_missing, what_settles


@dataclass(frozen=True, kw_only=True)
class _Bench:
    """All that a ruling is made from."""

    initiative: Initiative
    evidence: Mapping[str, Evidence]  # by block
    digests: Mapping[str, str]  # by block
    as_of: date
    instruments: Mapping[str, str]
    first_thresholds: Mapping[str, float]
    left: Mapping[Phase, Left]
    registration: Registration | None


def judge(
    initiative: Initiative,
    policy: Policy,
    evidence: Sequence[Evidence],
    *,
    as_of: date,
    instruments: Mapping[str, str],
    first_thresholds: Mapping[str, float] | None = None,
    left: Mapping[Phase, Left] | None = None,
    registration: Registration | None = None,
) -> tuple[GateVerdict, ...]:
    """Hold every criterion of the policy against the evidence, gate by gate.

    A criterion passes when the whole interval is on the good side of the threshold, fails when all of it is on the
    bad side, and is undecided otherwise: also without evidence, and with evidence that is stale. A gate fails if a
    must-criterion fails, else is undecided if one is, else passes; should-criteria warn, trial criteria have no say.

    A waived must-criterion counts as neither: it keeps its own verdict, holds the gate up no longer, and does not
    make it green either. A gate without a must-criterion that counts is undecided.

    Args:
        initiative: Its overrides and waivers apply; its declared blocks say which evidence is missing.
        policy: The criteria, before overrides.
        evidence: At most one per block.
        as_of: The day that counts as today, for waivers and stale evidence.
        instruments: Those that exist, each with what to declare for it; criteria of others are undecided.
        first_thresholds: The threshold in force when the evidence was first seen, by ``criterion.id:evidence.key``.
        left: The gates that were left behind; what has only grown old since counts for them as it did then.
        registration: The design of the pilot; criteria that do not apply to it are not asked.

    Returns:
        One verdict per phase, in order.
    """
    bench = _Bench(
        initiative=initiative,
        evidence={item.block: item for item in evidence},
        digests={item.block: item.digest for item in evidence},
        as_of=as_of,
        instruments=instruments,
        first_thresholds=first_thresholds or {},
        left=left or {},
        registration=registration,
    )
    name = policy.digest
    return tuple(_judge_gate(phase, [c for c in policy.criteria if c.phase is phase], name, bench) for phase in Phase)


def criterion_verdict(rulings: Sequence[Ruling]) -> Verdict:
    """The verdict of one criterion over all its rulings, by its quantifier. No ruling is no verdict."""
    verdicts = {ruling.verdict for ruling in rulings}
    if not verdicts:
        return Verdict.UNDECIDED
    ranked = (Verdict.FAIL, Verdict.UNDECIDED, Verdict.PASS)
    if rulings[0].criterion.quantifier is Quantifier.ANY:
        ranked = ranked[::-1]
    return next(verdict for verdict in ranked if verdict in verdicts)


def by_criterion(rulings: Iterable[Ruling]) -> dict[str, list[Ruling]]:
    """Rulings by the id of their criterion, in their order."""
    found: dict[str, list[Ruling]] = {}
    for ruling in rulings:
        found.setdefault(ruling.criterion.id, []).append(ruling)
    return found


def telling_ruling(rulings: Sequence[Ruling]) -> Ruling:
    """The first of a criterion's rulings that has its verdict; there must be one."""
    verdict = criterion_verdict(rulings)
    return next(ruling for ruling in rulings if ruling.verdict is verdict)


def _judge_gate(phase: Phase, criteria: Sequence[Criterion], policy_digest: str, bench: _Bench) -> GateVerdict:
    judged = [_judge_criterion(criterion, bench) for criterion in criteria]
    counted = [rulings for rulings in judged if _weighs(rulings, Weight.MUST) and not rulings[0].waived]
    verdicts = {criterion_verdict(rulings) for rulings in counted} or {Verdict.UNDECIDED}
    verdict = next(v for v in (Verdict.FAIL, Verdict.UNDECIDED, Verdict.PASS) if v in verdicts)
    tally = sentences.Tally(
        must={rulings[0].criterion.id: criterion_verdict(rulings) for rulings in counted},
        should={
            r[0].criterion.id: criterion_verdict(r) for r in judged if _weighs(r, Weight.SHOULD) and not r[0].waived
        },
        waived=tuple(
            r[0].criterion.id for r in judged if not _weighs(r, Weight.TRIAL) and r[0].waived and not r[0].spared
        ),
        spared=tuple(r[0].criterion.id for r in judged if _weighs(r, Weight.MUST) and r[0].spared),
        measured=any(ruling.estimate is not None for rulings in counted for ruling in rulings),
    )
    return GateVerdict(
        phase=phase,
        verdict=verdict,
        rulings=tuple(ruling for rulings in judged for ruling in rulings),
        sentence=sentences.of_gate(verdict, tally),
        policy=policy_digest,
    )


def _weighs(rulings: Sequence[Ruling], weight: Weight) -> bool:
    return rulings[0].criterion.weight is weight


def _judge_criterion(declared: Criterion, bench: _Bench) -> list[Ruling]:
    """At least one ruling: one per matching estimate, and one per block that has none to show."""
    initiative = bench.initiative
    override = initiative.gates.get(declared.id)
    criterion = _overridden(declared, override) if override else declared
    waiver = next((w for w in initiative.waivers if w.criterion == declared.id and bench.as_of <= w.until), None)
    if spared := "" if waiver else _spared(declared, bench):
        return [replace(_undecided(criterion, f"Not asked, {spared}.", ""), waived=spared, spared=True)]
    waived = f"{waiver.reason} (by {waiver.by}, until {waiver.until})" if waiver else ""
    rulings = [replace(ruling, waived=waived) for ruling in _rulings_now_or_then(criterion, bench)]
    if override is None:
        return rulings
    return [_with_remark(ruling, declared, override.reason) for ruling in rulings]


def _spared(criterion: Criterion, bench: _Bench) -> str:
    """Why the policy itself does not ask for it here; empty where it does, or where the data say otherwise."""
    told = {e.name for item in bench.evidence.values() for e in item.finding.estimates}
    if criterion.spared_if is None or criterion.estimate in told:
        return ""
    if criterion.spared_if is Spared.SMALL_GROUPS:
        why = "" if criterion.subjects_of in told else _none_to_survey(bench.initiative)
    else:
        why = _of_design(criterion.spared_if, bench.registration)
    return f"by the policy: {why}" if why else ""


def _none_to_survey(initiative: Initiative) -> str:
    sizes = [group.size for group in initiative.groups if group.can_stop]
    if not sizes or max(sizes) >= FEWEST:
        return ""
    return (
        f"of {len(sizes)} groups that can stop the project none has {FEWEST} people, whose answers would show persons; "
        "each signs the plan instead"
    )


def _of_design(spared_if: Spared, registration: Registration | None) -> str:
    """A design that is only declared spares nothing: it may still become another one."""
    pilot = registration.design.get("pilot") if registration else None
    if pilot and pilot.get("arriving") and spared_if is Spared.SWITCHBACK:
        return "the registered design is one of units that arrive one after the other: none was there before the start"
    if not pilot or (spared_if is Spared.SWITCHBACK) != bool(pilot.get("switchback")):
        return ""
    if spared_if is Spared.SWITCHBACK:
        return (
            "the registered design is a switchback, in which each is compared with itself, and not with another group"
        )
    return "the registered design is no switchback, so that nobody who has the system gives it back"


def _overridden(criterion: Criterion, override: Override) -> Criterion:
    threshold = criterion.threshold if override.threshold is None else override.threshold
    weight = criterion.weight if override.weight is None else Weight(override.weight)
    return replace(criterion, threshold=threshold, weight=weight)


def _with_remark(ruling: Ruling, declared: Criterion, reason: str) -> Ruling:
    unit = ruling.estimate.unit if ruling.estimate else ""
    remark = sentences.of_override(declared, ruling.criterion, reason, unit)
    return replace(ruling, sentence=f"{ruling.sentence.removesuffix('.')}{remark}.")


def _rulings_now_or_then(criterion: Criterion, bench: _Bench) -> list[Ruling]:
    """Of a gate that was left behind, what the data said when they were new, unless they say as much today."""
    left = bench.left.get(criterion.phase)
    if left is None or bench.as_of <= left.at.date():
        return _rulings(criterion, bench)
    bench = replace(bench, as_of=left.at.date())
    now = _rulings(criterion, bench)
    if criterion_verdict(now) is Verdict.PASS or not left.evidence:
        return now
    evidence = {block: left.evidence.get(block, item) for block, item in bench.evidence.items()}
    digests = {**bench.digests, **{block: item.digest for block, item in left.evidence.items()}}
    then = _rulings(criterion, replace(bench, evidence=evidence, digests=digests))
    if not worse(criterion_verdict(now), criterion_verdict(then)):
        return now
    return [replace(r, sentence=sentences.of_then(r.sentence, left.evidence.get(r.block))) for r in then]


def _rulings(criterion: Criterion, bench: _Bench) -> list[Ruling]:
    if criterion.instrument not in bench.instruments:
        sentence = f"Not measured: there is no instrument `{criterion.instrument}` yet."
        return [_undecided(criterion, sentence, "This version of Proveout cannot measure it.")]
    declared = [b.id for b in bench.initiative.evidence.values() if _uses(b, criterion.instrument)]
    found = [block for block, item in bench.evidence.items() if item.instrument == criterion.instrument]
    blocks = list(dict.fromkeys((*declared, *found)))
    if not blocks:
        sentence = f"No evidence: nothing is declared for the instrument `{criterion.instrument}`."
        declare = f"Declare {bench.instruments[criterion.instrument]}, and check again."
        return [_undecided(criterion, sentence, declare)]
    if criterion.of_blocks is Blocks.REPORTING:
        silent = [block for block in blocks if _silent(criterion, block, bench)]
        blocks = [block for block in blocks if block not in silent] or blocks
    return [ruling for block in blocks for ruling in _rulings_on_block(criterion, block, bench)]


def _silent(criterion: Criterion, block: str, bench: _Bench) -> bool:
    """Whether a block has nothing to say of the figure: whatever its data, or now that it was measured."""
    declared, evidence = bench.initiative.evidence.get(block), bench.evidence.get(block)
    if isinstance(declared, Block) and criterion.estimate in declared.silent_on:
        return True
    if evidence is None or evidence.finding.outcome is not Outcome.MEASURED:
        return False
    return not {e.name for e in evidence.finding.estimates} & {criterion.estimate, criterion.subjects_of}


def _uses(block: object, instrument: str) -> bool:
    return isinstance(block, Block) and block.instrument == instrument


def _rulings_on_block(criterion: Criterion, block: str, bench: _Bench) -> list[Ruling]:
    evidence = bench.evidence.get(block)
    if evidence is None or evidence.instrument != criterion.instrument:
        return [_undecided(criterion, f"No evidence: `{block}` was not measured.", criterion.remedy, block=block)]
    finding, seen = evidence.finding, bench.digests[block]
    if finding.outcome is not Outcome.MEASURED:
        sentence = f"Not measured ({finding.outcome}): {finding.reason.removesuffix('.')}."
        settle = finding.remedy or criterion.remedy
        return [_undecided(criterion, sentence, settle, block=block, evidence=seen)]
    estimates = [estimate for estimate in finding.estimates if estimate.name == criterion.estimate]
    return [
        *(_ruling(criterion, evidence, estimate, bench) for estimate in estimates),
        *(
            _undecided(criterion, f"Not measured: {why}.", settle, block=block, evidence=seen)
            for what, subject in _unreported(criterion, evidence, estimates)
            for why, settle in [what_is_missing(criterion, finding, subject, what)]
        ),
    ]


def _unreported(criterion: Criterion, evidence: Evidence, estimates: Sequence[Estimate]) -> list[tuple[str, str]]:
    """What the evidence should say and does not: the figure at all, or that of one of the subjects, and which."""
    lacking = f"`{evidence.block}` does not report `{criterion.estimate}`"
    wanted = [
        e.subject for e in evidence.finding.estimates if criterion.subjects_of and e.name == criterion.subjects_of
    ]
    there = {estimate.subject for estimate in estimates}
    missing = [(f"{lacking} of {subject}", subject) for subject in dict.fromkeys(wanted) if subject not in there]
    return missing if missing or estimates else [(lacking, "")]


def _ruling(criterion: Criterion, evidence: Evidence, estimate: Estimate, bench: _Bench) -> Ruling:
    verdict = compare(estimate, criterion.comparison, criterion.threshold)
    hint = hint_on(evidence.finding, estimate)
    sentence = sentences.of_ruling(verdict, criterion, estimate, hint.reason if hint else "")
    settle = _what_settles(criterion, estimate, evidence, hint, bench) if verdict is Verdict.UNDECIDED else ""
    settle = hint.remedy if hint and verdict is Verdict.FAIL else settle
    if evidence.stale(bench.as_of):
        verdict = Verdict.UNDECIDED
        sentence = f"Stale: measured as of {evidence.as_of}, good until {evidence.good_until}; {sentence}"
        settle = "Measure it again with present data; those that have not changed say the same again."
    first = bench.first_thresholds.get(f"{criterion.id}:{evidence.key}", criterion.threshold)
    moved = None if first == criterion.threshold else first
    return Ruling(
        criterion=criterion,
        verdict=verdict,
        block=evidence.block,
        evidence=bench.digests[evidence.block],
        estimate=estimate,
        margin=margin(estimate, criterion.comparison, criterion.threshold),
        sentence=sentence if moved is None else sentences.with_first_threshold(sentence, moved, estimate.unit),
        settle=settle,
        moved_from=moved,
        caution=hint.caution if hint and verdict is Verdict.PASS else "",
    )


def _what_settles(
    criterion: Criterion, estimate: Estimate, evidence: Evidence, hint: Hint | None, bench: _Bench
) -> str:
    pilot = bench.initiative.pilot
    over = criterion.phase is Phase.PILOT and pilot is not None and bench.as_of > pilot.end
    return what_settles(criterion, estimate, evidence, hint, over=over)


def _undecided(criterion: Criterion, sentence: str, settle: str, *, block: str = "", evidence: str = "") -> Ruling:
    return Ruling(
        criterion=criterion,
        verdict=Verdict.UNDECIDED,
        block=block,
        evidence=evidence,
        sentence=sentence,
        settle=settle,
    )
