"""An event log in a CSV file, from SQL to a finding."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

from tests.asking import measured

from proveout.core.initiative import Initiative, Source
from proveout.instruments.workflow.settings import Log, Settings, Step

TODAY = date(2026, 3, 1)
START = datetime(2026, 1, 5, 9)
STEPS = ("Receive", Step(one_of=(("Look up", "Answer"), ("Answer",))), "Close")


def log_of(*traces: tuple[int, str], hours: float = 1.0) -> list[tuple]:
    """So many cases of each trace; activities apart by commas, each with who did it behind a slash."""
    rows, case = [], 0
    for n, trace in traces:
        for _ in range(n):
            case += 1
            for i, told in enumerate(trace.split(",")):
                activity, _, who = told.partition("/")
                rows.append((f"c{case}", activity, f"{START + timedelta(hours=hours * i)}", who or f"p{i}"))
    return rows


def see(folder: Path, rows: list[tuple], **declared):
    """Write the log, ask, measure."""
    with (folder / "log.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("case", "activity", "at", "who"), *rows])
    told = {"log": Log(source="log", resource="who"), **declared}
    if "bpmn" not in told:
        told.setdefault("steps", STEPS)
    settings = Settings(**told)
    initiative = Initiative(sources={"log": Source(location="log.csv")})
    return measured("workflow", settings, initiative, folder, TODAY)


def figure(finding, name: str, subject: str = ""):
    (found,) = [e for e in finding.estimates if (e.name, e.subject) == (name, subject)]
    return found


def note(finding, name: str):
    (found,) = [check for check in finding.checks if name in check.name]
    return found


GOOD = (30, "Receive,Look up,Answer,Close")
