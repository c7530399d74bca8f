"""Real files: counts as published, and faults that must be seen."""

import time
from pathlib import Path

import numpy as np
import pytest

from proveout.core.evidence import Outcome
from proveout.core.initiative import Source
from proveout.core.question import Query, Read, SourceName
from proveout.data import ask

pytestmark = pytest.mark.real_data

SECONDS_PER_EVENT = 2e-4
"""Twice what a slow, busy machine took; it would catch a quadratic reader."""


def one(folder: Path, location: str, sql: str, **options: str):
    question = Query(name="q", sql=sql, reads={"r": Read(source=SourceName("s"))})
    tables, failures = ask([question], {SourceName("s"): Source(location=location, **options)}, folder)  # type: ignore[arg-type]
    return tables.get("q") or failures["q"]


LOGS = {
    "sepsis.xes.gz": (1050, 15_214, 16),
    "helpdesk.xes.gz": (4580, 21_348, 14),
    "07_bpic2013_incidents.xes.gz": (7554, 65_533, 4),
    "08_receipt.xes.gz": (1434, 8577, 27),
    "running-example.xes": (6, 42, 8),
    "interval_event_log.xes": (1266, 8109, 8),
    "reviewing.xes": (100, 3730, 14),
    "03_repairExample.xes.gz": (1104, 11_855, 8),
}


@pytest.mark.parametrize("name", LOGS)
def test_cases_events_and_activities_of_event_logs(real_data: Path, name: str) -> None:
    start = time.process_time()
    answer = one(
        real_data,
        f"process/{name}",
        'select count(distinct "case:concept:name") as cases, count(*) as events, '
        'count(distinct "concept:name") as activities, count("time:timestamp") as times from r',
    )
    assert [int(answer[key][0]) for key in ("cases", "events", "activities")] == list(LOGS[name])
    assert time.process_time() - start < 2 + SECONDS_PER_EVENT * LOGS[name][1]


@pytest.mark.parametrize(
    ("xes", "csv"), [("08_receipt.xes.gz", "receipt.csv"), ("running-example.xes", "running-example.csv")]
)
def test_the_same_log_in_two_formats(real_data: Path, xes: str, csv: str) -> None:
    sql = (
        'select "case:concept:name"::varchar as case_id, "concept:name" as activity, "time:timestamp" as at, '
        '"org:resource" as resource from r order by all'
    )
    first, second = one(real_data, f"process/{xes}", sql), one(real_data, f"process/{csv}", sql)
    for column in first:
        assert np.ma.getdata(first[column]).tolist() == np.ma.getdata(second[column]).tolist(), column


def test_life_cycles_tell_thirteen_activities_apart(real_data: Path) -> None:
    answer = one(
        real_data,
        "process/07_bpic2013_incidents.xes.gz",
        'select count(distinct "concept:name" || "lifecycle:transition") as n, '
        'count(distinct "org:resource") as people from r',
    )
    assert (answer["n"].tolist(), answer["people"].tolist()) == ([13], [1440])


def test_a_shifted_row_makes_the_cost_text_and_is_named(real_data: Path) -> None:
    failure = one(real_data, "maintenance/excavator_mwo_raw.csv", "select sum(cost) as total from r")
    assert failure.outcome is Outcome.BROKEN
    assert failure.remedy == "column Cost is text because 1 of 5,485 values is no number, the first 'PM01' in row 3,453"


def test_rows_wrapped_in_quotes_are_all_there(real_data: Path) -> None:
    sql = "select count(*) as n, count(converted) as filled, sum(converted) as converted from r"
    answer = one(real_data, "lead_sales/x_education_leads_9240.csv.gz", sql)
    assert [int(answer[key][0]) for key in ("n", "filled", "converted")] == [9240, 9240, 3561]


def test_an_encoding_is_proposed_and_then_read(real_data: Path) -> None:
    location = "portfolio/omb_2024_ai_inventory_raw_v2.csv.gz"
    failure = one(real_data, location, "select count(*) as n from r")
    assert (failure.outcome, "windows-1252" in failure.remedy) == (Outcome.BROKEN, True)
    assert one(real_data, location, "select count(*) as n from r", encoding="windows-1252")["n"].tolist() == [2133]


ROWS = {
    "maintenance/ai4i2020.csv": 10_000,
    "lead_sales/uci_bank_4521.csv": 4521,
    "lead_sales/uci_bank_additional_full_41188.csv.gz": 41_188,
    "surveys/sus_interface_evaluation.csv": 36,
    "experiments_ab/cookie_cats_90k.csv.gz": 90_189,
    "dirty_clean/beers_dirty.csv": 2410,
    "monitoring/evidently_adults.parquet": 48_842,
    "interviews/anthropic_interviewer_scientists_125.csv.gz": 125,
    "process/simod_PurchasingExample.csv.gz": 9119,
}


@pytest.mark.parametrize("location", ROWS)
def test_every_row_is_there(real_data: Path, location: str) -> None:
    assert one(real_data, location, "select count(*) as n from r")["n"].tolist() == [ROWS[location]]


def test_a_byte_order_mark_is_no_part_of_a_real_header(real_data: Path) -> None:
    answer = one(real_data, "maintenance/ai4i2020.csv", 'select sum("Machine failure") as n, max(udi) as last from r')
    assert (answer["n"].tolist(), answer["last"].tolist()) == ([339], [10_000])
