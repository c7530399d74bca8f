"""The questions of the instrument, and the estimators over their answers."""

import sys
from datetime import date
from pathlib import Path

from proveout import data
from proveout.core.initiative import Initiative, Kpi, Source
from proveout.core.question import Rows
from proveout.core.rollout import Rollout
from proveout.instruments import instrument
from proveout.instruments.impact.panel import observed, teams_of
from proveout.instruments.impact.settings import Settings
from proveout.stats.staggered import staggered, staggered_effect
from proveout.stats.waves import calendar_weights, cohort_weights, simple_weights


def main() -> None:
    """Three averages with both errors, and the interval of the first."""
    folder = Path(sys.argv[1])
    rollout = Rollout(
        start=date(2026, 1, 5),
        sustain_until=date(2027, 5, 23),
        n_waves=12,
        randomise="units",
        assignment=Rows(source="waves"),
        outcomes={"y": Rows(source="outcomes")},
    )
    sources = {"waves": Source(location="waves.csv"), "outcomes": Source(location="outcomes.parquet")}
    initiative = Initiative(rollout=rollout, kpis=(Kpi(id="y", direction="up"),), sources=sources)
    tables, failures = data.ask(instrument("impact").questions(Settings(), initiative), sources, folder)
    if failures:
        raise SystemExit(str(failures))
    teams = teams_of(tables["blocks"], None)
    panel = observed(tables["impact_0_means"], teams, rollout, rollout.sustain_until, to_the_end=True).compared.panel
    found = [staggered(panel, weigh(panel)) for weigh in (simple_weights, cohort_weights, calendar_weights)]
    interval = staggered_effect(panel, simple_weights(panel))
    print([(round(f.value, 6), round(f.standard_error, 6)) for f in found], round(interval.lower, 6))


if __name__ == "__main__":
    main()
