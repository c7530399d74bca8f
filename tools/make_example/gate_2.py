"""The world of gate 2: leads, a prototype that says which of them are worth a call, and reps who say so too.

What a lead is worth shows in its segment, its visits to the website and in what research finds. The prototype reads
all of that and is right about seven times out of eight; a rep who has two minutes is right about three times of four.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, log

from proveout.examples.chance import Chance

SEED = 20260210
FIRST_DAY, SPLIT, LAST_DAY = date(2025, 10, 1), date(2026, 1, 12), date(2026, 1, 30)
N_TRAINING, N_TESTED, N_LATER, N_POPULATION = 500, 240, 300, 700
N_JUDGED, JUDGES = 120, ("r02", "r07", "r11")

SEGMENTS = (("small", 0.35, 30), ("medium", 0.4, 250), ("large", 0.25, 2500))
INDUSTRIES = ("analytics", "foods", "freight", "health", "labs", "logistics", "media", "metals", "software", "supply")
WORTH = {"small": -1.1, "medium": 0.1, "large": 0.6}

REP_ERRS, JUDGE_ERRS = 0.25, 0.04
SIGNAL, NOISE = 0.28, 0.23
"""How far from the middle the prototype's evidence lies, and how much it scatters."""

FIELDS = ("lead_id", "created_at", "segment", "industry", "employees", "visits")


@dataclass(frozen=True)
class Lead:
    """A company that might be worth a call."""

    row: tuple[str, ...]
    qualified: bool


def tables() -> dict[str, Sequence[Sequence[object]]]:
    """All tables of gate 2 by name, each with its header."""
    chance = Chance(SEED)
    training = [lead(chance, i, FIRST_DAY, SPLIT) for i in range(N_TRAINING)]
    tested = [lead(chance, 5000 + i, SPLIT, LAST_DAY) for i in range(N_TESTED + N_LATER)]
    population = [lead(chance, 9000 + i, SPLIT, LAST_DAY) for i in range(N_POPULATION)]
    answers = list(test_cases(Chance(SEED + 1), tested))
    header = (*FIELDS, "score", "says", "qualified", "rep_said", "rep_id", "seconds", "own_seconds", "cost_usd")
    return {
        "training_leads": [FIELDS, *(one.row for one in training)],
        "new_leads": [FIELDS, *(one.row for one in population)],
        "test_cases": [header, *answers[:N_TESTED]],
        "more_test_cases": [header, *answers[N_TESTED:]],
        "second_opinions": list(second_opinions(Chance(SEED + 2), tested[:N_JUDGED])),
    }


def lead(chance: Chance, number: int, since: date, until: date) -> Lead:
    """A lead that came in between two days."""
    segment, typical = pick(chance)
    employees = max(2, int(chance.around(typical, 0.5)))
    visits = int(chance.around(4, 0.8))
    odds = WORTH[segment] + 0.9 * log((1 + visits) / 4)
    day = since + timedelta(days=int(chance.share() * (until - since).days) + 1)
    row = (f"L{number:05}", day.isoformat(), segment, chance.one_of(INDUSTRIES), str(employees), str(visits))
    return Lead(row, chance.happens(1 / (1 + exp(-odds))))


def pick(chance: Chance) -> tuple[str, int]:
    """A segment and its typical number of employees."""
    draw = chance.share()
    for segment, share, typical in SEGMENTS:
        draw -= share
        if draw < 0:
            return segment, typical
    return SEGMENTS[-1][0], SEGMENTS[-1][2]


def test_cases(chance: Chance, leads: Sequence[Lead]) -> Iterator[tuple[str, ...]]:
    """What the prototype and a rep said, and what turned out."""
    for one in leads:
        evidence = chance.normal(SIGNAL if one.qualified else -SIGNAL, NOISE)
        score = 1 / (1 + exp(-2 * SIGNAL / NOISE**2 * evidence))
        rep = one.qualified != chance.happens(REP_ERRS)
        rep_id, seconds = f"r{1 + int(chance.share() * 12):02}", chance.around(6, 0.45)
        yield (
            *one.row,
            f"{min(max(score, 0.001), 0.999):.3f}",
            yes(score >= 0.5),
            yes(one.qualified),
            yes(rep),
            rep_id,
            f"{seconds:.1f}",
            f"{0.15 * seconds:.2f}",
            f"{chance.around(0.06, 0.4):.3f}",
        )


def second_opinions(chance: Chance, leads: Sequence[Lead]) -> Iterator[tuple[str, ...]]:
    """Three reps with all the time they need decide on the same leads."""
    yield "lead_id", "rep_id", "decision"
    for one in leads:
        for judge in JUDGES:
            yield one.row[0], judge, yes(one.qualified != chance.happens(JUDGE_ERRS))


def yes(fact: bool) -> str:
    """As people write it."""
    return "yes" if fact else "no"
