"""Prometheus' text format, from files to figures; and what failures that come in bursts do to the interval."""

import csv
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.unit.instruments.service.test_service import AS_OF, MONDAY, check, figure, find, measured

from proveout.core.errors import TooLittle
from proveout.core.initiative import Source
from proveout.core.question import Rows
from proveout.instruments.service.scrapes import parsed
from proveout.instruments.service.settings import Hours, Scrapes, Settings

START = datetime(2026, 3, 2, tzinfo=UTC)
SCRAPES = Scrapes(pattern="metrics/*.prom", requests="calls_total", latency="call_seconds")


def text(good: float, bad: float | None, *, stamp: str = "", instance: str = "a") -> str:
    """Half of the good answers within 0.1 s, 96 of 100 within 1 s."""
    buckets = "".join(
        f'call_seconds_bucket{{instance="{instance}",le="{edge}"}} {share * good:g}{stamp}\n'
        for edge, share in (("0.1", 0.5), ("1", 0.96), ("10", 1), ("+Inf", 1))
    )
    failed = "" if bad is None else f'calls_total{{code="503",instance="{instance}"}} {bad:g}{stamp}\n'
    return (
        "# HELP calls_total Calls.\n# TYPE calls_total counter\n"
        f'calls_total{{code="200",instance="{instance}"}} {good:g}{stamp}\n{failed}{buckets}# EOF\n'
    )


def scrape(folder: Path, texts: list[str], *, every: float = 1.0, names: str = "%Y-%m-%dT%H-%M-%S") -> None:
    (folder / "metrics").mkdir(exist_ok=True)
    for i, content in enumerate(texts):
        at = START + timedelta(hours=every * i)
        (folder / "metrics" / f"{i:04}_{at.strftime(names)}.prom").write_text(content, encoding="utf-8")


def ask(folder: Path, as_of: date = AS_OF, **declared):
    return measured(Settings(**({"scrapes": SCRAPES, "status": "code"} | declared)), {}, folder, as_of)


def test_counters_become_requests_between_scrapes(tmp_path):
    scrape(tmp_path, [text(1000 + 100 * i, 10 + i) for i in range(49)])
    finding = ask(tmp_path, allowed_seconds=2)
    assert figure(finding, "availability").value == pytest.approx(100 / 101)
    assert figure(finding, "requests").value == 48 * 101
    assert figure(finding, "peak_per_hour").value == 101
    assert figure(finding, "latency_p50_seconds").value == pytest.approx(0.1)
    p95 = figure(finding, "latency_p95_seconds")
    assert p95.value == pytest.approx(0.1 + 0.9 * 0.45 / 0.46)
    assert (p95.lower, p95.upper) == (0.1, 1)  # a bucket is not finer than its edges
    assert figure(finding, "latency_p95_ratio").value == p95.value / 2


def test_a_counter_that_starts_anew_and_one_that_is_born_late(tmp_path):
    scrape(tmp_path, [text(500, None), text(600, None), text(40, 8), text(140, 8)])
    finding = ask(tmp_path)
    assert figure(finding, "requests").value == 100 + 40 + 8 + 100
    assert figure(finding, "availability").value == pytest.approx(240 / 248)


def test_scrapes_after_the_day_are_in_no_figure(tmp_path):
    day = START.date() + timedelta(days=1)
    texts = [text(1000 + 100 * i, 10 + i) for i in range(48)]
    scrape(tmp_path, texts)
    then = ask(tmp_path, as_of=day, allowed_seconds=2)
    scrape(tmp_path, [*texts, *(text(9000 + 50 * i, 900 * i) for i in range(24 * 7))])
    now = ask(tmp_path, as_of=day, allowed_seconds=2)
    assert (now.estimates, now.exhibits) == (then.estimates, then.exhibits)
    counted = 9000 + 50 * 167 - 5700 + 900 * 167  # the failed ones were started anew
    assert check(now, "No request is dated ahead") == (None, f"{counted:,} requests after 2026-03-03 are left out")
    assert (then.changes_on, now.changes_on) == (None, day + timedelta(days=1))
    assert ask(tmp_path, as_of=START.date() - timedelta(days=1)).changes_on == START.date()


