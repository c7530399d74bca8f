"""Answers to availability, error budget, latency and throughput."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check, Finding, Outcome
from proveout.core.exhibit import Curve, Exhibit, Line, Series, Table
from proveout.core.initiative import Initiative
from proveout.core.question import Answers, Columns
from proveout.instruments.service.scrapes import Scraped, scraped
from proveout.instruments.service.settings import Settings
from proveout.stats.cluster import cr2_mean
from proveout.stats.clustered_share import clustered_proportion
from proveout.stats.mean import t_mean

FEWEST_DAYS = 5
"""With fewer, hours stand for days: failures of one day come together."""
SHOWN_DAYS = 400
TAIL = 0.95
CLOSED_HOURS = 96.0
"""A long weekend: where working hours are declared, silence up to it says nothing."""


def measure(settings: Settings, answers: Answers, initiative: Initiative) -> Finding:
    """Availability first, then how long answers took.

    Raises:
        TooLittle: No request can be judged.
    """
    found: Scraped | None = None
    if settings.scrapes:
        found = scraped(answers.tables, settings, answers.as_of)
        answers = replace(answers, tables=found.tables)
    later = answers.tables["later"]
    first = later["first"].tolist()[0]
    turns = date.fromisoformat(first) if first else None
    try:
        return replace(_measured(settings, answers, found), changes_on=turns)
    except TooLittle as error:
        if turns is None:
            raise
        reason = f"{error.message}; what is after {answers.as_of} is left out"
        return Finding(outcome=Outcome.TOO_LITTLE, reason=reason, remedy=error.remedy, changes_on=turns)


def _measured(settings: Settings, answers: Answers, found: Scraped | None) -> Finding:
    hours = _hours(answers.tables["hours"])
    if not len(hours["n"]):
        raise TooLittle("no request can be judged", "look at the columns of time and status, and at `hours`")
    available = _availability(hours, settings.level)
    estimates = [
        available,
        _budget(available, settings),
        *_throughput(hours, settings),
        _outage(hours),
        _minutes(answers),
    ]
    estimates += _weeks(hours)
    if found:
        estimates += found.latency
    elif settings.latency:
        estimates += _latency(answers, settings)
    return Finding(
        estimates=tuple(estimates),
        checks=(*_checks(answers, hours, settings), *(found.checks if found else ())),
        exhibits=tuple(_exhibits(answers, hours, settings)),
    )


def _hours(table: Columns) -> dict[str, np.ndarray]:
    moments = np.array([datetime.fromisoformat(str(text)) for text in table["hour"]], dtype=object)
    return {"at": moments, "n": np.asarray(table["n"], float), "good": np.asarray(table["n_good"], float)}


def _clusters(hours: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray, str]:
    """Requests and answered ones by day, or by hour where there are few days."""
    days = np.array([moment.date().toordinal() for moment in hours["at"]])
    _, index = np.unique(days, return_inverse=True)
    if index.max() + 1 < FEWEST_DAYS:
        return hours["n"], hours["good"], "hour"
    return np.bincount(index, weights=hours["n"]), np.bincount(index, weights=hours["good"]), "day"


def _availability(hours: dict[str, np.ndarray], level: float) -> Estimate:
    """Failures come together, so that days are what is counted on, not requests."""
    n, good, what = _clusters(hours)
    value = float(good.sum() / n.sum())
    if len(n) < 2:
        name = {"name": "availability", "unit": "share", "level": level, "n": int(n.sum())}
        return Estimate(**name, value=value, lower=0.0, upper=1.0, method="one spell only")
    if value == 1:
        n = good = np.ones(len(hours["n"]))
    found = clustered_proportion(n, good, level=level).named("availability")
    how = f"errors clustered by {what} ({len(n)})" if value < 1 else f"no failure in {len(n)} hours"
    return replace(found, value=value, n=int(hours["n"].sum()), method=f"{how}; Korn and Graubard")


def _budget(available: Estimate, settings: Settings) -> Estimate:
    """What is left of the failures that the objective allows; below 0 it is spent."""
    allowed = 1 - settings.objective

    def left(share: float | None) -> float | None:
        return None if share is None else 1 - (1 - share) / allowed

    return Estimate(
        name="error_budget_left",
        value=1 - (1 - available.value) / allowed,
        lower=left(available.lower),
        upper=left(available.upper),
        unit="share",
        n=available.n,
        level=available.level,
        method=f"of the failures that {settings.objective:.3%} allows",
    )


def _throughput(hours: dict[str, np.ndarray], settings: Settings) -> Iterator[Estimate]:
    yield exact("requests", float(hours["n"].sum()))
    yield exact("peak_per_hour", float(hours["n"].max()), unit="1/hour")
    days = list(_per_day(hours, settings).values())[1:-1]
    if len(days) >= FEWEST_DAYS:
        found = t_mean(np.array(days), level=settings.level).named("requests_per_day", unit="1/day")
        yield replace(found, lower=max(0.0, found.lower or 0.0))


def _per_day(hours: dict[str, np.ndarray], settings: Settings) -> dict[date, float]:
    """Requests of each day on which people need it, the first and the last not complete, those without any too."""
    first, last = (at.date() for at in (min(hours["at"]), max(hours["at"])))
    days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    needed = dict.fromkeys((d for d in days if not settings.hours or d.isoweekday() in settings.hours.days), 0.0)
    for at, n in zip(hours["at"], hours["n"], strict=True):
        needed[at.date()] = needed.get(at.date(), 0.0) + float(n)
    return dict(sorted(needed.items()))


def _outage(hours: dict[str, np.ndarray]) -> Estimate:
    """Hours in a row in which more than half of the requests failed."""
    longest = run = 0
    before: datetime | None = None
    for at, n, good in zip(hours["at"], hours["n"], hours["good"], strict=True):
        bad = good < n / 2
        run = (run + 1 if before and at - before == timedelta(hours=1) else 1) if bad else 0
        before = at if bad else None
        longest = max(longest, run)
    return exact("longest_outage_hours", longest, unit="hour", method="hours in a row in which most requests failed")


def _weeks(hours: dict[str, np.ndarray]) -> Iterator[Estimate]:
    """Complete weeks in a row up to the end of the log, in each of which it mostly answered, or mostly did not."""
    ended = max(hours["at"]).date() + timedelta(days=1)
    this_week = ended - timedelta(days=ended.weekday())
    ago = np.array([(this_week - at.date()).days - 1 for at in hours["at"]]) // 7
    past = ago >= 0
    n, good = (np.bincount(ago[past], weights=hours[name][past]) for name in ("n", "good"))
    for name, such, word in (("weeks_up", good * 2 >= n, "at least"), ("weeks_down", good * 2 < n, "fewer than")):
        in_a_row = np.cumprod(such & (n > 0)).sum()
        method = f"weeks in a row up to the end of the log in which {word} half of the requests were answered"
        yield exact(name, float(in_a_row), unit="week", method=method)


def _minutes(answers: Answers) -> Estimate:
    """From the first minute in which most requests failed to the next in which most did not; one request is none."""
    table = answers.tables["minutes"]
    at = np.array([str(text) for text in table["minute"]], dtype="datetime64[m]")
    n, good = (np.asarray(table[name], float) for name in ("n", "n_good"))
    edges = np.flatnonzero(np.diff(np.concatenate([[False], good * 2 < n, [False]]).astype(int)))
    longest = 0.0
    for first, after in zip(edges[::2], edges[1::2], strict=True):
        end = at[after] if after < len(at) else at[after - 1] + np.timedelta64(1, "m")
        if n[first:after].sum() > 1:
            longest = max(longest, float((end - at[first]) / np.timedelta64(1, "m")))
    method = "from the first minute in which most requests failed to the next in which most did not"
    return exact("longest_outage_minutes", longest, unit="minute", method=method)


def _latency(answers: Answers, settings: Settings) -> Iterator[Estimate]:
    """Quantiles; the interval of the 95% one by days, through the share of answers within it."""
    table = answers.tables["quantiles"]
    levels, seconds = np.asarray(table["level"], float), np.ma.asarray(table["seconds"])
    if not len(levels) or np.ma.getmaskarray(seconds).any():
        return
    seconds = np.asarray(seconds, float)
    p95 = _tail(levels, seconds, answers.tables["days"], settings.level)
    yield p95
    yield exact(
        "latency_p50_seconds", float(np.interp(0.5, levels, seconds)), unit="second", method="of those answered"
    )
    yield exact(
        "latency_p99_seconds", float(np.interp(0.99, levels, seconds)), unit="second", method="of those answered"
    )
    if settings.allowed_seconds:
        ends = [None if end is None else end / settings.allowed_seconds for end in (p95.lower, p95.upper)]
        yield Estimate(
            name="latency_p95_ratio",
            value=p95.value / settings.allowed_seconds,
            lower=ends[0],
            upper=ends[1],
            n=p95.n,
            level=p95.level,
            method=p95.method,
        )


def _tail(levels: np.ndarray, seconds: np.ndarray, days: Columns, level: float) -> Estimate:
    """The 95% quantile; its ends are the quantiles at the ends of the share of answers within it."""
    n, within = (np.asarray(days[name], float) for name in ("n", "n_within"))
    value, lower, upper = float(np.interp(TAIL, levels, seconds)), None, None
    if len(n) >= 2:
        share = cr2_mean(n, within, level=level)
        end = 1.0 if share.upper is None else share.upper
        above, below = end - share.value, share.value - (share.lower or 0.0)
        lower = min(value, float(np.interp(max(levels[0], TAIL - below), levels, seconds)))
        upper = max(value, float(np.interp(TAIL + above, levels, seconds))) if TAIL + above < 1 else None
    return Estimate(
        name="latency_p95_seconds",
        value=value,
        lower=lower,
        upper=upper,
        unit="second",
        n=int(n.sum()),
        level=level,
        method=f"Woodruff's interval, clustered by day ({len(n)})",
    )


def _checks(answers: Answers, hours: dict[str, np.ndarray], settings: Settings) -> Iterator[Check]:
    counts = answers.tables["counts"]
    unread = int(counts["undated"][0]) + int(counts["unjudged"][0])
    note = f"{unread:,} of {int(counts['n_rows'][0]):,} requests have no time or no status that can be read"
    yield Check(name="Every request can be judged", passed=unread == 0, note=note)
    odd = int(counts["negative"][0] or 0) + int(counts["infinite"][0] or 0)
    if odd:
        note = f"{odd:,} times are below 0 or infinite, and are left out"
        yield Check(name="Times of answers can be", passed=False, note=note)
    if later := int(answers.tables["later"]["n"][0]):
        note = f"{later:,} requests after {answers.as_of} are left out"
        yield Check(name="No request is dated ahead", passed=None, note=note)
    silent = answers.tables["silence"]
    long = [(str(since)[:16], float(gap)) for since, gap in zip(silent["since"], silent["hours"], strict=True)]
    limit = max(settings.silent_hours, CLOSED_HOURS) if settings.hours else settings.silent_hours
    gaps = [f"{gap:.0f} hours after {since}" for since, gap in long if gap > limit]
    note = (
        f"nobody asked for {'; '.join(gaps)}: whether it would have answered is not known" if gaps else "no long gaps"
    )
    yield Check(name="Somebody asked all the time", passed=None if gaps else True, note=note)
    zoned = int(counts["zoned"][0])
    dated = int(counts["n_rows"][0]) - int(counts["undated"][0])
    if 0 < zoned < dated:
        note = f"{zoned:,} times name their offset, {dated - zoned:,} do not and are taken to be UTC"
        yield Check(name="All times are of one zone", passed=False, note=note)
    if settings.timed and settings.allowed_seconds is None:
        note = "declare `allowed_seconds`; without it nobody can say whether answers come in time"
        yield Check(name="How long an answer may take is declared", passed=False, note=note)


def _by_day(hours: dict[str, np.ndarray], settings: Settings) -> Iterator[Series]:
    days: dict[str, list[float]] = {}
    for at, n, good in zip(hours["at"], hours["n"], hours["good"], strict=True):
        sums = days.setdefault(at.date().isoformat(), [0.0, 0.0])
        sums[0] += n
        sums[1] += good
    yield Series(
        title="Requests answered, by day",
        unit="share",
        points=tuple((day, good / n, None, None) for day, (n, good) in days.items()),
        reference=settings.objective,
        reference_label="promised",
    )
    if len(days) > 1:
        points = tuple((day.isoformat(), n, None, None) for day, n in _per_day(hours, settings).items())
        yield Series(title="Requests per day", unit="", points=points[-SHOWN_DAYS:])


def _exhibits(answers: Answers, hours: dict[str, np.ndarray], settings: Settings) -> Iterator[Exhibit]:
    yield from _by_day(hours, settings)
    if settings.latency and len(answers.tables["quantiles"]["level"]):
        table = answers.tables["quantiles"]
        seconds = np.ma.asarray(table["seconds"]).filled(np.nan)
        points = [(float(a), float(b), None, None) for a, b in zip(table["level"], seconds, strict=True) if b == b]
        yield Curve(
            title="How long answers took",
            x_label="share of answers that took no longer",
            y_label="time",
            y_unit="second",
            lines=(Line(label="time", points=tuple(points[:-2:4])),),
            markers=(("19 of 20", TAIL),),
        )
    if settings.operation:
        table = answers.tables["operations"]
        p95 = np.ma.asarray(table["p95"]).filled(np.nan)
        rows = [
            (str(name), int(n), float(good / n), float(p95[i]) if np.isfinite(p95[i]) else None)
            for i, (name, n, good) in enumerate(zip(table["operation"], table["n"], table["n_good"], strict=True))
        ]
        yield Table(
            title="By operation, most failures first",
            columns=("Operation", "Requests", "Answered", "95% within"),
            rows=tuple(rows),
            units=("", "", "share", "second"),
        )
