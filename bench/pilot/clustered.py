"""The effect with clustered errors, from sums per cluster: `python clustered.py ours|by-hand units.parquet`."""

import json
import sys

import duckdb

SUMS = """
select cluster, any_value(treated) as w, count(*) as n, sum(value - 20) as y, sum(before - 20) as x,
  sum((before - 20) * (before - 20)) as xx, sum((before - 20) * (value - 20)) as xy
from read_parquet('{path}') group by cluster
"""


def main(kind: str, path: str) -> None:
    """Ask once; by hand that is all, ours goes on to CR2."""
    with duckdb.connect() as connection:
        connection.execute("set memory_limit = '250MB'; set threads = 1")
        sums = connection.execute(SUMS.format(path=path)).fetchnumpy()
    if kind == "by-hand":
        print(json.dumps({"clusters": len(sums["n"])}))
        return
    import numpy as np

    from proveout.stats.cluster_regression import cr2_coefficient

    n, w, x = (np.asarray(sums[name], float) for name in ("n", "w", "x"))
    one = np.stack([n, n * w, x], axis=1)
    m = np.empty((len(n), 3, 3))
    m[:, 0], m[:, 1], m[:, 2] = one, one * w[:, None], np.stack([x, x * w, sums["xx"]], axis=1)
    v = np.stack([sums["y"], sums["y"] * w, sums["xy"]], axis=1)
    found = cr2_coefficient(m, v, np.array([0.0, 1.0, 0.0]))
    print(json.dumps({"effect": found.estimate.value, "error": found.standard_error, "df": found.degrees_of_freedom}))


if __name__ == "__main__":
    main(*sys.argv[1:])
