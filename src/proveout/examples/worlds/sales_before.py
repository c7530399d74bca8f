"""Before there was an agent: the log of the reps' work, the CRM, and the test of the prototype."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from proveout.examples import DAY
from proveout.examples.chance import Chance
from proveout.examples.worlds import sales
from proveout.examples.worlds.sales import SEED, Table

Row = tuple[Any, ...]

LOG_WEEKS = 12
STEPS = (
    ("Research company", 1.5),
    ("Find contacts", 0.535),
    ("Verify contacts", 0.18),
    ("Record in CRM", 0.08),
    ("Write first message", 0.4),
    ("Send first message", 0.1),
)
"""Hours of each; together what a prospect takes, with those contacts that have to be found again."""
SELLING = (("Discovery call", 1.3), ("Prepare offer", 3.0), ("Close deal", 0.5))
"""Of a qualified prospect: so much that selling takes the rest of the week."""
LOGGED = ("deal_id", "activity", "rep_id", "started_at", "ended_at")
WRONG_CONTACT = 0.12
"""Prospects of whom the contact turns out to be wrong, so that another one is found and verified."""
UNRECORDED = 0.04
"""Prospects that nobody writes into the CRM before the first message."""
MARKET_FROM = date(2024, 7, 15)
N_KNOWN, UNKNOWN_TO_CRM = 1300, 0.04
ALIKE = 0.96
"""How often a rep says of a prospect what most would say."""
NAMES = ("Alder", "Brook", "Cedar", "Delta", "Ember", "Fjord", "Grove", "Harbor")
N_PROSPECTS, N_BEFORE, N_TESTED, N_SINCE, N_AGAIN, N_TWICE = 1800, 500, 900, 1000, 480, 120
TESTED_AGAIN = date(2025, 12, 1)
"""On new prospects, from then on; and shown to three reps again."""
TESTED_FROM, TESTED_UNTIL = date(2025, 3, 10), date(2025, 3, 26)
FIELDS = ("lead_id", "created_at", "segment", "industry", "employees", "visits")
ANSWERS = ("score", "says", "qualified", "rep_said", "seconds", "own_seconds", "cost_usd")
INDUSTRIES = ("software", "supply", "media", "health", "finance")
SECONDS, CENTS = 6.0, 7.0
"""Of the agent, for one prospect."""


@lru_cache
def tables() -> dict[str, Table]:
    """All that does not depend on who has the agent."""
    prospects = _prospects(Chance(SEED + 1))
    before = _leads(Chance(SEED + 2), 0, N_BEFORE, sales.FIRST_WEEK, TESTED_FROM)
    tested = _leads(Chance(SEED + 3), N_BEFORE, N_TESTED, TESTED_FROM, TESTED_UNTIL)
    again = _leads(Chance(SEED + 11), N_BEFORE + N_TESTED + N_SINCE, N_AGAIN, TESTED_AGAIN, DAY)
    since = _leads(Chance(SEED + 4), N_BEFORE + N_TESTED, N_SINCE, TESTED_FROM, TESTED_UNTIL)
    return {
        "activity_log": (LOGGED, in_order(log(Chance(SEED), 1, sales.FIRST_WEEK, LOG_WEEKS, {}))),
        "crm_leads": (
            ("prospect_id", "deal_id", "company", "industry", "employees", "website", "contact_email", "updated_at"),
            list(_crm(Chance(SEED + 5), prospects)),
        ),
        "prospects": (("prospect_id", "company", "segment", "employees"), prospects),
        "first_messages": (("prospect_id", "sent_on", "replied"), _messages(Chance(SEED + 6))),
        "training_leads": (FIELDS, before),
        "test_cases": (
            (*FIELDS, *ANSWERS),
            [(row[0], *answered(Chance(SEED + 100 + i), row[1:])) for i, row in enumerate([*tested, *again])],
        ),
        "new_leads": (FIELDS, since),
        "second_opinions": (
            ("lead_id", "rep_id", "decision"),
            list(_opinions(Chance(SEED + 7), tested[:N_TWICE], again[:: N_AGAIN // N_TWICE])),
        ),
        "load_tests": (("at", "load", "throughput", "errors"), _load_tests(Chance(SEED + 8))),
    }


def in_order(rows: Iterable[Row]) -> list[Row]:
    """By time, as a log is written."""
    return sorted(rows, key=lambda row: (row[4], row[5], row[1]))


def log(chance: Chance, first: int, since: date, weeks: int, faster_from: Mapping[str, date]) -> Iterator[Row]:
    """Each rep does one prospect after the other, eight hours a day; what the agent saves goes elsewhere.

    Args:
        chance: Of the draws.
        first: Number of the first case.
        since: The Monday on which it begins.
        weeks: How many there are.
        faster_from: From when on reps have the agent.
    """
    case = first
    for who, _ in sales.reps("enterprise"):
        now = chance.share() * 2
        while now < 40 * weeks:
            faster = _day(since, now) >= faster_from.get(who, date.max)
            skipped = "Record in CRM" if chance.happens(UNRECORDED) else ""
            qualified = chance.happens(sales.QUALIFIED)
            steps = (*STEPS[:3], *(STEPS[1:3] if chance.happens(WRONG_CONTACT) else ()), *STEPS[3:])
            for step, usual in (*steps, *(SELLING if qualified else (("Close deal", 0.05),))):
                hours = chance.around(usual, 0.3)
                begun, saved = now, hours * (1 - 1 / sales.EFFICIENCY) if faster and (step, usual) in STEPS else 0.0
                now += hours - saved
                if step != skipped:
                    yield _day(since, now), f"D{case:04}", step, who, _at(since, begun), _at(since, now)
            now += sum(hours for _, hours in STEPS) * (1 - 1 / sales.EFFICIENCY) if faster else 0.0
            case += 1


def _day(since: date, hours: float) -> date:
    days = int(hours // 8)
    return since + timedelta(days=days // 5 * 7 + days % 5)


def _at(since: date, hours: float) -> str:
    moment = datetime.combine(_day(since, hours), time(9)) + timedelta(seconds=round(hours % 8 * 3600))
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _prospects(chance: Chance) -> list[Row]:
    """The day on which each was found, and what it is; the market list goes back to before the project."""
    days = sorted(
        MARKET_FROM + timedelta(days=int(chance.share() * (sales.KICKOFF - MARKET_FROM).days))
        if i < N_KNOWN
        else sales.KICKOFF + timedelta(days=int(chance.share() * (DAY - sales.KICKOFF).days))
        for i in range(N_PROSPECTS)
    )
    return [
        (
            day,
            f"P{i:04}",
            f"{chance.one_of(NAMES)} {chance.one_of(INDUSTRIES).capitalize()} {i}",
            sales.SEGMENTS[i % 4],
            1 + round(chance.around(400, 0.9)),
        )
        for i, day in enumerate(days, start=1)
    ]


def _crm(chance: Chance, prospects: list[Row]) -> Iterator[Row]:
    """Most prospects are in the CRM, whatever their size."""
    for day, key, company, _, employees in prospects:
        if chance.happens(UNKNOWN_TO_CRM):
            continue
        name, industry = str(company).lower().replace(" ", "-"), str(company).split()[1].lower()
        website = "" if chance.happens(0.02) else f"{name}.example"
        yield day, key, f"D{str(key)[1:]}", company, industry, employees, website, f"info@{name}.example", day


def _messages(chance: Chance) -> list[Row]:
    """The first messages of twelve weeks, ten a day through each half of the team, and who replied."""
    replied = frozenset(sorted(range(sales.BASELINE_PROSPECTS), key=lambda _: chance.share())[: sales.BASELINE_REPLIES])
    a_day = 2 * sales.PROSPECTS_A_DAY
    days = [
        sales.FIRST_WEEK + timedelta(days=i // a_day // 5 * 7 + i // a_day % 5) for i in range(sales.BASELINE_PROSPECTS)
    ]
    return [(day, f"M{i:04}", day, int(i in replied)) for i, day in enumerate(days)]


def _leads(chance: Chance, first: int, n: int, since: date, until: date) -> list[Row]:
    return [
        lead(
            chance,
            f"L{first + i:05}",
            since + timedelta(days=(until - since).days * i // n),
            chance.one_of(sales.SEGMENTS),
        )
        for i in range(n)
    ]


def lead(chance: Chance, key: str, day: date, segment: str) -> Row:
    """A prospect as it comes in: the day, then `FIELDS`."""
    return (
        day,
        key,
        day,
        segment,
        chance.one_of(INDUSTRIES),
        1 + round(chance.around(400, 0.9)),
        int(chance.around(6, 0.6)),
    )


def answered(chance: Chance, row: Row) -> Row:
    """The prospect, what the agent says of it, what is the case, and what a rep said: `FIELDS` and `ANSWERS`."""
    qualified = chance.happens(sales.QUALIFIED)
    right = chance.happens(sales.ACCURACY)
    says = qualified == right
    sure = min(0.99, max(0.51, chance.normal(sales.ACCURACY + (0.02 if right else -0.1), 0.06)))
    seconds = chance.around(SECONDS, 0.3)
    return (
        *row,
        f"{sure if says else 1 - sure:.3f}",
        yes(says),
        yes(qualified),
        yes(qualified == chance.happens(sales.REPS_RIGHT)),
        f"{seconds:.2f}",
        f"{seconds * 0.15:.2f}",
        f"{chance.around(CENTS, 0.2) / 100:.4f}",
    )


def yes(fact: bool) -> str:
    """As people write it."""
    return "yes" if fact else "no"


def _opinions(chance: Chance, tested: list[Row], again: list[Row]) -> Iterator[Row]:
    """Three reps said of the same prospects whether they are worth a call."""
    for row in [*((sales.PROVED, *row[1:]) for row in tested), *again]:
        worth = chance.happens(sales.QUALIFIED)
        for i in (1, 4, 9):
            yield row[0], row[1], sales.rep("enterprise", i), yes(worth == chance.happens(ALIKE))


def _load_tests(chance: Chance) -> list[Row]:
    """Users at once, prospects a second: nearly linear, then it bends."""
    day = date(2025, 5, 26)
    return [
        (
            day,
            day,
            users,
            f"{users / SECONDS / (1 + 0.03 * (users - 1) + 0.0004 * users * (users - 1)) * chance.normal(1, 0.01):.4f}",
            0,
        )
        for users in (1, 2, 4, 8, 12, 16, 24, 32)
    ]
