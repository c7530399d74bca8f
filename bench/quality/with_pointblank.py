"""The same checks with pointblank on DuckDB through Ibis: `python with_pointblank.py table.parquet`.

No functional dependency, no map over time, no placeholders, no profile: it is not asked for them.
"""

import json
import sys

import ibis
import pointblank as pb

REQUIRED = ["id", "code", "zip", "city", "mail", "colour"]


def main(path: str) -> dict[str, object]:
    """Counts of failing rows."""
    table = ibis.duckdb.connect().read_parquet(path)
    checked = (
        pb.Validate(table)
        .col_vals_not_null(columns=REQUIRED)
        .rows_distinct(columns_subset=["id"])
        .col_vals_regex(columns="code", pattern="^C[0-9]{8}$", na_pass=True)
        .col_vals_regex(columns="mail", pattern=r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$", na_pass=True)
        .col_vals_in_set(columns="region", set=["N", "S", "E", "W"])
        .col_vals_in_set(columns="colour", set=["red", "green", "blue", "Select"])
        .col_vals_between(columns="x1", left=0, right=100)
        .col_vals_between(columns="x2", left=0, right=1)
        .col_vals_between(columns="q1", left=0, right=100)
        .col_vals_between(columns="stars", left=0, right=5)
        .interrogate(get_first_n=5)
    )
    failed = checked.n_failed()
    return {"empty_mail": failed[5], "bad_mail": failed[9], "bad_q1": failed[14]}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1]), default=int))
