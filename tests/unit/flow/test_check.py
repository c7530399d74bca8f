"""What is measured anew, what is remembered, and what a decision needs."""

from datetime import date
from pathlib import Path

import pytest

from proveout.core.decision import Choice
from proveout.core.errors import ProveoutError
from proveout.core.evidence import Outcome
from proveout.core.initiative import Phase
from proveout.flow.check import check
from proveout.flow.decide import decide, prepare
from proveout.flow.report import write_report
from proveout.flow.workspace import FaultyDeclaration, Workspace
from proveout.instruments import Instrument

TODAY = date(2026, 3, 2)
DECLARATION = """
initiative: small
groups: [{id: reps, size: 12, role: user}]
objectives: [{id: time}]
sources: {hours: data/hours.csv}
kpis:
  - {id: hours, unit: hour/week, direction: down, objective: time, target: {relative: -0.5}, baseline: {source: hours}}
value:
  quantities: {now: {kpi: hours}, price: 50 USD/hour, weeks: 46 week/year}
  yearly_benefit: now * price * weeks
evidence:
  talks: {instrument: interviews, files: interviews/*.md}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    rows = [f"r{unit},2026-01-{day:02},{20 + unit}" for unit in range(9) for day in (5, 12, 19)]
    (tmp_path / "data" / "hours.csv").write_text("unit,period,value\n" + "\n".join(rows) + "\n")
    (tmp_path / "interviews").mkdir()
    for n in range(3):
        text = f"---\ninterviewee: p{n}\ngroup: reps\ndate: 2026-02-0{n + 1}\npains: {{slow: 4}}\n---\n"
        (tmp_path / "interviews" / f"{n}.md").write_text(text)
    (tmp_path / "initiative.yml").write_text(DECLARATION)
    return tmp_path


def assess(folder: Path):
    return check(Workspace(folder), as_of=TODAY)


def test_what_has_not_changed_is_remembered(folder: Path) -> None:
    first, second = assess(folder), assess(folder)
    assert first.remembered == frozenset()
    assert second.remembered == {"talks", "kpis", "business_case"}
    assert second.evidence == first.evidence
    assert second.head == first.head


def test_new_data_are_measured_with_all_that_builds_on_them(folder: Path) -> None:
    assess(folder)
    with (folder / "data" / "hours.csv").open("a") as file:
        file.write("r9,2026-01-05,40\n")
    assert assess(folder).remembered == {"talks"}


def test_a_change_elsewhere_in_the_declaration_keeps_the_evidence(folder: Path) -> None:
    assess(folder)
    path = folder / "initiative.yml"
    path.write_text(path.read_text() + "title: Another title\n")
    assert assess(folder).remembered == {"talks", "kpis", "business_case"}
    path.write_text(path.read_text().replace("size: 12", "size: 14"))
    assert assess(folder).remembered == {"kpis", "business_case"}


def test_a_lost_source_does_not_take_down_the_rest(folder: Path) -> None:
    (folder / "data" / "hours.csv").unlink()
    outcomes = {e.block: e.finding.outcome for e in assess(folder).evidence}
    assert outcomes["talks"] is Outcome.MEASURED
    assert outcomes["business_case"] is not Outcome.MEASURED
    assert assess(folder).remembered == {"talks"}


def test_a_threshold_changed_after_the_evidence_was_seen_is_flagged(folder: Path) -> None:
    assess(folder)
    path = folder / "initiative.yml"
    path.write_text(path.read_text() + "gates: {enough-interviews: {threshold: 2, reason: we are few}}\n")
    ruling = next(r for r in assess(folder).gates[0].rulings if r.criterion.id == "enough-interviews")
    assert ruling.criterion.threshold == 2
    assert ruling.moved_from == 6


def test_a_criterion_that_the_policy_does_not_know_is_a_fault_with_a_place(folder: Path) -> None:
    path = folder / "initiative.yml"
    path.write_text(path.read_text() + "gates:\n  enough-interview: {threshold: 2, reason: typo}\n")
    with pytest.raises(FaultyDeclaration) as faulty:
        assess(folder)
    (diagnostic,) = faulty.value.diagnostics
    assert diagnostic.slug == "unknown-criterion"
    assert "enough-interviews" in diagnostic.hint
    assert diagnostic.position and diagnostic.position.line == len(path.read_text().splitlines())


@pytest.mark.parametrize(
    ("choice", "override", "allowed"),
    [
        (Choice.GO, False, False),
        (Choice.GO, True, True),
        (Choice.CONDITIONAL_GO, False, True),
        (Choice.HOLD, False, True),
        (Choice.KILL, False, True),
    ],
)
def test_a_go_against_an_open_verdict_needs_an_override(
    folder: Path, choice: Choice, override: bool, allowed: bool
) -> None:
    def decision():
        return prepare(
            Workspace(folder), Phase.PILOT, choice, reason="because", by="Ada", override=override, as_of=TODAY
        )

    if not allowed:
        with pytest.raises(ProveoutError, match="goes against it"):
            decision()
        return
    name, prepared = decision()
    assert prepared.override is (choice is Choice.GO)
    record = decide(Workspace(folder), name, prepared)
    assert assess(folder).decisions == (record,)


def test_a_report_is_drawn_anew_when_it_would_differ_or_was_touched(folder: Path) -> None:
    path = folder / "report.html"
    first = write_report(assess(folder), path).read_bytes()
    path.touch()
    written = path.stat().st_mtime_ns
    write_report(assess(folder), path)
    assert path.stat().st_mtime_ns == written
    path.write_bytes(first.replace(b"</h1>", b"!</h1>"))
    assert write_report(assess(folder), path).read_bytes() == first
    declaration = folder / "initiative.yml"
    declaration.write_text(declaration.read_text() + "title: Another title\n")
    assert b"Another title" in write_report(assess(folder), path).read_bytes()


def test_rows_that_were_mended_in_reading_are_said(folder: Path) -> None:
    path = folder / "data" / "hours.csv"
    path.write_text(path.read_text() + '"r9,2026-01-05,40"\n')
    checks = next(e for e in assess(folder).evidence if e.block == "kpis").finding.checks
    (mended,) = [check for check in checks if check.name == "Files are read as they stand"]
    assert mended.passed is False
    assert mended.note.endswith("1, the first in line 29")


def test_evidence_counts_from_the_day_it_was_measured_for(folder: Path) -> None:
    late = folder / "interviews" / "late.md"
    late.write_text("---\ninterviewee: p9\ngroup: reps\ndate: 2026-03-05\npains: {slow: 5}\n---\n")

    def heard(day: int) -> float:
        found = check(Workspace(folder), as_of=date(2026, 3, day)).evidence[0].finding
        return next(e.value for e in found.estimates if e.name == "n_interviews")

    assert [heard(day) for day in (2, 4, 5, 9, 4, 9)] == [3, 3, 4, 4, 3, 4]


def test_a_part_that_could_not_be_read_is_said_and_asked_anew(folder: Path) -> None:
    path = folder / "initiative.yml"
    broken = path.read_text().replace("baseline: {source: hours}", "baseline: {source: hours, query: select nonsense}")
    path.write_text(broken)
    first, second = assess(folder), assess(folder)
    assert {e.block for e in second.unreadable} >= {"kpis"}
    assert "kpis" not in second.remembered
    ruling = next(r for r in first.gates[0].rulings if r.criterion.id == "baselines-measured")
    assert "nonsense" in ruling.settle


def test_evidence_that_another_version_wrote_is_measured_anew(folder: Path) -> None:
    first = assess(folder)
    workspace = Workspace(folder)
    talks = first.evidence[0]
    with workspace.ledger() as ledger:
        ledger.append("evidence", "small", talks.key, {"of": "another version"})
    assert "talks" not in assess(folder).remembered
    assert "talks" in assess(folder).remembered


def test_a_figure_beyond_all_numbers_ends_one_block_and_not_the_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overflow(self: object, *_: object) -> None:
        raise OverflowError

    monkeypatch.setattr(Instrument, "measure", overflow)
    evidence = {one.block: one.finding for one in assess(folder).evidence}
    assert evidence["talks"].outcome is Outcome.BROKEN
    assert "beyond all numbers" in evidence["talks"].reason


def test_to_look_back_makes_no_later_evidence_older(folder: Path) -> None:
    path = folder / "initiative.yml"
    path.write_text(path.read_text().replace("files: interviews/*.md}", "files: interviews/*.md, good_for_days: 20}"))
    first = assess(folder)
    check(Workspace(folder), as_of=date(2026, 2, 10))
    again = assess(folder)
    assert [one.as_of for one in again.evidence] == [one.as_of for one in first.evidence] == [TODAY] * 3
    assert [ruling.verdict for gate in again.gates for ruling in gate.rulings] == [
        ruling.verdict for gate in first.gates for ruling in gate.rulings
    ]


PILOT = """
initiative: small
sources: {work: work.csv, uses: uses.csv, people: people.csv, arms: records/arms.csv, tickets: tickets.csv}
kpis: [{id: hours, unit: hour, direction: down, baseline: {source: work}}]
pilot:
  {start: 2026-03-09, end: 2026-04-05, randomise: units, roster: {source: people}, assignment: {source: arms},
   outcomes: {hours: {source: work}}}
