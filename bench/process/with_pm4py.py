"""The same answers from pm4py, as its documentation shows them; run in an environment of its own (AGPL).

    python bench/process/with_pm4py.py log.parquet [--handovers]

Hours split among tasks done at once and starts that are missing are not asked of it: it has no answer to them.
Handovers only with `--handovers`: they alone take longer than all else.
"""

import json
import sys
from pathlib import Path


def answers(path: Path, *, handovers: bool) -> dict:
    """What can be compared."""
    import pandas as pd
    import pm4py
    from pm4py.algo.discovery.dfg.adapters.pandas.df_statistics import get_dfg_graph

    log = pd.read_parquet(path).rename(columns={"started_at": "start_timestamp", "person": "org:resource"})
    log = pm4py.format_dataframe(log, case_id="case_id", activity_key="activity", timestamp_key="ended_at")
    log["start_timestamp"] = pd.to_datetime(log["start_timestamp"], utc=True)
    counts, waits = get_dfg_graph(
        log, measure="both", perf_aggregation_key="median", start_timestamp_key="start_timestamp"
    )
    pm4py.get_start_activities(log)
    pm4py.get_end_activities(log)
    variants = pm4py.get_variants(log)
    pm4py.get_rework_cases_per_activity(log)
    pm4py.get_service_time(log, start_timestamp_key="start_timestamp", aggregation_measure="median")
    cases = log.groupby("case:concept:name")  # get_all_case_durations fails on a log with start_timestamp
    durations = cases["time:timestamp"].max() - cases["start_timestamp"].min()
    if handovers:
        pm4py.discover_handover_of_work_network(log)
    return {
        "cases": int(log["case:concept:name"].nunique()),
        "variants": len(variants),
        "median_days": float(durations.dt.total_seconds().median() / 86400),
        "edges": sorted([a, b, int(n), float(waits[a, b])] for (a, b), n in counts.items()),
    }


if __name__ == "__main__":
    print(json.dumps(answers(Path(sys.argv[1]), handovers="--handovers" in sys.argv)))
