"""Prometheus' text format, or a table of its samples: counters and histograms turned into requests by minute."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import PurePath
from zoneinfo import ZoneInfo

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.core.evidence import Check
from proveout.core.question import Columns
from proveout.instruments.service.settings import Scrapes, Settings
from proveout.stats.clustered_share import clustered_quantile

_LABEL = r'([A-Za-z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"'
_SAMPLE = re.compile(
    rf"([A-Za-z_:][\w:]*)\s*(?:\{{((?:\s*{_LABEL}\s*,?)*)\s*\}})?\s+(\S+)(?:\s+(-?[\d.]+))?\s*(?:#.*)?"
)
_LABELS = re.compile(rf"(?:\s*{_LABEL}\s*,?)*\s*")
_DIGITS = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)[T_ -]?(\d\d)[-:_]?(\d\d)(?:[-:_]?(\d\d))?")
_EPOCH = re.compile(r"(?<!\d)(1\d{9})(\d{3})?(?!\d)")
_ESCAPES = {r"\\": "\\", r"\"": '"', r"\n": "\n"}

Labels = frozenset[tuple[str, str]]
Series = Mapping[Labels, float]


_WORDS = {"true": True, "t": True, "1": True, "yes": True, "false": False, "f": False, "0": False, "no": False}
_NONE = ("undated", "negative", "infinite", "zoned")
QUANTILES = {"latency_p50_seconds": 0.5, "latency_p95_seconds": 0.95, "latency_p99_seconds": 0.99}
ENOUGH_DAYS = 5
"""With fewer, hours stand for days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scraped:
    """The tables of a log, and what the histogram says of latency."""

    tables: Mapping[str, Columns]
    latency: tuple[Estimate, ...] = ()
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class Scrape:
    """The samples of one file: series by metric name."""

    at: datetime
    metrics: Mapping[str, Series]
    n_broken: int = 0


def scraped(tables: Mapping[str, Columns], settings: Settings, today: date) -> Scraped:
    """What was counted between scrapes up to today, as if it came at the end of each interval.

    Raises:
        TooLittle: Fewer than two scrapes, no time, or a metric or label that no file has.
    """
    names = settings.scrapes or Scrapes(pattern="*")
    scrapes = _sampled(tables["samples"], names) if names.samples else _read(tables["scrapes"], names)
    later, scrapes = _later(scrapes, names.requests, today), [one for one in scrapes if one.at.date() <= today]
    if len(scrapes) < 2:
        none = np.array([])
        return Scraped(tables=_tables(none.astype("datetime64[s]"), none, none, 0.0) | {"later": later})
    times, by_labels = _increases(scrapes, names.requests)
    moments = np.array([at.replace(tzinfo=None) for at in times], dtype="datetime64[s]")
    inside = _inside(times, settings)
    n, good, unjudged = np.zeros(len(times)), np.zeros(len(times)), 0.0
    for labels, counts in by_labels.items():
        status = dict(labels).get(settings.status or settings.ok)
        if status is None:
            has = ", ".join(sorted(name for name, _ in labels)) or "no labels"
            raise TooLittle(f"{names.requests} has no label {settings.status or settings.ok!r}", f"it has {has}")
        answered = is_good(status, settings)
        if answered is None:
            unjudged += float(counts[inside].sum())
        else:
            n, good = n + counts * inside, good + counts * inside * answered
    broken = sum(scrape.n_broken for scrape in scrapes)
    what = "samples" if names.samples else "lines"
    note = f"{broken:,} {what} cannot be read and are left out"
    name = "All samples can be read" if names.samples else "The scraped files are in Prometheus' text format"
    checks = [Check(name=name, passed=not broken, note=note)]
    figures: list[Estimate] = []
    if names.latency and n.any():
        figures, amiss = _latency(scrapes, settings, inside)
        checks += amiss
    tables = _tables(moments, n, good, unjudged) | {"later": later}
    return Scraped(tables=tables, latency=tuple(figures), checks=tuple(checks))


def _later(scrapes: list[Scrape], name: str, today: date) -> Columns:
    """How many requests were counted after today, and the first day of which there is a later scrape."""
    days = [one.at.date() for one in scrapes if one.at.date() > today]
    if not days:
        return {"n": np.array([0.0]), "first": np.array([None])}
    times, by_labels = _increases(scrapes, name)
    after = np.array([at.date() > today for at in times])
    n = sum(float(counts[after].sum()) for counts in by_labels.values())
    return {"n": np.array([n]), "first": np.array([min(days).isoformat()])}


def is_good(status: str, settings: Settings) -> bool | None:
    """Whether a status counts as answered; None where that cannot be judged."""
    if settings.good:
        return status in settings.good
    if settings.ok:
        return _WORDS.get(status.strip().casefold())
    return 100 <= int(status) <= 499 if status.strip().isdigit() else None


