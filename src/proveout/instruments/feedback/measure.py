"""Answers to what is open, how long it takes, and how satisfied people are."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check, Finding
from proveout.core.exhibit import Bar, Exhibit, Intervals, Series, Table
from proveout.core.initiative import Initiative
from proveout.core.pilot import Pilot
from proveout.core.question import Answers, Columns
from proveout.instruments.feedback.settings import Items, Ratings, Settings
from proveout.stats.balance import Moments
from proveout.stats.betting import betting_mean
from proveout.stats.missing_outcomes import worst_case_bounds
from proveout.stats.proportion import wilson
from proveout.stats.survival import median_time

SHOWN = 12
FEWEST_ANSWERS = 5
"""Below it the mean of a group would show persons."""
FAIR_RESPONSE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item; `closed` is None while it is open."""

    at: datetime
    closed: datetime | None
    kind: str
    severity: str
    release: str
    theme: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What items or ratings yield."""

    estimates: tuple[Estimate, ...] = ()
    checks: tuple[Check, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()


def measure(settings: Settings, answers: Answers, initiative: Initiative) -> Finding:
    """Items first, then satisfaction.

    Raises:
        TooLittle: There is neither an item nor an answer.
    """
    parts = []
    if settings.items:
        parts.append(_reported(settings.items, answers, settings.level))
    if settings.ratings:
        parts.append(_satisfied(settings.ratings, answers, initiative.pilot, settings.level))
    if not any(part.estimates for part in parts):
        raise TooLittle("there is no item that can be dated, and no answer on the scale", "ask people, and read again")
    return Finding(
        estimates=tuple(e for part in parts for e in part.estimates),
        checks=tuple(c for part in parts for c in part.checks),
        exhibits=tuple(x for part in parts for x in part.exhibits),
        changes_on=answers.as_of + timedelta(days=1) if settings.items else None,
    )


def _reported(declared: Items, answers: Answers, level: float) -> Part:
    table = answers.tables["items"]
    items, checks = _items(table, answers.as_of)
    if not items:
        return Part(checks=tuple(checks))
    closed = [item for item in items if item.closed]
    estimates = [
        wilson(len(closed), len(items), level=level).named("closed_share", unit="share"),
        exact("items", len(items)),
    ]
    if declared.severe:
        worst = [item for item in items if item.severity in declared.severe and not item.closed]
        estimates.append(exact("severe_open", len(worst)))
    days = [((item.closed or _midnight(answers.as_of)) - item.at).total_seconds() / 86_400 for item in items]
    if closed and (found := median_time(np.maximum(days, 0.0), [bool(i.closed) for i in items], level=level)):
        estimates.append(found.named("time_to_close_days", unit="day"))
    return Part(estimates=tuple(estimates), checks=tuple(checks), exhibits=tuple(_pictures(items, declared)))


def _items(table: Columns, today: date) -> tuple[list[Item], list[Check]]:
    """Items that can be dated up to today, and what is odd about the others."""
    texts = {name: _texts(column) for name, column in table.items()}
    items, undated, backwards, future, unread = [], 0, 0, 0, 0
    for i in range(len(texts["reported"])):
        at, closed = _moment(texts["reported"][i]), _moment(texts["closed"][i])
        unread += closed is None and bool((texts["closed_text"][i] or "").strip())
        if at is None:
            undated += 1
        elif at.date() > today:
            future += 1
        elif closed and closed < at:
            backwards += 1
        else:
            done = closed if closed and closed.date() <= today else None
            words = {name: texts[name][i] or "" for name in ("kind", "severity", "release", "theme")}
            items.append(Item(at=at, closed=done, **words))
    said = {
        "have no time that can be read": undated,
        "are from days to come": future,
        "are closed before they were opened": backwards,
        "have a closing time that cannot be read, and count as open": unread,
    }
    odd = [f"{n:,} {words}" for words, n in said.items() if n]
    note = f"of {len(texts['reported']):,} items {', '.join(odd)}" if odd else f"{len(items):,} items"
    return items, [Check(name="Every item can be dated", passed=not odd, note=note)]


def _pictures(items: list[Item], declared: Items) -> Iterator[Exhibit]:
    weeks = Counter((item.at.date() - timedelta(days=item.at.weekday())).isoformat() for item in items)
    if len(weeks) > 1:
        first, last = (date.fromisoformat(day) for day in (min(weeks), max(weeks)))
        days = [(first + timedelta(weeks=i)).isoformat() for i in range((last - first).days // 7 + 1)]
        points = tuple((day, float(weeks[day]), None, None) for day in days)
        yield Series(title="Items reported per week", unit="", points=points)
    for name, title in (("kind", "What was reported"), ("theme", "What it is about")):
        if getattr(declared, name):
            yield _counted(items, name, title)
    if declared.release:
        yield _releases(items, bool(declared.theme))


def _counted(items: list[Item], name: str, title: str) -> Table:
    counts = Counter(getattr(item, name) or "not said" for item in items)
    open_ = Counter(getattr(item, name) or "not said" for item in items if not item.closed)
    rows = tuple((word, n, open_[word], 1 - open_[word] / n) for word, n in counts.most_common(SHOWN))
    return Table(title=title, columns=("", "Items", "Open", "Closed"), rows=rows, units=("", "", "", "share"))


def _releases(items: list[Item], themes: bool) -> Table:
    """What each iteration brought: items per release, and the theme that came up most."""
    rows = []
    for release in dict.fromkeys(item.release or "not said" for item in items):
        here = [item for item in items if (item.release or "not said") == release]
        most = Counter(item.theme or "not said" for item in here).most_common(1)[0] if themes else ("", 0)
        rows.append(
            (release, min(i.at for i in here).date().isoformat(), len(here), sum(not i.closed for i in here), most[0])
        )
    return Table(
        title="By release",
        columns=("Release", "First item", "Items", "Open", "Most about"),
        rows=tuple(rows[-SHOWN:]),
    )


def _satisfied(declared: Ratings, answers: Answers, pilot: Pilot | None, level: float) -> Part:
    scores, arms = np.asarray(answers.tables["scores"]["score"], float), _texts(answers.tables["scores"]["arm"])
    asked = dict(zip(_texts(answers.tables["asked"]["arm"]), map(int, answers.tables["asked"]["n"]), strict=True))
    checks = [*_rating_checks(answers)]
    groups = {arm: scores[[one == arm for one in arms]] for arm in asked if arm} if pilot else {"": scores}
    low, high = declared.scale
    means = [
        betting_mean(values, low=low, high=high, level=level).named("satisfaction", subject=arm)
        for arm, values in groups.items()
        if len(values) >= FEWEST_ANSWERS
    ]
    few = [arm or "everybody" for arm, values in groups.items() if len(values) < FEWEST_ANSWERS]
    if few:
        note = f"{', '.join(few)}: fewer than {FEWEST_ANSWERS} answers, which would show persons"
        checks.append(Check(name="Enough people answered", passed=False, note=note))
    estimates = [*means]
    if pilot:
        rates = {arm: (len(values), asked[arm]) for arm, values in groups.items()}
        estimates += [
            wilson(min(n, of), of, level=level).named("response_rate", subject=arm, unit="share")
            for arm, (n, of) in rates.items()
        ]
        more, said = _difference(groups, asked, pilot, declared, level)
        estimates += more
        checks += said
    return Part(estimates=tuple(estimates), checks=tuple(checks), exhibits=tuple(_forest(means, declared)))


def _difference(
    groups: dict[str, np.ndarray], asked: dict[str | None, int], pilot: Pilot, declared: Ratings, level: float
) -> tuple[list[Estimate], list[Check]]:
    """With the system less without, whatever those who did not answer would have said."""
    others = [arm for arm in groups if arm != pilot.treated]
    if pilot.treated not in groups or len(others) != 1:
        return [], []
    pair = [groups[others[0]], groups[pilot.treated]]
    missing = [max(0, (asked[arm] or 0) - len(groups[arm])) for arm in (others[0], pilot.treated)]
    shares = [
        len(values) / (len(values) + m) if len(values) + m else 0.0 for values, m in zip(pair, missing, strict=True)
    ]
    note = f"{shares[1]:.0%} with the system and {shares[0]:.0%} without; the interval allows for what others may think"
    check = Check(
        name="Those who answered speak for the others", passed=min(shares) >= FAIR_RESPONSE or None, note=note
    )
    if min(map(len, pair)) < FEWEST_ANSWERS:
        return [], [check]
    moments = [Moments(n=len(v), mean=float(v.mean()), variance=float(v.var(ddof=1))) for v in pair]
    try:
        low, high = declared.scale
        found = worst_case_bounds(moments[0], missing[0], moments[1], missing[1], low=low, high=high, level=level)
    except TooLittle as error:
        return [], [check, Check(name="Satisfaction can be compared", passed=None, note=error.message)]
    return [found.estimate.named("satisfaction_difference")], [check]


def _rating_checks(answers: Answers) -> Iterator[Check]:
    counts = {name: int(column[0]) for name, column in answers.tables["rating_counts"].items()}
    said = {
        "are no numbers": counts["unreadable"],
        "lie outside the scale": counts["off_scale"],
        "name nobody": counts["without_person"],
    }
    odd = [f"{n:,} {words}" for words, n in said.items() if n]
    note = f"of {counts['n_rows']:,} answers {', '.join(odd)}" if odd else f"{counts['n_rows']:,} answers"
    yield Check(name="Every answer can be read", passed=not odd, note=note)


def _forest(means: list[Estimate], declared: Ratings) -> Iterator[Intervals]:
    if len(means) > 1:
        bars = tuple(Bar(label=e.subject, value=e.value, lower=e.lower, upper=e.upper, note=f"{e.n}") for e in means)
        yield Intervals(title=f"Satisfaction, from {declared.scale[0]:g} to {declared.scale[1]:g}", unit="", bars=bars)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _texts(column: np.ndarray) -> list[str | None]:
    masked = np.ma.asarray(column)
    hidden = np.ma.getmaskarray(masked)
    return [None if gone or value is None else str(value) for value, gone in zip(masked.data, hidden, strict=True)]
