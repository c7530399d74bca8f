"""A profile by another tool: `python with_profiler.py table.parquet ydata|evidently|whylogs`. It prints {}."""

import json
import sys

import pandas as pd


def main(path: str, tool: str) -> None:
    """The tool's own summary of all columns, with its defaults; written nowhere."""
    table = pd.read_parquet(path)
    if tool == "ydata":
        from ydata_profiling import ProfileReport

        ProfileReport(table, minimal=True, progress_bar=False).get_description()
    elif tool == "evidently":
        from evidently import Dataset, Report
        from evidently.presets import DataSummaryPreset

        Report([DataSummaryPreset()]).run(Dataset.from_pandas(table), None)
    else:
        import whylogs

        whylogs.log(table).view().to_pandas()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
    print(json.dumps({}))
