"""The same answers as hand-written DuckDB: `python by_hand.py table.parquet [approximate|exact|all]`."""

import json
import sys
from typing import Any

import duckdb

EMAIL = r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+"
HIDDEN = (
    "('select', 'please select', '?', '-', '--', 'n/a', '#n/a', 'na', 'nan', 'null', 'none', 'nil', 'empty', "
    "'missing', 'unknown', 'not available', 'not specified', 'not provided', 'tbd', '')"
)
TEXTS = ("code", "zip", "city", "region", "amount", "mail", "colour", "note", "hash", "store")
OTHERS = ("id", "x1", "x2", "x3", "q1", "q2", "day", "moment", "stars", "flag")
NUMBERS = ("id", "x1", "x2", "x3", "q1", "q2", "stars", "flag")


def counts_of(mode: str, empty: dict[str, str]) -> list[str]:
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
    if mode == "approximate":
        counts += [f"approx_count_distinct({name}) as distinct_{name}" for name in (*TEXTS, *OTHERS)]
    return counts


def answers(path: str, mode: str) -> dict[str, object]:
    """Counts of what is empty and of what breaks a rule; the profile; a month's row of fullness."""
    given = f"read_parquet('{path}')"
    empty = {name: f"{name} is null or (strlen({name}) < 15 and lower(trim({name})) in {HIDDEN})" for name in TEXTS}
    counts = counts_of(mode, empty)
    with duckdb.connect() as connection:
        connection.execute("set threads = 2; set memory_limit = '700MB'")
        row = connection.execute(f"select {', '.join(counts)} from {given}")
        found: dict[str, Any] = dict(zip([d[0] for d in row.description], row.fetchone(), strict=True))
        if mode != "approximate":
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
        quantiles = ", ".join(f"quantile_cont({name}, [.05, .5, .95])" for name in NUMBERS)
        sample = "" if mode == "all" else "using sample 1 percent (bernoulli, 1)"
        quantiles = connection.execute(f"select {quantiles} from {given} {sample}").fetchone()
    return comparable(found, quantiles, mode)


def comparable(found: dict[str, Any], quantiles: tuple, mode: str) -> dict[str, object]:
    """What the others answer too; quantiles and counts of different values only where they are exact."""
    profile = {"mean_x1": found["avg_x1"], "sd_x1": found["stddev_samp_x1"], "most_x3": found["max_x3"]}
    if mode == "all":
        _, middle, high = quantiles[NUMBERS.index("q2")]
        profile |= {"median_q2": middle, "high_q2": high}
    if mode != "approximate":
        profile |= {f"distinct_{name}": found[f"distinct_{name}"] for name in ("mail", "note", "x2")}
    return {name: round(value, 4) for name, value in profile.items()} | {
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
