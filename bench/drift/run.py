"""CPU time and peak memory of the drift instrument beside NannyML, on two windows of 20 columns.

    python bench/drift/run.py --rows 5000000 --nannyml PYTHON

PYTHON is that of an environment with NannyML 0.13.1 (how to make one: tests/real/car_loan_by_nannyml.py, and pyarrow).
Goal: a fifteenth of its CPU. Measured: RESULTS.md.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from generate import make

HERE = Path(__file__).parent


def run(python: str, script: str, folder: str, *options: str) -> tuple[float, float, dict[str, float]]:
    """CPU seconds, peak MiB and answers of a process of its own; no answers where it does not end well."""
    with tempfile.TemporaryFile() as output:
        environment = os.environ | {"NML_DISABLE_USAGE_LOGGING": "1"}
        command = [python, str(HERE / script), folder, *options]
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        lines = output.read().decode().strip().splitlines()
    answers = json.loads(lines[-1]) if lines and not process.returncode else {}
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, answers


def main() -> None:
    """Print a table of costs, and how far the answers lie apart."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--nannyml", default="")
    asked.add_argument("--few", action="store_true", help="once more without the column of very many values")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="proveout-bench-") as folder:
        for name in ("then", "now"):
            make(Path(folder) / f"{name}.parquet", given.rows, moved=name == "now")
        runs = {"ours": run(sys.executable, "ours.py", folder)}
        if given.nannyml:
            runs["NannyML, 20 columns"] = run(given.nannyml, "with_nannyml.py", folder)
            if given.few:
                runs["NannyML, 19 columns"] = run(given.nannyml, "with_nannyml.py", folder, "few")
    ours = runs["ours"]
    for name, (cpu, peak, answers) in runs.items():
        print(f"| {name} | {given.rows:,} | {cpu:.1f} | {cpu / ours[0]:.1f} | {peak:,.0f} | {len(answers)} answers |")
    for name in sorted(ours[2]):
        theirs = [f"{answers.get(name, float('nan')):.5f}" for _, _, answers in runs.values()]
        print(name, *theirs)


if __name__ == "__main__":
    main()
