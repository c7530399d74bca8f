"""The people of the sales agent: what they think of it, what they learnt, and what they report."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from proveout.examples import DAY
from proveout.examples.chance import Chance
from proveout.examples.worlds import sales
from proveout.examples.worlds.sales import SEED, Table

Row = tuple[Any, ...]
Starts = Sequence[tuple[str, date]]

OPERATIONS = tuple(f"op{i:02}" for i in range(1, 7))
MANAGERS = tuple(f"ma{i:02}" for i in range(1, 7))
GROUPS = {"rev-ops": OPERATIONS, "sales-management": MANAGERS}
MODULES = {"rep": ("basics", "checking drafts"), "operations": ("basics", "mending records"), "manager": ("basics",)}
BUY_IN, READINESS, USABILITY = 4.35, 4.3, 84.0
"""Means of all people on scales of 1 to 5, and of the usability scale from 0 to 100."""
SILENT = 0.1
"""Reps who answer no survey."""
ASKED, TRAINED = date(2025, 4, 3), date(2025, 4, 8)
AIM = tuple(f"{scale}_{i}" for scale in ("aim", "iam", "fim") for i in range(1, 5))
STEPS = ("awareness", "desire", "knowledge", "ability", "reinforcement")
N_ITEMS, N_OPEN = 60, 3
ASKED_AGAIN = {
    "11-sales-reps": (
        date(2025, 9, 22),
        """---
interviewee: R-midmarket-4
group: sales-reps
date: 2025-09-22
interviewer: amara
pains: {manual-research: 4, wrong-contacts: 3}
quotes:
  manual-research: "I had forgotten how I used to spend my Tuesdays."
---

Mid-market, has had the agent since June; asked how it was before. Two accounts were researched by hand in the week when
she was on another laptop, and it took the morning.

Checks every contact still; about one in twenty is somebody who has left.
""",
    ),
    "12-sales-reps": (
        date(2026, 1, 19),
        """---
interviewee: R-public-17
group: sales-reps
date: 2026-01-19
interviewer: tobias
pains: {manual-research: 5, blank-page: 3}
quotes:
  manual-research: "Everybody around me calls, and I read tenders."
---

Public sector, in the holdback: still researches by hand. Knows why the last six wait, and would rather not.

Three hours for one ministry yesterday, most of it to find out who decides.
""",
    ),
}
"""Interviews held later, to see whether the problem is still the one that was found."""
THEMES = ("tone of drafts", "wrong contact", "missing source", "speed", "wish")


def tables(starts: Starts) -> dict[str, Table]:
    """Surveys, training, access and feedback.

    Args:
        starts: From when on each rep has the agent.
    """
    staff = list(_staff(starts))
    return {
        "buy_in": (("person", "group", *AIM), list(_answers(Chance(SEED + 20), BUY_IN, len(AIM)))),
        "readiness": (("person", "group", *STEPS), list(_answers(Chance(SEED + 21), READINESS, len(STEPS)))),
        "usability": (("person", "group", *(f"sus_{i}" for i in range(1, 11))), list(_usability(starts))),
        "staff": (("person", "role"), staff),
        "courses": (("person", "module", "finished_at"), list(_courses(staff))),
        "tests": (("person", "kind", "points"), list(_tests(staff))),
        "access": (("person", "role", "at"), list(_access(starts))),
        "feedback": (("item", "reported", "closed", "kind", "severity", "theme"), list(_items(Chance(SEED + 22)))),
    }


def _everybody() -> Iterator[tuple[str, str]]:
    yield from ((who, "sales-reps") for who, _ in sales.reps(*sales.SEGMENTS))
    yield from ((who, group) for group, people in GROUPS.items() for who in people)


def _answers(chance: Chance, mean: float, items: int) -> Iterator[Row]:
    """A row per person; people differ, and so do the answers of one."""
    for who, group in _everybody():
        level, silent = chance.normal(mean, 0.55), group == "sales-reps" and chance.happens(SILENT)
        answers = [min(5, max(1, round(chance.normal(level, 0.3)))) for _ in range(items)]
        if not silent:
            yield ASKED, who, group, *answers


def _usability(starts: Starts) -> Iterator[Row]:
    """Everybody is asked five weeks after the start; every second item is worded the other way round."""
    others = [(who, group, sales.PILOT) for group, people in GROUPS.items() for who in people]
    everybody = [*((who, "sales-reps", start) for who, start in starts), *(others if starts else ())]
    for i, (who, group, start) in enumerate(everybody):
        chance = Chance(SEED + 1000 + i)
        level = 1 + chance.normal(USABILITY, 10) / 25
        answers = [min(5, max(1, round(chance.normal(level, 0.4)))) for _ in range(10)]
        if group != "sales-reps" or not chance.happens(SILENT):
            yield start + timedelta(days=37), who, group, *(6 - a if n % 2 else a for n, a in enumerate(answers))


def _access(starts: Starts) -> Iterator[Row]:
    yield from ((start, who, "rep", start) for who, start in starts)
    yield from ((sales.PILOT, who, role, sales.PILOT) for role, people in _roles() for who in people)


def _staff(starts: Starts) -> Iterator[Row]:
    """Who is on the programme, since when and in which role: the first segment at once, others before their wave."""
    later = dict(starts)
    for who, segment in sales.reps(*sales.SEGMENTS):
        start = later.get(who, sales.OPENED_TO_ALL)
        yield (TRAINED if segment == "enterprise" else start - timedelta(days=7)), who, "rep"
    yield from ((TRAINED, who, role) for role, people in _roles() for who in people)


def _roles() -> Iterator[tuple[str, Sequence[str]]]:
    return iter((("operations", OPERATIONS), ("manager", MANAGERS)))


def _courses(staff: Sequence[Row]) -> Iterator[Row]:
    for on, who, role in staff:
        for back, module in enumerate(reversed(MODULES[str(role)])):
            yield on, who, module, on - timedelta(days=back)


def _tests(staff: Sequence[Row]) -> Iterator[Row]:
    """Of 20 points; what people lacked before, they mostly learnt."""
    chance = Chance(SEED + 23)
    for on, who, _ in staff:
        before = min(14, max(2, round(chance.normal(8, 2))))
        yield on, who, "pre", before
        yield on, who, "post", min(20, max(before, round(before + chance.normal(0.8, 0.08) * (20 - before))))


def _items(chance: Chance) -> Iterator[Row]:
    """Most in the pilot, fewer later; as of each day an item that is closed later is not there as closed."""
    days = sorted(
        sales.PILOT + timedelta(days=int(chance.share() ** 2 * (DAY - sales.PILOT).days)) for _ in range(N_ITEMS)
    )
    for i, day in enumerate(days):
        closed = day + timedelta(days=int(chance.around(3, 0.6)))
        open_still = i >= N_ITEMS - N_OPEN
        fields = (
            chance.one_of(("bug", "wish", "question")),
            "P1" if chance.happens(0.05) else "P3",
            chance.one_of(THEMES),
        )
        yield day, f"F{i + 1:03}", day, "", *fields
        if not open_still:
            yield closed, f"F{i + 1:03}", day, closed, *fields
