"""What a daily refresh of a pilot costs, and what it would cost to read the last day alone, with the past stored.

    python bench/pilot/refresh.py --rows 3000000

200 teams of 10 people, 90 days, one KPI, as a Parquet file sorted by day, as CSV, and as a table of PostgreSQL with an
index on the day. CPU seconds of this process and of the server, by kind of source. Measured: RESULTS.md.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import duckdb

from proveout import data
from proveout.core.initiative import Initiative, Source
from proveout.core.pilot import Pilot
from proveout.core.question import Query, Question, Read, Rows
from proveout.instruments.pilot.queries import questions
from proveout.instruments.pilot.settings import Settings

sys.path.insert(0, str(Path(__file__).parents[1] / "postgresql"))

from run import cpu_of, server

START, DAYS, UNITS = date(2026, 3, 2), 90, 2_000
LAST = START + timedelta(days=DAYS - 31)
"""The last day of 30 before the start and 60 after it."""
MADE = f"""
select i * {DAYS} // {{rows}} as k, date '{START - timedelta(days=30)}' + cast(i * {DAYS} // {{rows}} as int) as day,
  'u' || hash(i) % {UNITS} as unit, 20 + random() as value
from range({{rows}}) as made(i)
"""
ARMS = f"copy (select 'u' || i as unit, 't' || i // 10 as team, ['pilot', 'control'][1 + i // 10 % 2] as arm from range({UNITS}) as made(i)) to"  # noqa: E501


def ways(source: str, table: str) -> dict[str, tuple[Question, ...]]:
    """All that the instrument asks of the outcomes, the same of the last day alone, and guards of the past."""
    name = table or source
    read = Read(source=source, query=f"select day, count(*) as n from {name} group by day")
    text = "cast(day as varchar) || unit || cast(value as varchar)"
    sums = f"sum(hashtext({text}))" if table else f"sum(cast(hash({text}) as double))"
    checked = Read(source=source, query=f"select day, count(*) as n, {sums} as h from {name} group by day")
    outcome = f"select unit, day, value from {name}"
    return {
        "everything": asked(Rows(source=source, query=outcome)),
        "the last day": asked(Rows(source=source, query=f"{outcome} where day >= date '{LAST}'")),
        "rows per day": (Query(name="guard", sql="select * from r", reads={"r": read}),),
        "rows and checksum per day": (Query(name="guard", sql="select * from r", reads={"r": checked}),),
    }


def asked(outcome: Rows) -> tuple[Question, ...]:
    """What the instrument asks with this outcome."""
    pilot = Pilot(start=START, end=LAST, assignment=Rows(source="arms"), outcomes={"k": outcome})
    return questions(Settings(), Initiative(pilot=pilot))


@contextmanager
def loaded(folder: Path, rows: int) -> Iterator[tuple[dict[str, Source], Callable[[], float]]]:
    """The sources, and the CPU seconds of the server so far."""
    import psycopg

    with duckdb.connect() as box:
        box.execute("set threads = 1; set memory_limit = '600MB'; select setseed(0.5)")
        box.execute(f"create temp table made as {MADE.format(rows=rows)}")
        box.execute(f"copy (select unit, day, value from made order by k) to '{folder}/work.parquet' (format parquet)")
        box.execute(f"copy (select unit, day, value from made order by k) to '{folder}/work.csv' (header)")
        box.execute(f"{ARMS} '{folder}/arms.csv' (header)")
    with server(folder) as (address, postmaster), psycopg.connect(address, autocommit=True) as connection:
        connection.execute("create table work (unit text, day date, value float8)")
        with (
            (folder / "work.csv").open("rb") as file,
            connection.cursor().copy("copy work from stdin (format csv, header)") as copy,
        ):
            while block := file.read(1 << 20):
                copy.write(block)
        connection.execute("create index on work (day)")
        connection.execute("vacuum analyze work")
        sources = {"arms": "arms.csv", "parquet": "work.parquet", "csv": "work.csv", "server": address}
        yield (
            {name: Source(location=location, timeout_seconds=600) for name, location in sources.items()},
            (lambda: cpu_of(postmaster)),
        )


def main() -> None:
    """Make, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    print("| source | what is asked | our CPU s | server CPU s | both, per everything |\n|---|---|---:|---:|---:|")
    with (
        tempfile.TemporaryDirectory(prefix="proveout-bench-", ignore_cleanup_errors=True) as name,
        loaded(Path(name), rows) as (sources, served),
    ):
        folder = Path(name)
        for source in ("parquet", "csv", "server"):
            everything = 0.0
            for way, asking in ways(source, "work" if source == "server" else "").items():
                ours, theirs = time.process_time(), served()
                _, failures = data.ask(asking, sources, folder)
                for failure in failures.values():
                    sys.exit(f"{source}, {way}: {failure.message}")
                time.sleep(0.2)  # until the server has buried the session
                ours, theirs = time.process_time() - ours, served() - theirs
                everything = everything or ours + theirs
                print(f"| {source} | {way} | {ours:.2f} | {theirs:.2f} | {(ours + theirs) / everything:.2f} |")
            if source != "server":
                start = time.process_time()
                data.fingerprints(ways(source, "")["rows per day"], sources, folder)
                took = time.process_time() - start
                print(f"| {source} | fingerprint of the file | {took:.2f} | | {took / everything:.2f} |", flush=True)


if __name__ == "__main__":
    main()
