"""The instrument itself, from the declaration to its evidence: `python instrument.py units.parquet METRICS`."""

import json
import sys
import time
from datetime import date, timedelta
from pathlib import Path

from proveout import data
from proveout.core.initiative import Change, Initiative, Kpi, Source
from proveout.core.pilot import Pilot
from proveout.core.question import Answers, Rows
from proveout.instruments.pilot.measure import measure
from proveout.instruments.pilot.queries import questions
from proveout.instruments.pilot.settings import Settings

ARMS = "select unit, cluster as team, case when treated = 1 then 'pilot' else 'control' end as arm from units"
VALUES = "select unit, value_{i} as value, before_{i} as before from units"
END = date(2026, 3, 29)


def main(path: Path, n_metrics: int) -> None:
    """Ask, measure, and say what each took."""
    numbers = range(1, n_metrics + 1)
    worthwhile = Change(absolute=-1.0)
    initiative = Initiative(
        initiative="bench",
        kpis=tuple(Kpi(id=f"k{i}", unit="hour", direction="down", minimum_worthwhile=worthwhile) for i in numbers),
        sources={"units": Source(location=path.name, timeout_seconds=3600)},
        pilot=Pilot(
            start=date(2026, 3, 2),
            end=END,
            assignment=Rows(source="units", query=ARMS),
            outcomes={f"k{i}": Rows(source="units", query=VALUES.format(i=i)) for i in numbers},
        ),
    )
    start = time.process_time()
    tables, failures = data.ask(questions(Settings(), initiative), initiative.sources, path.parent)
    asked = time.process_time()
    for failure in failures.values():
        sys.exit(failure.message)
    answers = Answers(tables=tables, failures=failures, as_of=END + timedelta(days=1))
    found = measure(Settings(), answers, initiative)
    effects = [estimate.value for estimate in found.estimates if estimate.name == "effect"]
    print(json.dumps({"effect": effects, "asking": asked - start, "measuring": time.process_time() - asked}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
