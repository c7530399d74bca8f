"""Answers to the way from those who are meant to use the system to those who still do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check, Finding
from proveout.core.exhibit import Bar, Bars, Curve, Exhibit, Line, Series, Table
from proveout.core.initiative import Initiative
from proveout.core.question import Answers, Columns
from proveout.instruments.usage.queries import this_week
from proveout.instruments.usage.settings import Settings
from proveout.stats.mean import t_mean
from proveout.stats.proportion import wilson
from proveout.stats.survival import median_time

SMALLEST_GROUP = 5
"""Below it a group would show persons."""
TOP = 0.1
CONCENTRATED = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """Everybody who is meant to, may, or does use it; arrays of length n, days as NaN where there is none."""

    eligible: np.ndarray
    has_access: np.ndarray
    trained: np.ndarray
    kinds: tuple[str | None, ...]
    access: np.ndarray
    trained_on: np.ndarray
    first_use: np.ndarray
    first_week: np.ndarray
    n_uses: np.ndarray
    recent: np.ndarray
    stayed: np.ndarray


def measure(settings: Settings, answers: Answers, initiative: Initiative) -> Finding:
    """The funnel, the share active per week, the time to the first use, and who stays.

    Raises:
        TooLittle: Nobody was given access.
    """
    people = _members(answers.tables["members"])
    until = this_week(answers.as_of)
    may = people.has_access & ~(people.access >= until.toordinal())
    if not may.any():
        raise TooLittle("nobody had access before this week", "look whether `access` names people, and since when")
    funnel = _funnel(people, may, settings, until)
    estimates = [wilson(x, n, level=settings.level).named(name, unit="share") for name, x, n in funnel if n]
    estimates += [_weekly(people, may, settings, until), *_activation(people, may, until, settings.level)]
    estimates.append(exact("weeks_without_use", _silent_weeks(people, answers, until), unit="week"))
    return Finding(
        estimates=tuple(estimates),
        checks=tuple(_checks(people, may, settings, answers, until)),
        exhibits=tuple(_exhibits(people, may, funnel, settings, answers)),
        changes_on=until + timedelta(weeks=1),
    )


def _members(table: Columns) -> Members:
    def flags(name: str) -> np.ndarray:
        return np.asarray(table[name]).astype(bool)

    def days(name: str) -> np.ndarray:
        return np.array([_day(text) for text in _texts(table[name])])

    return Members(
        eligible=flags("eligible"),
        has_access=flags("has_access"),
        trained=flags("trained"),
        kinds=tuple(_texts(table["kind"])),
        access=days("access_at"),
        trained_on=days("trained_at"),
        first_use=days("first_use"),
        first_week=days("first_week"),
        n_uses=np.asarray(table["n_uses"]).astype(float),
        recent=np.asarray(table["recent"]).astype(float),
        stayed=flags("stayed"),
    )


def _funnel(people: Members, may: np.ndarray, settings: Settings, until: date) -> list[tuple[str, int, int]]:
    """Each step as a share of the one before it that everybody passes: those meant, or those with access."""
    meant = people.eligible if settings.eligible else may
    used = np.isfinite(people.first_use)
    old = used & may & (people.first_week + 7 * (settings.retained_after_weeks + 4) <= until.toordinal())
    steps = [("access_share", may & meant, meant)] if settings.eligible else []
    if settings.trained:
        steps.insert(0, ("trained_share", people.trained & meant, meant))
        steps.append(("untrained_access_share", may & ~_trained_first(people), may))
    steps += [("activated_share", used & may, may), ("never_used_share", may & ~used, may)]
    steps += [("retained_share", old & people.stayed, old)]
    return [(name, int(part.sum()), int(whole.sum())) for name, part, whole in steps]


def _trained_first(people: Members) -> np.ndarray:
    """Trained, and not only after they were let in, as far as days are known."""
    late = people.trained_on > people.access
    return people.trained & ~late


def _weekly(people: Members, may: np.ndarray, settings: Settings, until: date) -> Estimate:
    """Mean over people of their share of active weeks: people are what could have been others, not weeks."""
    since = (until - timedelta(weeks=settings.last_weeks)).toordinal()
    start = np.maximum(np.where(np.isfinite(people.access), people.access, since), since)
    had = np.maximum(1.0, np.ceil((until.toordinal() - start) / 7))
    shares = np.minimum(1.0, people.recent / had)[may]
    method = f"mean over {int(may.sum())} people with access of their active weeks of the last {settings.last_weeks}"
    whole = int(shares.sum())
    if (np.isin(shares, (0, 1))).all() or len(shares) < 2:
        found = wilson(whole, len(shares), level=settings.level)
    else:
        found = t_mean(shares, level=settings.level)
    return Estimate(
        name="weekly_active_share",
        value=found.value,
        lower=max(0.0, found.lower or 0.0),
        upper=min(1.0, 1.0 if found.upper is None else found.upper),
        unit="share",
        n=len(shares),
        level=settings.level,
        method=method,
    )


def _activation(people: Members, may: np.ndarray, until: date, level: float) -> Iterator[Estimate]:
    """Days from access to the first use; whoever has not used it yet is waited for, not left out."""
    known = may & np.isfinite(people.access)
    used = np.isfinite(people.first_use)
    waited = np.where(used, people.first_use, until.toordinal()) - people.access
    if known.any() and (used & known).any():
        found = median_time(np.maximum(0.0, waited[known]), used[known], level=level)
        if found:
            yield found.named("activation_days", unit="day")


def _silent_weeks(people: Members, answers: Answers, until: date) -> int:
    """Complete weeks since anybody used it; since access was first given where nobody ever did."""
    weeks = [_day(text) for text in _texts(answers.tables["active"]["week"])]
    if weeks:
        return max(0, round((until.toordinal() - max(weeks)) / 7) - 1)
    since = people.access[np.isfinite(people.access)]
    return max(0, int((until.toordinal() - since.min()) // 7)) if len(since) else 0


def _checks(people: Members, may: np.ndarray, settings: Settings, answers: Answers, until: date) -> Iterator[Check]:
    counts = {name: column[0] for name, column in answers.tables["counts"].items() if name != "latest"}
    used = np.isfinite(people.first_use)
    yield _counted("Everybody who uses it was given access", used & ~people.has_access, "use it without access")
    early = used & may & (people.first_use < people.access)
    yield _counted("Nobody used it before they had access", early, "used it before")
    if settings.eligible:
        yield _counted("Whoever has access is meant to use it", may & ~people.eligible, "have access and are not")
    if settings.trained:
        yield _counted("Whoever has access was trained first", may & ~_trained_first(people), "were not")
    unread = int(counts["undated"]) + int(counts["without_person"])
    note = f"{unread:,} of {int(counts['n_rows']):,} uses name no person, or no time that can be read"
    yield Check(name="Every use can be counted", passed=unread == 0, note=note)
    latest = _texts(answers.tables["counts"]["latest"])[0]
    if latest and _day(latest) > answers.as_of.toordinal():
        yield Check(name="No use is in the future", passed=False, note=f"the last is of {latest[:10]}")
    uses = np.sort(people.n_uses[may & used])[::-1]
    if len(uses) >= 10:
        share = uses[: max(1, round(TOP * len(uses)))].sum() / uses.sum()
        note = f"the tenth who use it most make {share:.0%} of all uses"
        yield Check(name="It is not a few who use it", passed=bool(share < CONCENTRATED), note=note)
    silent = _silent_weeks(people, answers, until)
    if silent:
        yield Check(name="Somebody is there", passed=False, note=f"nobody has used it for {silent} week(s)")


def _counted(name: str, who: np.ndarray, words: str) -> Check:
    n = int(who.sum())
    return Check(name=name, passed=n == 0, note=f"{n:,} people {words}")


def _exhibits(
    people: Members, may: np.ndarray, funnel: list[tuple[str, int, int]], settings: Settings, answers: Answers
) -> Iterator[Exhibit]:
    labels = {
        "trained_share": "trained, of those meant",
        "access_share": "with access, of those meant",
        "activated_share": "used it at least once, of those with access",
        "retained_share": "stayed, of those who began long enough ago",
    }
    bars = [
        Bar(label=labels[name], value=x / n, note=f"{x:,} of {n:,}") for name, x, n in funnel if name in labels and n
    ]
    yield Bars(title="From those meant to those who stay", unit="share", bars=tuple(bars))
    active = answers.tables["active"]
    points = []
    for week, n, of in zip(_texts(active["week"]), active["n_active"], active["n_access"], strict=True):
        if week and of:
            share = wilson(min(int(n), int(of)), int(of), level=settings.level)
            points.append((week[:10], share.value, share.lower, share.upper))
    if len(points) > 1:
        yield Series(title="Active people per week, of those with access", unit="share", points=tuple(points))
    yield from _retention(answers.tables["retention"], settings.level)
    if settings.group:
        yield _groups(people, may, settings)


def _retention(table: Columns, level: float) -> Iterator[Curve]:
    points = []
    for age, n, of in zip(table["age"], table["n_active"], np.ma.asarray(table["n_seen"]).filled(0), strict=True):
        if of >= SMALLEST_GROUP:
            share = wilson(min(int(n), int(of)), int(of), level=level)
            points.append((float(age), share.value, share.lower, share.upper))
    if len(points) > 1:
        yield Curve(
            title="Who is still there, by weeks since their first use",
            x_label="weeks since the first use",
            y_label="active in that week",
            y_unit="share",
            lines=(Line(label="active", points=tuple(points)),),
            note="Of those whose first use is long enough ago.",
        )


def _groups(people: Members, may: np.ndarray, settings: Settings) -> Table:
    rows = []
    used = np.isfinite(people.first_use)
    for kind in sorted({kind for kind in people.kinds if kind}):
        here = may & np.array([one == kind for one in people.kinds])
        n = int(here.sum())
        if n >= SMALLEST_GROUP:
            rows.append((kind, n, float((used & here).sum() / n), float((people.recent[here] > 0).mean())))
    return Table(
        title="By group",
        columns=("Group", "With access", "Used it", f"Active in the last {settings.last_weeks} weeks"),
        rows=tuple(rows),
        units=("", "", "share", "share"),
        note=f"Groups of fewer than {SMALLEST_GROUP} are not shown.",
    )


def _texts(column: np.ndarray) -> list[str | None]:
    masked = np.ma.asarray(column)
    hidden = np.ma.getmaskarray(masked)
    return [None if gone or value is None else str(value) for value, gone in zip(masked.data, hidden, strict=True)]


def _day(text: str | None) -> float:
    return float(datetime.fromisoformat(text).toordinal()) if text else float("nan")
