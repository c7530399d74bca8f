"""What the declared pilot can show, from its roster and the baselines of its KPIs: before anybody is assigned."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, exp

import numpy as np

from proveout import data
from proveout.core.errors import TooLittle
from proveout.core.initiative import Initiative, Kpi, PilotPlan
from proveout.core.looks import ALPHA
from proveout.core.pilot import FEWEST_FOR_COVARIATE, Pilot
from proveout.core.question import Columns, Failure
from proveout.core.sizing import CaseSizing, KpiSizing, Sizing
from proveout.flow.aim import Aim, aim_of, calendar, too_many_looks, words_of_looks
from proveout.flow.design_in_time import MOST_TEAMS, fewest, in_words, lints, size_in_time, wanted_of
from proveout.flow.design_lints import alike_teams, few_with_it, of_baseline, part_weeks
from proveout.flow.design_side_by_side import can_pass, comparison, expected, scaled
from proveout.flow.drawing import MOST_WAYS, counts_of, n_ways, smallest_p, ways_to_draw
from proveout.flow.outcome_days import undated_outcomes
from proveout.flow.registration import registered
from proveout.flow.roster import Member, declared_pilot, roster
from proveout.flow.steps import BEFORE_DRAW, NAME_DAYS, after_draw
from proveout.flow.workspace import Workspace
from proveout.instruments.kpis import queries
from proveout.instruments.kpis.baseline import (
    Sample,
    baseline,
    impossible,
    refuse_unusable,
    sample,
    weeks_observed,
)
from proveout.instruments.kpis.settings import Settings
from proveout.instruments.kpis.sight import FEWEST_PERIODS, sight
from proveout.instruments.pilot.effects import FEWEST_FORESEEN
from proveout.stats.power import cases_per_group

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
        known = registered(ledger, initiative.initiative)
    drawn = known is not None
    before = [] if drawn else [*_too_late(workspace, pilot), *_few(members, pilot)]
    undated = [f"{one.message}; {one.remedy}" for one in undated_outcomes(workspace.folder, initiative, pilot)]
    asked = replace(initiative, kpis=tuple(kpi for kpi in initiative.kpis if kpi.id in pilot.outcomes))
    tables, failures = data.ask(queries.questions(Settings(), asked), initiative.sources, workspace.folder)
    samples = [_sample(index, tables) for index in range(len(asked.kpis))]
    plan, words = _plan(members, pilot, initiative.plan.pilot_size), in_words(members, pilot)
    if pilot.arriving:
        plan, words = expected(plan, pilot, initiative.plan.pilot_size, asked.kpis, samples)
    counts = (plan.units,) if pilot.arriving else counts_of(members)
    design = _Design(pilot=pilot, plan=plan, counts=counts, members=members)
    found = tuple(
        _kpi(kpi, seen, _why_not(index, kpi, failures), design, aim_of(kpi, pilot, asked.kpis))
        for index, (kpi, seen) in enumerate(zip(asked.kpis, samples, strict=True))
    )
    return Sizing(
        units=plan.units,
        teams=plan.clusters,
        weeks=plan.weeks,
        looks=calendar(pilot),
        smallest_p=None if pilot.arriving else smallest_p(members, pilot),
        kpis=found,
        impossible=() if pilot.arriving else tuple(_impossible(members, plan, pilot)),
        warnings=(*before, *undated, *_warnings(members, pilot, initiative, found, drawn=drawn), *lints(pilot)),
        design=words,
        next=after_draw(pilot, workspace.today, elsewhere=known.adopted)
        if known
        else (NAME_DAYS if undated else BEFORE_DRAW),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Design:
    """The pilot, its size, blocks in each stratum, and the roster."""

    pilot: Pilot
    plan: PilotPlan
    counts: tuple[int, ...]
    members: Sequence[Member]


def _plan(members: Sequence[Member], pilot: Pilot, said: PilotPlan | None) -> PilotPlan:
    a_day = said.cases_per_day if said else None
    teams = len({member.team for member in members}) if pilot.randomise == "teams" else 0
    return PilotPlan(units=len(members), clusters=teams, weeks=pilot.days / 7, cases_per_day=a_day)


def _sample(index: int, tables: Mapping[str, Columns]) -> Sample | None:
    names = queries.names(index)
    parts = [tables.get(names[part]) for part in ("counts", "units", "periods")]
    return sample(*(part for part in parts if part is not None)) if None not in parts else None


def _why_not(index: int, kpi: Kpi, failures: Mapping[str, Failure]) -> str:
    if kpi.baseline is None:
        return "it has no baseline"
    return next((failures[name].message for name in queries.names(index).values() if name in failures), "")


def _kpi(kpi: Kpi, seen: Sample | None, why_not: str, design: _Design, aim: Aim) -> KpiSizing:
    if why_not or seen is None:
        return KpiSizing(kpi=kpi.id, unit=kpi.unit, why_not=why_not or "its baseline cannot be read")
    if why_not := impossible(seen, kpi):
        return KpiSizing(kpi=kpi.id, unit=kpi.unit, why_not=why_not)
    plan, pilot = design.plan, design.pilot
    teams = {member.unit: member.team for member in design.members if plan.clusters}
    seen = _in_teams(seen, teams)
    units = {member.unit for member in design.members} if not pilot.arriving else set()
    one_each = seen.binary and (seen.rows == 1).all() and not pilot.arriving
    if one_each and units.isdisjoint(seen.names):
        return KpiSizing(kpi=kpi.id, unit=kpi.unit, cases=_cases(float(seen.units.mean()), plan))
    try:
        refuse_unusable(seen)
        level = baseline(seen, kpi).value
        found = (
            size_in_time(seen, kpi, plan, pilot, level, aim)
            if pilot.in_time
            else _side_by_side(seen, kpi, design, level, aim)
        )
    except TooLittle as error:
        found = KpiSizing(kpi=kpi.id, unit=kpi.unit, why_not=error.message)
    known = len(units & {*seen.names}) / len(units) if units else None
    return replace(found, left_out=seen.unreadable, weeks=weeks_observed(seen, kpi), known=known)


def _side_by_side(seen: Sample, kpi: Kpi, design: _Design, level: float, aim: Aim) -> KpiSizing:
    plan, pilot = design.plan, design.pilot
    aim, wanted = aim.of(pilot, n_ways(design.counts, pilot)), wanted_of(kpi, level)
    found = replace(wanted, followed=not pilot.arriving, teams_needed=_needed(seen, kpi, design, aim, wanted.room))
    if not can_pass(design.counts, pilot, aim.alpha):
        return replace(found, why_not="the draw can come out in too few ways")
    now = sight(seen, kpi, plan, comparison(design.counts, pilot), alpha=aim.alpha, power=aim.power)
    return replace(
        found,
        mde=now.mde,
        by_weeks={weeks: _mde(seen, kpi, design, aim, float(weeks)) for weeks in WEEKS},
        power=aim.power,
        alpha=aim.alpha,
        floor=None if pilot.arriving else _mde(seen, kpi, design, aim, float(LONG)),
        icc=(now.icc, now.icc_assumed) if plan.clusters else None,
        r=now.r,
        foretold=now.foretold,
    )


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


def _mde(seen: Sample, kpi: Kpi, design: _Design, aim: Aim, weeks: float) -> float:
    """Of a pilot of that length, in which more units arrive the longer it is."""
    plan, counts = replace(design.plan, weeks=weeks), design.counts
    if design.pilot.arriving:
        plan = replace(plan, units=max(FEWEST_FORESEEN, round(plan.units * weeks / design.plan.weeks)))
        counts = (plan.units,)
    return sight(seen, kpi, plan, comparison(counts, design.pilot), alpha=aim.alpha, power=aim.power).mde.value


def _needed(seen: Sample, kpi: Kpi, design: _Design, aim: Aim, room: float | None) -> int | None:
    """The fewest teams (or units) of the present size, in the present strata, that tell so much from nothing."""
    plan = design.plan
    size, most = plan.units / plan.clusters if plan.clusters else 1.0, MOST_TEAMS * (1 if plan.clusters else 100)

    def enough(n: int) -> bool:
        counts = scaled(design.counts, n)
        own = aim.of(design.pilot, n_ways(counts, design.pilot))
        if not can_pass(counts, design.pilot, own.alpha):
            return False
        larger = replace(plan, units=max(n, round(n * size)), clusters=n if plan.clusters else 0)
        try:
            how = comparison(counts, design.pilot)
            return sight(seen, kpi, larger, how, alpha=own.alpha, power=own.power).mde.value <= (room or 0.0)
        except TooLittle:
            return False

    return fewest(enough, most) if room and room > 0 else None


def _impossible(members: Sequence[Member], plan: PilotPlan, pilot: Pilot) -> Iterator[str]:
    smallest = smallest_p(members, pilot)
    what = f"{plan.clusters} teams" if plan.clusters else f"{plan.units} units"
    if smallest > ALPHA:
        yield (
            f"with {what} the draw can come out in so few ways that no p-value is below {smallest:.2g}, and"
            f" {ALPHA:g} is needed: this pilot can never pass. Take more {what.split()[1]}, or fewer strata"
        )
    ways, _ = ways_to_draw(members, pilot)
    yield from too_many_looks(pilot, smallest, exp(min(ways, MOST_WAYS)))


def _too_late(workspace: Workspace, pilot: Pilot) -> Iterator[str]:
    if workspace.today > pilot.start:
        yield LATE.format(pilot.start)


def _few(members: Sequence[Member], pilot: Pilot) -> Iterator[str]:
    few = len({member.block for member in members})
    if pilot.method == "stratified" and pilot.in_time is None and not pilot.arriving and few < FEW:
        yield (
            f"{few} {pilot.randomise} are few: chance may well make two groups that were unlike from the outset."
            " Where the time before is used, that is taken off; where not, `method: constrained` draws only"
            " groups that are alike in size and `baseline`, if the roster has it; `matched-pairs` draws within pairs"
            " that are alike in them"
        )


def _warnings(
    members: Sequence[Member], pilot: Pilot, initiative: Initiative, found: Sequence[KpiSizing], *, drawn: bool
) -> Iterator[str]:
    if pilot.randomise == "teams" and members:
        team, most = Counter(member.team for member in members).most_common(1)[0]
        if most > LARGE_TEAM * len(members):
            yield f"team {team} has {most} of {len(members)} units: the result will be that of one team"
    if pilot.randomise == "units" and any(member.team for member in members):
        yield "units of one team get different arms: with AI tools those without will see and use what the others have"
    yield from alike_teams(members, pilot)
    if not drawn:
        yield from few_with_it(members, pilot)
        yield from words_of_looks(pilot)
    if pilot.exposures is None:
        yield "no exposures are declared: nobody will be able to say whether the arms were kept apart"
    yield from part_weeks(pilot)
    for one in found:
        yield from _of_kpi(one, pilot.randomise, drawn=drawn)
        yield from of_baseline(one)
    for kpi in initiative.kpis:
        if kpi.id not in pilot.outcomes:
            yield f"{kpi.id} has no outcome under `pilot`: it will not be measured"


def _of_kpi(one: KpiSizing, what: str, *, drawn: bool) -> Iterator[str]:
    if one.cases and one.cases.per_day is None:
        yield f"{one.kpi}: say `cases_per_day` under `plan.pilot_size`, and the days that it takes are said"
    if one.why_not:
        yield f"{one.kpi}: {one.why_not}, so nobody can say what the pilot can show"
    elif one.mde and not one.worthwhile:
        yield f"{one.kpi}: {_nothing_declared(one)}"
    elif one.enough is False:
        yield f"{one.kpi}: {_too_small(one)}: {'registered as it is' if drawn else 'redesign before the start'}"
    if one.mde and one.floor and one.mde.value < one.floor * NEAR_THE_FLOOR:
        yield f"{one.kpi}: more weeks would not help any more; more {what} or a longer baseline would"
    if one.mde and one.followed and one.foretold is None:
        yield (
            f"{one.kpi}: the baseline does not follow units through {FEWEST_PERIODS} dated periods or more, so no time"
            " before the start is used; six weeks of it may make the same pilot stronger"
        )
    if one.mde and one.followed and one.foretold and not one.r:
        yield (
            f"{one.kpi}: the time before is not used (correlation {one.foretold:.2g}): that takes"
            f" {FEWEST_FOR_COVARIATE} {what} more than there are strata or pairs"
        )


def _too_small(one: KpiSizing) -> str:
    if one.passes_from is None:
        shows = one.mde.value if one.mde else 0.0
        return f"the smallest margin that shows is {shows:.3g} {one.unit}, what can be borne is {one.aim:.3g}"
    reckoned = "promised is" if one.promised is not None else "twice what is worthwhile is"
    return f"it passes with {one.power:.0%} power from {one.passes_from:.3g} {one.unit} on, {reckoned} {one.aim:.3g}"


def _nothing_declared(one: KpiSizing) -> str:
    if one.guardrail:
        return "nothing is declared as what can be borne; 0 is taken, and no size of a pilot shows that"
    return "nothing is declared as worthwhile, so nobody can say whether the pilot is large enough"