def _inside(times: list[datetime], settings: Settings) -> np.ndarray:
    """Which scrapes count: those in the window, and in the hours in which the system has to be there."""
    last, hours = max(times), settings.hours
    inside = [settings.window_days is None or at > last - timedelta(days=settings.window_days) for at in times]
    if hours:
        local = [at.astimezone(ZoneInfo(hours.zone)) for at in times]
        needed = [t.isoweekday() in hours.days and hours.opens <= t.hour + t.minute / 60 < hours.closes for t in local]
        inside = [a and b for a, b in zip(inside, needed, strict=True)]
    return np.array(inside)


def _tables(moments: np.ndarray, n: np.ndarray, good: np.ndarray, unjudged: float) -> dict[str, Columns]:
    """The same tables that SQL makes of a log."""
    some = n > 0
    tables: dict[str, Columns] = {}
    for name, unit in (("hour", "h"), ("minute", "m")):
        units, place = np.unique(moments[some].astype(f"datetime64[{unit}]"), return_inverse=True)
        sums = {key: np.bincount(place, x[some], len(units)) for key, x in (("n", n), ("n_good", good))}
        tables[f"{name}s"] = {name: units.astype("datetime64[s]").astype(str), **sums}
    at = moments[some].astype("datetime64[s]")
    gaps = np.diff(at) / np.timedelta64(1, "h")
    most = np.argsort(-gaps, kind="stable")[:5]
    tables["silence"] = {"since": at[:-1][most].astype(str), "hours": gaps[most]}
    counted = {"n_rows": n.sum() + unjudged, "unjudged": unjudged} | dict.fromkeys(_NONE, 0)
    tables["counts"] = {name: np.array([value]) for name, value in counted.items()}
    return tables


def parsed(text: str, wanted: Sequence[str]) -> tuple[dict[str, dict[Labels, float]], float | None, int]:
    """Series of the wanted metrics, the newest time that a sample names, and how many lines cannot be read."""
    metrics: dict[str, dict[Labels, float]] = {name: {} for name in wanted}
    newest, broken = None, 0
    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        found = _SAMPLE.fullmatch(line)
        value = _number(found[5]) if found else None
        if not found or value is None:
            broken += 1
        elif found[1] in metrics and value >= 0:
            metrics[found[1]][frozenset(_pairs(found[2] or ""))] = value
            if found[6]:
                newest = max(newest or 0.0, float(found[6]))
    return metrics, newest, broken


def _pairs(labels: str) -> Iterator[tuple[str, str]]:
    for name, value in re.findall(_LABEL, labels):
        yield name, re.sub(r'\\[\\n"]', lambda escape: _ESCAPES[escape[0]], value)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _read(documents: Columns, names: Scrapes) -> list[Scrape]:
    wanted = [names.requests, f"{names.latency}_bucket"]
    by_time: dict[datetime, Scrape] = {}
    for path, text in zip(documents["path"], documents["text"], strict=True):
        metrics, stamp, broken = parsed(str(text), wanted)
        at = _moment(stamp) if stamp else _named(str(path))
        if at is None:
            remedy = "write the time into the name, such as 2026-01-31T12-00-00.prom, or keep the samples' timestamps"
            raise TooLittle(f"{path}: neither its samples nor its name say when it was scraped", remedy)
        there = by_time.get(at)
        if there and any(there.metrics[name].keys() & metrics[name].keys() for name in wanted):
            remedy = "add a label such as `instance` that tells the scraped processes apart"
            raise TooLittle(f"{path}: another file has the same series at the same time, {at:%Y-%m-%d %H:%M}", remedy)
        if there:
            metrics = {name: {**there.metrics[name], **series} for name, series in metrics.items()}
        by_time[at] = Scrape(at, metrics, broken + (there.n_broken if there else 0))
    if len(by_time) < 2:
        raise TooLittle(f"{len(by_time)} scrape(s): what a counter counted lies between two", "scrape at regular times")
    return [by_time[at] for at in sorted(by_time)]


def _sampled(table: Columns, names: Scrapes) -> list[Scrape]:
    """The samples of a table, those of one moment together."""
    wanted, broken = (names.requests, f"{names.latency}_bucket"), 0
    by_time: dict[datetime, dict[str, dict[Labels, float]]] = {}
    columns = (np.ma.asarray(table[name]).tolist() for name in ("name", "labels", "value", "stamp"))
    for name, labels, value, stamp in zip(*columns, strict=True):
        pairs = labels_of(labels or "")
        if pairs is None or value is None or stamp is None or not np.isfinite([value, stamp]).all() or value < 0:
            broken += 1
            continue
        series = by_time.setdefault(_moment(stamp), {one: {} for one in wanted})[name]
        if series.setdefault(pairs, value) != value:
            remedy = "add a label such as `instance` that tells the scraped processes apart"
            raise TooLittle(f"{name} has one series twice at {_moment(stamp):%Y-%m-%d %H:%M}", remedy)
    if len(by_time) < 2:
        raise TooLittle(f"{len(by_time)} scrape(s): what a counter counted lies between two", "scrape at regular times")
    first, *rest = (Scrape(at, by_time[at]) for at in sorted(by_time))
    return [replace(first, n_broken=broken), *rest]


