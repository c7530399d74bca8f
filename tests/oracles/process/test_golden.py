"""Counts, directly-follows graph, variants, rework and waiting of public logs against pm4py (see make_golden.py)."""

import json
from datetime import date
from pathlib import Path

import pytest

from proveout.core.initiative import Initiative, Source
from proveout.core.question import Answers, SourceName
from proveout.data import ask
from proveout.instruments.process.flow import durations
from proveout.instruments.process.queries import questions
from proveout.instruments.process.settings import Settings
from proveout.instruments.process.tables import read

GOLDEN = json.loads((Path(__file__).parent / "golden.json").read_text(encoding="utf-8"))
SOURCE = SourceName("log")
NAMES = {"case": "case:concept:name", "activity": "concept:name", "end": "time:timestamp", "start": "start_timestamp"}
COLUMNS = {
    "interval_event_log.csv": NAMES,
    "simod_PurchasingExample.csv.gz": {
        "case": "case_id",
        "activity": "activity",
        "start": "start_time",
        "end": "end_time",
        "resource": "resource",
    },
}
MICROSECOND = 1e-6


@pytest.fixture(scope="module", params=GOLDEN)
def log(request, real_data_folder):
    settings = Settings(source=SOURCE, lifecycle="", **COLUMNS.get(request.param, {}))
    initiative = Initiative(sources={SOURCE: Source(location=request.param)})
    tables, failures = ask(questions(settings, initiative), initiative.sources, real_data_folder / "process")
    assert failures == {}
    return request.param, read(Answers(tables=tables, as_of=date(2026, 1, 16)))


@pytest.fixture(scope="module")
def real_data_folder():
    folder = Path(__file__).parents[4] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"real data are not on this machine: no folder {folder}")
    return folder


pytestmark = pytest.mark.real_data


def test_counts_and_variants(log):
    name, found = log
    golden = GOLDEN[name]
    assert found.n_cases == golden["cases"]
    assert found.only("quality")["usable"] == golden["events"]
    assert len(found.activities) == golden["activities"]
    assert found.only("coverage")["n_variants"] == golden["variants"]
    assert [row["n_cases"] for row in found.rows("top_variants")] == golden["largest_variants"]


def test_directly_follows_graph_and_median_waits(log):
    name, found = log
    edges = sorted(
        [found.activities[row["a"]], found.activities[row["next_a"]], row["n"], row["median_wait"]]
        for row in found.rows("edges")
    )
    golden = GOLDEN[name]["edges"]
    assert [edge[:3] for edge in edges] == [edge[:3] for edge in golden]
    assert [edge[3] for edge in edges] == pytest.approx([edge[3] for edge in golden], abs=MICROSECOND)
    for question, key in (("starts", "starts"), ("ends", "ends")):
        assert {found.activities[row["a"]]: row["n"] for row in found.rows(question)} == GOLDEN[name][key]


def test_rework(log):
    name, found = log
    assert {found.activities[row["a"]]: row["n_cases"] for row in found.rows("rework")} == GOLDEN[name]["rework"]
    assert found.only("reworked")["n_cases"] == GOLDEN[name]["reworked_cases"]


def test_median_duration(log):
    name, found = log
    assert durations(found, 0.95)[0].value == pytest.approx(GOLDEN[name]["median_duration_days"], abs=MICROSECOND)
