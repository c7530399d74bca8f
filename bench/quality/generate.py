"""Invents a table of 20 columns with faults of every kind: `python generate.py table.parquet ROWS`."""

import sys
from pathlib import Path

import duckdb

MADE = """
    select i as id, 'C' || lpad((i * 7919 % 10000000)::varchar, 8, '0') as code, 'zip' || (i % 20000) as zip,
    case when i % 5003 = 7 then 'nowhere' else 'city' || (i % 20000 % 3000) end as city,
    ['N', 'S', 'E', 'W'][i % 20000 % 4 + 1] as region, random() * 100 as x1, random() as x2,
    exp(random() * 5) as x3, (random() * 101)::int as q1, (random() * 1000)::int as q2,
    case when random() < .001 then 'n/a' else (random() * 50)::decimal(6, 2)::varchar end as amount,
    case when i % 50 = 0 then null when i % 997 = 0 then 'no address'
        else 'user' || (random() * 200000)::int || '@mail.org' end as mail,
    date '2020-01-01' + (i % 999)::int as day, timestamp '2020-01-01' + to_seconds((random() * 1e8)::int) as moment,
    ['red', 'green', 'blue', 'Select'][case when i % 401 = 0 then 4 else i % 3 + 1 end] as colour,
    (random() * 5)::int as stars, case when random() > .05 then 'note ' || (random() * 1e6)::int end as note,
    md5(i::varchar) as hash, (random() * 2)::int as flag, 'store ' || (random() * 500)::int as store
"""


def make(path: Path, rows: int) -> None:
    """Write the table; the same rows every time."""
    with duckdb.connect() as connection:
        connection.execute("set memory_limit = '600MB'; set threads = 1; select setseed(0.5)")
        connection.execute(f"copy ({MADE} from range({rows}) as made(i)) to '{path}' (format parquet)")


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(float(sys.argv[2])))