def labels_of(text: str) -> Labels | None:
    """Labels as JSON, or as Prometheus writes them, with or without braces; None where they are neither."""
    text = text.strip()
    try:
        found = json.loads(text or "{}")
        return frozenset((str(name), str(value)) for name, value in found.items())
    except (ValueError, AttributeError):
        inner = text.removeprefix("{").removesuffix("}")
        return frozenset(_pairs(inner)) if _LABELS.fullmatch(inner) else None


def _moment(stamp: float) -> datetime:
    return datetime.fromtimestamp(stamp / 1000 if stamp > 1e11 else stamp, UTC)


def _named(path: str) -> datetime | None:
    name = PurePath(path).name
    if found := _DIGITS.search(name):
        try:
            return datetime(*(int(part or 0) for part in found.groups()), tzinfo=UTC)
        except ValueError:
            return None
    found = _EPOCH.search(name)
    return datetime.fromtimestamp(int(found[1]), UTC) if found else None


def _increases(scrapes: list[Scrape], name: str) -> tuple[list[datetime], dict[Labels, np.ndarray]]:
    """Per series what it grew between scrapes; one that fell was started anew, one that is new started at 0."""
    series = {labels for scrape in scrapes for labels in scrape.metrics[name]}
    if not series:
        raise TooLittle(f"no scraped file has a metric {name}", "look at its name and at `pattern`")
    grown: dict[Labels, np.ndarray] = {}
    for labels in series:
        values = [scrape.metrics[name].get(labels) for scrape in scrapes]
        known = 0.0 if values[0] is None else values[0]
        grown[labels] = np.zeros(len(scrapes) - 1)
        for i, (_, value) in enumerate(pairwise(values)):
            if value is not None:
                grown[labels][i] = value - known if value >= known else value
                known = value
    return [scrape.at for scrape in scrapes[1:]], grown


def _latency(scrapes: list[Scrape], settings: Settings, inside: np.ndarray) -> tuple[list[Estimate], list[Check]]:
    """Percentiles of the histogram's buckets; of good answers, where it says which requests were answered."""
    times, edges, between = _buckets(scrapes, settings)
    plain = [at.replace(tzinfo=None) for at in times]
    moments = np.array(plain, dtype="datetime64[D]")
    if len(np.unique(moments)) < ENOUGH_DAYS:
        moments = np.array(plain, dtype="datetime64[h]")
    _, place = np.unique(moments, return_inverse=True)
    counts = np.zeros((place.max() + 1, len(edges) - 1))
    np.add.at(counts, place, np.maximum(between, 0) * inside[:, None])
    figures: list[Estimate] = []
    amiss: list[Check] = []
    for name, p in QUANTILES.items():
        try:
            figures.append(clustered_quantile(counts, edges, p, level=settings.level).named(name, unit="second"))
        except TooLittle as error:
            amiss.append(Check(name=f"{name} can be told", passed=False, note=f"{error.message}; {error.remedy}"))
    if settings.allowed_seconds:
        figures += [_ratio(found, settings.allowed_seconds) for found in figures if found.name == "latency_p95_seconds"]
    return figures, amiss


def _ratio(p95: Estimate, allowed: float) -> Estimate:
    lower, upper = (None if end is None else end / allowed for end in (p95.lower, p95.upper))
    return replace(p95.named("latency_p95_ratio", unit=""), value=p95.value / allowed, lower=lower, upper=upper)


def _buckets(scrapes: list[Scrape], settings: Settings) -> tuple[list[datetime], np.ndarray, np.ndarray]:
    """Times, edges in seconds, and what fell between the edges up to each time."""
    name = settings.scrapes.latency if settings.scrapes else ""
    times, by_labels = _increases(scrapes, f"{name}_bucket")
    below: dict[float, np.ndarray] = {}
    edges_of: dict[Labels, set[float]] = {}
    for labels, counts in by_labels.items():
        plain = dict(labels)
        edge, status = float(plain.pop("le", "nan")), plain.get(settings.status or settings.ok)
        if status is None or is_good(status, settings):
            below[edge] = below.get(edge, np.zeros(len(times))) + counts
            edges_of.setdefault(frozenset(plain.items()), set()).add(edge)
    edges = sorted(below)
    if len(edges) < 2 or any(known != set(edges) for known in edges_of.values()):
        raise TooLittle(f"the buckets of {name} are not the same in all its series", "use one set of buckets")
    between = np.diff(np.array([below[edge] for edge in edges]), axis=0, prepend=0.0).T
    return times, np.array([0.0, *edges]) * settings.scale, between
