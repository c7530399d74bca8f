"""The drift instrument over two windows in Parquet; prints the distances."""

import json
import sys
from datetime import date
from pathlib import Path

from proveout import data
from proveout.core.initiative import Initiative, Source
from proveout.core.question import Answers
from proveout.instruments import instrument
from proveout.instruments.drift.settings import Settings, Window

TODAY = date(2026, 1, 1)


def main() -> None:
    """All four distances with their intervals, of all columns."""
    folder = Path(sys.argv[1])
    sources = {name: Source(location=f"{name}.parquet", timeout_seconds=600) for name in ("then", "now")}
    settings = Settings(reference=Window(source="then"), current=Window(source="now"))
    tool, nobody = instrument("drift"), Initiative()
    tables, failures = data.ask(
        tool.questions(settings, nobody),
        sources,
        folder,
        follow_up=lambda t, f: tool.follow_up(settings, Answers(tables=t, failures=f, as_of=TODAY), nobody),
    )
    if failures:
        raise SystemExit(str(failures))
    finding = tool.measure(settings, Answers(tables=tables, as_of=TODAY), nobody)
    wanted = ("kolmogorov_smirnov", "jensen_shannon", "missing_increase")
    print(json.dumps({f"{e.subject} {e.name}": round(e.value, 5) for e in finding.estimates if e.name in wanted}))


if __name__ == "__main__":
    main()
