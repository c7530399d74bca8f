"""Recorded answers and contracts in, finding out."""

import json
from datetime import date
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from proveout.core.digest import plain
from proveout.core.evidence import Finding, Outcome
from proveout.core.initiative import Initiative
from proveout.core.probe import Probe, Probed, Reply
from proveout.core.question import Answers, Failure
from proveout.instruments.integration.measure import measure
from proveout.instruments.integration.queries import questions, recording
from proveout.instruments.integration.settings import (
    Agreement,
    Given,
    Operation,
    Settings,
    System,
)

TODAY = date(2026, 3, 2)
AGREED = Agreement(on=date(2026, 2, 1), record="minutes")


def operation(id: str = "read", words: str = "GET /leads/{id}", **more: Any) -> Operation:
    return Operation(id=id, operation=words, **{"with_": Given(path={"id": 7}), **more})


def http(*operations: Operation, **more: Any) -> System:
    known = {"id": "crm", "kind": "http", "owner": "Ines", "owner_agreed": AGREED, "base_url": "https://crm.example"}
    return System(**{**known, "operations": operations or (operation(),), **more})


def settings(*systems: System, **more: Any) -> Settings:
    return Settings(systems=systems or (http(),), **more)


def probes(declared: Settings) -> tuple[Probe, ...]:
    found = recording(declared, Initiative())
    return found.probes if found else ()


def line(probe: Probe, *replies: Reply, at: str = "2026-03-01T12:00:00+00:00", **more: Any) -> str:
    return json.dumps(plain(Probed(probe=probe.id, call=probe.digest, at=at, replies=replies, **more)))


def reply(body: Any = None, status: int | None = 200, seconds: float = 0.1, **more: Any) -> Reply:
    return Reply(body=body, status=status, seconds=seconds, **more)


def find(
    declared: Settings,
    record: str | None = None,
    *,
    as_of: date = TODAY,
    failing: tuple[str, ...] = (),
    **files: str,
) -> Finding:
    """Measure over files by their name without its ending."""
    texts = {declared.record: record} if record is not None else {}
    tables, failures = {}, {}
    for question in questions(declared, Initiative()):
        text = texts.get(question.name, files.get(PurePosixPath(question.name).stem))
        found = [text] if text is not None else []
        if question.name in failing:
            failures[question.name] = Failure(outcome=Outcome.BROKEN, message=f"{question.name}: too large")
        else:
            path = np.array([question.name] * len(found), dtype=object)
            tables[question.name] = {"path": path, "text": np.array(found, dtype=object)}
    return measure(declared, Answers(tables=tables, failures=failures, as_of=as_of), Initiative())


def figures(finding: Finding) -> dict[str, float]:
    return {estimate.name: estimate.value for estimate in finding.estimates}


def rows(finding: Finding, title: str) -> list[tuple]:
    return [row for exhibit in finding.exhibits if exhibit.title.startswith(title) for row in exhibit.rows]  # type: ignore[union-attr]


def why(finding: Finding) -> str:
    return "\n".join(row[-1] for row in rows(finding, "Operations"))
