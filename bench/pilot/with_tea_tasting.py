"""The same with tea-tasting on DuckDB through Ibis: `python with_tea_tasting.py units.parquet METRICS`.

It adjusts for the value before (CUPED), and takes units for independent: its errors are not clustered.
"""

import json
import sys

import ibis
import tea_tasting as tt

connection = ibis.duckdb.connect()
connection.raw_sql("set threads = 1")
table = connection.read_parquet(sys.argv[1])
metrics = {f"m{i}": tt.Mean(f"value_{i}", f"before_{i}") for i in range(1, int(sys.argv[2]) + 1)}
found = tt.Experiment(metrics, variant="treated").analyze(table)
effects = [result.treatment - result.control for result in (found[name] for name in metrics)]
print(json.dumps({"effect": effects}))
