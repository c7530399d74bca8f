"""The same answers by hand: the log encoded and sorted once in DuckDB, for this one log and no other.

python bench/process/by_hand.py log.parquet
"""

import json
import sys
from pathlib import Path

PREPARATIONS = {
    "activities": "select activity, (row_number() over (order by activity))::utinyint as a "
    "from (select distinct activity from log)",
    "people": "select person, (row_number() over (order by person))::usmallint as r "
    "from (select distinct person from log)",
    "numbers": "select case_id, (row_number() over ())::uinteger as c from (select distinct case_id from log)",
    "ev": """
        select c, (row_number() over w)::usmallint as pos, a, r, s, e, lead(a) over w as na, lead(r) over w as nr,
            lead(r, 2) over w as nnr, lead(s) over w as ns,
            max(e) over (w rows between unbounded preceding and current row) as done
        from (
            select c, a, r, epoch_us(started_at) as s, epoch_us(ended_at) as e, seq
            from (select *, (row_number() over ())::uinteger as seq from log)
            join numbers using (case_id) join activities using (activity) join people using (person))
        window w as (partition by c order by s, e, seq)""",
    "cases": """
        select c, bit_xor(hash(pos::ubigint * 256 + a)) as v, count(*) as n, min(s) as first, max(e) as last,
            sum(greatest(0, ns - done)) as wait
        from ev group by c""",
    "variants": "select v, n, count(*) as n_cases, min(c) as c from cases group by v, n",
    "steps": "select c, n_cases, pos, a from ev join variants using (c)",
    "week": "select min(first) as t0 from cases",
    "work": """
        select a, r, unnest(range((s - t0) // 604800000000, (e - 1 - t0) // 604800000000 + 1)) as week, s, e
        from ev, week where s < e""",
    "cut": """
        select a, r, week, greatest(s, t0 + week * 604800000000) as s, least(e, t0 + (week + 1) * 604800000000) as e
        from work, week""",
    "shared": """
        select * exclude (others) from (
            select *, coalesce(s < max(e) over (w rows between unbounded preceding and 1 preceding), false)
                or coalesce(e > lead(s) over w, false) as others
            from cut window w as (partition by r, week order by s)) where others""",
}
QUERIES = {
    "quality": "select count(*), count(case_id), count(activity), count(started_at), count(ended_at), "
    "count(*) filter (ended_at < started_at) from log",
    "counts": "select count(*) as cases from cases",
    "variants": "select count(*) as variants from variants",
    "top": """
        select any_value(n_cases), string_agg(a::varchar, ' ' order by pos) from steps
        where c in (select c from variants order by n_cases desc, c limit 10) group by c""",
    "reworked": """
        select sum(n_cases) as reworked from (
            select distinct c, n_cases from (select c, n_cases, a from steps group by all having count(*) > 1))""",
    "rework": "select a, sum(n_cases), sum(n_cases * (k - 1)) from (select c, n_cases, a, count(*) as k from steps "
    "group by all having count(*) > 1) group by a",
    "edges": """
        select x.activity, y.activity, n, median / 1e6, total from (
            select a, na, count(*) as n, quantile_cont(greatest(0, ns - done), 0.5) as median,
                sum(greatest(0, ns - done)) as total, count(*) filter (e < 1750000000000000) as early
            from ev where na is not null group by a, na)
        join activities x using (a) join activities y on y.a = na order by all""",
    "starts": "select a, count(*) from ev where pos = 1 group by a",
    "ends": "select a, count(*) from ev where na is null group by a",
    "service": "select a, count(*), sum(e - s), quantile_cont(e - s, [0.25, 0.5, 0.75]) from ev group by a",
    "who": "select a, r, count(*) from ev group by a, r",
    "totals": "select count(*) filter (r <> nr) as handovers, count(*) filter (r = nnr and r <> nr), "
    "count(*) filter (a = na) from ev",
    "handovers": """
        select r, nr, count(*) as n, quantile_cont(greatest(0, ns - done), 0.5) from ev
        join (select r, nr from ev where r <> nr group by r, nr order by count(*) desc, r, nr limit 15) using (r, nr)
        group by r, nr""",
    "durations": "select quantile_cont(last - first, 0.5) / 86400e6 as median_days, "
    "quantile_cont(last - first, [0.1, 0.25, 0.75, 0.9, 0.99]) from cases",
    "efficiency": "select sum(last - first - coalesce(wait, 0)) / sum(last - first) as flow_efficiency from cases",
    "hours": """
        with points as (
            select r, week, s as moment, 1 as step, a from shared union all select r, week, e, -1, a from shared),
        opened as (
            select *, row_number() over w as i, sum(step) over w as open, lead(moment) over w - moment as gap
            from points window w as (partition by r, week order by moment rows unbounded preceding)),
        ticks as (select *, case when open > 0 then coalesce(gap, 0) // open else 0 end as tick from opened),
        clocked as (
            select a, week, step, sum(tick) over (partition by r, week order by i rows unbounded preceding) - tick as t
            from ticks),
        parts as (
            select a, week, e - s as d from cut union all select a, week, s - e from shared
            union all select a, week, -step * t from clocked)
        select a, week, sum(d) / 3600e6 as hours from parts group by a, week""",
}


def answers(path: Path) -> dict:
    """What can be compared."""
    import duckdb

    scratch = path.parent / "spill"
    config = {"memory_limit": "700MB", "temp_directory": str(scratch)}
    with duckdb.connect(config=config) as connection:
        connection.execute(f"create view log as select * from '{path}'")
        for name, sql in PREPARATIONS.items():
            connection.execute(f"create temp {'view' if name in ('work', 'cut') else 'table'} {name} as {sql}")
        found = {name: connection.execute(sql).fetchall() for name, sql in QUERIES.items()}
    return {
        "cases": found["counts"][0][0],
        "variants": found["variants"][0][0],
        "reworked": int(found["reworked"][0][0] or 0),
        "handovers": found["totals"][0][0],
        "median_days": found["durations"][0][0],
        "flow_efficiency": found["efficiency"][0][0],
        "hours": sum(row[2] for row in found["hours"]),
        "edges": [list(row[:4]) for row in found["edges"]],
    }


if __name__ == "__main__":
    print(json.dumps(answers(Path(sys.argv[1]))))
