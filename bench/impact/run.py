"""CPU time of a rollout's effects over 560,520 rows, beside the hand-written limit and a package of the field.

    python bench/impact/run.py [--diff-diff PYTHON]

7,785 units over 72 periods, as many as in the study that Roth and Sant'Anna use; PYTHON is that of an environment with
diff-diff. Goal: under 2 seconds of CPU. Measured: RESULTS.md.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
UNITS, PERIODS = 7_785, 72


def main() -> None:
    """Make the data, run each in a process of its own, print seconds of CPU and what it found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--diff-diff", default="")
    peer = parser.parse_args().diff_diff
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder)
        runs = [(sys.executable, "ours.py"), (sys.executable, "by_hand.py")]
        runs += [(peer, "with_diff_diff.py")] if peer else []
        first = None
        for python, script in runs:
            empty = seconds([python, "-c", (HERE / script).read_text().split("def main")[0]])
            took = seconds([python, str(HERE / script), name])
            first = first or took
            print(f"{script:20} {took:6.2f} s of CPU, {took / first:5.2f} per ours; imports alone {empty:.2f} s")


def make(folder: Path) -> None:
    """waves.csv and outcomes.parquet."""
    import duckdb

    seats = f"""select 'unit ' || i as unit, 'wave ' || (1 + hash(i, 'wave') % 12) as arm,
        date '2026-01-05' + cast(7 * (12 + 4 * (hash(i, 'wave') % 12)) as integer) as started_at
        from range({UNITS}) as r(i)"""
    duckdb.sql(f"copy ({seats}) to '{folder}/waves.csv' (header)")
    outcomes = f"""select 'unit ' || i as unit, date '2026-01-05' + cast(7 * t as integer) as day,
        cast(hash(i, t) % 20 = 0 as integer) + (hash(i) % 100) / 400.0 as value
        from range({UNITS}) as r(i), range({PERIODS}) as s(t)"""
    duckdb.sql(f"copy ({outcomes}) to '{folder}/outcomes.parquet' (format parquet)")


def seconds(command: list[str]) -> float:
    """CPU seconds of a process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.stdout.strip():
        print(f"    {done.stdout.strip()}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
