"""The same days in columns of any type: same sums, same rows that came twice, same zones."""

from dataclasses import replace
from datetime import date

import duckdb
import numpy as np
import pytest
from tests.unit.instruments.pilot.conftest import KPI, START

from proveout import data
from proveout.core.initiative import Source
from proveout.instruments.pilot import queries
from proveout.instruments.pilot.settings import Settings

N_TWICE = 5
MADRID = "(day + interval 2 hour)::varchar || '+02:00'"
ROUNDING = 1e-9
"""Sums over rows in another order."""


def asked(here, days):
    """What was counted and summed of outcomes in a Parquet file, their days being that SQL."""
    here.answers(START, KPI, None)
    with duckdb.connect() as connection:
        rows = f"select cast(unit as varchar) as unit, {days} as day, value from '{here.folder}/outcomes.csv'"
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"copy ({rows}) to '{here.folder}/outcomes.parquet' (format parquet)")
    initiative = here.initiative()
    sources = {**initiative.sources, "outcomes": Source(location="outcomes.parquet")}
    tables, failures = data.ask(
        queries.questions(Settings(), replace(initiative, sources=sources)), sources, here.folder
    )
    assert not failures
    return {name: column[0] for name, column in tables["outcome_0_counts"].items()}, tables["outcome_0_moments"]


@pytest.fixture
def twice(world):
    """Outcomes at a minute, five of them twice, and one without a day."""
    here = world().teams(6, -2.0, size=2)
    timed = [[unit, f"{day} 10:07:00", value] for unit, day, value in here.rows]
    here.rows = [*timed, *timed[:N_TWICE], [timed[0][0], None, 1.5]]
    return here


@pytest.mark.parametrize(
    "days",
    ["day", "day::timestamptz", "day::timestamp_ns", "day::varchar", "day::varchar || 'Z'", MADRID],
)
def test_moments_of_any_type(twice, days):
    """Text or not, what is counted and summed is the same; only text names a zone."""
    (plain, sums), (counts, found) = asked(twice, "day"), asked(twice, days)
    n = len(twice.rows)
    assert (plain["n_again"], plain["n_telling"], plain["n_to_the_minute"]) == (N_TWICE, n - 1, n - 1)
    assert (plain["undated"], plain["n_timed"], plain["n_zoned"], plain["afterwards"]) == (1, n - 1, 0, 0)
    assert counts.pop("n_zoned") == (n - 1 if "||" in days else 0)
    assert counts == {name: value for name, value in plain.items() if name != "n_zoned"}
    for name in ("y", "yy", "x", "xx", "n", "n_rows"):
        assert np.asarray(found[name]) == pytest.approx(np.asarray(sums[name]), rel=ROUNDING)


@pytest.mark.parametrize("days", ["day::date", "day::date::timestamp", "day::date::varchar"])
def test_days_of_any_type(twice, days):
    """Of a bare day only a value with a fraction tells that a row came twice."""
    twice.rows += [[unit, moment, 7] for unit, moment, _ in twice.rows[:3] for _ in range(2)]
    counts, _ = asked(twice, days)
    n = len(twice.rows)
    assert (counts["n_again"], counts["n_telling"], counts["n_to_the_minute"]) == (N_TWICE, n - 7, 0)
    assert (counts["n_rows"], counts["undated"], counts["step"], counts["n_zoned"]) == (n, 1, 1, 0)


def test_what_cannot_be_read_is_named_as_it_is_written(twice):
    twice.rows += [[twice.rows[0][0], "soon", 1.0], [twice.rows[0][0], "2026-03-30", "many"]]
    here = twice
    found = here.answers(date(2026, 4, 1), KPI, None).tables["outcome_0_counts"]
    assert (found["odd_day"][0], found["odd_value"][0]) == ("soon", "many")
    assert [int(found[name][0]) for name in ("undated", "unreadable", "afterwards")] == [2, 1, 1]
