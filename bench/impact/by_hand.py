"""The hand-written limit: DuckDB to a matrix, and the simple average of Roth and Sant'Anna's with its Neyman error."""

import sys

import duckdb
import numpy as np


def main() -> None:
    """One average, as short as it can be written."""
    folder = sys.argv[1]
    table = duckdb.sql(
        f"""select o.unit, o.day, o.value, (w.started_at - date '2026-01-05') // 7 as start
        from '{folder}/outcomes.parquet' as o join '{folder}/waves.csv' as w using (unit) order by o.unit, o.day"""
    ).fetchnumpy()
    y = np.asarray(table["value"], float).reshape(7785, 72)
    start = np.asarray(table["start"], int).reshape(7785, 72)[:, 0]
    waves, wave, n = np.unique(start, return_inverse=True, return_counts=True)
    a, b = np.zeros((2, len(waves), 72))
    total = sum(n[c] * (waves[-1] - g) for c, g in enumerate(waves[:-1]))
    for c, g in enumerate(waves[:-1]):
        for t in range(g, waves[-1]):
            later = waves > t
            against = -(n[c] / total) * later * n / n[later].sum()
            against[c] += n[c] / total
            a[:, t] += against
            b[:, g - 1] += against
    p, q = (y * a[wave]).sum(1), (y * b[wave]).sum(1)
    groups = [(p[wave == c], q[wave == c]) for c in range(len(waves))]
    value, before = (sum(g[i].mean() for g in groups) for i in (0, 1))
    s = sum(np.cov(g) / len(g[0]) for g in groups)
    slope = s[0, 1] / s[1, 1]
    print(round(value - slope * before, 6), round((s[0, 0] - slope * s[0, 1]) ** 0.5, 6))


if __name__ == "__main__":
    main()
