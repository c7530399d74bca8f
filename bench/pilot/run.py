"""CPU and memory of the pilot's statistics beside hand-written sums and other tools, in one run.

    python bench/pilot/run.py --rows 10000000 --clusters 20000 --peers FOLDER

FOLDER holds an environment per tool (see peers.txt); those that are not there are left out. Each run is a process of
its own on the same Parquet file: unit rows with cluster, arm, and the values of four metrics, each with the one before.
Measured: RESULTS.md.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
METRICS = 4
MADE = """
  select i as unit, c as cluster, c % 2 as treated, {columns}
  from (select i, i % {clusters} as c, {noise} from range({rows}) as made(i))
"""
COLUMNS = """20 + sin(c + {m}) + 2 * x{m} as before_{m},
    20 + sin(c + {m}) + x{m} + random() - 0.5 - 0.1 * (c % 2) as value_{m}"""


def make(path: Path, rows: int, clusters: int) -> None:
    """Write the table; the same rows every time."""
    numbers = range(1, METRICS + 1)
    columns = ", ".join(COLUMNS.format(m=m) for m in numbers)
    noise = ", ".join(f"random() - 0.5 as x{m}" for m in numbers)
    made = MADE.format(rows=rows, clusters=clusters, columns=columns, noise=noise)
    with duckdb.connect() as connection:
        connection.execute("set threads = 1; set memory_limit = '600MB'; select setseed(0.5)")
        connection.execute(f"copy ({made}) to '{path}' (format parquet)")


def run(name: str, python: str, script: str, *arguments: str) -> tuple[str, float, float, dict]:
    """One process: name, CPU seconds, peak MiB, what it answered."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen([python, str(HERE / script), *arguments], stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read().decode().strip().splitlines()
    answers = json.loads(said[-1]) if said and not process.returncode else {"failed": process.returncode}
    return name, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, answers


def runs(table: str, peers: Path | None, only: str) -> Iterator[tuple[str, tuple[str, float, float, dict]]]:
    """Each run, with the group within which it is compared; the first of a group is its measure."""
    if only != "joined":
        yield from sums(table, peers)
    if only != "sums":
        yield from joined(table)
    yield "", run("10,000 permutations, 200 teams, 26 looks", sys.executable, "permutations.py")


def joined(table: str) -> Iterator[tuple[str, tuple[str, float, float, dict]]]:
    """The instrument as a whole: outcomes by the names of units, and a table apart that has the arms."""
    for n, group in ((1, "one metric, joined"), (METRICS, "four metrics, joined")):
        yield group, run("by hand, joined unit by unit", sys.executable, "clustered.py", "joined", table, str(n))
        yield group, run("the instrument", sys.executable, "instrument.py", table, str(n))


def sums(table: str, peers: Path | None) -> Iterator[tuple[str, tuple[str, float, float, dict]]]:
    """From one table that holds everything, as the other tools take it."""
    ours = "ours: CR2 and its degrees of freedom"
    for n, group in ((1, "one metric"), (METRICS, "four metrics")):
        yield group, run("sums by hand", sys.executable, "clustered.py", "by-hand", table, str(n))
        yield group, run(ours, sys.executable, "clustered.py", "ours", table, str(n))
        for tool, script in TOOLS[n].items():
            python = peers / tool / "bin" / "python" if peers else Path("nowhere")
            if python.exists():
                yield group, run(tool, str(python), script, table, str(n))


TOOLS = {
    1: {"statsmodels": "with_statsmodels.py", "pyfixest": "with_pyfixest.py", "tea_tasting": "with_tea_tasting.py"},
    METRICS: {"tea_tasting": "with_tea_tasting.py"},
}


def main() -> None:
    """Make, run, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--clusters", type=int, default=20_000)
    parser.add_argument("--peers", type=Path)
    parser.add_argument(
        "--only", default="", choices=["", "sums", "joined"], help="one table, or outcomes apart from arms"
    )
    asked = parser.parse_args()
    print("| group | run | CPU seconds | per by hand | peak MiB | answers |\n|---|---|---:|---:|---:|---|")
    with tempfile.TemporaryDirectory(prefix="proveout-bench-") as folder:
        table = Path(folder) / "units.parquet"
        make(table, asked.rows, asked.clusters)
        limits: dict[str, float] = {}
        for group, (name, cpu, peak, answers) in runs(str(table), asked.peers, asked.only):
            limits.setdefault(group, cpu)
            said = ", ".join(f"{key} {_shown(value)}" for key, value in answers.items())
            print(f"| {group} | {name} | {cpu:.1f} | {cpu / limits[group]:.2f} | {peak:.0f} | {said} |", flush=True)


def _shown(value: float | list[float]) -> str:
    return " ".join(f"{one:.5g}" for one in value) if isinstance(value, list) else f"{value:.5g}"


if __name__ == "__main__":
    main()
