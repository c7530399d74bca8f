"""The world of gate 3: what the reps think of the change, how ready they are, and what they have learnt.

The reps like the research agent and find it feasible; most of them are still to be shown how to work with it. All have
finished the basics, and two have not yet taken the course on checking what it writes.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from proveout.examples.chance import Chance

SEED = 20260127
REPS = tuple(f"r{i:02}" for i in range(1, 13))
OTHERS = {"o01": "rev-ops", "o02": "rev-ops", "o03": "rev-ops", "m01": "sales-management", "m02": "sales-management"}
ROLES = {"sales-reps": "rep", "rev-ops": "operations", "sales-management": "manager"}
SILENT, UNFINISHED, TESTERS = ("r08",), ("r05", "r11"), ("r02", "r07", "m01")

ITEMS = tuple(f"{scale}_{i}" for scale in ("aim", "iam", "fim") for i in range(1, 5))
LIKED = {"aim": 4.4, "iam": 4.3, "fim": 4.1}
STEPS = ("awareness", "desire", "knowledge", "ability", "reinforcement")
READY = (4.8, 4.6, 4.3, 3.0, 3.9)
FIRST_COURSE = date(2026, 1, 19)
FULL_SCORE = 20


def tables() -> dict[str, Sequence[Sequence[object]]]:
    """All tables of gate 3 by name, each with its header."""
    groups = dict.fromkeys(REPS, "sales-reps") | OTHERS
    return {
        "buy_in": [("person", "group", *ITEMS), *buy_in(Chance(SEED), groups)],
        "readiness": [("person", "group", *STEPS), *readiness(Chance(SEED + 1), groups)],
        "staff": [("person", "role"), *((person, ROLES[group]) for person, group in groups.items())],
        "courses": [("person", "module", "finished_at"), *courses(groups)],
        "tests": [("person", "kind", "points"), *tests(Chance(SEED + 2))],
        "access": [("person", "at"), *((person, "2026-01-28") for person in TESTERS)],
    }


def answer(chance: Chance, mean: float, spread: float) -> int:
    """From 1 to 5."""
    return min(5, max(1, round(chance.normal(mean, spread))))


def buy_in(chance: Chance, groups: dict[str, str]) -> Iterator[tuple[object, ...]]:
    """What people think of the change; one who likes it likes most about it."""
    for person, group in groups.items():
        if person not in SILENT:
            mood = chance.normal(0, 0.35)
            yield person, group, *(answer(chance, LIKED[item[:3]] + mood, 0.45) for item in ITEMS)


def readiness(chance: Chance, groups: dict[str, str]) -> Iterator[tuple[object, ...]]:
    """How far people have come."""
    for person, group in groups.items():
        if person not in SILENT:
            yield person, group, *(answer(chance, mean, 0.4) for mean in READY)


def courses(groups: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Who finished what, and when."""
    for i, (person, group) in enumerate(groups.items()):
        yield person, "basics", (FIRST_COURSE + timedelta(days=i % 4)).isoformat()
        if group == "sales-reps" and person not in UNFINISHED:
            yield person, "checking drafts", (FIRST_COURSE + timedelta(days=5 + i % 4)).isoformat()
        if group == "rev-ops":
            yield person, "mending records", (FIRST_COURSE + timedelta(days=6)).isoformat()


def tests(chance: Chance) -> Iterator[tuple[str, str, int]]:
    """Points before and after the courses."""
    for person in REPS:
        before = min(FULL_SCORE, max(0, round(chance.normal(8, 2.5))))
        yield person, "pre", before
        if person not in UNFINISHED:
            yield person, "post", min(FULL_SCORE, round(before + (FULL_SCORE - before) * chance.normal(0.75, 0.1)))
