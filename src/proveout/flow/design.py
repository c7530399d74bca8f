"""What the declared pilot can show, from its roster and the baselines of its KPIs: before anybody is assigned."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from math import ceil

import numpy as np

from proveout import data
from proveout.core.errors import TooLittle
from proveout.core.initiative import Initiative, Kpi, PilotPlan
from proveout.core.pilot import Pilot
from proveout.core.question import Columns, Failure
from proveout.core.sizing import CaseSizing, KpiSizing, Sizing
from proveout.flow.design_in_time import MOST_TEAMS, fewest, in_words, lints, size_in_time
from proveout.flow.drawing import smallest_p
from proveout.flow.registration import registered
from proveout.flow.roster import ALPHA, Member, declared_pilot, roster
from proveout.flow.workspace import Workspace
from proveout.instruments.kpis import queries
from proveout.instruments.kpis.baseline import (
    FEWEST_PERIODS,
    Sample,
    absolute,
    baseline,
    refuse_unusable,
    sample,
    sight,
)
from proveout.instruments.kpis.settings import Settings
from proveout.stats.power import cases_per_group
from proveout.stats.power import smallest_p as fewest_p

WEEKS = (1, 2, 4, 8, 12, 26)
TIMES = (1.5, 2.0, 3.0)
"""How many times as many replies, complaints or other cases of a kind one asks about."""
WORKING_DAYS = 5
LONG = 520
"""Weeks that stand for ever."""
FEW = 20
"""Teams or units below which groups that chance draws are often unlike (our judgement)."""
LATE = "the pilot started on {}, and nobody is drawn after the start: move `start` and `end` before `assign`"
LARGE_TEAM = 0.4
NEAR_THE_FLOOR = 1.05


def size_up(workspace: Workspace) -> Sizing:
    """The arithmetic of the design.

    Raises:
        ProveoutError: There is no pilot or no roster, or it cannot be read.
    """
    initiative = workspace.declared()
    pilot = declared_pilot(initiative)
    members = roster(workspace.folder, initiative, pilot)
    with workspace.ledger() as ledger:
        too_late = registered(ledger, initiative.initiative) is None and workspace.today > pilot.start
    late = [LATE.format(pilot.start)] if too_late else []
    kpis = [kpi for kpi in initiative.kpis if kpi.id in pilot.outcomes]
    asked = replace(initiative, kpis=tuple(kpis))
    tables, failures = data.ask(queries.questions(Settings(), asked), initiative.sources, workspace.folder)
    plan = _plan(members, pilot, initiative.plan.pilot_size)
    teams = {member.unit: member.team for member in members if plan.clusters}
    units = {member.unit for member in members} if not pilot.arriving else set()
    found = tuple(_kpi(i, kpi, tables, failures, plan, teams, units, pilot) for i, kpi in enumerate(kpis))
    smallest = smallest_p(members, pilot)
    return Sizing(
        units=plan.units,
        teams=plan.clusters,
        weeks=plan.weeks,
        looks=len(pilot.calendar),
        smallest_p=smallest,
        kpis=found,
        impossible=tuple(_impossible(smallest, plan, pilot)),
        warnings=(
            *late,
            *_warnings(members, pilot, initiative, found),
            *lints(pilot),
        ),
        design=in_words(members, pilot),
    )


def _plan(members: Sequence[Member], pilot: Pilot, said: PilotPlan | None) -> PilotPlan:
    a_day = said.cases_per_day if said else None
    teams = len({member.team for member in members}) if pilot.randomise == "teams" else 0
    return PilotPlan(units=len(members), clusters=teams, weeks=pilot.days / 7, cases_per_day=a_day)


def _kpi(
    index: int,
    kpi: Kpi,
    tables: Mapping[str, Columns],
    failures: Mapping[str, Failure],
    plan: PilotPlan,
    teams: Mapping[str, str],
    units: Set[str],
    pilot: Pilot,
) -> KpiSizing:
    names = queries.names(index)
    if kpi.baseline is None:
        return KpiSizing(kpi=kpi.id, unit=kpi.unit, why_not="it has no baseline")
    if failure := next((failures[name] for name in names.values() if name in failures), None):
        return KpiSizing(kpi=kpi.id, unit=kpi.unit, why_not=failure.message)
    seen = sample(*(tables[names[part]] for part in ("counts", "units", "periods")))
    seen = _in_teams(seen, teams)
    if (seen.binary and (seen.rows == 1).all()) and units.isdisjoint(seen.names):
        return KpiSizing(kpi=kpi.id, unit=kpi.unit, cases=_cases(float(seen.units.mean()), plan))
    try:
        refuse_unusable(seen)
        level = baseline(seen, kpi).value
        if pilot.in_time:
            return size_in_time(seen, kpi, plan, pilot, level)
        now = sight(seen, kpi, plan)
        worthwhile = absolute(kpi.minimum_worthwhile, level)
        return KpiSizing(
            kpi=kpi.id,
            unit=kpi.unit,
            mde=now.mde,
            worthwhile=None if worthwhile is None else abs(worthwhile),
            teams_needed=_needed(seen, kpi, plan, abs(worthwhile)) if worthwhile else None,
            by_weeks={weeks: _mde(seen, kpi, replace(plan, weeks=float(weeks))) for weeks in WEEKS},
            floor=_mde(seen, kpi, replace(plan, weeks=float(LONG))),
            icc=(now.icc, now.icc_assumed) if plan.clusters else None,
            r=now.r,
            foretold=now.foretold,
        )
    except TooLittle as error:
        return KpiSizing(kpi=kpi.id, unit=kpi.unit, why_not=error.message)


def _in_teams(seen: Sample, teams: Mapping[str, str]) -> Sample:
    """With the teams of the roster, where the baseline names none."""
    if seen.clusters is not None or not teams:
        return seen
    return replace(seen, clusters=np.array([teams.get(name) or f"\0{name}" for name in seen.names]))


def _cases(share: float, plan: PilotPlan) -> CaseSizing:
    """What each case decides for itself is counted in cases, however few people handle them."""
    possible = [times for times in TIMES if 0 < share * times < 1]
    return CaseSizing(
        share=share,
        needed={times: ceil(cases_per_group(share, share * times)) for times in possible},
        per_day=plan.cases_per_day,
        working_days=round(plan.weeks * WORKING_DAYS),
    )


def _mde(seen: Sample, kpi: Kpi, plan: PilotPlan) -> float:
    return sight(seen, kpi, plan).mde.value


def _needed(seen: Sample, kpi: Kpi, plan: PilotPlan, worthwhile: float) -> int | None:
    """The fewest teams (or units) of the present size that show what is worthwhile."""
    size, most = plan.units / plan.clusters if plan.clusters else 1.0, MOST_TEAMS * (1 if plan.clusters else 100)

    def enough(n: int) -> bool:
        if fewest_p(n) > ALPHA:
            return False
        units = max(n, round(n * size))
        return _mde(seen, kpi, replace(plan, units=units, clusters=n if plan.clusters else 0)) <= worthwhile

    return fewest(enough, most)


def _impossible(smallest: float, plan: PilotPlan, pilot: Pilot) -> Iterator[str]:
    what = f"{plan.clusters} teams" if plan.clusters else f"{plan.units} units"
    if smallest > ALPHA and not pilot.arriving:
        yield (
            f"with {what} the draw can come out in so few ways that no p-value is below {smallest:.2g}, and"
            f" {ALPHA:g} is needed: this pilot can never pass. Take more {what.split()[1]}, or fewer strata"
        )


def _warnings(
    members: Sequence[Member], pilot: Pilot, initiative: Initiative, found: Sequence[KpiSizing]
) -> Iterator[str]:
    if pilot.randomise == "teams":
        team, most = Counter(member.team for member in members).most_common(1)[0]
        if most > LARGE_TEAM * len(members):
            yield f"team {team} has {most} of {len(members)} units: the result will be that of one team"
    few = len({member.block for member in members})
    if pilot.method == "stratified" and pilot.in_time is None and not pilot.arriving and few < FEW:
        yield (
            f"{few} {pilot.randomise} are few: chance may well make two groups that were unlike from the outset."
            " `method: constrained` draws only groups that are alike in size and `baseline`, if the roster has it,"
            " and `matched-pairs` draws within pairs that are"
        )
    if pilot.randomise == "units" and any(member.team for member in members):
        yield "units of one team get different arms: with AI tools those without will see and use what the others have"
    if not pilot.looks:
        yield "no looks are declared: one looks once, at the end; looks on the way cost hardly any power"
    if pilot.exposures is None:
        yield "no exposures are declared: nobody will be able to say whether the arms were kept apart"
    for one in found:
        yield from _of_kpi(one)
    for kpi in initiative.kpis:
        if kpi.id not in pilot.outcomes:
            yield f"{kpi.id} has no outcome under `pilot`: it will not be measured"


def _of_kpi(one: KpiSizing) -> Iterator[str]:
    if one.cases and one.cases.per_day is None:
        yield f"{one.kpi}: say `cases_per_day` under `plan.pilot_size`, and the days that it takes are said"
    if one.why_not:
        yield f"{one.kpi}: {one.why_not}, so nobody can say what the pilot can show"
    elif one.mde and one.worthwhile is None:
        yield f"{one.kpi}: nothing is declared as worthwhile, so nobody can say whether the pilot is large enough"
    elif one.mde and one.worthwhile is not None and one.mde.value > one.worthwhile:
        yield (
            f"{one.kpi}: the smallest effect that shows is {one.mde.value:.3g} {one.unit}, worthwhile is"
            f" {one.worthwhile:.3g}: redesign before the start"
        )
    if one.mde and one.floor and one.mde.value < one.floor * NEAR_THE_FLOOR:
        yield f"{one.kpi}: more weeks would not help any more; more teams or a longer baseline would"
    if one.mde and one.foretold is None:
        yield (
            f"{one.kpi}: the baseline does not follow units through {FEWEST_PERIODS} periods or more, so no time before"
            " the start is used; six weeks of it may make the same pilot stronger"
        )
