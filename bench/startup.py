"""How long the command line takes, beside a Python that does nothing.

    python bench/startup.py

Goals: `proveout --help` under 0.25 s, `proveout check` of the unchanged demo under 1 s, whole process. Both are best
read as ratios to `python -c pass` of the same run: machines differ, and so do their other guests.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 11
GOALS = {"proveout --help": 0.25, "proveout check, unchanged demo": 1.0}


def main() -> None:
    """Measure and print."""
    python = sys.executable
    proveout = str(Path(python).with_name("proveout"))
    with tempfile.TemporaryDirectory() as folder:
        demo = str(Path(folder) / "demo")
        subprocess.run([proveout, "demo", demo], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([proveout, "check", demo], stdout=subprocess.DEVNULL)
        commands = {
            "python -c pass": [python, "-c", "pass"],
            "proveout --help": [proveout, "--help"],
            "proveout check, unchanged demo": [proveout, "check", demo],
        }
        times = measured(commands)
    base_wall, base_cpu = (statistics.median(column) for column in zip(*times["python -c pass"], strict=True))
    print(f"{'command':34}{'wall s':>9}{'ratio':>8}{'cpu s':>9}{'ratio':>8}{'goal':>9}")
    for name, pairs in times.items():
        wall, cpu = (statistics.median(column) for column in zip(*pairs, strict=True))
        goal = f"< {GOALS[name]:g} s" if name in GOALS else ""
        print(f"{name:34}{wall:9.3f}{wall / base_wall:8.1f}{cpu:9.3f}{cpu / base_cpu:8.1f}{goal:>9}")
    print(f"medians of {ROUNDS} rounds, commands in turn; {os.cpu_count()} cores")


def measured(commands: dict[str, list[str]]) -> dict[str, list[tuple[float, float]]]:
    """Wall and CPU seconds per command; in turn, so that a busy moment hits all of them."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            times[name].append((wall, cpu))
    return times


if __name__ == "__main__":
    main()
