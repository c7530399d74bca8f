"""Whether the flow changed: since a day, team by team, and against teams that did not get what others got."""

from collections.abc import Callable
from dataclasses import replace
from math import exp

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.core.evidence import Check
from proveout.core.exhibit import Bar, Intervals
from proveout.core.question import Query
from proveout.instruments.process.settings import Change, Step
from proveout.instruments.process.tables import Log, Row
from proveout.stats.mean import t_mean
from proveout.stats.randomisation import assignments, centred, randomisation_effect

FEWEST_CASES = 5
"""Of a team, in each of the two periods."""
NAME = "What changed, changed because of the system"
SEQUENCES = """
    with arms as (
        select cast(x.team as varchar) as team, min(cast(x.arm as varchar)) as arm,
            count(distinct x.arm) as n_arms, coalesce(min(cast(x.stratum as varchar)), '') as stratum
        from (select null as team, null as stratum) as absent,
            lateral (select team, arm, stratum from assignment) as x
        where x.team is not null group by 1
    ),"""
ALONE = """
    with arms as (
        select cast(null as varchar) as team, cast(null as varchar) as arm, 0 as n_arms, '' as stratum where false
    ),"""
CONFORMS = """regexp_full_match(
                string_agg(coalesce(list_position($steps, lower(trim(activity))), 0) || ';', '' order by pos), $path)"""
PERIODS = """
    each as (
        select c, min(tm) filter (where pos = 1) as tm, count(*) > count(distinct a) as again,
            {conforms} as conforms
        from events join activities using (a) group by c
    ), dated as (
        select cases.*, tm, again, conforms, greatest((last - first) / 3600e6, 1 / 3600.0) as hours,
            coalesce(wait, 0) / 3600e6 as waited, first >= {since} as late
        from cases join each using (c) where last < {since} or first >= {since}
    ), limits as (
        select t1 - (select coalesce(quantile_disc(last - first, 0.9), 0) from dated where not late) as latest from span
    )
    select team, late, min(arm) as arm, max(n_arms) as n_arms, min(stratum) as stratum, count(*) as n,
        avg(ln(hours)) as log_hours, avg(waited) as waited, avg(cast(again as double)) as reworked,
        avg(cast(conforms as double)) as conforming
    from dated cross join limits join teams using (tm) left join arms using (team)
    where not late or first <= latest
    group by team, late order by team, late"""
"""Cases that straddle the day count for neither side, nor those begun so late that long ones would be missing."""


def question(change: Change) -> Query:
    """Means of each team before and after."""
    since = f"epoch_us(cast('{change.since.isoformat()}' as timestamp))"
    reads = {"assignment": change.arms.read} if change.arms else {}
    arms = SEQUENCES if change.arms else ALONE
    if not change.documented:
        return Query(name="change", sql=arms + PERIODS.format(since=since, conforms="null"), reads=reads)
    steps = _documented(change)
    names = list(dict.fromkeys(_alike(step.step) for step in steps))
    path = "".join(f"({names.index(_alike(step.step)) + 1};){_OFTEN[step.optional, step.repeat]}" for step in steps)
    sql = arms + PERIODS.format(since=since, conforms=CONFORMS)
    return Query(name="change", sql=sql, reads=reads, parameters={"steps": names, "path": path})


_OFTEN = {(False, False): "", (True, False): "?", (False, True): "+", (True, True): "*"}


def _documented(change: Change) -> tuple[Step, ...]:
    return tuple(Step(step=one) if isinstance(one, str) else one for one in change.documented)


def _alike(name: str) -> str:
    return name.strip().lower()


def found(log: Log, change: Change, level: float) -> tuple[list[Estimate], list[Check], list[Intervals]]:
    """How much cycle time, waiting, rework and conformance changed."""
    rows = log.rows("change")
    pairs, torn = _pairs(rows), _torn(rows)
    if change.arms:
        pairs = {team: pair for team, pair in pairs.items() if pair[0]["arm"] is not None}
    asked, checks = _conformance(log, change, [row["conforming"] for pair in pairs.values() for row in pair])
    try:
        estimates = _estimates(list(pairs.values()), change, level, more=asked)
    except TooLittle as error:
        note = f"{error.message}; {error.remedy}"
        return [], [Check(name="A change of the flow can be measured", passed=None, note=note), *torn], []
    against = "teams without the system" if change.arms else "the same teams before, and nobody else"
    note = f"{len(pairs)} teams with {FEWEST_CASES} or more cases before and after {change.since}, against {against}"
    if not change.arms:
        note += "; whatever else changed since then is in it: name `arms`"
    checks += [Check(name=NAME, passed=True if change.arms else None, note=note), *torn]
    return estimates, checks, [_forest(estimates)]


