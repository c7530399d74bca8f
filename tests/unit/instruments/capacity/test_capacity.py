"""Capacity from tables and from the files that load testers write."""

import json
import re

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
LOCUST = (
    "Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,Total Request Count\n1,10,GET,/score,48.0,0.0,20,100\n"
)
LOCUST += "".join(f"{i},{users},,Aggregated,{users * 4.9},0.0,20,100\n" for i, users in enumerate(range(1, 10)))
LOCUST += "".join(f"{i},10,,Aggregated,{20.0 if i < 20 else 51.0},{0.0 if i < 20 else 0.5},20,100\n" for i in range(40))
LOCUST += "".join(f"{i},20,,Aggregated,96.0,0.0,21,400\n" for i in range(30))
"""Users arrive one a second; 10 of them stay for 40 seconds, and 20 for 30."""
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
    assert figure(found, "throughput_max").value == pytest.approx(1960.8, abs=0.1)  # tests/oracles: of the logarithm
    room, top = figure(found, "headroom"), figure(found, "throughput_max")
    assert room.value == pytest.approx(1 - 1000 / top.value)
    assert room.lower == pytest.approx(1 - 1500 / top.lower)
    assert room.upper == pytest.approx(1 - 500 / top.upper)
    assert figure(found, "load_at_peak").value == pytest.approx(92.6, abs=0.1)
    assert figure(found, "contention").value == pytest.approx(0.01345, abs=1e-4)
    assert figure(found, "coherency").value == pytest.approx(0.0001151, abs=1e-6)
    assert figure(found, "n_runs").value == 7
    assert "93" in check(found, "stops growing").note
    assert check(found, "reaches the forecast").passed is True


def test_several_calls_a_decision_need_as_much_more(tmp_path):
    found = see(tmp_path, runs=RUNS, calls_per_decision=3)
    assert figure(found, "headroom").upper < 0
    assert check(found, "reaches the forecast").passed is False


def test_a_decision_costs_whole_copies_with_what_is_kept_free(tmp_path):
    found = see(tmp_path, runs=RUNS, price_per_hour=36.0, price_per_decision=0.01, allowed_cost=0.02)
    cost = figure(found, "cost_per_decision")
    assert cost.value == pytest.approx(36 / 3_600_000 + 0.01)
    assert figure(found, "cost_per_decision_ratio").value == pytest.approx(cost.value / 0.02)
    table = next(e for e in found.exhibits if e.title.startswith("Cost"))
    assert [row[2] for row in table.rows] == [1, 1, 1, 1, 2, 3]
    full = see(tmp_path, runs=RUNS, price_per_hour=36.0, kept_free=0.5)
    assert figure(full, "cost_per_decision").value == pytest.approx(2 * 36 / 3_600_000)  # 1000 of 980 a second


def test_quiet_hours_are_paid_too(tmp_path):
    unknown = see(tmp_path, runs=RUNS, price_per_hour=36.0)
    assert check(unknown, "quiet hours").passed is None
    found = see(tmp_path, runs=RUNS, price_per_hour=36.0, mean_per_hour=900_000)
    assert figure(found, "cost_per_decision").value == pytest.approx(36 / 900_000)
    assert not [c for c in found.checks if "quiet hours" in c.name]
    with pytest.raises(ValueError, match="above that of the busiest"):
        Settings(runs=RUNS, forecast_per_hour=10, mean_per_hour=11)


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
    assert "1 of 2 row" in check(found, "All runs").note


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("load,throughput,errors\n1,10,0.2\n2,20,0.3\n4,30,0.5\n", "3 of 3 run.s. with more than 1% failed calls"),
        ("load,throughput,errors\n1,10,30\n2,20,12\n", "2 of 2 row.s. .* errors that are no share"),
        ("load,throughput\n-1,10\n2,-20\n", "2 of 2 row.s. without a load of 1"),
        ("load,throughput\n", "`runs` yields no row"),
    ],
)
def test_where_no_run_counts_the_reason_is_given(tmp_path, text, words):
    with pytest.raises(TooLittle, match=words):
        see(tmp_path, text, runs=RUNS)


def test_where_no_file_counts_the_reason_is_given(tmp_path):
    with pytest.raises(TooLittle, match=re.escape("no file matches load/*.json")):
        see(tmp_path, None, files="load/*.json")
    (tmp_path / "load").mkdir()
    (tmp_path / "load" / "a.json").write_text("")
    with pytest.raises(TooLittle, match=re.escape("a.json: it is empty")):
        see(tmp_path, None, files="load/*.json")


def test_users_who_arrive_one_by_one_are_no_runs():
    ramp = LOCUST.splitlines()[0] + "\n"
    ramp += "".join(f"{i},{users},,Aggregated,{users * 4.0},0.0,20,1\n" for i, users in enumerate(range(1, 200)))
    with pytest.raises(Unreadable, match="kept for 30 lines"):
        runs_in(ramp)


@pytest.mark.parametrize("text", ["load,throughput\n", "load,throughput\n1,10\n2,20\n", "load,throughput\n0,0\n"])
def test_too_few_runs_are_no_evidence(tmp_path, text):
    with pytest.raises(TooLittle):
        see(tmp_path, text, runs=RUNS)


def test_a_block_needs_runs_and_a_forecast_within_its_range():
    with pytest.raises(ValueError, match="give `runs`"):
        Settings(forecast_per_hour=10)
    with pytest.raises(ValueError, match="not between"):
        Settings(forecast_per_hour=10, forecast_low=20, runs=RUNS)
