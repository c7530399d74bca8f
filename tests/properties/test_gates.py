"""What holds for any policy and any evidence."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from proveout.core.estimate import Estimate
from proveout.core.evidence import Evidence, Finding, Outcome
from proveout.core.initiative import Block, Initiative, Phase, Waiver
from proveout.core.policy import Basis, Comparison, Criterion, Dimension, Policy, Quantifier, Weight
from proveout.core.verdict import GateVerdict, Verdict
from proveout.gates import criterion_verdict, find_pathologies, judge

TODAY = date(2026, 3, 1)
INSTRUMENTS = ("interviews", "process")
NAMES = ("share", "cost")
RANK = {Verdict.FAIL: 0, Verdict.UNDECIDED: 1, Verdict.PASS: 2}
figures = st.floats(-10, 10, allow_nan=False)


@st.composite
def estimates(draw: st.DrawFn) -> Estimate:
    lower, value, upper = sorted((draw(figures), draw(figures), draw(figures)))
    return Estimate(
        name=draw(st.sampled_from(NAMES)),
        value=value,
        lower=draw(st.sampled_from((lower, value, None))),
        upper=draw(st.sampled_from((upper, value, None))),
        subject=draw(st.sampled_from(("", "a", "b"))),
        n=draw(st.sampled_from((None, 1, 12))),
        method=draw(st.sampled_from(("counted", "Wilson score interval", "Student's t interval"))),
        unit=draw(st.sampled_from(("", "share", "USD/year"))),
    )


@st.composite
def evidence(draw: st.DrawFn, block: str) -> Evidence:
    found = draw(st.lists(estimates(), max_size=4))
    missing = Finding(outcome=Outcome.TOO_LITTLE, reason="there is too little")
    return Evidence(
        block=block,
        instrument=draw(st.sampled_from(INSTRUMENTS)),
        version="1",
        key=block,
        finding=Finding(estimates=tuple(found)) if found else missing,
        as_of=date(2026, 1, 1),
        measured_at=datetime(2026, 1, 1, tzinfo=UTC),
        good_until=draw(st.sampled_from((None, TODAY, date(2026, 4, 1)))),
    )


@st.composite
def criteria(draw: st.DrawFn, id: str) -> Criterion:
    return Criterion(
        id=id,
        title=id,
        phase=draw(st.sampled_from((Phase.PROBLEM_VALIDATION, Phase.PILOT))),
        dimension=Dimension.BUSINESS,
        family="any",
        weight=draw(st.sampled_from(Weight)),
        instrument=draw(st.sampled_from((*INSTRUMENTS, "prototype"))),
        estimate=draw(st.sampled_from(NAMES)),
        comparison=draw(st.sampled_from(Comparison)),
        threshold=draw(figures),
        quantifier=draw(st.sampled_from(Quantifier)),
        subjects_of=draw(st.sampled_from(("", *NAMES))),
        why="because",
        basis=Basis.JUDGEMENT,
        remedy="Measure more.",
    )


many_evidence = st.tuples(*(evidence(block) for block in ("one", "two", "three")))
policies = st.integers(0, 5).flatmap(
    lambda n: st.builds(
        lambda found: Policy(policy="p", version="1", criteria=tuple(found)),
        st.tuples(*(criteria(f"c{i}") for i in range(n))),
    )
)


def declared(items: tuple[Evidence, ...], waived: tuple[str, ...] = ()) -> Initiative:
    blocks = {item.block: Block(id=item.block, instrument=item.instrument, settings=None) for item in items}
    waivers = tuple(Waiver(criterion=id, reason="r", by="b", until=TODAY) for id in waived)
    return Initiative(evidence=blocks, waivers=waivers)


def verdicts(initiative: Initiative, policy: Policy, items: tuple[Evidence, ...]) -> tuple[GateVerdict, ...]:
    return judge(initiative, policy, items, as_of=TODAY, instruments=dict.fromkeys(INSTRUMENTS, "a block"))


@given(policies)
def test_no_evidence_at_all_passes_no_gate(policy: Policy) -> None:
    gates = verdicts(Initiative(), policy, ())
    assert {gate.verdict for gate in gates} == {Verdict.UNDECIDED}
    rulings = list(chain.from_iterable(gate.rulings for gate in gates))
    assert {ruling.criterion.id for ruling in rulings} == {criterion.id for criterion in policy.criteria}
    assert all(ruling.verdict is Verdict.UNDECIDED and ruling.settle for ruling in rulings)


@given(policies, many_evidence, st.sets(st.sampled_from(("one", "two", "three"))))
def test_evidence_taken_away_never_turns_a_gate_green(
    policy: Policy, items: tuple[Evidence, ...], taken: set[str]
) -> None:
    initiative = declared(items)
    before = verdicts(initiative, policy, items)
    after = verdicts(initiative, policy, tuple(item for item in items if item.block not in taken))
    for old, new in zip(before, after, strict=True):
        assert new.verdict is not Verdict.PASS or old.verdict is Verdict.PASS


@given(policies, many_evidence)
def test_a_gate_passes_only_on_evidence_for_every_must_criterion(policy: Policy, items: tuple[Evidence, ...]) -> None:
    for gate in verdicts(declared(items), policy, items):
        must = [r for r in gate.rulings if r.criterion.weight is Weight.MUST]
        if gate.verdict is Verdict.PASS:
            for id in {r.criterion.id for r in must}:
                own = [r for r in must if r.criterion.id == id]
                assert any(r.estimate is not None and r.verdict is Verdict.PASS for r in own)
            assert must


@given(criteria("c"), estimates(), st.floats(0, 5))
def test_a_verdict_is_monotone_in_the_estimate(criterion: Criterion, estimate: Estimate, better: float) -> None:
    criterion = replace(criterion, instrument="interviews", estimate=estimate.name, phase=Phase.PILOT)
    step = better if criterion.comparison is Comparison.AT_LEAST else -better
    improved = replace(
        estimate,
        value=estimate.value + step,
        lower=None if estimate.lower is None else estimate.lower + step,
        upper=None if estimate.upper is None else estimate.upper + step,
    )
    policy = Policy(policy="p", version="1", criteria=(criterion,))

    def rank(figure: Estimate) -> int:
        item = Evidence(
            block="b",
            instrument="interviews",
            version="1",
            key="k",
            finding=Finding(estimates=(figure,)),
            as_of=date(2026, 1, 1),
            measured_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
        (ruling,) = verdicts(Initiative(), policy, (item,))[3].rulings
        assert ruling.margin is None or (ruling.margin >= 0) == (ruling.verdict is Verdict.PASS)
        return RANK[ruling.verdict]

    assert rank(improved) >= rank(estimate)


@given(policies, many_evidence, st.sets(st.sampled_from([f"c{i}" for i in range(5)])))
def test_a_waiver_never_turns_anything_green(policy: Policy, items: tuple[Evidence, ...], waived: set[str]) -> None:
    """A gate with waivers reads as it would if the waived criteria did not exist; no criterion changes its verdict."""
    plain = verdicts(declared(items), policy, items)
    gates = verdicts(declared(items, tuple(waived)), policy, items)
    rest = replace(policy, criteria=tuple(c for c in policy.criteria if c.id not in waived))
    without = verdicts(declared(items), rest, items)
    for before, gate, bare in zip(plain, gates, without, strict=True):
        assert [r.verdict for r in gate.rulings] == [r.verdict for r in before.rulings]
        assert gate.verdict is bare.verdict
        must = {r.criterion.id for r in gate.rulings if r.criterion.weight is Weight.MUST}
        assert all(id in gate.sentence for id in must & waived) or len(must & waived) > 4
        if must <= waived:
            assert gate.verdict is Verdict.UNDECIDED


@given(policies, many_evidence)
def test_the_order_of_evidence_does_not_matter(policy: Policy, items: tuple[Evidence, ...]) -> None:
    initiative = declared(items)
    assert verdicts(initiative, policy, items) == verdicts(initiative, policy, items[::-1])


@given(policies, many_evidence)
def test_every_ruling_is_one_sentence_and_says_how_to_settle_it(policy: Policy, items: tuple[Evidence, ...]) -> None:
    initiative = declared(items)
    gates = verdicts(initiative, policy, items)
    for ruling in chain.from_iterable(gate.rulings for gate in gates):
        assert ruling.sentence.endswith(".")
        assert "\n" not in ruling.sentence
        assert bool(ruling.settle) == (ruling.verdict is Verdict.UNDECIDED)
    for pathology in find_pathologies(initiative, items, gates, as_of=TODAY):
        assert pathology.figures


@given(st.lists(criteria("c").map(lambda c: c), max_size=1), many_evidence)
def test_any_is_never_stricter_than_every(found: list[Criterion], items: tuple[Evidence, ...]) -> None:
    for criterion in found:
        ranks = []
        for quantifier in (Quantifier.EVERY, Quantifier.ANY):
            policy = Policy(policy="p", version="1", criteria=(replace(criterion, quantifier=quantifier),))
            gate = verdicts(declared(items), policy, items)[criterion.phase.number - 1]
            ranks.append(RANK[criterion_verdict(gate.rulings)])
        assert ranks[0] <= ranks[1]
