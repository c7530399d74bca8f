"""Small logs of requests, asked through the real data room."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from proveout import data
from proveout.core.errors import TooLittle
from proveout.core.evidence import Outcome
from proveout.core.initiative import Initiative, Source
from proveout.core.question import Answers
from proveout.instruments import instrument
from proveout.instruments.service.settings import Hours, Settings

NOBODY = Initiative(initiative="test", title="Test")
MONDAY = datetime(2026, 3, 2)


AS_OF = date(2026, 5, 1)


def measured(declared: Settings, sources: dict, folder: Path, as_of: date = AS_OF):
    tool = instrument("service")

    def more(tables, failures):
        return tool.follow_up(declared, Answers(tables=tables, as_of=as_of), NOBODY)

    tables, failures = data.ask(tool.questions(declared, NOBODY), sources, folder, follow_up=more)
    assert failures == {}
    return tool.measure(declared, Answers(tables=tables, as_of=as_of), NOBODY)


def find(folder: Path, rows: list[tuple], header=("at", "status", "ms"), as_of: date = AS_OF, **options):
    with (folder / "log.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    declared = Settings(source="log", **({"status": "status"} | options))
    return measured(declared, {"log": Source(location="log.csv")}, folder, as_of)


def figure(finding, name):
    return next(e for e in finding.estimates if e.name == name)


def check(finding, name):
    return next((c.passed, c.note) for c in finding.checks if c.name == name)


def log(days: int, *, bad_day: int | None = None, per_day: int = 96, seed: int = 0) -> list[tuple]:
    """Requests every quarter of an hour; one in a hundred fails, and on one day half of them."""
    random, rows = np.random.default_rng(seed), []
    for i in range(days * per_day):
        at = MONDAY + timedelta(minutes=i * 1440 / per_day)
        share = 0.5 if bad_day is not None and i // per_day == bad_day else 0.01
        rows.append((at, 503 if random.random() < share else 200, round(random.lognormal(6, 0.5))))
    return rows


def test_failures_of_one_day_widen_the_interval(tmp_path: Path):
    rows = log(28, bad_day=9)
    found = figure(find(tmp_path, rows), "availability")
    assert found.value == np.mean([status < 500 for _, status, _ in rows])
    plain = 1.96 * np.sqrt(found.value * (1 - found.value) / len(rows))
    assert found.value - found.lower > 2 * plain
    assert "clustered by day (28)" in found.method


def test_without_a_failure_there_is_no_certainty(tmp_path: Path):
    rows = [(MONDAY + timedelta(hours=i), 200, 5) for i in range(100) for _ in range(50)]
    found = figure(find(tmp_path, rows), "availability")
    assert found.value == 1
    assert 0.95 < found.lower < 0.97


def test_the_error_budget(tmp_path: Path):
    rows = [(MONDAY + timedelta(minutes=10 * i), 500 if i % 50 == 0 else 200, 5) for i in range(2_000)]
    assert figure(find(tmp_path, rows, objective=0.99), "error_budget_left").value == pytest.approx(-1)
    assert figure(find(tmp_path, rows, objective=0.96), "error_budget_left").value == pytest.approx(0.5)


def test_latency_is_that_of_what_was_answered(tmp_path: Path):
    rows = log(20)
    answered = np.array([ms for _, status, ms in rows if status < 500]) / 1000
    found = find(tmp_path, rows, latency="ms", latency_unit="millisecond", allowed_seconds=0.8)
    p95 = figure(found, "latency_p95_seconds")
    assert p95.value == pytest.approx(np.quantile(answered, 0.95), rel=1e-3)
    assert p95.lower < np.exp(6 + 1.645 * 0.5) / 1000 < p95.upper
    assert figure(found, "latency_p50_seconds").value == pytest.approx(np.median(answered), rel=1e-6)
    assert figure(found, "latency_p99_seconds").value == pytest.approx(np.quantile(answered, 0.99), rel=0.01)
    assert figure(found, "latency_p95_ratio").value == pytest.approx(p95.value / 0.8)


def test_the_interval_of_the_tail_holds_the_truth_as_often_as_it_says(tmp_path: Path):
    truth, held = np.exp(6 + 1.6449 * 0.5) / 1000, 0
    for seed in range(20):
        found = figure(
            find(tmp_path, log(15, seed=seed), latency="ms", latency_unit="millisecond"), "latency_p95_seconds"
        )
        held += found.lower <= truth <= found.upper
    assert held >= 16  # of 20 at 95%: fewer come about once in a thousand


def test_outages_peaks_and_silence(tmp_path: Path):
    rows = log(10)
    rows = [(at, 500 if 30 <= i // 4 < 33 else status, ms) for i, (at, status, ms) in enumerate(rows)]
    rows += [(MONDAY + timedelta(days=13, minutes=i), 200, 5) for i in range(30)]
    found = find(tmp_path, rows)
    assert figure(found, "longest_outage_hours").value == 3
    assert figure(found, "peak_per_hour").value == 30
    assert figure(found, "requests").value == len(rows)
    passed, note = check(found, "Somebody asked all the time")
    assert passed is None
    assert "72 hours after 2026-03-11" in note


def test_requests_outside_working_hours_do_not_count(tmp_path: Path):
    rows = [(at, 500 if at.isoweekday() > 5 or at.hour >= 18 else 200, 5) for at, _, _ in log(14)]
    found = find(tmp_path, rows, hours=Hours(opens=8, closes=18))
    assert figure(found, "availability").value == 1
    assert check(found, "Somebody asked all the time")[0] is True


def test_by_operation_and_by_words(tmp_path: Path):
    rows = [
        (MONDAY + timedelta(hours=i), "no" if i % 4 == 0 else "yes", "score" if i % 2 else "fetch") for i in range(200)
    ]
    found = find(tmp_path, rows, ("at", "done", "what"), status="", ok="done", operation="what")
    table = next(e for e in found.exhibits if e.title.startswith("By operation"))
    assert [row[:3] for row in table.rows] == [("fetch", 100, 0.5), ("score", 100, 1.0)]


def test_rows_that_cannot_be_judged_are_counted(tmp_path: Path):
    rows = [*log(6), ("soon", 200, 5), ("infinity", 200, 5), (MONDAY, "", 5), (MONDAY, 200, -4)]
    found = find(tmp_path, rows, latency="ms", latency_unit="millisecond")
    assert "3 of 580 requests have no time or no status" in check(found, "Every request can be judged")[1]
    assert check(found, "Times of answers can be")[0] is False
    assert check(found, "How long an answer may take is declared")[0] is False


def test_what_is_after_the_day_is_in_no_figure(tmp_path: Path):
    """A repeated old run says what it said; the day itself counts up to its last second."""
    day = (MONDAY + timedelta(days=9)).date()
    rows = [*log(10), (MONDAY + timedelta(days=10, seconds=-1), 503, 9)]
    after = [(MONDAY + timedelta(days=10, minutes=i), 503, 9_000) for i in range(500)] + [("20000-01-01", "", -1)]
    options = {"latency": "ms", "latency_unit": "millisecond", "operation": "status", "window_days": 7, "as_of": day}
    then, now = find(tmp_path, rows, **options), find(tmp_path, rows + after, **options)
    assert (now.estimates, now.exhibits) == (then.estimates, then.exhibits)
    ahead = [c for c in now.checks if c not in then.checks]
    assert [(c.name, c.passed) for c in ahead] == [("No request is dated ahead", None)]
    assert ahead[0].note == "501 requests after 2026-03-11 are left out"
    assert len(now.checks) == len(then.checks) + 1
    assert (then.changes_on, now.changes_on) == (None, day + timedelta(days=1))


def test_all_that_there_is_comes_later(tmp_path: Path):
    found = find(tmp_path, log(6), as_of=date(2026, 2, 1))
    assert found.outcome is Outcome.TOO_LITTLE
    assert found.changes_on == MONDAY.date()


@pytest.mark.parametrize("rows", [[], [("soon", 200, 1)]])
def test_nothing_to_judge(tmp_path: Path, rows: list[tuple]):
    with pytest.raises(TooLittle, match="no request can be judged"):
        find(tmp_path, rows)


def test_one_of_status_and_ok_is_needed():
    with pytest.raises(ValueError, match="status"):
        Settings(source="log")


@pytest.mark.parametrize(
    ("weeks", "up", "down"),
    [
        ([200, 200, 200, 200], 4, 0),
        ([200, 200, 503, 503], 0, 2),
        ([503, 200, None, 200], 1, 0),
        ([200, 200, None], 0, 0),
    ],
)
def test_weeks_in_which_it_was_up_or_down(tmp_path: Path, weeks: list[int | None], up: int, down: int):
    this_week = datetime(2026, 4, 27)
    monday = this_week - timedelta(weeks=4)
    rows = [(monday + timedelta(weeks=i, hours=h), s, 5) for i, s in enumerate(weeks) if s for h in range(0, 168, 4)]
    found = find(tmp_path, [*rows, (this_week + timedelta(hours=9), 200, 5)])
    assert (figure(found, "weeks_up").value, figure(found, "weeks_down").value) == (up, down)


def test_requests_per_day_with_days_on_which_nobody_asked(tmp_path: Path):
    counts = [3, 10, 12, 0, 14, 9, 15, 2]
    rows = [(MONDAY + timedelta(days=i, minutes=m), 200, 5) for i, n in enumerate(counts) for m in range(n)]
    per_day = figure(find(tmp_path, rows), "requests_per_day")
    assert per_day.value == 10
    assert per_day.n == 6
    shown = next(e for e in find(tmp_path, rows).exhibits if e.title == "Requests per day")
    assert [point[1] for point in shown.points] == counts
    assert 0 < per_day.lower < 6 < 14 < per_day.upper
    worked = figure(find(tmp_path, [*rows, (MONDAY + timedelta(days=8), 200, 5)], hours=Hours()), "requests_per_day")
    assert worked.value == pytest.approx((10 + 12 + 0 + 14 + 2) / 5)  # no weekend
    assert not [e for e in find(tmp_path, rows[:30]).estimates if e.name == "requests_per_day"]
