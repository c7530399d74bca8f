"""CPU and memory of the pilot's statistics beside hand-written sums and other tools, in one run.

    python bench/pilot/run.py --rows 10000000 --clusters 20000 --peers FOLDER

FOLDER holds an environment per tool (`statsmodels`, `pyfixest`); those that are not there are left out. Each run is a
process of its own on the same Parquet file: unit rows with cluster, arm, outcome and the value before. Measured:
RESULTS.md.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
MADE = """
  select i as unit, i % {clusters} as cluster, i % {clusters} % 2 as treated,
    20 + sin(i % {clusters}) + 2 * x as before, 20 + sin(i % {clusters}) + x + e - 0.1 * (i % {clusters} % 2) as value
  from (select i, random() - 0.5 as x, random() - 0.5 as e from range({rows}) as made(i))
"""


def make(path: Path, rows: int, clusters: int) -> None:
    """Write the table; the same rows every time."""
    with duckdb.connect() as connection:
        connection.execute("set threads = 1; set memory_limit = '600MB'; select setseed(0.5)")
        connection.execute(f"copy ({MADE.format(rows=rows, clusters=clusters)}) to '{path}' (format parquet)")


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


def main() -> None:
    """Make, run, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--clusters", type=int, default=20_000)
    parser.add_argument("--peers", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="proveout-bench-") as folder:
        table = Path(folder) / "units.parquet"
        make(table, asked.rows, asked.clusters)
        runs = [
            run("sums by hand", sys.executable, "clustered.py", "by-hand", str(table)),
            run("ours: CR2 and its degrees of freedom", sys.executable, "clustered.py", "ours", str(table)),
        ]
        for tool in ("statsmodels", "pyfixest"):
            python = asked.peers / tool / "bin" / "python" if asked.peers else Path("nowhere")
            if python.exists():
                runs.append(run(f"{tool}: CR1", str(python), f"with_{tool}.py", str(table)))
        runs.append(run("10,000 permutations, 200 teams, 26 looks", sys.executable, "permutations.py"))
    ours = runs[1][1]
    print("| run | CPU seconds | CPU per ours | peak MiB | answers |\n|---|---:|---:|---:|---|")
    for name, cpu, peak, answers in runs:
        said = ", ".join(f"{key} {value:.6g}" for key, value in answers.items())
        print(f"| {name} | {cpu:.1f} | {cpu / ours:.2f} | {peak:.0f} | {said} |")


if __name__ == "__main__":
    main()
