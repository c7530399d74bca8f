"""The world of the sales agent: what is true of it, and all its files as they stood on a day.

Truth stands in the constants. Chance makes the rest, from a seed; who has the agent comes from the draws that
Proveout made.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files as package
from typing import Any

from proveout.examples import DAY, dated

SEED = 20260130

FIRST_WEEK = date(2024, 12, 9)
"""Monday from which timesheets and the log go back; everything is weekly from there."""
KICKOFF, PROVED, READY = date(2025, 3, 3), date(2025, 3, 28), date(2025, 4, 11)
"""The project begins; gates 2 and 3 are decided."""
PILOT, PILOT_END, PILOT_DECIDED = date(2025, 4, 14), date(2025, 5, 25), date(2025, 5, 28)
ROLLOUT, SUSTAIN_UNTIL = date(2025, 6, 9), date(2026, 1, 18)
WAVES = (ROLLOUT, date(2025, 7, 7), date(2025, 7, 21))
"""First day of each; the second was held back for a week, over the end of the quarter."""
OPENED_TO_ALL = date(2026, 1, 26)
"""The holdback follows."""

PHASES = {
    "problem-validation": KICKOFF,
    "technical-feasibility": date(2025, 3, 17),
    "organisational-readiness": date(2025, 3, 31),
    "pilot": PILOT,
    "production-scaling": date(2025, 6, 2),
}

SEGMENTS = ("enterprise", "mid-market", "partners", "public-sector")
N_REPS = {"enterprise": 12, "mid-market": 20, "partners": 20, "public-sector": 20}
"""Those of the first are in the pilot, the others in the rollout."""
RESEARCH_HOURS, WEEK_HOURS = 24.0, 40.0
"""Of a rep's week, 60% goes into research and first contact."""
HOUR_EARNS_USD = 13.35
"""What an hour of it would earn if it were given back: four in ten could be sold, at a margin of 33 USD."""
OPPORTUNITY_COST_USD = N_REPS["enterprise"] * RESEARCH_HOURS * 52 * HOUR_EARNS_USD
"""About 200,000 a year, of the first segment alone."""
HOURS_PER_PROSPECT = {"enterprise": 2.88, "mid-market": 1.5, "partners": 1.5, "public-sector": 1.5}
QUALIFIED = 0.4
"""Share of the prospects that a person confirms as a qualified lead."""
EFFICIENCY = 3.0
"""How many times as many qualified leads an hour of research and first contact brings with the agent."""
USED_AT_SCALE = 0.98
"""Weeks in which a rep who has it uses it; in the others the work is done by hand. In the pilot all of them."""
REPLIES, REPLIES_WITH = 0.03, 0.06
BASELINE_REPLIES, BASELINE_PROSPECTS = 36, 1200
"""Replies to first messages before the project, counted: 3%."""
MEETINGS, MEETINGS_WITH = 2.0, 2.6
"""Per rep and week."""
PROSPECTS_A_DAY = 10
"""Through the agent in the pilot."""
PER_WEEK_AT_SCALE = 17
"""Prospects of a rep outside the first segment, with the agent."""
ACCURACY, REPS_RIGHT = 0.90, 0.78
"""How often the agent is right about a prospect, and how often a rep is."""

Table = tuple[Sequence[str], Sequence[Sequence[Any]]]
"""Header and rows; the first field of each row is the day on which it came to be, and is not written."""
LEAD_RESEARCH = "lead_research"
WEEKS_EARLIER = 45
"""The same company's example stands that much later; its interviews, contracts and drawing are the same."""


def rep(segment: str, number: int) -> str:
    """The name of a rep."""
    return f"{segment[:2]}{number + 1:02}"


def reps(*segments: str) -> Iterator[tuple[str, str]]:
    """Rep and segment."""
    return ((rep(segment, i), segment) for segment in segments for i in range(N_REPS[segment]))


def files(until: date, drawn: Mapping[str, str]) -> dict[str, str]:
    """All files as they stood at the end of a day.

    Args:
        until: That day.
        drawn: Text of the files below `records/` that Proveout has written so far.
    """
    from proveout.examples.worlds import sales_people

    lines = _lines(tuple(sorted(_starts(drawn).items())))
    written = {name: "".join(line for day, line in table if day <= until) for name, table in lines.items()}
    own = {"initiative.yml": _declared(until), "records/integration.jsonl": _probed(until)}
    own |= {f"interviews/{name}.md": text for name, (day, text) in sales_people.ASKED_AGAIN.items() if day <= until}
    return {**_borrowed(), **written, **own}


def _declared(until: date) -> str:
    """The declaration with the phase of that day, and no evidence that only a later gate asks for."""
    text = package("proveout.examples").joinpath("sales_agent", "initiative.yml").read_text("utf-8")
    number, phase = max((i, name) for i, (name, start) in enumerate(PHASES.items(), start=1) if start <= until)
    so_far, _, _ = text.partition(f"\n  # Gate {number + 1}: ")
    return so_far.rstrip().replace(f"phase: {list(PHASES)[-1]}\n", f"phase: {phase}\n") + "\n"


def _starts(drawn: Mapping[str, str]) -> dict[str, date]:
    """From when on each rep has the agent, so far as it was drawn."""
    starts = {}
    for row in csv.DictReader(io.StringIO(drawn.get("records/assignment.csv", ""))):
        starts[row["unit"]] = PILOT if row["arm"] == "pilot" else ROLLOUT
    for row in csv.DictReader(io.StringIO(drawn.get("records/waves.csv", ""))):
        number = 0 if row["arm"] == "holdback" else int(row["arm"].split()[1])
        starts[row["unit"]] = WAVES[number - 1] if number else OPENED_TO_ALL
    return starts


@lru_cache(maxsize=1)
def _lines(starts: tuple[tuple[str, date], ...]) -> dict[str, list[tuple[date, str]]]:
    """The lines of all tables, each with the day on which it came to be."""
    from proveout.examples.worlds import sales_before, sales_people, sales_work

    tables = sales_before.tables() | sales_people.tables(starts) | sales_work.tables(starts)
    return {
        f"data/{name}.csv": [
            (date.min, f"{','.join(head)}\n"),
            *((row[0], f"{','.join(map(str, row[1:]))}\n") for row in rows),
        ]
        for name, (head, rows) in tables.items()
    }


@lru_cache
def _borrowed() -> dict[str, str]:
    """Files of the example of the tutorial, dated back."""
    return {
        f"{folder}/{part.name}": _earlier(part.read_text("utf-8"))
        for folder in ("interviews", "contracts", "process")
        for part in package("proveout.examples").joinpath(LEAD_RESEARCH, folder).iterdir()
    }


def _earlier(text: str) -> str:
    return dated(text, DAY - timedelta(weeks=WEEKS_EARLIER))


def _probed(until: date) -> str:
    """The CRM was called before the pilot, and again each month since."""
    once = package("proveout.examples").joinpath(LEAD_RESEARCH, "records", "integration.jsonl").read_text("utf-8")
    calls: Iterable[str] = (dated(once, DAY - timedelta(weeks=weeks)) for weeks in range(WEEKS_EARLIER, -1, -4))
    return "".join(text for text in (*calls, once) if _first_day(text) <= until)


def _first_day(text: str) -> date:
    place = text.index('"at": "') + len('"at": "')
    return date.fromisoformat(text[place : place + 10])
