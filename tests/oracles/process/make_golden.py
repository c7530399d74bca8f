"""Made golden.json with pm4py 2.7.23.11 (AGPL, in an environment of its own; never a dependency of the project).

    python make_golden.py FOLDER_OF_LOGS > golden.json

Events are put in the order of time, then position in the file, before pm4py sees them, since it does not keep
that order itself. Life cycles are ignored: every event counts.
"""

import json
import sys
from pathlib import Path

import pandas as pd
import pm4py
from pm4py.algo.discovery.dfg.adapters.pandas.df_statistics import get_dfg_graph

LOGS = (
    "sepsis.xes.gz",
    "helpdesk.xes.gz",
    "07_bpic2013_incidents.xes.gz",
    "08_receipt.xes.gz",
    "running-example.xes",
    "03_repairExample.xes.gz",
    "reviewing.xes",
    "interval_event_log.csv",
    "simod_PurchasingExample.csv.gz",
    "roadtraffic100traces.xes",
)
CASE, ACTIVITY, TIME, START = "case:concept:name", "concept:name", "time:timestamp", "start_timestamp"


def read(path: Path) -> pd.DataFrame:
    """The log in order."""
    if ".xes" in path.name:
        log = pm4py.convert_to_dataframe(pm4py.read_xes(str(path), variant="iterparse"))
    else:
        names = {"case_id": CASE, "activity": ACTIVITY, "start_time": START, "end_time": TIME}
        log = pd.read_csv(path).rename(columns=names)
    for column in (TIME, START):
        if column in log:
            log[column] = pd.to_datetime(log[column], utc=True)
    log[CASE] = log[CASE].astype(str)
    by = [START, TIME] if START in log else [TIME]
    log = log.sort_values(by, kind="stable")
    return log.sort_values(CASE, kind="stable").reset_index(drop=True)


def golden(log: pd.DataFrame) -> dict:
    """What pm4py finds."""
    start = START if START in log else TIME
    options = {"sort_caseid_required": False, "sort_timestamp_along_case_id": False, "start_timestamp_key": start}
    counts, waits = get_dfg_graph(log, measure="both", perf_aggregation_key="all", **options)
    variants = log.groupby(CASE, sort=False)[ACTIVITY].agg(tuple).value_counts()
    repeats = log.groupby([CASE, ACTIVITY]).size()
    durations = log.groupby(CASE)[TIME].max() - log.groupby(CASE)[start].min()
    return {
        "cases": int(log[CASE].nunique()),
        "events": len(log),
        "activities": int(log[ACTIVITY].nunique()),
        "variants": len(variants),
        "largest_variants": [int(n) for n in variants.head(10)],
        "edges": sorted([a, b, int(n), float(waits[a, b]["median"])] for (a, b), n in counts.items()),
        "starts": {k: int(v) for k, v in sorted(pm4py.get_start_activities(log).items())},
        "ends": {k: int(v) for k, v in sorted(pm4py.get_end_activities(log).items())},
        "rework": {k: int(v) for k, v in sorted(pm4py.get_rework_cases_per_activity(log).items())},
        "reworked_cases": int((repeats > 1).groupby(level=0).any().sum()),
        "median_duration_days": float(durations.dt.total_seconds().median() / 86400),
    }


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    print(json.dumps({name: golden(read(folder / name)) for name in LOGS}, indent=None, separators=(",", ":")))
