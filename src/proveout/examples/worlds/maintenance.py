"""The world of the maintenance scheduler: orders, crews, a scheduler that is nearly always right, and its empty log.

Counts that people will read (how often it was right, how many hours it was down, who used it) are exact, not drawn;
chance only says which orders and which hours.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from math import exp

from proveout.examples import DAY
from proveout.examples.chance import Chance

SEED = 20260129
FIRST_ORDER, VISITS_FROM, TESTED_FROM = date(2024, 9, 2), date(2025, 1, 6), date(2025, 2, 3)
LAUNCH = date(2025, 5, 30)
"""Eight months before `DAY`."""

N_TECHNICIANS, N_DEPOTS, N_FOLLOWED = 64, 8, 24
N_OLD, N_TESTED, N_SINCE = 600, 800, 900
"""Orders before the test, on which it was built; of the test; and since."""
N_RIGHT, N_PLANNER_RIGHT = 768, 600
N_DOWN = 3
"""Hours since the launch in which the service did not answer."""
VISIT_WEEKS, HOURS_WEEKS = 8, 12
LOST_HOURS = 11.0
"""What a technician loses in a week, on average."""

KINDS = ("inspection", "lubrication", "replacement", "repair", "cleaning")
STEPS = (("Drive to site", 1.3), ("Wait at the gate", 0.6), ("Repair", 1.7), ("Write report", 0.3))
FIELDS = ("order_id", "opened_at", "kind", "depot", "distance_km", "crew", "permit")
TESTERS = ("lena", "sven", "marta")
"""Those who built it; the only ones who ever opened it, in its first week."""

TECHNICIANS = tuple(f"t{i:02}" for i in range(1, N_TECHNICIANS + 1))
Row = Sequence[object]


def files() -> Mapping[str, str]:
    """All tables as CSV by path, as of `DAY`."""
    old = _orders(Chance(SEED), 1, N_OLD, FIRST_ORDER, TESTED_FROM)
    tested = _orders(Chance(SEED + 1), 1 + N_OLD, N_TESTED, TESTED_FROM, date(2025, 3, 28))
    since = _orders(Chance(SEED + 2), 1 + N_OLD + N_TESTED, N_SINCE, date(2025, 3, 28), DAY)
    answers = ("score", "says", "done_as_planned", "planner_said", "seconds", "cost_usd")
    tables: Mapping[str, Iterable[Row]] = {
        "orders": [FIELDS, *old, *tested, *since],
        "training_orders": [FIELDS, *old],
        "test_cases": [(*FIELDS, *answers), *_tested(Chance(SEED + 3), tested)],
        "visits": [("order_id", "activity", "worker", "started_at", "ended_at"), *_visits(Chance(SEED + 4), old)],
        "hours": [("technician", "week", "lost_hours"), *_hours(Chance(SEED + 5))],
        "technicians": [("technician", "depot", "access_since"), *((t, _depot(t), LAUNCH) for t in TECHNICIANS)],
        "uses": [("person", "at"), *_uses()],
        "probes": [("at", "status", "seconds"), *_probes(Chance(SEED + 6))],
    }
    return {f"data/{name}.csv": "".join(f"{','.join(map(str, row))}\n" for row in t) for name, t in tables.items()}


def _depot(technician: str) -> str:
    return f"depot-{1 + (int(technician[1:]) - 1) % N_DEPOTS}"


def _orders(chance: Chance, first: int, n: int, since: date, until: date) -> list[Row]:
    """Orders in the order of their days, from the first day to the one before the last."""
    days = sorted(int(chance.share() * (until - since).days) for _ in range(n))
    return [
        (
            f"W{first + i:05}",
            since + timedelta(days=day),
            chance.one_of(KINDS),
            f"depot-{1 + int(chance.share() * N_DEPOTS)}",
            round(chance.around(24, 0.6), 1),
            1 + chance.happens(0.35),
            "yes" if chance.happens(0.4) else "no",
        )
        for i, day in enumerate(days)
    ]


def _tested(chance: Chance, orders: Sequence[Row]) -> Iterator[Row]:
    """What the scheduler and a planner said of each order, and what came of it."""
    wrong = _some(chance, len(orders), N_TESTED - N_RIGHT)
    planner_wrong = _some(chance, len(orders), N_TESTED - N_PLANNER_RIGHT)
    for i, order in enumerate(orders):
        distance, crew, permit = order[4:7]
        odds = 0.9 - 0.03 * float(str(distance)) + 0.5 * (crew == 2) - 0.7 * (permit == "yes")
        done = chance.happens(1 / (1 + exp(-odds)))
        says = done != (i in wrong)
        sure = 0.93 + 0.06 * chance.share()
        yield (
            *order,
            f"{sure if says else 1 - sure:.3f}",
            _yes(says),
            _yes(done),
            _yes(done != (i in planner_wrong)),
            f"{chance.around(1.6, 0.3):.2f}",
            f"{chance.around(0.02, 0.2):.4f}",
        )


def _visits(chance: Chance, orders: Sequence[Row]) -> Iterator[Row]:
    """The days of those technicians who were followed: one order after the other, as long as there are any."""
    waiting = [str(order[0]) for order in orders]
    for day in (VISITS_FROM + timedelta(days=i) for i in range(7 * VISIT_WEEKS)):
        for who in TECHNICIANS[:N_FOLLOWED] if day.weekday() < 5 else ():
            if not waiting or not chance.happens(0.7):
                continue
            now = datetime.combine(day, time(7, 30))
            order = waiting.pop(0)
            for step, hours in STEPS:
                done = now + timedelta(minutes=round(60 * min(chance.around(hours), 2.2 * hours)))
                yield order, step, who, f"{now:%Y-%m-%d %H:%M}", f"{done:%Y-%m-%d %H:%M}"
                now = done


def _hours(chance: Chance) -> Iterator[Row]:
    for who in TECHNICIANS:
        usual = chance.normal(LOST_HOURS, 1.5)
        for week in range(HOURS_WEEKS):
            yield who, VISITS_FROM + timedelta(weeks=week), f"{max(0.0, chance.normal(usual, 2)):.1f}"


def _uses() -> Iterator[Row]:
    """Those who built it looked in on each day of the first week; nobody has since."""
    for day in range(3, 8):
        for place, who in enumerate(TESTERS):
            yield who, f"{LAUNCH + timedelta(days=day)}T{9 + place:02}:05:00"


def _probes(chance: Chance) -> Iterator[Row]:
    """Every hour from the launch to the day before `DAY`, one probe."""
    hours = 24 * (DAY - LAUNCH).days
    down = _some(chance, hours, N_DOWN)
    for hour in range(hours):
        at = datetime.combine(LAUNCH, time()) + timedelta(hours=hour)
        yield f"{at:%Y-%m-%dT%H:%M:%S}", 503 if hour in down else 200, f"{chance.around(0.6, 0.3):.3f}"


def _some(chance: Chance, n: int, k: int) -> frozenset[int]:
    """Exactly `k` of the numbers below `n`."""
    return frozenset(sorted(range(n), key=lambda _: chance.share())[:k])


def _yes(fact: bool) -> str:
    return "yes" if fact else "no"
