"""An event log of any size: one case per ten events, 12 activities, thousands of variants, 2,000 people.

    python bench/process/generate.py 10000000 log.parquet

Events stand in the order of time, so that cases are interleaved as in a real system. Everything comes from hashes of
the case's number: the same size gives the same log.
"""

import sys
from pathlib import Path

EVENTS_PER_CASE = 10
SQL = """
copy (
    with cases as (select i as c, 5 + hash(i) % 6 + hash(i * 31 + 5) % 6 as n from range({cases}) as t(i)),
    steps as (select c, unnest(range(n::bigint)) as p from cases),
    drawn as (select c, p, hash(c * 1000 + p) as q, c * 31536000 // {cases} as born from steps),
    timed as (select *, born + p * 7200 + (q // 7) % 3600 as moment from drawn)
    select 'case-' || c as case_id,
        'Activity ' || lpad(cast(case when q % 100 < 92 then least(p, 11) when q % 100 < 96 then greatest(p - 1, 0)
            else (q // 100) % 12 end % 12 as varchar), 2, '0') as activity,
        timestamp '2025-01-01' + to_seconds(moment) as started_at,
        timestamp '2025-01-01' + to_seconds(moment + 60 + (q // 11) % 1800) as ended_at,
        'user-' || ((q // 13) % 2000) as person
    from timed order by started_at, c
) to '{path}' (format parquet)
"""


def generate(n_events: int, path: Path) -> None:
    """Write the log."""
    import duckdb

    cases = max(1, n_events // EVENTS_PER_CASE)
    with duckdb.connect(config={"threads": 2, "memory_limit": "2GB"}) as connection:
        connection.execute(SQL.format(cases=cases, path=path))


if __name__ == "__main__":
    generate(int(sys.argv[1]), Path(sys.argv[2]))