def test_an_outage_in_minutes(tmp_path):
    bad = [0, 0, 0, 5, 10, 15, 15, 15]
    scrape(tmp_path, [text(10 * min(i, 2) + 10 * max(0, i - 5), b) for i, b in enumerate(bad)], every=0.25)
    assert figure(ask(tmp_path), "longest_outage_minutes").value == 45


def test_the_time_stands_in_the_samples_or_in_the_name(tmp_path):
    stamps = [int((START + timedelta(hours=i)).timestamp() * 1000) for i in range(3)]
    scrape(tmp_path, [text(100 * i, i, stamp=f" {at}") for i, at in enumerate(stamps)], names="x")
    assert figure(ask(tmp_path), "requests").value == 202


def test_a_file_without_any_time(tmp_path):
    scrape(tmp_path, [text(1, 1), text(2, 2)], names="x")
    with pytest.raises(TooLittle, match="neither its samples nor its name say when"):
        ask(tmp_path)


@pytest.mark.parametrize(
    ("texts", "declared", "message"),
    [
        ([text(1, 1)], {}, r"1 scrape\(s\)"),
        ([text(1, 1), text(2, 2)], {"status": "state"}, "calls_total has no label 'state'"),
        ([text(1, 1), text(2, 2)], {"scrapes": Scrapes(pattern="metrics/*.prom")}, "no scraped file has a metric"),
        ([text(1, 1), text(1, 1)], {}, "no request can be judged"),
    ],
)
def test_too_little(tmp_path, texts, declared, message):
    scrape(tmp_path, texts)
    with pytest.raises(TooLittle, match=message):
        ask(tmp_path, **declared)


def test_two_processes_need_a_label(tmp_path):
    (tmp_path / "metrics").mkdir()
    for i, name in enumerate(["a_2026-03-02T10-00-00", "b_2026-03-02T10-00-00", "a_2026-03-02T11-00-00"]):
        (tmp_path / "metrics" / f"{name}.prom").write_text(text(100 * i, 1), encoding="utf-8")
    with pytest.raises(TooLittle, match="the same series at the same time"):
        ask(tmp_path)
    (tmp_path / "metrics" / "b_2026-03-02T10-00-00.prom").write_text(text(7, 1, instance="b"), encoding="utf-8")
    assert figure(ask(tmp_path), "requests").value == 100 + 100


def test_a_percentile_beyond_the_last_bucket_is_none(tmp_path):
    slow = [text(100 * i, i) for i in range(5)]
    slow = [
        "\n".join(f"{line.rsplit(' ', 1)[0]} {50 * i}" if 'le="1' in line else line for line in content.split("\n"))
        for i, content in enumerate(slow)
    ]
    scrape(tmp_path, slow)
    finding = ask(tmp_path)
    assert "beyond the last edge, 10" in check(finding, "latency_p95_seconds can be told")[1]
    assert not [e for e in finding.estimates if e.name.startswith("latency_p95")]


def test_labels_with_quotes_braces_and_exemplars():
    lines = 'c_total{path="/a{b}\\"c\\"",code="200"} 3 # {trace="x"} 1\nc_total 4\nother 1\nnot a line at all!\n\n'
    found, stamp, broken = parsed(lines, ["c_total"])
    assert found == {"c_total": {frozenset({("path", '/a{b}"c"'), ("code", "200")}): 3.0, frozenset(): 4.0}}
    assert stamp is None and broken == 1


def test_lines_that_cannot_be_read_are_told(tmp_path):
    scrape(tmp_path, [text(100 * i, i) + "calls_total{code= 7\n" for i in range(4)])
    assert "4 lines" in check(ask(tmp_path), "The scraped files are in Prometheus' text format")[1]


def test_hours_and_window_of_scrapes(tmp_path):
    scrape(tmp_path, [text(10 * i, 0) for i in range(24 * 9 + 1)])
    office = Hours(opens=8, closes=18, zone="Europe/Berlin")
    assert figure(ask(tmp_path, hours=office), "requests").value == 7 * 10 * 10
    assert figure(ask(tmp_path, window_days=2), "requests").value == 2 * 24 * 10


