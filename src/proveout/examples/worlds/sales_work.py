"""The work of the reps week by week, by hand or with the agent, and what the agent was asked."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from proveout.examples import DAY
from proveout.examples.chance import Chance
from proveout.examples.worlds import sales
from proveout.examples.worlds.sales import SEED, Table
from proveout.examples.worlds.sales_before import ANSWERS, FIELDS, LOGGED, answered, in_order, lead, log

Row = tuple[Any, ...]
Starts = Sequence[tuple[str, date]]

N_WEEKS = (DAY - sales.FIRST_WEEK).days // 7 + 1
PACE, HOURS_SPREAD = 0.12, 2.0
"""How reps differ lastingly, and how the hours of their weeks do."""
N_DOWN = 7
"""Hours in which nobody would have been answered; the first of them in the pilot."""
OFFICE_DAYS, PER_WEEK_IN_PILOT = 5, sales.PROSPECTS_A_DAY * 5 / 6


@lru_cache(maxsize=4)
def tables(starts: Starts) -> dict[str, Table]:
    """Outcomes of each rep and week, what the agent was asked, and whether it was there.

    Args:
        starts: From when on each rep has the agent.
    """
    weeks: list[Row] = []
    asked: list[Row] = []
    for i, (who, segment) in enumerate(sales.reps(*sales.SEGMENTS)):
        for row, calls in _weeks(Chance(SEED + 200 + i), who, segment, dict(starts).get(who)):
            weeks.append(row)
            asked += calls
    asked.sort(key=lambda row: (row[2], row[1]))
    pilot = {who: start for who, start in starts if start == sales.PILOT}
    around = log(Chance(SEED + 10), 5001, sales.PILOT - timedelta(weeks=6), 12, pilot)
    head = ("rep", "segment", "day", "hours", "prospects", "leads", "messages", "replies", "meetings")
    return {
        "pilot_work": (head, [row for row in weeks if row[2] == "enterprise" and row[0] <= sales.PILOT_END]),
        "pilot_uses": (("rep", "at"), [(row[0], row[2], row[1]) for row in asked if row[0] <= sales.PILOT_END]),
        "work": (head, [row for row in weeks if row[2] != "enterprise"]),
        "pilot_log": (LOGGED, in_order(around)),
        "requests": (("at", "rep", *FIELDS, *ANSWERS), asked),
        "probes": (("at", "status", "seconds"), list(_probes(Chance(SEED + 9)))),
    }


def _weeks(chance: Chance, who: str, segment: str, start: date | None) -> Iterator[tuple[Row, list[Row]]]:
    """The weeks of one rep: what came of each, and what the agent was asked in it."""
    pace = 1 + chance.normal(0, PACE)
    for week in range(N_WEEKS):
        monday = sales.FIRST_WEEK + timedelta(weeks=week)
        agent = start is not None and monday >= start
        agent = agent and (monday < sales.ROLLOUT or chance.happens(sales.USED_AT_SCALE))
        per_prospect = sales.HOURS_PER_PROSPECT[segment] * pace
        if agent:
            usual = PER_WEEK_IN_PILOT if segment == "enterprise" else sales.PER_WEEK_AT_SCALE
            n = max(3, round(usual + chance.normal(0, 1.2)))
            hours = n * per_prospect / sales.EFFICIENCY * chance.around(1, 0.08)
            calls = [_call(chance, who, segment, monday, week, i) for i in range(n)]
            leads = sum(call[2 + len(FIELDS) + 1 + 2] == "yes" for call in calls)
        else:
            hours = chance.normal(sales.RESEARCH_HOURS, HOURS_SPREAD)
            n = max(3, round(hours / per_prospect / chance.around(1, 0.08)))
            calls, leads = [], _count(chance, n, sales.QUALIFIED)
        replies = _count(chance, n, sales.REPLIES_WITH if agent else sales.REPLIES)
        meetings = _count(chance, 6, (sales.MEETINGS_WITH if agent else sales.MEETINGS) / 6)
        friday = monday + timedelta(days=4)
        yield (friday, who, segment, friday, f"{hours:.1f}", n, leads, n, replies, meetings), calls


def _count(chance: Chance, n: int, probability: float) -> int:
    return sum(chance.happens(probability) for _ in range(n))


def _call(chance: Chance, who: str, segment: str, monday: date, week: int, i: int) -> Row:
    """One prospect given to the agent, on a day of the week, with what came of it."""
    day = monday + timedelta(days=int(chance.share() * OFFICE_DAYS))
    at = datetime.combine(day, time(9)) + timedelta(seconds=int(chance.share() * 8 * 3600))
    _, *fields = lead(chance, f"{who}-{week:02}-{i:02}", day, segment)
    return day, f"{at:%Y-%m-%dT%H:%M:%S}", who, *answered(chance, tuple(fields))


def _probes(chance: Chance) -> Iterator[Row]:
    """Every hour from the start of the pilot, whether the agent answers."""
    hours = 24 * (DAY - sales.PILOT).days
    down = {int((i + chance.share()) * hours / N_DOWN) for i in range(N_DOWN)}
    for hour in range(hours):
        at = datetime.combine(sales.PILOT, time()) + timedelta(hours=hour)
        yield at.date(), f"{at:%Y-%m-%dT%H:%M:%S}", 503 if hour in down else 200, f"{chance.around(3, 0.3):.2f}"
