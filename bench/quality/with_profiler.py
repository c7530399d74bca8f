"""A profile by another tool: `python with_profiler.py table.parquet ydata|ydata_minimal|ydata_full|evidently|whylogs`.

`ydata` is the minimal mode with what else ours answers: duplicates and maps of what is missing. `ydata_full` is its
default, with correlations and interactions, which ours does not compute. The others run with their defaults.
"""

import json
import sys

import pandas as pd

AS_OURS = {"duplicates": {"head": 10}, "missing_diagrams": {"bar": True, "matrix": True, "heatmap": False}}


def by_ydata(table: pd.DataFrame, mode: str) -> dict[str, object]:
    """Mean, deviation, extreme, rows without a value, different values."""
    from ydata_profiling import ProfileReport

    asked = {"ydata": {"minimal": True, **AS_OURS}, "ydata_minimal": {"minimal": True}, "ydata_full": {}}[mode]
    of = ProfileReport(table, progress_bar=False, **asked).get_description().variables
    return {
        "mean_x1": of["x1"]["mean"],
        "sd_x1": of["x1"]["std"],
        "most_x3": of["x3"]["max"],
        "empty_mail": of["mail"]["n_missing"],
        **{f"distinct_{name}": of[name]["n_distinct"] for name in ("mail", "note", "x2")},
    }


def by_evidently(table: pd.DataFrame) -> dict[str, object]:
    """Mean, deviation, extreme, rows without a value where it does not take the column for free text."""
    from evidently import Dataset, Report
    from evidently.presets import DataSummaryPreset

    metrics = Report([DataSummaryPreset()]).run(Dataset.from_pandas(table), None).dict()["metrics"]
    of = {metric["metric_name"]: metric["value"] for metric in metrics}
    found = {
        "mean_x1": of["MeanValue(column=x1)"],
        "sd_x1": of["StdValue(column=x1)"],
        "most_x3": of["MaxValue(column=x3)"],
    }
    empty = of.get("MissingValueCount(column=mail)")
    return found | ({"empty_mail": empty["count"]} if empty else {})


def by_whylogs(table: pd.DataFrame) -> dict[str, object]:
    """Mean, deviation, extreme, rows without a value; it counts different values about."""
    import whylogs

    of = whylogs.log(table).view().to_pandas()
    return {
        "mean_x1": of.loc["x1", "distribution/mean"],
        "sd_x1": of.loc["x1", "distribution/stddev"],
        "most_x3": of.loc["x3", "distribution/max"],
        "empty_mail": of.loc["mail", "counts/null"],
    }


def main(path: str, tool: str) -> dict[str, float]:
    """What can be compared of the tool's own summary of all columns; nothing is written."""
    table = pd.read_parquet(path)
    if tool.startswith("ydata"):
        found = by_ydata(table, tool)
    else:
        found = by_evidently(table) if tool == "evidently" else by_whylogs(table)
    return {name: round(float(value), 4) for name, value in found.items()}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2])))
