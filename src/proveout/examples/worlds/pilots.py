"""The world of the pilot trap: fifteen pilots that were begun, and not one that was meant to end.

What each of them lacks is drawn from the seed: an owner in production, an exit criterion, a budget to run it. Each
lacks one of them at least, and each is past its time box. In some everybody uses what was built, in others nobody.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from proveout.examples import DAY
from proveout.examples.chance import Chance

SEED = 20260130
WEEKS_USED = 12
FIRST_SIZE, MORE_SIZE = 8, 8
SHORTEST, LONGEST = 30, 420
"""How many days ago the time boxes ended, at least and at most."""

PILOTS: Sequence[tuple[str, str, str]] = (
    ("invoice-reader", "Invoices read by a model", "Clerks type invoices in by hand."),
    ("meeting-notes", "Notes of meetings", "Nobody writes down what was agreed."),
    ("contract-search", "Search in contracts", "Lawyers look for clauses for hours."),
    ("churn-alerts", "Alerts on customers who may leave", "Customers leave before anybody calls them."),
    ("ticket-router", "Routing of tickets", "Tickets go to the wrong team first."),
    ("demand-forecast", "Forecast of demand", "Shops run out of what sells best."),
    ("code-assistant", "Assistant for programmers", "Small changes take days."),
    ("cv-screening", "Screening of applications", "Applicants wait weeks for an answer."),
    ("photo-inspection", "Inspection by photograph", "Faults are found when the parts are built in."),
    ("price-advice", "Advice on prices", "Discounts are given without a rule."),
    ("policy-answers", "Answers about policies", "Employees ask the same questions every day."),
    ("route-planning", "Planning of routes", "Vans cross each other's way."),
    ("claims-triage", "Triage of claims", "Simple claims wait behind hard ones."),
    ("sales-emails", "Letters to prospects", "Prospects do not answer."),
    ("spend-classes", "Classes of spending", "Nobody knows what is bought from whom."),
)
"""Name, title and problem of each."""

INITIATIVE = """\
initiative: {name}
title: {title}

problem:
  statement: {problem}

groups:
  - {{id: users, title: Those who try it, size: {size}, role: user}}

people:
  owner: Innovation lab
{production_owner}
phase: pilot

plan:
  pilot: {{from: {since}, until: {until}}}

objectives:
  - {{id: efficiency, title: Become more efficient}}

sources:
  access: data/access.csv
  uses: data/uses.csv

kpis:
  - id: {name}-value
    title: Value of {title}
    role: goal
    objective: efficiency
    unit: hour/week
    direction: down
{exit_criterion}
value:
  quantities:
    hours: {{low: 100 hour/year, high: 2000 hour/year, note: "From the vendor's slides"}}
    wage: {{fixed: 60 USD/hour}}
  yearly_benefit: hours * wage
{run_budget}
evidence:
  usage:
    instrument: usage
    events: {{source: uses, person: person, at: at}}
    access: {{source: access, person: person, at: since}}
"""
OWNER = "  production_owner: Head of operations"
EXIT = "    target: {relative: -0.3}\n    due: 2026-06-30"
BUDGET = "  yearly_cost: {low: 20000 USD/year, high: 60000 USD/year}"


@dataclass(frozen=True)
class Truth:
    """What is so of one pilot.

    Args:
        name: Of the initiative.
        days_past: Days from the end of its time box to `DAY`.
        owner: Whether anybody is named who will run it.
        exit: Whether its goal has a target and a day.
        budget: Whether running it is paid for.
        size: How many people have access.
        used: Whether all of them use it every week, or none has ever done so.
    """

    name: str
    days_past: int
    owner: bool
    exit: bool
    budget: bool
    size: int
    used: bool


def truth() -> tuple[Truth, ...]:
    """What is so of each pilot, in the order of `PILOTS`."""
    chance = Chance(SEED)
    return tuple(_drawn(chance, name) for name, _, _ in PILOTS)


def _drawn(chance: Chance, name: str) -> Truth:
    has = [chance.happens(0.4) for _ in range(3)]
    if all(has):
        has[int(chance.share() * 3)] = False
    return Truth(
        name=name,
        days_past=SHORTEST + int(chance.share() * (LONGEST - SHORTEST)),
        owner=has[0],
        exit=has[1],
        budget=has[2],
        size=FIRST_SIZE + int(chance.share() * MORE_SIZE),
        used=chance.happens(0.5),
    )


def files() -> Mapping[str, str]:
    """All files by path, as of `DAY`: a folder per pilot."""
    made: dict[str, str] = {}
    for one, (name, title, problem) in zip(truth(), PILOTS, strict=True):
        until = DAY - timedelta(days=one.days_past)
        since = until - timedelta(weeks=6)
        made[f"{name}/initiative.yml"] = INITIATIVE.format(
            name=name,
            title=title,
            problem=problem,
            size=one.size,
            since=since,
            until=until,
            production_owner=f"{OWNER}\n" if one.owner else "",
            exit_criterion=f"{EXIT}\n" if one.exit else "",
            run_budget=f"{BUDGET}\n" if one.budget else "",
        )
        people = [f"{name[:2]}{i:02}" for i in range(1, one.size + 1)]
        made[f"{name}/data/access.csv"] = _lines("person,since", (f"{who},{since}" for who in people))
        made[f"{name}/data/uses.csv"] = _lines("person,at", _uses(people) if one.used else ())
    return made


def _uses(people: Sequence[str]) -> Iterator[str]:
    """One use of each person in each of the last weeks, that of `DAY` among them."""
    monday = DAY - timedelta(days=DAY.weekday())
    for weeks in reversed(range(WEEKS_USED)):
        for place, who in enumerate(people):
            day: date = monday - timedelta(weeks=weeks) + timedelta(days=place % 5)
            yield f"{who},{day}T{9 + place % 8:02}:15:00"


def _lines(header: str, rows: Iterator[str] | Sequence[str]) -> str:
    return "".join(f"{row}\n" for row in (header, *rows))
