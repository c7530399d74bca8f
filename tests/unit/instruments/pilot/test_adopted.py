"""Arms that were drawn elsewhere are known again row by row, wherever they are read from."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.unit.instruments.pilot.conftest import END, KPI, START

from proveout import data
from proveout.core.registration import Registration
from proveout.instruments.pilot.adopted import NAME, digests_of, rows_as_read
from proveout.instruments.pilot.measure import measure
from proveout.instruments.pilot.settings import Settings

KEPT = "The design is the one that was registered"
LATER = END + timedelta(days=1)


def rows(here) -> str:
    here.answers(LATER, KPI, None)
    initiative = here.initiative()
    tables, failures = data.ask([rows_as_read(initiative.pilot)], initiative.sources, here.folder)
    assert not failures
    return digests_of(tables[NAME])


def judged(here, registered: str | None, *, arriving: bool = False, n_units: int = 60):
    """As of a live database: no digest of a file is known."""
    design = {"arriving": True, "randomise": "units"} if arriving else {}
    initiative = here.initiative(**design)
    known = Registration(
        design=initiative.pilot_design(), file="", n_units=n_units, at=START, adopted=True, rows=registered
    )
    answers = here.answers(LATER, KPI, known, **design)
    asked, _ = data.ask([rows_as_read(initiative.pilot)], initiative.sources, here.folder)
    found = measure(Settings(), replace(answers, tables={**answers.tables, **asked}), initiative)
    changes = next((e.value for e in found.estimates if e.name == "design_changes"), None)
    return changes, next(check for check in found.checks if check.name == KEPT), found


@pytest.mark.parametrize("column", [0, 1, 2, 3])
def test_a_row_that_was_rewritten_is_seen_and_one_that_stands_elsewhere_is_the_same(world, column):
    here = world().teams(12, -2.0)
    before = rows(here)
    here.arms.reverse()
    assert judged(here, before)[0] == 0
    here.arms[0] = [f"{value}'" if i == column else value for i, value in enumerate(here.arms[0])]
    changes, check, _ = judged(here, before)
    assert changes == 1 and "1 of 60 rows of the assignment are not as they were" in check.note


def test_units_that_were_added_are_none_of_the_design_unless_they_arrive(world):
    here = world().teams(12, -2.0)
    before = rows(here)
    here.arms.append(["new", *here.arms[0][1:]])
    changes, check, _ = judged(here, before)
    assert changes == 1 and "1 rows of the assignment were not there" in check.note
    changes, check, found = judged(here, before, arriving=True)
    assert changes is None and check.passed is None and "1 unit(s) came since" in check.note
    (hint,) = [hint for hint in found.hints if hint.figures == ("design_changes",)]
    assert "assign --adopt" in hint.remedy
    assert judged(here, rows(here), arriving=True)[0] == 0


def test_a_live_database_that_was_registered_without_its_rows_is_undecided(world):
    here = world().teams(12, -2.0)
    changes, check, found = judged(here, None)
    assert changes is None and check.passed is None and "nobody can say" in check.note
    assert any("design_changes" in hint.figures and "waiver" in hint.remedy for hint in found.hints)
    changes, check, _ = judged(here, None, arriving=True, n_units=0)  # nobody had come, so nothing can have changed
    assert changes is None and check.note.startswith("60 unit(s) came since")
