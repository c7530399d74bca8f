"""Answers to the way from those who are meant to use the system to those who still do."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check, Finding
from proveout.core.exhibit import Bar, Bars, Curve, Exhibit, Line, Series, Table
from proveout.core.initiative import Initiative
from proveout.core.privacy import FEWEST
from proveout.core.question import Answers, Columns, texts
from proveout.instruments.usage.queries import this_week
from proveout.instruments.usage.settings import Settings
from proveout.stats.clustered_share import clustered_proportion
from proveout.stats.proportion import wilson
from proveout.stats.survival import median_time

TOP = 0.1
CONCENTRATED = 0.5
FEWEST_TEAMS = 2
STEPS = {
    "trained_share": "trained, of those meant",
    "access_share": "with access, of those meant",
    "activated_share": "used it at least once, of those with access",
    "weekly_active_share": "use it in a week, of those with access",
    "retained_share": "stayed, of those who began long enough ago",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """Everybody who is meant to, may, or does use it; arrays of length n, days as NaN where there is none."""

    eligible: np.ndarray
    has_access: np.ndarray
    trained: np.ndarray
    kinds: tuple[str | None, ...]
    teams: tuple[str | None, ...]
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
    _readable(people, may, answers)
    teams, checks = _teams(people, may, settings)
    funnel = _funnel(people, may, settings, until)
    estimates = [
        _share(part[whole], teams[whole], settings.level).named(name, unit="share")
        for name, part, whole in funnel
        if whole.any()
    ]
    estimates += [_weekly(people, may, teams, settings, until), *_activation(people, may, until, settings.level)]
    silent = _silent_weeks(people, answers, until)
    if silent is not None:
        estimates.append(exact("weeks_without_use", silent, unit="week"))
    return Finding(
        estimates=tuple(estimates),
        checks=(*_checks(people, may, settings, answers, silent), *checks),
        exhibits=tuple(_exhibits(people, may, estimates, settings, answers)),
        changes_on=until + timedelta(weeks=1),
    )


def _readable(people: Members, may: np.ndarray, answers: Answers) -> None:
    """Whether there is somebody to speak of, and their uses can be told; nobody's use is a finding, not a fault."""
    if not may.any():
        raise TooLittle("nobody had access before this week", "Look whether `access` names people, and since when.")
    n_rows, n_read = (int(answers.tables["counts"][name][0]) for name in ("n_rows", "n_read"))
    if n_rows and not n_read:
        message = f"none of {n_rows:,} uses names a person and a time that can be read"
        raise TooLittle(message, "write times as 2026-03-31T14:05:00, or turn them into such in the query")
    used = np.isfinite(people.first_use)
    n_strangers = int((used & ~people.has_access).sum())
    if 2 * n_strangers >= may.sum() and not (used & people.has_access).any():
        message = f"none of {n_strangers:,} people who use it is among the {int(may.sum()):,} with access"
        raise TooLittle(message, "look whether both tables write people alike, in case, spaces and zeros too")


def _teams(people: Members, may: np.ndarray, settings: Settings) -> tuple[np.ndarray, list[Check]]:
    """Which cluster each person belongs to, as numbers; whoever has no team is one by themselves."""
    alone = np.arange(len(may))
    if not settings.team:
        return alone, []
    known = {team: i for i, team in enumerate(sorted({team for team in people.teams if team}))}
    teams = np.array([known[team] if team else len(known) + i for i, team in enumerate(people.teams)], int)
    sizes = np.bincount(teams[may])
    name, note = "Teams are many enough to judge by", f"{int((sizes > 0).sum()):,} teams of those with access"
    if (sizes > 0).sum() < FEWEST_TEAMS:
        return alone, [Check(name=name, passed=False, note=f"{note}; intervals take people as independent instead")]
    return teams, [Check(name=name, passed=True, note=note)]


def _share(values: np.ndarray, teams: np.ndarray, level: float) -> Estimate:
    """Mean of figures between 0 and 1: of people where each is their own cluster, of whole teams otherwise."""
    _, cluster = np.unique(teams, return_inverse=True)
    sizes = np.bincount(cluster)
    if sizes.max() == 1 and np.isin(values, (0, 1)).all():
        return wilson(int(values.sum()), len(values), level=level)
    try:
        return clustered_proportion(sizes, np.bincount(cluster, weights=values), level=level)
    except TooLittle as error:
        value, n = float(values.mean()), len(values)
        return Estimate(name="share", value=value, lower=0, upper=1, n=n, level=1, method=f"unknown: {error.message}")


def _members(table: Columns) -> Members:
    def flags(name: str) -> np.ndarray:
        return np.asarray(table[name]).astype(bool)

    def days(name: str) -> np.ndarray:
        return np.array([_day(text) for text in texts(table[name])])

    return Members(
        eligible=flags("eligible"),
        has_access=flags("has_access"),
        trained=flags("trained"),
        kinds=tuple(texts(table["kind"])),
        teams=tuple(texts(table["team"])),
        access=days("access_at"),
        trained_on=days("trained_at"),
        first_use=days("first_use"),
        first_week=days("first_week"),
        n_uses=np.asarray(table["n_uses"]).astype(float),
        recent=np.asarray(table["recent"]).astype(float),
        stayed=flags("stayed"),
    )