evidence:
  usage: {instrument: usage, events: {source: uses, person: unit, at: at},
    access: {source: arms, query: "select unit, assigned_at as at from arms where arm = 'pilot'", person: unit, at: at}}
  feedback: {instrument: feedback, items: {source: tickets, id: id, at: created, closed_at: closed, kind: kind}}
"""


def test_what_reads_the_arms_waits_for_the_draw(tmp_path: Path) -> None:
    for name, head in [("work", "unit,period,value"), ("uses", "unit,at"), ("people", "unit"), ("tickets", TICKETS)]:
        (tmp_path / f"{name}.csv").write_text(f"{head}\n")
    (tmp_path / "initiative.yml").write_text(PILOT)
    found = assess(tmp_path)
    (usage, feedback) = (one.finding for one in found.evidence[:2])
    assert usage.outcome is Outcome.TOO_LITTLE and "pilot assign" in usage.remedy
    assert feedback.outcome is Outcome.MEASURED
    assert not found.unreadable
    path = tmp_path / "initiative.yml"
    path.write_text(PILOT.replace("{source: arms},\n", '{source: arms, query: "select * from arms"},\n'))
    assert check(Workspace(tmp_path), as_of=TODAY).unreadable


TICKETS = "id,created,closed,kind\n" + "\n".join(f"t{i},2026-02-0{1 + i % 8},2026-02-20,bug" for i in range(8))
