"""Answers to what is open, how long it takes, and how satisfied people are."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check, Finding, Part, found_in
from proveout.core.exhibit import Bar, Exhibit, Intervals, Series, Table
from proveout.core.initiative import Initiative
from proveout.core.pilot import Pilot, with_arms, with_seed
from proveout.core.privacy import FEWEST
from proveout.core.question import Answers, Columns, texts
from proveout.instruments.feedback.drawn import against_each_other
from proveout.instruments.feedback.iterations import iterations
from proveout.instruments.feedback.settings import Items, Ratings, Settings
from proveout.stats.balance import Moments
from proveout.stats.betting import betting_mean
from proveout.stats.clustered_share import clustered_proportion
from proveout.stats.missing_outcomes import Teams, worst_case_bounds, worst_case_bounds_by_team
from proveout.stats.proportion import wilson
from proveout.stats.survival import median_time

FAIR_RESPONSE = 0.5
NO_TEAMS = (
    "arms were drawn by team, but the assignment names none; intervals take people as independent, and are too narrow"
)


def measure(settings: Settings, answers: Answers, initiative: Initiative) -> Finding:
    """Items first, then satisfaction.

    Raises:
        TooLittle: There is neither an item nor an answer.
    """
    parts = []
    if settings.items:
        parts.append(_reported(settings.items, answers, settings.level))
        if settings.items.release:
            parts.append(iterations(settings, answers.tables))
    if settings.ratings:
        pilot = with_arms(initiative.pilot)
        parts.append(_satisfied(settings.ratings, answers, pilot, settings.level))
        if pilot and _two_arms(answers, pilot):
            seeded = with_seed(pilot, answers.registration)
            parts += against_each_other(answers.tables["drawn"], answers.tables["placed"], seeded, settings.level)
    if not any(part.estimates for part in parts):
        odd = "; ".join(c.note for part in parts for c in part.checks if c.passed is False)
        message = "there is no item that can be dated, and too few answers on the scale"
        raise TooLittle(f"{message} ({odd})" if odd else message, "mend what is named, or ask more people")
    return found_in(parts, changes_on=answers.as_of + timedelta(days=1) if settings.items else None)


def _reported(declared: Items, answers: Answers, level: float) -> Part:
    counts = {name: int(column[0]) for name, column in answers.tables["states"].items()}
    checks = tuple(_item_checks(counts, declared))
    if not counts["n"]:
        return Part(checks=checks)
    estimates = [
        wilson(counts["n_closed"], counts["n"], level=level).named("closed_share", unit="share"),
        exact("items", counts["n"]),
    ]
    if declared.severe:
        estimates.append(exact("severe_open", counts["severe_open"]))
    days, over = (np.ma.getdata(answers.tables["waits"][name]) for name in ("days", "over"))
    if over.any() and (found := median_time(days.astype(float), over.astype(bool), level=level)):
        estimates.append(found.named("time_to_close_days", unit="day"))
    return Part(estimates=tuple(estimates), checks=checks, exhibits=tuple(_pictures(answers, declared)))


def _item_checks(counts: dict[str, int], declared: Items) -> Iterator[Check]:
    said = {
        "undated": "have no time that can be read",
        "future": "are from days to come",
        "backwards": "are closed before they were opened",
        "copies": "repeat the id of another and were reported at another time; of each id the one closed last counts",
        "unread": "have a closing time that cannot be read",
        "untimed": "are closed at no time that is known, and are not in the median",
        "reopened": "have a closing time and a status that is open, and count as open",
    }
    odd = [f"{counts[name]:,} {words}" for name, words in said.items() if counts[name]]
    n_items = counts["n_rows"] - counts["earlier"]
    note = f"of {n_items:,} items {', '.join(odd)}" if odd else f"{counts['n']:,} items"
    if counts["earlier"]:
        note += f"; {counts['earlier']:,} row(s) tell earlier states of the same items; only the last state counts"
    yield Check(name="Every item can be dated", passed=not odd, note=note)
    if declared.severe and counts["n"]:
        words = ", ".join(declared.severe)
        note = f"{counts['n_severe']:,} items are {words}; {counts['unjudged']:,} open ones say no severity"
        told = False if counts["unjudged"] else True if counts["n_severe"] else None
        yield Check(name="It can be told what is severe", passed=told, note=note)


def _pictures(answers: Answers, declared: Items) -> Iterator[Exhibit]:
    table = answers.tables["weeks"]
    weeks = dict(zip(map(str, table["week"]), map(float, table["n"]), strict=True))
    if len(weeks) > 1:
        first, last = (date.fromisoformat(day) for day in (min(weeks), max(weeks)))
        days = [(first + timedelta(weeks=i)).isoformat() for i in range((last - first).days // 7 + 1)]
        points = tuple((day, weeks.get(day, 0.0), None, None) for day in days)
        yield Series(title="Items reported per week", unit="", points=points)
    if declared.kind or declared.theme:
        yield _about(answers)
    if declared.release:
        yield _releases(answers.tables["releases"])


def _about(answers: Answers) -> Table:
    """The most frequent kinds and themes."""
    rows = []
    for name in ("kind", "theme"):
        if name in answers.tables:
            table = answers.tables[name]
            counts = zip(map(str, table["word"]), map(int, table["n"]), map(int, table["n_open"]), strict=True)
            rows += [(name, word, n, n_open, 1 - n_open / n) for word, n, n_open in counts]
    return Table(
        title="What was reported",
        columns=("By", "", "Items", "Open", "Closed"),
        rows=tuple(rows),
        units=("", "", "", "", "share"),
    )


def _releases(table: Columns) -> Table:
    """What each iteration brought: items per release, and the theme that came up most."""
    words = [texts(table[name]) for name in ("release", "first", "theme")]
    rows = [
        (release, first, int(n), int(n_open), theme or "")
        for release, first, theme, n, n_open in zip(*words, table["n"], table["n_open"], strict=True)
    ]
    columns = ("Release", "First item", "Items", "Open", "Most about")
    return Table(title="By release", columns=columns, rows=tuple(reversed(rows)))


def _satisfied(declared: Ratings, answers: Answers, pilot: Pilot | None, level: float) -> Part:
    scores, arms = np.asarray(answers.tables["scores"]["score"], float), texts(answers.tables["scores"]["arm"])
    asked = dict(zip(texts(answers.tables["asked"]["arm"]), map(int, answers.tables["asked"]["n"]), strict=True))
    counts = {name: int(column[0]) for name, column in answers.tables["rating_counts"].items()}
    checks = [*_rating_checks(counts, pilot)]
    if pilot and counts["n_people"] and counts["strangers"] == counts["n_people"]:
        return Part(checks=tuple(checks))
    groups = {arm: scores[[one == arm for one in arms]] for arm in asked if arm} if pilot else {"": scores}
    teams = _teams(answers.tables["teams"]) if pilot and pilot.randomise == "teams" else {}
    if pilot and pilot.randomise == "teams":
        note = (
            f"{sum(len(one.sizes) for one in teams.values())} teams, of which each counts the same"
            if teams
            else NO_TEAMS
        )
        checks.append(Check(name="People of a team are taken together", passed=bool(teams) or None, note=note))
    low, high = declared.scale
    means = [
        betting_mean(teams[arm].means if teams else values, low=low, high=high, level=level).named(
            "satisfaction", subject=arm
        )
        for arm, values in groups.items()
        if len(values) >= FEWEST
    ]
    few = [arm or "everybody" for arm, values in groups.items() if len(values) < FEWEST]
    if few:
        note = f"{', '.join(few)}: fewer than {FEWEST} answers, which would show persons"
        checks.append(Check(name="Enough people answered", passed=False, note=note))
    estimates = [*means]
    if pilot:
        estimates += [
            _rate(len(values), asked[arm], teams.get(arm), level).named("response_rate", subject=arm, unit="share")
            for arm, values in groups.items()
        ]
        more, said = _difference(groups, asked, teams, pilot, declared, level)
        estimates += more
        checks += said
    return Part(estimates=tuple(estimates), checks=tuple(checks), exhibits=tuple(_forest(means, declared)))


def _two_arms(answers: Answers, pilot: Pilot) -> bool:
    arms = texts(answers.tables["asked"]["arm"])
    return pilot.treated in arms and len(arms) == 2


def _teams(table: Columns) -> dict[str, Teams]:
    """By arm, where teams are known: somebody is not alone in theirs."""
    arms = np.array([arm or "" for arm in texts(table["arm"])])
    sizes, answered, totals = (np.asarray(table[name], float) for name in ("size", "answered", "total"))
    if not (sizes > 1).any():
        return {}
    return {
        str(arm): Teams(sizes=sizes[arms == arm], answered=answered[arms == arm], totals=totals[arms == arm])
        for arm in np.unique(arms)
    }


def _rate(n: int, of: int, teams: Teams | None, level: float) -> Estimate:
    """Of those asked, who answered: people one by one, or in their teams."""
    if teams is None:
        return wilson(min(n, of), of, level=level)
    try:
        return clustered_proportion(teams.sizes, teams.answered, level=level)
    except TooLittle as error:
        return Estimate(name="share", value=n / of, lower=0, upper=1, n=n, level=1, method=f"unknown: {error.message}")


def _difference(
    groups: dict[str, np.ndarray],
    asked: dict[str | None, int],
    teams: dict[str, Teams],
    pilot: Pilot,
    declared: Ratings,
    level: float,
) -> tuple[list[Estimate], list[Check]]:
    """With the system less without, whatever those who did not answer would have said."""
    others = [arm for arm in groups if arm != pilot.treated]
    if pilot.treated not in groups or len(others) != 1:
        return [], []
    arms = (others[0], pilot.treated)
    pair = [groups[arm] for arm in arms]
    missing = [max(0, (asked[arm] or 0) - len(groups[arm])) for arm in arms]
    shares = [
        len(values) / (len(values) + m) if len(values) + m else 0.0 for values, m in zip(pair, missing, strict=True)
    ]
    note = f"{shares[1]:.0%} with the system and {shares[0]:.0%} without; the interval allows for what others may think"
    check = Check(
        name="Those who answered speak for the others", passed=min(shares) >= FAIR_RESPONSE or None, note=note
    )
    if min(map(len, pair)) < FEWEST:
        return [], [check]
    low, high = declared.scale
    try:
        if teams:
            found = worst_case_bounds_by_team(*(teams[arm] for arm in arms), low=low, high=high, level=level)
        else:
            a, b = (Moments.of(values) for values in pair)
            found = worst_case_bounds(a, missing[0], b, missing[1], low=low, high=high, level=level)
    except TooLittle as error:
        return [], [check, Check(name="Satisfaction can be compared", passed=None, note=error.message)]
    return [found.estimate.named("satisfaction_difference")], [check]


def _rating_checks(counts: dict[str, int], pilot: Pilot | None) -> Iterator[Check]:
    said = {
        "unreadable": "are no numbers",
        "off_scale": "lie outside the scale",
        "without_person": "name nobody",
        "future": "are from days to come",
    }
    odd = [f"{counts[name]:,} {words}" for name, words in said.items() if counts[name]]
    note = f"of {counts['n_rows']:,} answers {', '.join(odd)}" if odd else f"{counts['n_rows']:,} answers"
    yield Check(name="Every answer can be read", passed=not odd, note=note)
    if pilot:
        strangers, torn = counts["strangers"], counts["torn"]
        note = f"of {counts['n_people']:,} who answered {strangers:,} are in no arm, {torn:,} in more than one"
        yield Check(name="Whoever answered is in one arm of the pilot", passed=not strangers + torn, note=note)


def _forest(means: list[Estimate], declared: Ratings) -> Iterator[Intervals]:
    if len(means) > 1:
        bars = tuple(Bar(label=e.subject, value=e.value, lower=e.lower, upper=e.upper, note=f"{e.n}") for e in means)
        yield Intervals(title=f"Satisfaction, from {declared.scale[0]:g} to {declared.scale[1]:g}", unit="", bars=bars)
