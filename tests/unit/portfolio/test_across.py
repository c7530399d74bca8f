"""When pilots are a habit."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from proveout.core.initiative import Phase
from proveout.core.portfolio import Member, Portfolio, Unread
from proveout.core.verdict import Verdict
from proveout.portfolio import gathered as gathered_on

TODAY = date(2026, 11, 20)


def gathered(members: Sequence[Member], unread: Sequence[Unread] = ()) -> Portfolio:
    return gathered_on(members, unread, as_of=TODAY)


PILOT = Member(
    place="a",
    name="a",
    phase=Phase.PILOT,
    days_past=40,
    missing=("production owner",),
    verdict=Verdict.UNDECIDED,
    pathologies=("pilot-trap",),
    stopped=False,
)
SOUND = replace(PILOT, days_past=0, missing=(), pathologies=())
SCALED = replace(SOUND, phase=Phase.PRODUCTION_SCALING)
STOPPED = replace(PILOT, stopped=True)
EARLY = replace(SOUND, phase=Phase.PROBLEM_VALIDATION)


@pytest.mark.parametrize(
    ("members", "trapped"),
    [
        ([PILOT] * 3, True),
        ([PILOT] * 2, False),
        ([PILOT] * 15 + [SCALED], False),
        ([PILOT] * 15 + [EARLY], True),
        ([PILOT, PILOT, SOUND, SOUND], True),
        ([PILOT, SOUND, SOUND], False),
        ([PILOT, PILOT, STOPPED], False),
        ([PILOT] * 3 + [replace(SCALED, stopped=True)], True),
        ([], False),
    ],
)
def test_many_pilots_and_nothing_in_production(members: list[Member], trapped: bool):
    assert gathered(members).trapped is trapped


def test_what_cannot_be_read_may_be_in_production():
    unread = [Unread(place="b", reason="1 fault(s) in the declaration")]
    assert gathered([PILOT] * 3, unread).trapped is None
    assert gathered([SOUND] * 3, unread).trapped is False


def test_what_cannot_be_read_may_be_a_pilot_that_never_ends():
    unread = [Unread(place="b", reason="1 fault(s) in the declaration")]
    assert gathered([PILOT] * 2, unread).trapped is None
    assert gathered([PILOT, SOUND], unread).trapped is None
    assert gathered([PILOT], unread).trapped is False
    assert gathered([PILOT] * 2 + [SCALED], unread).trapped is False


def test_who_is_in_production_on_evidence_is_told_from_who_is_not():
    passed = replace(SCALED, verdict=Verdict.PASS)
    assert "2 in production;" in gathered([passed, passed]).sentence
    assert "2 in production (1 of them without a pass at gate 5);" in gathered([passed, SCALED]).sentence


def test_the_sentence_counts_what_the_table_shows():
    members = [PILOT, replace(PILOT, days_past=1200, missing=("production owner", "time box")), SOUND, SCALED, STOPPED]
    assert gathered(members, [Unread(place="b", reason="faulty")]).sentence == (
        "3 pilots, 1 in production (1 of them without a pass at gate 5); 2 past the time box (by up to 1,200 days), "
        "2 without production owner, "
        "1 without time box. Not counted: 1 stopped, 1 could not be judged."
    )
    assert gathered([]).sentence == "0 pilots, 0 in production; 0 past the time box."
    assert gathered([replace(PILOT, days_past=None)]).sentence.startswith("1 pilot, 0 in production; 0 past")


@pytest.mark.parametrize(
    ("choices", "present"),
    [
        ([("go", False)] * 10, True),
        ([("go", False), ("conditional-go", True)] * 5, True),
        ([("go", False)] * 9, None),
        ([("go", False)] * 9 + [("hold", False)], False),
        ([("kill", False)], False),
        ([], None),
    ],
)
def test_gates_at_which_nothing_was_ever_stopped_have_no_teeth(choices: list[tuple[str, bool]], present: bool | None):
    """Three initiatives with three decisions each say more than each of them."""
    members = [replace(PILOT, choices=tuple(choices[i::3])) for i in range(3)]
    trap, teeth = gathered(members).across
    assert (trap.name, teeth.name) == ("pilot-trap", "gates-without-teeth")
    assert teeth.present is present
    assert teeth.figures[0].startswith(f"{len(choices)} decisions, ")
    assert bool(teeth.remedy) is (present is True)
