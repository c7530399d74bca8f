"""The same answers as hand-written DuckDB: `python by_hand.py table.parquet [approximate|exact]`."""

import json
import sys

import duckdb

EMAIL = r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+"
HIDDEN = (
    "('select', 'please select', '?', '-', '--', 'n/a', '#n/a', 'na', 'nan', 'null', 'none', 'nil', 'empty', "
    "'missing', 'unknown', 'not available', 'not specified', 'not provided', 'tbd', '')"
)
TEXTS = ("code", "zip", "city", "region", "amount", "mail", "colour", "note", "hash", "store")
OTHERS = ("id", "x1", "x2", "x3", "q1", "q2", "day", "moment", "stars", "flag")
NUMBERS = ("id", "x1", "x2", "x3", "q1", "q2", "stars", "flag")


def counts_of(distinct: str, empty: dict[str, str]) -> list[str]:
    """What one pass counts."""
    counts = [f"count(*) filter (where {condition}) as empty_{name}" for name, condition in empty.items()]
    counts += [f"count(*) - count({name}) as empty_{name}" for name in OTHERS]
    counts += [
        "count(*) as n",
        "count(*) filter (where not regexp_matches(code, '^C[0-9]{8}$')) as bad_code",
        f"count(*) filter (where not regexp_full_match(mail, '{EMAIL}')) as bad_mail",
        "count(*) filter (where region not in ('N', 'S', 'E', 'W')) as bad_region",
        "count(*) filter (where colour not in ('red', 'green', 'blue', 'Select')) as bad_colour",
        "count(*) filter (where x1 not between 0 and 100) as bad_x1",
        "count(*) filter (where x2 not between 0 and 1) as bad_x2",
        "count(*) filter (where q1 not between 0 and 100) as bad_q1",
        "count(*) filter (where stars not between 0 and 5) as bad_stars",
    ]
    counts += [f"{of}({name}) as {of}_{name}" for name in NUMBERS for of in ("min", "max", "avg", "stddev_samp")]
    if distinct == "approximate":
        counts += [f"approx_count_distinct({name}) as distinct_{name}" for name in (*TEXTS, *OTHERS)]
    return counts


def answers(path: str, distinct: str) -> dict[str, object]:
    """Counts of what is empty and of what breaks a rule; the profile; a month's row of fullness."""
    given = f"read_parquet('{path}')"
    empty = {name: f"{name} is null or (strlen({name}) < 15 and lower(trim({name})) in {HIDDEN})" for name in TEXTS}
    counts = counts_of(distinct, empty)
    with duckdb.connect() as connection:
        connection.execute("set threads = 2; set memory_limit = '700MB'")
        row = connection.execute(f"select {', '.join(counts)} from {given}")
        found = dict(zip([d[0] for d in row.description], row.fetchone(), strict=True))
        if distinct == "exact":
            for name in (*TEXTS, *OTHERS):
                sql = f"select count(distinct {name}) from {given}"
                found[f"distinct_{name}"] = connection.execute(sql).fetchone()[0]
        found["surplus"] = connection.execute(f"select count(id) - count(distinct id) from {given}").fetchone()[0]
        found["unlike"] = connection.execute(
            f"with pairs as (select zip, city, count(*) as n from {given} where zip <> '' and city <> '' group by all) "
            "select sum(n) - sum(most) from (select sum(n) as n, max(n) as most from pairs group by zip)"
        ).fetchone()[0]
        full = ", ".join(f"count(*) filter (where not ({empty[name]}))" for name in ("code", "zip", "city", "mail"))
        sql = f"select date_trunc('month', moment) as month, count(*), {full} from {given} group by month"
        found["months"] = len(connection.execute(sql).fetchall())
        connection.execute(
            f"select quantile_cont(x1, [.05, .5, .95]), quantile_cont(x3, [.05, .5, .95]) "
            f"from {given} using sample 1 percent (bernoulli, 1)"
        ).fetchall()
    return {
        "empty_mail": found["empty_mail"],
        "empty_colour": found["empty_colour"],
        "bad_mail": found["bad_mail"],
        "bad_q1": found["bad_q1"],
        "surplus": int(found["surplus"]),
        "unlike": int(found["unlike"]),
        "months": found["months"],
    }


if __name__ == "__main__":
    print(json.dumps(answers(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "approximate")))
