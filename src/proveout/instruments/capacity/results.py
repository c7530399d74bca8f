"""Result files of load tests, recognised by what they hold."""

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

LARGEST = 20_000_000
"""Characters of a file; summaries are small."""
CONNECTIONS = re.compile(r"(\d+) threads? and (\d+) connections?")
RATE = re.compile(r"Requests/sec:\s*([\d.]+)")
COUNT = re.compile(r"(\d+) requests in ")
FAILED = re.compile(
    r"Non-2xx or 3xx responses: (\d+)|Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)"
)
SETTLED = 0.5
"""Of the lines of one number of users, the first half is left out: users are still arriving."""
FEWEST_LINES = 30
"""A number of users that was kept for fewer lines, one a second, is a step on the way to another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One load and what came through.

    Args:
        load: Users or connections at once.
        throughput: Calls per second.
        errors: Share of calls that failed, None where nobody counted.
    """

    load: float
    throughput: float
    errors: float | None = None


class Unreadable(Exception):
    """What a file is not."""


def runs_in(text: str) -> list[Run]:
    """The runs of one file.

    Raises:
        Unreadable: It is none of the kinds that are known, or lacks what is needed.
    """
    if len(text) > LARGEST:
        raise Unreadable("it is too large for a summary")
    if not text.strip():
        raise Unreadable("it is empty")
    if text.lstrip()[:1] == "{":
        return [_k6(text)]
    if "User Count" in text[:2000] and "Requests/s" in text[:2000]:
        return _locust(text)
    if RATE.search(text):
        return [_wrk(text)]
    raise Unreadable("it is no summary of k6, no stats history of Locust and no output of wrk")


def _k6(text: str) -> Run:
    try:
        metrics: Any = json.loads(text)["metrics"]
        load = _first(metrics["vus_max"], "max", "value")
        rate = _first(metrics["http_reqs"], "rate")
        failed = metrics.get("http_req_failed")
        return Run(load=load, throughput=rate, errors=None if failed is None else _first(failed, "rate", "value"))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unreadable(f"as a summary of k6 it lacks {error}") from None


def _first(metric: Mapping[str, Any], *names: str) -> float:
    """A figure, as `--summary-export` (flat) or `handleSummary` (under values) writes it."""
    values = metric.get("values", metric)
    return float(next(values[name] for name in names if name in values))


def _locust(text: str) -> list[Run]:
    by_users: dict[float, list[tuple[float, float]]] = {}
    try:
        for row in csv.DictReader(text.splitlines()):
            if row["Name"] == "Aggregated" and float(row["User Count"]) > 0:
                figures = float(row["Requests/s"]), float(row.get("Failures/s") or 0)
                by_users.setdefault(float(row["User Count"]), []).append(figures)
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        raise Unreadable(f"as a stats history of Locust it cannot be read: {error}") from None
    held = {users: lines for users, lines in by_users.items() if len(lines) >= FEWEST_LINES}
    if not held:
        raise Unreadable(f"no number of users was kept for {FEWEST_LINES} lines of the history; hold each for a while")
    runs = []
    for users, lines in held.items():
        settled = lines[int(len(lines) * SETTLED) :]
        rate, failed = (median(line[i] for line in settled) for i in (0, 1))
        if rate > 0:
            runs.append(Run(load=users, throughput=rate, errors=failed / rate))
    return runs


def _wrk(text: str) -> Run:
    connections, rate, count = CONNECTIONS.search(text), RATE.search(text), COUNT.search(text)
    if not connections or not rate:
        raise Unreadable("as output of wrk it lacks the connections")
    failed = sum(int(number) for found in FAILED.findall(text) for number in found if number)
    errors = failed / int(count[1]) if count and int(count[1]) else None
    return Run(load=float(connections[2]), throughput=float(rate[1]), errors=errors)
