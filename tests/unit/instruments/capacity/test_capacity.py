"""Capacity from tables and from the files that load testers write."""

import json

import pytest

from proveout import data
from proveout.core.errors import TooLittle
from proveout.core.initiative import Initiative, Source
from proveout.core.question import Answers, Rows
from proveout.instruments import instrument
from proveout.instruments.capacity.results import Unreadable, runs_in
from proveout.instruments.capacity.settings import Settings

SPEC = "load,throughput\n1,64.9\n18,995.9\n36,1652.4\n72,1853.2\n108,1828.9\n144,1775.0\n216,1702.2\n"
RUNS = Rows(source="tests")
FLAT_K6 = {
    "metrics": {
        "http_reqs": {"count": 3000, "rate": 99.5},
        "vus_max": {"value": 20, "min": 20, "max": 20},
        "http_req_failed": {"passes": 3, "fails": 2997, "value": 0.001},
    }
}
NESTED_K6 = {
    "metrics": {
        "http_reqs": {"type": "counter", "contains": "default", "values": {"count": 3000, "rate": 99.5}},
        "vus_max": {"type": "gauge", "contains": "default", "values": {"value": 20, "min": 20, "max": 20}},
        "http_req_failed": {"type": "rate", "values": {"rate": 0.001, "passes": 3, "fails": 2997}},
    }
}
LOCUST = """Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,Total Request Count
1,10,GET,/score,48.0,0.0,20,100
1,10,,Aggregated,20.0,0.0,20,100
2,10,,Aggregated,50.0,0.5,20,200
3,10,,Aggregated,52.0,0.5,20,300
4,20,,Aggregated,90.0,0.0,21,400
5,20,,Aggregated,96.0,0.0,21,500
"""
WRK = """Running 30s test @ http://127.0.0.1:8080/score
  12 threads and 400 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   635.91us    0.89ms  12.92ms   93.69%
    Req/Sec    56.20k     8.07k   62.00k    86.54%
  22464657 requests in 30.00s, 17.76GB read
  Non-2xx or 3xx responses: 224646
Requests/sec: 748868.53
Transfer/sec:    606.33MB
"""


def see(folder, text: str | None = SPEC, **declared):
    settings, tool = Settings(**{"forecast_per_hour": 3_600_000, **declared}), instrument("capacity")
    if text is not None:
        (folder / "tests.csv").write_text(text)
    initiative = Initiative(sources={"tests": Source(location="tests.csv")})
    tables, failures = data.ask(tool.questions(settings, initiative), initiative.sources, folder)
    assert not failures
    return tool.measure(settings, Answers(tables=tables, as_of=None), initiative)


def figure(finding, name: str):
    return next(e for e in finding.estimates if e.name == name)


def check(finding, words: str):
    return next(c for c in finding.checks if words in c.name)


def test_headroom_is_what_the_forecast_leaves(tmp_path):
    found = see(tmp_path, runs=RUNS, forecast_low=1_800_000, forecast_high=5_400_000)
    assert figure(found, "throughput_max").value == pytest.approx(1883.9, abs=0.1)
    room, top = figure(found, "headroom"), figure(found, "throughput_max")
    assert room.value == pytest.approx(1 - 1000 / 1883.9, abs=1e-4)
    assert room.lower == pytest.approx(1 - 1500 / top.lower)
    assert room.upper == pytest.approx(1 - 500 / top.upper)
    assert figure(found, "load_at_peak").value == pytest.approx(96.5, abs=0.1)
    assert figure(found, "contention").value == pytest.approx(0.0277, abs=1e-4)
    assert figure(found, "coherency").value == pytest.approx(0.000104, abs=1e-6)
    assert figure(found, "n_runs").value == 7
    assert "97" in check(found, "stops growing").note
    assert check(found, "reaches the forecast").passed is True


def test_several_calls_a_decision_need_as_much_more(tmp_path):
    found = see(tmp_path, runs=RUNS, calls_per_decision=3)
    assert figure(found, "headroom").upper < 0
    assert check(found, "reaches the forecast").passed is False


