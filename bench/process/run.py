"""CPU time and peak memory of the process instrument beside hand-written SQL and pm4py, as ratios in one run.

    python bench/process/run.py --events 10000000 --pm4py OTHER_ENVIRONMENT/bin/python

Each runs in a process of its own on the same generated log. Goals at 10 million events: at most 1.3 times the CPU time
of the hand-written SQL, at most an eighth of pm4py's, and less than 1 GiB. Measured: RESULTS.md.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROUNDING = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One process: what it cost and what it answered."""

    name: str
    n_events: int
    cpu: float
    wall: float
    peak_mib: float
    answers: dict


def run(name: str, python: str, script: str, log: Path, n_events: int, *options: str) -> Run:
    """Run a script on the log and wait for it.

    Raises:
        SystemExit: It fails.
    """
    start = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen([python, str(HERE / script), str(log), *options], stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - start
        if process.returncode:
            raise SystemExit(f"{script} ended with {process.returncode}")
        output.seek(0)
        last_line = output.read().decode().strip().splitlines()[-1]
    cpu = usage.ru_utime + usage.ru_stime
    return Run(
        name=name, n_events=n_events, cpu=cpu, wall=wall, peak_mib=usage.ru_maxrss / 1024, answers=json.loads(last_line)
    )


def differences(one: dict, other: dict) -> list[str]:
    """Names of the answers that both give and that differ."""
    return [name for name in one.keys() & other.keys() if not _same(one[name], other[name])]


def _same(one: object, other: object) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=ROUNDING, abs_tol=ROUNDING)
    return one == other


def compare(n_events: int, *, pm4py: str = "", pm4py_events: int = 0, handovers: bool = False) -> list[Run]:
    """All runs; ours first."""
    with tempfile.TemporaryDirectory(prefix="proveout-bench-") as folder:
        log = _log(Path(folder), n_events)
        runs = [
            run("ours", sys.executable, "ours.py", log, n_events),
            run("by hand", sys.executable, "by_hand.py", log, n_events),
        ]
        if pm4py:
            smaller = pm4py_events or n_events
            log = log if smaller == n_events else _log(Path(folder), smaller)
            options = ["--handovers"] if handovers else []
            runs.append(run("pm4py", pm4py, "with_pm4py.py", log, smaller, *options))
            if smaller != n_events:
                runs.append(run("ours, on the log of pm4py", sys.executable, "ours.py", log, smaller))
    return runs


def _log(folder: Path, n_events: int) -> Path:
    path = folder / f"log{n_events}.parquet"
    subprocess.run([sys.executable, str(HERE / "generate.py"), str(n_events), str(path)], check=True)
    return path


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--pm4py", default="", help="a Python that has pm4py")
    parser.add_argument("--pm4py-events", type=int, default=0, help="fewer events for pm4py")
    parser.add_argument("--handovers", action="store_true", help="ask pm4py for handovers too")
    given = parser.parse_args()
    runs = compare(given.events, pm4py=given.pm4py, pm4py_events=given.pm4py_events, handovers=given.handovers)
    by_size = {found.n_events: found for found in runs if found.name.startswith("ours")}
    print(f"{'':26}{'events':>12}{'cpu s':>9}{'wall s':>9}{'peak MiB':>10}{'ours / it, cpu':>16}  answers")
    for found in runs:
        ours = by_size[found.n_events]
        wrong = differences(ours.answers, found.answers)
        print(
            f"{found.name:26}{found.n_events:12,}{found.cpu:9.1f}{found.wall:9.1f}{found.peak_mib:10.0f}"
            f"{ours.cpu / found.cpu:16.3f}  {'differ: ' + ', '.join(wrong) if wrong else 'the same'}"
        )


if __name__ == "__main__":
    main()
