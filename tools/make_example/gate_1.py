"""The world of gate 1: people, deals and what they log, the CRM.

Twelve sales reps in three teams work on accounts from a list of prospects. About 60% of what they log is research and
first contact. Contact data are often wrong (work is done again), some records wait for revenue operations, some
messages wait for approval. The CRM knows most of the prospects, but of the small ones fewer.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count

from proveout.examples.chance import Chance

SEED = 20260116
FIRST_DAY = date(2025, 10, 20)
WEEKS = 12
WARM_UP = timedelta(weeks=5)
OPENS, CLOSES = time(9), time(17)
N_PROSPECTS = 380
N_AUDITED, N_LOST = 150, 7

TEAMS = {f"r{i:02}": ("north", "south", "enterprise")[(i - 1) // 4] for i in range(1, 13)}
REV_OPS = ("o01", "o02", "o03")
MANAGERS = ("m01",)

RESEARCH = ("Research company", "Find contacts", "Verify contacts", "Record in CRM")
FIRST_CONTACT = ("Write first message", "Send first message")
DONE_BY = {"Clean up CRM record": REV_OPS, "Approve message": MANAGERS}

HOURS = {
    "Research company": 1.9,
    "Find contacts": 1.1,
    "Verify contacts": 0.6,
    "Clean up CRM record": 0.7,
    "Record in CRM": 0.4,
    "Write first message": 0.8,
    "Approve message": 0.2,
    "Send first message": 0.15,
    "Follow up": 0.4,
    "Discovery call": 1.3,
    "Prepare offer": 3.4,
    "Close deal": 0.2,
}
"""Mean working time of a step."""

PATHS: dict[str, list[tuple[float, str, float]]] = {
    "Research company": [(1, "Find contacts", 0)],
    "Find contacts": [(1, "Verify contacts", 1)],
    "Verify contacts": [(0.24, "Find contacts", 2), (0.12, "Clean up CRM record", 4), (0.64, "Record in CRM", 0)],
    "Clean up CRM record": [(0.6, "Verify contacts", 6), (0.4, "Record in CRM", 6)],
    "Record in CRM": [(1, "Write first message", 2)],
    "Write first message": [(0.25, "Approve message", 3), (0.75, "Send first message", 0)],
    "Approve message": [(0.3, "Write first message", 2), (0.7, "Send first message", 1)],
    "Send first message": [(0.34, "Discovery call", 40), (0.46, "Follow up", 72), (0.2, "Close deal", 140)],
    "Follow up": [(0.34, "Discovery call", 40), (0.3, "Follow up", 72), (0.36, "Close deal", 100)],
    "Discovery call": [(0.6, "Prepare offer", 24), (0.4, "Close deal", 60)],
    "Prepare offer": [(0.3, "Prepare offer", 60), (0.7, "Close deal", 80)],
    "Close deal": [],
}
"""After a step: probability, next step, mean wait in hours."""


@dataclass(frozen=True)
class Event:
    """One row of the activity log."""

    deal: str
    activity: str
    worker: str
    start: datetime
    end: datetime


@dataclass
class Worker:
    """Somebody with a desk; the queue holds (ready at, tie-breaker, deal, step, rep of the deal)."""

    id: str
    pace: float
    queue: list[tuple[datetime, int, str, str, str]] = field(default_factory=list)


def working(moment: datetime, hours: float = 0) -> datetime:
    """The moment, or the next one at which people work and that many hours still fit into the day."""
    end = datetime.combine(moment.date(), CLOSES)
    if moment.time() < OPENS:
        moment = datetime.combine(moment.date(), OPENS)
    if moment.weekday() >= 5 or moment + timedelta(hours=hours) > end:
        following = moment.date() + timedelta(days=1)
        while following.weekday() >= 5:
            following += timedelta(days=1)
        return datetime.combine(following, OPENS)
    return moment


def work(chance: Chance) -> Iterator[Event]:
    """What everybody does, from some weeks before the first day until the last is over."""
    workers = {id: Worker(id, chance.around(1, 0.12)) for id in (*TEAMS, *REV_OPS, *MANAGERS)}
    first = datetime.combine(FIRST_DAY, time())
    end = first + timedelta(weeks=WEEKS)
    ticket, deals = count(), count(101)
    clock = [(datetime.combine(FIRST_DAY - WARM_UP, OPENS), id) for id in workers]
    while clock:
        now, id = heapq.heappop(clock)
        if now >= end:
            continue
        worker = workers[id]
        if not worker.queue or worker.queue[0][0] > now:
            if id in TEAMS:
                worker.queue.append((now, next(ticket), f"D{next(deals):04}", "Research company", id))
                worker.queue.sort()
            else:
                heapq.heappush(clock, (working(now + timedelta(minutes=30)), id))
                continue
        _, _, deal, step, rep = heapq.heappop(worker.queue)
        event = one_step(chance, worker, now, deal, step)
        if first <= event.start < end:
            yield event
        if PATHS[step]:
            following, wait = chance.path(PATHS[step])
            hands = chance.one_of(DONE_BY.get(following, (rep,)))
            ready = event.end + timedelta(minutes=round(60 * chance.around(wait, 0.6))) if wait else event.end
            heapq.heappush(workers[hands].queue, (ready, next(ticket), deal, following, rep))
        pause = timedelta(minutes=round(chance.around(14 if id in TEAMS else 40)))
        heapq.heappush(clock, (working(event.end + pause), id))


def one_step(chance: Chance, worker: Worker, now: datetime, deal: str, step: str) -> Event:
    """A step from start to end within one working day."""
    hours = min(max(chance.around(HOURS[step]) * worker.pace, 0.05), 7)
    start = working(now, hours)
    return Event(deal, step, worker.id, start, start + timedelta(minutes=max(1, round(60 * hours))))


def activity_log(chance: Chance, events: Iterable[Event]) -> Iterator[tuple[str, ...]]:
    """The deals opened in the time, as people log them: now and then the end is forgotten."""
    yield "deal_id", "activity", "rep_id", "started_at", "ended_at"
    events = sorted(events, key=lambda event: (event.start, event.worker))
    opened = {event.deal for event in events if event.activity == "Research company"}
    for event in (event for event in events if event.deal in opened):
        end = "" if chance.happens(0.004) else f"{event.end:%Y-%m-%d %H:%M}"
        yield event.deal, event.activity, event.worker, f"{event.start:%Y-%m-%d %H:%M}", end


def timesheets(chance: Chance, events: Iterable[Event]) -> Iterator[tuple[str, ...]]:
    """Hours of research and first contact per rep and week, as reps write them down: in halves."""
    hours: dict[tuple[str, date], float] = defaultdict(float)
    for event in events:
        if event.activity in RESEARCH + FIRST_CONTACT:
            monday = event.start.date() - timedelta(days=event.start.weekday())
            hours[event.worker, monday] += (event.end - event.start).total_seconds() / 3600
    yield "rep_id", "team", "week", "hours"
    for rep, team in TEAMS.items():
        for week in range(WEEKS):
            monday = FIRST_DAY + timedelta(weeks=week)
            written = max(0.0, hours[rep, monday] + chance.normal(1.5, 1.2))
            yield rep, team, monday.isoformat(), f"{round(2 * written) / 2:g}"


def meetings(events: Iterable[Event]) -> Iterator[tuple[str, ...]]:
    """Discovery calls per rep and week, from the calendar."""
    calls = Counter(
        (e.worker, e.start.date() - timedelta(days=e.start.weekday())) for e in events if e.activity == "Discovery call"
    )
    yield "rep_id", "team", "week", "meetings"
    for rep, team in TEAMS.items():
        for week in range(WEEKS):
            monday = FIRST_DAY + timedelta(weeks=week)
            yield rep, team, monday.isoformat(), str(calls[rep, monday])


FIRST_NAMES = "Alder Brook Cedar Delta Ember Falcon Garnet Harbor Iris Juniper Keystone Lumen Maple Nova Orchard"
SECOND_NAMES = "Analytics Foods Freight Health Labs Logistics Media Metals Optics Paper Robotics Software Supply"
SEGMENTS = (("small", 0.35, 30, 0.66), ("medium", 0.4, 250, 0.85), ("large", 0.25, 2500, 0.95))
"""Segment, share of the prospects, typical number of employees, probability that the CRM knows it."""


def prospects(chance: Chance) -> list[tuple[str, str, str, int, bool]]:
    """Id, company, segment, employees, and whether the CRM knows it."""
    names = [f"{first} {second}" for second in SECOND_NAMES.split() for first in FIRST_NAMES.split()]
    names += [f"{name} Group" for name in names]
    found = []
    for i in range(N_PROSPECTS):
        segment, typical, known = segment_at(chance.share())
        found.append((f"P{i + 1:04}", names[i], segment, int(chance.around(typical, 0.5)), chance.happens(known)))
    return found


def segment_at(draw: float) -> tuple[str, int, float]:
    """The segment that a draw between 0 and 1 falls into: name, employees, probability that the CRM knows it."""
    for segment, share, typical, known in SEGMENTS:
        draw -= share
        if draw < 0:
            return segment, typical, known
    return SEGMENTS[-1][0], *SEGMENTS[-1][2:]


def crm_leads(
    chance: Chance, accounts: list[tuple[str, str, str, int, bool]], deals: list[str]
) -> Iterator[tuple[str, ...]]:
    """What the CRM holds: with gaps, and without the deals that live in somebody's spreadsheet."""
    yield "prospect_id", "deal_id", "company", "industry", "employees", "website", "contact_email", "updated_at"
    recorded = [deal for deal in deals if not chance.happens(0.035)]
    known = [account for account in accounts if account[4]]
    last = FIRST_DAY + timedelta(weeks=WEEKS, days=-3)
    for i in range(max(len(known), len(recorded))):
        id, company, _, employees, _ = known[i % len(known)]
        domain = company.lower().replace(" ", "-") + ".example"
        updated = last - timedelta(days=int(chance.around(60, 0.9)) if i else 0)
        yield (
            id,
            recorded[i] if i < len(recorded) else "",
            company,
            company.split()[1].lower(),
            "" if chance.happens(0.035) else str(employees),
            "" if chance.happens(0.02) else domain,
            "" if chance.happens(0.05) else f"{chance.one_of(('info', 'sales', 'contact'))}@{domain}",
            updated.isoformat(),
        )


def notes_audit(chance: Chance, deals: list[str]) -> Iterator[tuple[str, ...]]:
    """A sample of deals drawn by lot, and where the notes of their research were found, if they were."""
    drawn = sorted(sorted(deals, key=lambda deal: chance.share())[:N_AUDITED])
    lost = set(sorted(drawn, key=lambda deal: chance.share())[:N_LOST])
    yield "deal_id", "note_found_in"
    for deal in drawn:
        yield deal, "" if deal in lost else chance.one_of(("crm", "document", "document", "spreadsheet"))


def tables() -> dict[str, Iterable[Sequence[object]]]:
    """All tables of gate 1 by name, each with its header."""
    events = list(work(Chance(SEED)))
    accounts = prospects(Chance(SEED + 1))
    deals = sorted({event.deal for event in events})
    header = ("prospect_id", "company", "segment", "employees")
    return {
        "activity_log": activity_log(Chance(SEED + 2), events),
        "timesheets": timesheets(Chance(SEED + 3), events),
        "meetings": meetings(events),
        "prospects": [header, *(account[:4] for account in accounts)],
        "crm_leads": crm_leads(Chance(SEED + 4), accounts, deals),
        "notes_audit": notes_audit(Chance(SEED + 5), deals),
    }
