"""Effects with clustered errors, from sums per cluster: `python clustered.py KIND units.parquet METRICS`.

KIND is `by-hand` (the sums), `ours` (with CR2), or `joined`: the sums as a pilot has them, from outcomes by the names
of units, and a table apart that says who is in which cluster and arm.
"""

import json
import sys

import duckdb

SHIFTED = """
  sum(value_{i} - 20) as y_{i}, sum(before_{i} - 20) as x_{i}, sum((before_{i} - 20) * (before_{i} - 20)) as xx_{i},
  sum((before_{i} - 20) * (value_{i} - 20)) as xy_{i}"""
SUMS = "select cluster, any_value(treated) as w, count(*) as n,{sums} from read_parquet('{path}') group by cluster"

JOINED = """
with per_unit as (select cast(unit as varchar) as unit, {means} from read_parquet('{path}') group by 1),
assigned as (select cast(unit as varchar) as unit, cluster, treated from read_parquet('{path}'))
select cluster, any_value(treated) as w, count(*) as n,{sums} from per_unit join assigned using (unit) group by cluster
"""


def main(kind: str, path: str, n_metrics: int) -> None:
    """Ask once for all metrics; by hand that is all, ours goes on to CR2."""
    numbers = range(1, n_metrics + 1)
    means = ", ".join(f"avg({name}_{i}) as {name}_{i}" for i in numbers for name in ("value", "before"))
    asked = JOINED if kind == "joined" else SUMS
    asked = asked.format(path=path, means=means, sums=",".join(SHIFTED.format(i=i) for i in numbers))
    with duckdb.connect() as connection:
        connection.execute(f"set temp_directory = '{path}.spilled'")
        connection.execute(f"set memory_limit = '{700 if kind == 'joined' else 250}MB'; set threads = 1")
        sums = connection.execute(asked).fetchnumpy()
    if kind != "ours":
        print(json.dumps({"clusters": len(sums["n"])}))
        return
    import numpy as np

    from proveout.stats.cluster_regression import cr2_coefficient

    n, w = (np.asarray(sums[name], float) for name in ("n", "w"))
    effects, errors, degrees = [], [], []
    for i in numbers:
        y, x, xx, xy = (np.asarray(sums[f"{name}_{i}"], float) for name in ("y", "x", "xx", "xy"))
        one = np.stack([n, n * w, x], axis=1)
        m = np.empty((len(n), 3, 3))
        m[:, 0], m[:, 1], m[:, 2] = one, one * w[:, None], np.stack([x, x * w, xx], axis=1)
        found = cr2_coefficient(m, np.stack([y, y * w, xy], axis=1), np.array([0.0, 1.0, 0.0]))
        effects.append(found.estimate.value)
        errors.append(found.standard_error)
        degrees.append(found.degrees_of_freedom)
    print(json.dumps({"effect": effects, "error": errors, "df": degrees}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
