"""What `proveout probe` will call, and what came of it."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from proveout.core.probe import Call, CommandCall, HttpCall, Made, Planned, Probing, SqlCall
from proveout.core.wording import figure, legible

MOST = 10
"""Failures that are printed of one block."""
WIDE = 90
"""Characters of a call that are printed."""


def print_calls(planned: Sequence[Planned], console: Console) -> None:
    """Print what will be called, block by block; calls that write are marked."""
    if not planned:
        console.print("Nothing to call: no block of integration or prototype declares a call.")
    for one in planned:
        console.print(Text(f"{one.block} -> {one.recording.file}", style="bold"), soft_wrap=True)
        for line in _lines(one):
            console.print(Text(f"  {line}", style="yellow" if line.startswith("WRITES") else ""), soft_wrap=True)


def print_made(made: Sequence[Made], console: Console) -> None:
    """Print what came of it: a line per block, and why calls failed."""
    for one in made:
        wrong = [*one.failed, *one.unreached]
        words = f"{one.block}: {one.n} asked, {len(wrong)} failed; recorded in {one.file}"
        words += "" if wrong else "; `proveout check` holds the answers against what was agreed"
        console.print(Text(words, style="red" if wrong else "green"), soft_wrap=True)
        for name, why in wrong[:MOST]:
            console.print(Text(f"  {legible(name)}: {legible(why)}"), soft_wrap=True)
        if len(wrong) > MOST:
            console.print(f"  and {len(wrong) - MOST} more")


def _lines(planned: Planned) -> Iterator[str]:
    recording = planned.recording
    if isinstance(recording, Probing):
        for probe in recording.probes:
            times = "once" if probe.writes else f"{probe.repeats} times"
            yield f"{'WRITES' if probe.writes else 'reads '}  {probe.id}: {_call(probe.call)}, {times}"
            for step, call in (("read back", probe.read_back), ("clean up", probe.clean_up)):
                if call:
                    yield f"          then {step}: {_call(call)}"
        return
    yield f"for each of {figure(len(planned.cases), 'case' if len(planned.cases) == 1 else 'cases')}: " + _call(
        recording.call
    )
    if planned.recorded:
        yield f"{planned.recorded} of them are recorded already, and are asked only with --again"
    if planned.outdated:
        yield f"{planned.outdated} recorded lines belong to another call or to no case; they are moved to .proveout"


def _call(call: Call) -> str:
    if isinstance(call, HttpCall):
        words = f"{call.method} {call.url}"
    elif isinstance(call, CommandCall):
        words = f"run {' '.join(call.command)}"
    elif isinstance(call, SqlCall):
        words = f"{call.source}: {' '.join(call.sql.split())}"
    else:
        words = f"{call.source}: columns of {', '.join(call.tables)}"
    return legible(words if len(words) <= WIDE else f"{words[:WIDE]}...")
