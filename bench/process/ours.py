"""The process instrument, through the data room and to the end: `python ours.py log.parquet` prints its answers."""

import json
import sys
from datetime import date
from pathlib import Path

from proveout.core.initiative import Initiative, Source
from proveout.core.question import Answers, SourceName
from proveout.data import ask
from proveout.instruments.process.measure import measure
from proveout.instruments.process.queries import questions
from proveout.instruments.process.settings import Settings

SOURCE = SourceName("log")
COLUMNS = {"case": "case_id", "activity": "activity", "start": "started_at", "end": "ended_at", "resource": "person"}


def answers(path: Path) -> dict:
    """What can be compared."""
    settings = Settings(source=SOURCE, hourly_cost="55 USD/hour", **COLUMNS)
    initiative = Initiative(sources={SOURCE: Source(location=path.name, timeout_seconds=3600)})
    tables, failures = ask(questions(settings, initiative), initiative.sources, path.parent)
    if failures:
        raise SystemExit(str(failures))
    finding = measure(settings, Answers(tables=tables, as_of=date(2026, 1, 16)), initiative)
    value = {estimate.name: estimate.value for estimate in finding.estimates if not estimate.subject}
    (found,) = (exhibit for exhibit in finding.exhibits if exhibit.kind == "process_map")
    label = {node.id: node.label for node in found.nodes}
    edges = [
        [label[edge.source], label[edge.target], edge.frequency, edge.median_wait_seconds]
        for edge in found.edges
        if edge.median_wait_seconds is not None
    ]
    return {
        "cases": int(value["n_cases"]),
        "variants": int(value["n_variants"]),
        "reworked": round(value["rework_share"] * value["n_cases"]),
        "handovers": round(value["handovers_per_case"] * value["n_cases"]),
        "median_days": value["case_duration_days"],
        "flow_efficiency": value["flow_efficiency"],
        "hours": sum(node.hours or 0.0 for node in found.nodes),
        "edges": sorted(edges),
    }


if __name__ == "__main__":
    print(json.dumps(answers(Path(sys.argv[1]))))