def _torn(rows: list[Row]) -> list[Check]:
    """Teams that the assignment puts into two arms: they belong to neither."""
    teams = sorted({row["team"] for row in rows if (row["n_arms"] or 0) > 1})
    if not teams:
        return []
    note = f"{len(teams)} team(s) are in two arms, such as {teams[0]}, and are left out"
    return [Check(name="Every team is in one arm", passed=False, note=note)]


def _conformance(log: Log, change: Change, shares: list[float]) -> tuple[list[str], list[Check]]:
    """Whether conformance can be compared: the log knows the steps, and not all teams are alike at all times."""
    there = {_alike(name) for name in log.activities.values()}
    if strange := [step.step for step in _documented(change) if _alike(step.step) not in there]:
        note = f"the log knows no {', '.join(strange)}; it has {', '.join(sorted(log.activities.values())[:8])}"
        return [], [Check(name="Every documented step is in the log", passed=False, note=note)]
    if change.documented and len(set(shares)) == 1:
        note = f"{shares[0]:.0%} of the cases of every team go as documented, before and after"
        return [], [Check(name="Conformance varies, and can be compared", passed=None, note=note)]
    return (["conforming"] if change.documented else []), []


def _pairs(rows: list[Row]) -> dict[str, tuple[Row, Row]]:
    sides: dict[str, dict[bool, Row]] = {}
    for row in rows:
        if row["n"] >= FEWEST_CASES and row["n_arms"] in (None, 0, 1):
            sides.setdefault(row["team"], {})[bool(row["late"])] = row
    return {team: (side[False], side[True]) for team, side in sides.items() if len(side) == 2}


def _estimates(pairs: list[tuple[Row, Row]], change: Change, level: float, *, more: list[str]) -> list[Estimate]:
    measured = _inference(pairs, change, level)

    def difference(name: str) -> Estimate:
        return measured(np.array([late[name] - early[name] for early, late in pairs]))

    ratio = difference("log_hours")
    ends = [None if end is None else exp(end) - 1 for end in (ratio.lower, ratio.upper)]
    share = replace(ratio, value=exp(ratio.value) - 1, lower=ends[0], upper=ends[1])
    return [
        share.named("cycle_time_change", unit="share"),
        difference("waited").named("waiting_change", unit="hour"),
        difference("reworked").named("rework_change", unit="share"),
        *(difference(name).named("conformance_change", unit="share") for name in more),
    ]


def _inference(pairs: list[tuple[Row, Row]], change: Change, level: float) -> Callable[[np.ndarray], Estimate]:
    """From each team's change to what is concluded: against the other arm, or from the teams alone."""
    if change.arms is None:
        if len(pairs) < 2:
            raise TooLittle(f"{len(pairs)} team(s) have cases before and after", "name `team`, or wait for more cases")
        return lambda changes: t_mean(changes, level=level)
    treated = np.array([early["arm"] == change.treated for early, _ in pairs], dtype=bool)
    if min(treated.sum(), (~treated).sum()) < 2:
        raise TooLittle(
            f"{int(treated.sum())} team(s) with the system and {int((~treated).sum())} without have enough cases",
            "look whether the teams of the log are called like those of the assignment",
        )
    _, strata = np.unique([early["stratum"] for early, _ in pairs], return_inverse=True)
    ways = assignments(treated, strata)
    return lambda changes: randomisation_effect(ways, centred(changes, strata), level=level)


def _forest(estimates: list[Estimate]) -> Intervals:
    labels = {"cycle_time_change": "Cycle time", "rework_change": "Cases with rework"}
    labels["conformance_change"] = "Cases as documented"
    return Intervals(
        title="How the flow changed",
        unit="share",
        bars=tuple(
            Bar(label=labels[e.name], value=e.value, lower=e.lower, upper=e.upper)
            for e in estimates
            if e.name in labels
        ),
        reference=0.0,
        reference_label="as before",
    )