def _funnel(
    people: Members, may: np.ndarray, settings: Settings, until: date
) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Each step as a share of the one before it that everybody passes: those meant, or those with access."""
    meant = people.eligible if settings.eligible else may
    used = np.isfinite(people.first_use)
    old = used & may & (people.first_week + 7 * (settings.retained_after_weeks + 4) <= until.toordinal())
    steps = [("access_share", may & meant, meant)] if settings.eligible and settings.access else []
    if settings.trained:
        steps.insert(0, ("trained_share", people.trained & meant, meant))
        steps.append(("untrained_access_share", may & ~_trained_first(people), may))
    steps += [("activated_share", used & may, may), ("never_used_share", may & ~used, may)]
    return [*steps, ("retained_share", old & people.stayed, old)]


def _trained_first(people: Members) -> np.ndarray:
    """Trained, and not only after they were let in, as far as days are known."""
    late = people.trained_on > people.access
    return people.trained & ~late


def _weekly(people: Members, may: np.ndarray, teams: np.ndarray, settings: Settings, until: date) -> Estimate:
    """Mean over people of their share of active weeks: people are what could have been others, not weeks."""
    since = (until - timedelta(weeks=settings.last_weeks)).toordinal()
    start = np.maximum(np.where(np.isfinite(people.access), people.access, since), since)
    had = np.maximum(1.0, np.ceil((until.toordinal() - start) / 7))
    found = _share(np.minimum(1.0, people.recent / had)[may], teams[may], settings.level)
    n = int(may.sum())
    method = f"mean over {n:,} people with access of their active weeks of the last {settings.last_weeks}"
    return replace(found.named("weekly_active_share", unit="share"), n=n, method=f"{method}; {found.method}")


def _activation(people: Members, may: np.ndarray, until: date, level: float) -> Iterator[Estimate]:
    """Days from access to the first use; whoever has not used it yet is waited for, not left out."""
    known = may & np.isfinite(people.access)
    used = np.isfinite(people.first_use)
    waited = np.where(used, people.first_use, until.toordinal()) - people.access
    if known.any() and (used & known).any():
        found = median_time(np.maximum(0.0, waited[known]), used[known], level=level)
        if found:
            yield found.named("activation_days", unit="day")


def _silent_weeks(people: Members, answers: Answers, until: date) -> int | None:
    """Complete weeks since anybody used it; since access was first given where nobody ever did, if that is known."""
    last = _day(texts(answers.tables["last_week"]["week"])[0])
    if np.isfinite(last):
        return max(0, round((until.toordinal() - last) / 7) - 1)
    since = people.access[np.isfinite(people.access)]
    return max(0, int((until.toordinal() - since.min()) // 7)) if len(since) else None


def _checks(
    people: Members, may: np.ndarray, settings: Settings, answers: Answers, silent: int | None
) -> Iterator[Check]:
    counts = {name: column[0] for name, column in answers.tables["counts"].items() if name != "latest"}
    used = np.isfinite(people.first_use)
    yield _counted("Everybody who uses it was given access", used & ~people.has_access, "use it without access")
    early = used & may & (people.first_use < people.access)
    yield _counted("Nobody used it before they had access", early, "used it before")
    if settings.let_in and settings.let_in.at:
        yield _counted("Everybody's access has a day", may & ~np.isfinite(people.access), "have access of no known day")
    if settings.eligible and settings.access:
        yield _counted("Whoever has access is meant to use it", may & ~people.eligible, "have access and are not")
    if settings.trained:
        yield _counted("Whoever has access was trained first", may & ~_trained_first(people), "were not")
    unread = int(counts["undated"]) + int(counts["without_person"])
    note = f"{unread:,} of {int(counts['n_rows']):,} uses name no person, or no time that can be read"
    yield Check(name="Every use can be counted", passed=unread == 0, note=note)
    latest = texts(answers.tables["counts"]["latest"])[0]
    if latest and _day(latest) > answers.as_of.toordinal():
        yield Check(name="No use is in the future", passed=False, note=f"the last is of {latest[:10]}")
    uses = np.sort(people.n_uses[may & used])[::-1]
    if len(uses) >= 10:
        share = uses[: max(1, round(TOP * len(uses)))].sum() / uses.sum()
        note = f"the tenth who use it most make {share:.0%} of all uses"
        yield Check(name="It is not a few who use it", passed=bool(share < CONCENTRATED), note=note)
    if silent is None:
        yield Check(name="Somebody is there", passed=False, note="nobody has ever used it")
    elif silent:
        yield Check(name="Somebody is there", passed=False, note=f"nobody has used it for {silent} week(s)")


def _counted(name: str, who: np.ndarray, words: str) -> Check:
    n = int(who.sum())
    return Check(name=name, passed=n == 0, note=f"{n:,} people {words}")


def _exhibits(
    people: Members, may: np.ndarray, estimates: list[Estimate], settings: Settings, answers: Answers
) -> Iterator[Exhibit]:
    bars = [Bar(label=STEPS[e.name], value=e.value, lower=e.lower, upper=e.upper) for e in estimates if e.name in STEPS]
    yield Bars(title="From those meant to those who stay", unit="share", bars=tuple(bars))
    active = answers.tables["active"]
    points = []
    for week, n, of in zip(texts(active["week"]), active["n_active"], active["n_access"], strict=True):
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
        if of >= FEWEST:
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
        if n >= FEWEST:
            rows.append((kind, n, float((used & here).sum() / n), float((people.recent[here] > 0).mean())))
    return Table(
        title="By group",
        columns=("Group", "With access", "Used it", f"Active in the last {settings.last_weeks} weeks"),
        rows=tuple(rows),
        units=("", "", "share", "share"),
        note=f"Groups of fewer than {FEWEST} are not shown.",
    )


def _day(text: str | None) -> float:
    return float(datetime.fromisoformat(text).toordinal()) if text else float("nan")
