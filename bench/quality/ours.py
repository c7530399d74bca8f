"""The quality instrument, through the data room and to the end: `python ours.py table.parquet [approximate|exact|all]`.

Different values are counted exactly with `exact`; with `all`, quantiles come from all rows too.
"""

import json
import sys
from datetime import date
from pathlib import Path

from proveout.core.evidence import Finding
from proveout.core.exhibit import Heatmap
from proveout.core.exhibit import Table as Shown
from proveout.core.initiative import Initiative, Source
from proveout.core.question import Answers, SourceName
from proveout.data import ask
from proveout.instruments.quality.measure import measure
from proveout.instruments.quality.queries import follow_up, questions
from proveout.instruments.quality.settings import Depends, Expected, Settings, Table

SOURCE = SourceName("table")
DIFFERENT = ("mail", "note", "x2")
FIELDS = {
    "id": Expected(required=True),
    "code": Expected(required=True, pattern="^C[0-9]{8}$"),
    "zip": Expected(required=True),
    "city": Expected(required=True),
    "mail": Expected(required=True, format="email"),
    "colour": Expected(required=True, allowed=("red", "green", "blue", "Select")),
    "region": Expected(allowed=("N", "S", "E", "W")),
    "x1": Expected(minimum=0, maximum=100),
    "x2": Expected(minimum=0, maximum=1),
    "q1": Expected(minimum=0, maximum=100),
    "stars": Expected(minimum=0, maximum=5),
}


def answers(path: Path, mode: str) -> dict[str, object]:
    """What can be compared; quantiles and counts of different values only where they are exact."""
    table = Table(
        id="t",
        source=SOURCE,
        key="id",
        time="moment",
        every="month",
        fields=FIELDS,
        depends=(Depends(from_=("zip",), to="city"),),
        distinct="approximate" if mode == "approximate" else "exact",
        quantiles="exact" if mode == "all" else "sampled",
        discover=False,
    )
    settings = Settings(tables=(table,))
    initiative = Initiative(sources={SOURCE: Source(location=path.name, timeout_seconds=3600)})
    today = date(2026, 1, 16)
    tables, failures = ask(
        questions(settings, initiative),
        initiative.sources,
        path.parent,
        follow_up=lambda t, f: follow_up(settings, Answers(tables=t, failures=f, as_of=today), initiative),
    )
    if failures:
        raise SystemExit(str(failures))
    finding = measure(settings, Answers(tables=tables, failures=failures, as_of=today), initiative)
    fields = next(e for e in finding.exhibits if isinstance(e, Shown) and e.title.startswith("Fields"))
    column = {name: i for i, name in enumerate(fields.columns)}
    by_field = {row[0]: row for row in fields.rows}
    months = next(e for e in finding.exhibits if isinstance(e, Heatmap))
    uniqueness = next(e for e in finding.estimates if e.name == "uniqueness")
    return _profile(finding, mode) | {
        "empty_mail": by_field["mail"][column["empty rows"]],
        "empty_colour": by_field["colour"][column["empty rows"]],
        "bad_mail": by_field["mail"][column["validity: rows at fault"]],
        "bad_q1": by_field["q1"][column["validity: rows at fault"]],
        "surplus": round((1 - uniqueness.value) * (uniqueness.n or 0)),
        "unlike": by_field["city"][column["consistency: rows at fault"]],
        "months": len(months.columns),
    }


def _profile(finding: Finding, mode: str) -> dict[str, object]:
    """Figures of single columns, rounded as people would compare them."""
    held = next(e for e in finding.exhibits if isinstance(e, Shown) and e.title.startswith("What the fields"))
    place = {name: i for i, name in enumerate(held.columns)}
    of = {row[0]: row for row in held.rows}
    profile = {"mean_x1": of["x1"][place["mean"]], "sd_x1": of["x1"][place["sd"]], "most_x3": of["x3"][place["most"]]}
    if mode == "all":
        profile |= {"median_q2": of["q2"][place["median"]], "high_q2": of["q2"][place["95%"]]}
    if mode != "approximate":
        profile |= {
            f"distinct_{name}": int(str(of[name][place["different values"]]).replace(",", "")) for name in DIFFERENT
        }
    return {name: round(float(str(value)), 4) for name, value in profile.items()}


if __name__ == "__main__":
    print(json.dumps(answers(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "approximate"), default=str))