def test_a_decision_costs_whole_copies(tmp_path):
    found = see(tmp_path, runs=RUNS, price_per_hour=36.0, price_per_decision=0.01, allowed_cost=0.02)
    cost = figure(found, "cost_per_decision")
    assert cost.value == pytest.approx(36 / 3_600_000 + 0.01)
    assert figure(found, "cost_per_decision_ratio").value == pytest.approx(cost.value / 0.02)
    table = next(e for e in found.exhibits if e.title.startswith("Cost"))
    assert [row[2] for row in table.rows] == [1, 1, 1, 1, 2, 3]


def test_no_prices_no_cost(tmp_path):
    assert not [e for e in see(tmp_path, runs=RUNS).estimates if e.name.startswith("cost")]


def test_runs_with_failures_are_no_capacity(tmp_path):
    text = "load,throughput,errors\n1,10,0\n2,19,0\n4,36,0.001\n8,60,0\n16,300,0.7\n"
    found = see(tmp_path, text, runs=RUNS, forecast_per_hour=3600)
    assert figure(found, "n_runs").value == 4
    assert figure(found, "throughput_max").value < 80
    assert "load of 16" in check(found, "failed").note


def test_where_it_still_grows_nothing_is_promised_beyond(tmp_path):
    text = "load,throughput\n1,10\n2,20\n4,40\n8,80\n16,160\n"
    found = see(tmp_path, text, runs=RUNS, forecast_per_hour=3600 * 400)
    assert figure(found, "throughput_max").value == pytest.approx(160, rel=1e-3)
    assert check(found, "stops growing").passed is None
    assert figure(found, "headroom").upper < 0


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        (json.dumps(FLAT_K6), [(20, 99.5, 0.001)]),
        (json.dumps(NESTED_K6), [(20, 99.5, 0.001)]),
        (LOCUST, [(10, 51.0, 0.5 / 51.0), (20, 96.0, 0.0)]),
        (WRK, [(400, 748868.53, 0.01)]),
    ],
)
def test_result_files_are_known_by_what_they_hold(text, runs):
    found = [(run.load, run.throughput, run.errors) for run in runs_in(text)]
    assert found == [pytest.approx(run, rel=1e-4) for run in runs]


@pytest.mark.parametrize(
    "text", ["", "hello", "{", "{}", '{"metrics": {"http_reqs": 3}}', "[" * 100_000, "Requests/sec: 3\n"]
)
def test_other_files_are_named_and_left_out(text):
    with pytest.raises(Unreadable):
        runs_in(text)


def test_files_are_read_together_with_the_table(tmp_path):
    (tmp_path / "load").mkdir()
    for users in (1, 2, 4, 8, 16):
        summary = json.loads(json.dumps(FLAT_K6))
        summary["metrics"]["vus_max"] = {"max": users}
        summary["metrics"]["http_reqs"]["rate"] = 10 * users / (1 + 0.1 * (users - 1))
        (tmp_path / "load" / f"{users}.json").write_text(json.dumps(summary))
    (tmp_path / "load" / "notes.json").write_text("not json")
    found = see(tmp_path, "load,throughput\n32,78\nmany,5\n", runs=RUNS, files="load/*.json", forecast_per_hour=3600)
    assert figure(found, "n_runs").value == 6
    assert figure(found, "contention").value == pytest.approx(0.1, abs=0.02)
    assert "notes.json" in check(found, "files can be read").note
    assert "1 row" in check(found, "All runs").note


@pytest.mark.parametrize("text", ["load,throughput\n", "load,throughput\n1,10\n2,20\n", "load,throughput\n0,0\n"])
def test_too_few_runs_are_no_evidence(tmp_path, text):
    with pytest.raises(TooLittle):
        see(tmp_path, text, runs=RUNS)


def test_a_block_needs_runs_and_a_forecast_within_its_range():
    with pytest.raises(ValueError, match="give `runs`"):
        Settings(forecast_per_hour=10)
    with pytest.raises(ValueError, match="not between"):
        Settings(forecast_per_hour=10, forecast_low=20, runs=RUNS)
