"""CPU time and peak memory of the quality instrument beside hand-written DuckDB and other tools, in one run.

    python bench/quality/run.py --rows 10000000 --profiled-rows 1000000 --peers FOLDER

FOLDER holds an environment per tool, made with pip: `great_expectations`, `pointblank`, `ydata`, `evidently`,
`whylogs`; those that are not there are left out. Each runs in a process of its own on the same table. Goals: at most
1.3 times the CPU of the hand-written pass, a fifth of Great Expectations', no more than pointblank's, a twentieth of
the profilers', and less than 1 GiB. Measured: RESULTS.md.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from generate import make

HERE = Path(__file__).parent
CHECKERS = ("great_expectations", "pointblank")
PROFILERS = ("ydata", "evidently", "whylogs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One process: what it cost and what it answered; `failed` says why it did not end well."""

    name: str
    rows: int
    cpu: float = 0.0
    peak_mib: float = 0.0
    answers: dict
    failed: str = ""


def run(name: str, python: str, script: str, table: Path, rows: int, *options: str) -> Run:
    """Run a script on the table and wait for it."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen([python, str(HERE / script), str(table), *options], stdout=output, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        said = output.read().decode().strip().splitlines()
        failed = ""
        if process.returncode:
            lines = errors.read().decode().strip().splitlines()
            failed = lines[-1][:200] if lines else f"ended with {process.returncode}"
    answers = json.loads(said[-1]) if said and not failed else {}
    cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    return Run(name=name, rows=rows, cpu=cpu, peak_mib=peak, answers=answers, failed=failed)


def compare(rows: int, profiled: int, peers: Path | None) -> list[Run]:
    """All runs, each after ours on the same table."""
    runs = []
    with tempfile.TemporaryDirectory(prefix="proveout-bench-") as folder:
        table = Path(folder) / "table.parquet"
        make(table, rows)
        for distinct in ("approximate", "exact"):
            runs.append(run(f"ours, {distinct} distinct", sys.executable, "ours.py", table, rows, distinct))
            runs.append(run(f"by hand, {distinct} distinct", sys.executable, "by_hand.py", table, rows, distinct))
        runs += [run(name, python, f"with_{name}.py", table, rows) for name, python in _there(peers, CHECKERS)]
        if profilers := _there(peers, PROFILERS):
            make(table, profiled)
            runs.append(run("ours", sys.executable, "ours.py", table, profiled))
            runs += [run(name, python, "with_profiler.py", table, profiled, name) for name, python in profilers]
    return runs


def _there(peers: Path | None, names: tuple[str, ...]) -> list[tuple[str, str]]:
    """The tools that are installed, each with its Python."""
    pythons = [(name, peers / name / "bin" / "python") for name in names] if peers else []
    return [(name, str(python)) for name, python in pythons if python.exists()]


def main() -> None:
    """Run, compare the answers, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--profiled-rows", type=int, default=1_000_000)
    parser.add_argument("--peers", type=Path)
    asked = parser.parse_args()
    runs = compare(asked.rows, asked.profiled_rows, asked.peers)
    first = {one.rows: one for one in reversed(runs) if one.name.startswith("ours")}
    print("| run | rows | CPU seconds | CPU per ours | peak MiB | answers |\n|---|---:|---:|---:|---:|---|")
    wrong = False
    for one in runs:
        ours = first[one.rows]
        if "exact" in one.name:
            ours = next(r for r in runs if r.name == "ours, exact distinct")
        differ = [k for k in one.answers.keys() & ours.answers.keys() if one.answers[k] != ours.answers[k]]
        wrong |= bool(differ) and one.name.startswith("by hand")
        said = f"failed: {one.failed}" if one.failed else f"differ in {', '.join(differ)}" if differ else "same"
        said = said if one.answers or one.failed else "not compared"
        ratio = f"{one.cpu / ours.cpu:.2f}" if not one.failed else ""
        print(f"| {one.name} | {one.rows:,} | {one.cpu:.1f} | {ratio} | {one.peak_mib:.0f} | {said} |")
    sys.exit(int(wrong))


if __name__ == "__main__":
    main()
