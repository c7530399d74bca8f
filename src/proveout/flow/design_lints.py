"""What to change of a pilot's weeks and baselines before it starts."""

from collections.abc import Iterator, Sequence

from proveout.core.pilot import Pilot
from proveout.core.sizing import KpiSizing
from proveout.flow.alike import alike, said
from proveout.flow.roster import Member
from proveout.instruments.kpis.checks import FEWEST_WEEKS

FEW_KNOWN = 0.5
"""Share of the roster's units below which the baseline seems to count by another unit."""

SMALL_SHARE, FEW_WITH_IT = 0.4, 8
"""Below both, an effect of 0 on average that differs between teams (as much as they vary otherwise, or twice) was told
in 5.6 to 11.6% of pilots of 12 to 20 teams, instead of in 5%; with half of the teams, in 4.7 to 5.8%."""


def few_with_it(members: Sequence[Member], pilot: Pilot) -> Iterator[str]:
    """Few who get the system: what differs among them is hardly seen."""
    n = len({member.block for member in members})
    treated = round(n * pilot.treated_share)
    if pilot.in_time or pilot.arriving or pilot.treated_share >= SMALL_SHARE or treated >= FEW_WITH_IT:
        return
    yield (
        f"only {treated} of {n} {pilot.randomise} get the system: if it helps some of them and harms others, an effect "
        "that is 0 on average is told in up to 12% of such pilots instead of 5%; with half of them it is not"
    )


def alike_teams(members: Sequence[Member], pilot: Pilot) -> Iterator[str]:
    """Teams that are probably one."""
    if pilot.randomise == "teams" and (groups := alike(member.team for member in members)):
        yield f"{said(groups)}; `assign` refuses to draw them as they are"


def part_weeks(pilot: Pilot) -> Iterator[str]:
    """Looks and periods that cut a week; where the system switches back and forth, chance deals out the weekdays."""
    if pilot.switchback:
        return
    spans = {f"the look of {day}": (day - pilot.start).days + 1 for day in pilot.calendar}
    if pilot.waves:
        spans["a period of the waves"] = pilot.waves.period_days
    for what, days in spans.items():
        if days % 7:
            yield f"{what} takes in {days} day(s), no whole weeks: some weekdays count more often than others"


def of_baseline(one: KpiSizing) -> Iterator[str]:
    """What is odd in the baseline of a KPI."""
    if one.left_out:
        yield f"{one.kpi}: {one.left_out:,} value(s) of the baseline are no finite number, and are left out"
    if one.weeks is not None and one.weeks < FEWEST_WEEKS:
        yield (
            f"{one.kpi}: the baseline spans {one.weeks:.1f} weeks; {FEWEST_WEEKS:g} or more tell a habit from a mood,"
            " and narrow the interval"
        )
    if one.known is not None and one.known < FEW_KNOWN:
        yield (
            f"{one.kpi}: the baseline names {one.known:.0%} of the roster's units; flags answer for its `unit`, so"
            " outcomes have to be counted by it as well"
        )
