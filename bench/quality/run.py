"""CPU time and peak memory of the quality instrument beside hand-written DuckDB and other tools, in one run.

    python bench/quality/run.py --rows 10000000 --profiled-rows 1000000 --peers FOLDER

FOLDER holds an environment per tool, made as `peers.txt` says: `great_expectations`, `pointblank`, `ydata`,
`evidently`, `whylogs`; those that are not there are left out. Each runs in a process of its own on the same table.
Ours counts different values and takes quantiles approximately, or counts exactly (`exact`), or does both exactly
(`all`), as most of the others do. Goals: at most 1.3 times the CPU of the hand-written pass, a fifth of Great
Expectations', no more than pointblank's, a twentieth of the profilers', and less than 1 GiB. Measured: RESULTS.md.
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
MODES = ("approximate", "exact", "all")


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
    """All runs; ours and the others' on the same table."""
    runs = []
    with tempfile.TemporaryDirectory(prefix="proveout-bench-") as folder:
        table = Path(folder) / "table.parquet"
        make(table, rows)
        for mode in MODES:
            runs.append(run(f"ours, {mode}", sys.executable, "ours.py", table, rows, mode))
            runs.append(run(f"by hand, {mode}", sys.executable, "by_hand.py", table, rows, mode))
        for name, python in _there(peers, CHECKERS):
            runs.append(run(name, python, f"with_{name}.py", table, rows))
            if name == "great_expectations":
                runs.append(run("by hand, all, on its DuckDB", python, "by_hand.py", table, rows, "all"))
        if profilers := _there(peers, PROFILERS):
            make(table, profiled)
            if profiled != rows:
                runs += [run(f"ours, {mode}", sys.executable, "ours.py", table, profiled, mode) for mode in MODES]
            for name, python in profilers:
                runs.append(run(name, python, "with_profiler.py", table, profiled, name))
                for mode in ("ydata_minimal", "ydata_full") if name == "ydata" else ():
                    runs.append(run(mode, python, "with_profiler.py", table, profiled, mode))
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
    print("| run | rows | CPU seconds | per ours, approximate | exact | all | peak MiB | answers |")
    print("|---|---:|---:|---:|---:|---:|---:|---|")
    wrong = False
    for one in runs:
        ours = {r.name: r for r in runs if r.rows == one.rows and r.name.startswith("ours")}
        expected = ours["ours, all"].answers or ours["ours, exact"].answers
        shared = one.answers.keys() & expected.keys()
        differ = sorted(k for k in shared if one.answers[k] != expected[k])
        wrong |= bool(differ) and one.name.startswith("by hand")
        said = f"differ in {', '.join(differ)}" if differ else f"{len(shared)} of {len(expected)} compared, same"
        said = f"failed: {one.failed}" if one.failed else said if shared else "not compared"
        of = [ours[f"ours, {mode}"] for mode in MODES]
        ratios = ["" if one.failed or r.failed else f"{one.cpu / r.cpu:.2f}" for r in of]
        cells = (one.name, f"{one.rows:,}", f"{one.cpu:.1f}", *ratios, f"{one.peak_mib:,.0f}", said)
        print(f"| {' | '.join(cells)} |")
    sys.exit(int(wrong))


if __name__ == "__main__":
    main()