def test_one_of_source_and_scrapes():
    with pytest.raises(ValueError, match="one of both"):
        Settings(status="code")
    with pytest.raises(ValueError, match="no time zone"):
        Hours(zone="Berlin")


def test_times_in_mixed_zones_are_read_as_one(tmp_path):
    rows = [("2026-03-02T12:00:00+02:00", 200, 1), ("2026-03-02 10:30:00", 200, 1), ("2026-03-02T10:59:00Z", 500, 1)]
    finding = find(tmp_path, rows * 5)
    assert figure(finding, "peak_per_hour").value == 15
    assert "10 times name their offset, 5 do not" in check(finding, "All times are of one zone")[1]


def test_the_window_and_the_zone_of_a_log(tmp_path):
    rows = [(MONDAY + timedelta(hours=i), 200, 1) for i in range(24 * 7)]
    assert figure(find(tmp_path, rows, window_days=2), "requests").value == 48
    office = Hours(days=(1,), opens=8, closes=9, zone="Asia/Tokyo")  # 23 o'clock on Sunday, UTC
    assert figure(find(tmp_path, rows, hours=office), "requests").value == 1


def test_one_long_outage_widens_the_interval_downwards(tmp_path):
    """Three of 30 days fail by a tenth: the interval is not symmetrical, and 1 lies within no bound of it."""
    rows = [
        (MONDAY + timedelta(minutes=15 * i), 503 if (i // 96) % 10 == 3 and i % 96 < 10 else 200, 1)
        for i in range(30 * 96)
    ]
    found = figure(find(tmp_path, rows), "availability")
    assert found.upper < 1
    assert found.value - found.lower > 1.5 * (found.upper - found.value)


def sampled(folder: Path, rows: list[tuple], latency: str = "", **declared):
    with (folder / "tsdb.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("name", "labels", "time", "value"), *rows])
    scrapes = Scrapes(samples=Rows(source="tsdb"), requests="calls_total", latency=latency)
    settings = Settings(**({"scrapes": scrapes, "status": "code"} | declared))
    return measured(settings, {"tsdb": Source(location="tsdb.csv")}, folder)


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("as_epoch", [True, False])
def test_a_table_of_samples_says_what_the_files_say(tmp_path, as_json, as_epoch):
    texts = [text(1000 + 100 * i, 10 + i) for i in range(49)]
    scrape(tmp_path, texts)
    rows = [("up", "{}", START, 1), ("up", "{}", START, 0)]  # another metric does not matter
    for i, content in enumerate(texts):
        at = START + timedelta(hours=i)
        metrics = parsed(content, ["calls_total", "call_seconds_bucket"])[0]
        for name, series in metrics.items():
            for labels, value in series.items():
                plain = json.dumps(dict(labels)) if as_json else ",".join(f'{k}="{v}"' for k, v in labels)
                rows.append((name, plain, int(at.timestamp()) if as_epoch else at.isoformat(), value))
    found, files = sampled(tmp_path, rows, "call_seconds", allowed_seconds=2), ask(tmp_path, allowed_seconds=2)
    assert found.estimates == files.estimates
    assert check(found, "All samples can be read")[0] is True


def test_samples_that_are_odd(tmp_path):
    def calls(hours, value, labels='{"code": "200"}'):
        return "calls_total", labels, START + timedelta(hours=hours), value

    found = sampled(tmp_path, [calls(0, 0), calls(1, 10), calls(2, "much"), calls(2, 9, "code=200"), calls(3, 30)])
    assert figure(found, "requests").value == 30
    assert check(found, "All samples can be read") == (False, "2 samples cannot be read and are left out")
    with pytest.raises(TooLittle, match="one series twice at 2026-03-02 01:00"):
        sampled(tmp_path, [calls(0, 0), calls(1, 10), calls(1, 11)])
    with pytest.raises(TooLittle, match="1 scrape"):
        sampled(tmp_path, [calls(0, 0)])
    with pytest.raises(ValueError, match="one of both"):
        Scrapes(pattern="*.prom", samples=Rows(source="tsdb"))
