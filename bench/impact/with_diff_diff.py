"""diff-diff's Callaway and Sant'Anna over the same rows, without bootstrap."""

import sys

import diff_diff
import duckdb


def main() -> None:
    """The simple average, with analytic errors."""
    folder = sys.argv[1]
    frame = duckdb.sql(
        f"""select o.unit, cast((o.day - date '2026-01-05') // 7 as integer) as period, o.value,
        cast((w.started_at - date '2026-01-05') // 7 as integer) as start
        from '{folder}/outcomes.parquet' as o join '{folder}/waves.csv' as w using (unit)"""
    ).df()
    model = diff_diff.CallawaySantAnna(control_group="not_yet_treated", n_bootstrap=0)
    found = model.fit(frame, outcome="value", unit="unit", time="period", first_treat="start", aggregate="simple")
    print(round(found.overall_att, 6), round(found.overall_se, 6))


if __name__ == "__main__":
    main()
