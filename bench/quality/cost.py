"""What discovery costs on a large table.

    python bench/quality/cost.py [MILLIONS]

Makes a Parquet file of 20 columns and so many million rows (10 unless told otherwise), lets it suggest its rules, and
prints wall time, processor time and the most memory that the process held.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

import duckdb
from dirty_clean import COLUMNS, TABLE, columns_of

from proveout import data
from proveout.core.initiative import Source
from proveout.instruments.quality import discovery

MADE = """
    select i as id, 'C' || lpad((i * 7919 % 10000000)::varchar, 8, '0') as code, 'zip' || (i % 20000) as zip,
    'city' || (i % 20000 % 3000) as city, ['N', 'S', 'E', 'W'][i % 20000 % 4 + 1] as region, random() * 100 as x1,
    random() as x2, exp(random() * 5) as x3, (random() * 100)::int as q1, (random() * 1000)::int as q2,
    case when random() < .001 then 'n/a' else (random() * 50)::decimal(6, 2)::varchar end as amount,
    'user' || (random() * 200000)::int || '@mail.org' as mail, (date '2020-01-01' + (i % 999)::int)::varchar as day,
    timestamp '2020-01-01' + to_seconds((random() * 1e8)::int) as at, ['red', 'green', 'blue'][i % 3 + 1] as colour,
    (random() * 5)::int as stars, case when random() > .05 then 'note ' || (random() * 1e6)::int end as note,
    md5(i::varchar) as hash, (random() * 2)::int as flag, 'store ' || (random() * 500)::int as store
"""


def main() -> None:
    """Make the table, discover, print."""
    n = int(float(sys.argv[1]) * 1e6) if len(sys.argv) > 1 else 10_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.parquet"
        with duckdb.connect() as connection:
            connection.execute("set memory_limit = '300MB'")
            connection.execute(f"copy ({MADE} from range({n}) as made(i)) to '{path}'")
        wall, cpu = time.perf_counter(), time.process_time()
        tables, failures = data.ask(
            [COLUMNS],
            {TABLE.source: Source(location=path.name, timeout_seconds=3600)},
            path.parent,
            follow_up=lambda tables, failures: discovery.questions("t", columns_of(tables), TABLE, tables),
        )
        found = discovery.suggestions("t", columns_of(tables), tables)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{n:,} rows, 20 columns: {wall:.0f} s wall, {cpu:.0f} s processor, {memory:.0f} MB at most")
    print(f"{len(found)} rules, {sum(rule.n_suspects for rule in found):,} suspects, {len(failures)} failures")


if __name__ == "__main__":
    main()
