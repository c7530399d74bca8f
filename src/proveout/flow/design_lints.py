"""What to change of a pilot's weeks and baselines before it starts."""

from collections.abc import Iterator

from proveout.core.pilot import Pilot
from proveout.core.sizing import KpiSizing
from proveout.instruments.kpis.checks import FEWEST_WEEKS

FEW_KNOWN = 0.5
"""Share of the roster's units below which the baseline seems to count by another unit."""


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
