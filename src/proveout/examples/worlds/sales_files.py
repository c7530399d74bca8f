"""The world of the sales agent: all its files as they stood on a day.

Chance makes them, from a seed; who has the agent comes from the draws that Proveout made.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files as package

from proveout.examples import DAY, dated
from proveout.examples.worlds import sales_before, sales_people, sales_work
from proveout.examples.worlds.sales import OPENED_TO_ALL, PHASES, PILOT, ROLLOUT, WAVES

LEAD_RESEARCH = "lead_research"
WEEKS_EARLIER = 45
"""The same company's example stands that much later; its interviews, contracts and drawing are the same."""


def files(until: date, drawn: Mapping[str, str]) -> dict[str, str]:
    """All files as they stood at the end of a day.

    Args:
        until: That day.
        drawn: Text of the files below `records/` that Proveout has written so far.
    """
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
