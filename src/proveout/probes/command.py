"""One run of a program: no shell, a time limit for it and all its children, and only the start of what it says."""

import contextlib
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from proveout.core.digest import plain
from proveout.core.probe import CommandCall, Reply
from proveout.probes.body import LIMIT, body_of, sentence
from proveout.probes.secrets import environment, filled, hidden

BLOCK = 65_536
GRACE_SECONDS = 1.0
"""For what was already said to arrive, once the program is gone."""


def run(call: CommandCall, folder: Path, case: Mapping[str, Any] | None = None) -> Reply:
    """Run it in the folder, with the case or else `input` as JSON on its standard input.

    Raises:
        SourceUnreachable: A variable of the environment is not set.
    """
    values = environment((call.command, call.input))
    secrets = hidden(values)
    words = filled(call.command, values)
    start = time.perf_counter()
    try:
        process = subprocess.Popen(  # noqa: S603
            words,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return Reply(error=sentence(f"{words[0]} cannot be run: {reason}", secrets), reached=False)
    given = filled(call.input, values) if case is None else case
    told = b"" if given is None else json.dumps(plain(given)).encode()
    said, complained = bytearray(), bytearray()
    in_time = _converse(process, told, said, complained, start + call.timeout_seconds)
    seconds = time.perf_counter() - start
    if not in_time:
        return Reply(error=f"no answer within {call.timeout_seconds:g} s; it was stopped", seconds=seconds)
    cut = len(said) > LIMIT
    body, status = body_of(bytes(said[:LIMIT]), secrets, cut=cut), process.returncode
    if status == 0:
        return Reply(body=body, seconds=seconds, status=0, cut=cut)
    lines = complained.decode(errors="replace").strip().splitlines()
    last = f": {lines[-1]}" if lines else ""
    error = sentence(f"exit code {status}{last}", secrets)
    return Reply(body=body, seconds=seconds, status=status, cut=cut, error=error)


def _converse(
    process: "subprocess.Popen[bytes]", given: bytes, said: bytearray, complained: bytearray, deadline: float
) -> bool:
    """Write and read until the program and whoever inherited its output are done, or the time is up."""
    assert process.stdin and process.stdout and process.stderr  # noqa: S101
    threads = [
        threading.Thread(target=_write, args=(process.stdin, given), daemon=True),
        threading.Thread(target=_keep_first, args=(process.stdout, said), daemon=True),
        threading.Thread(target=_keep_last, args=(process.stderr, complained), daemon=True),
    ]
    for thread in threads:
        thread.start()
    in_time = True
    try:
        process.wait(max(0.0, deadline - time.perf_counter()))
        for thread in threads:
            thread.join(max(0.0, deadline - time.perf_counter()))
    except subprocess.TimeoutExpired:
        in_time = False
    finally:
        if process.poll() is None or any(thread.is_alive() for thread in threads):
            in_time = False
            _kill(process)
            for thread in threads:
                thread.join(GRACE_SECONDS)
    return in_time


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """The program with its children: they share a process group of their own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def _write(pipe: IO[bytes], given: bytes) -> None:
    with contextlib.suppress(OSError), pipe:
        pipe.write(given)


def _keep_first(pipe: IO[bytes], kept: bytearray) -> None:
    with contextlib.suppress(OSError, ValueError), pipe:
        while block := pipe.read1(BLOCK):  # type: ignore[attr-defined]
            kept += block[: LIMIT + 1 - len(kept)]


def _keep_last(pipe: IO[bytes], kept: bytearray) -> None:
    with contextlib.suppress(OSError, ValueError), pipe:
        while block := pipe.read1(BLOCK):  # type: ignore[attr-defined]
            kept += block
            del kept[:-LIMIT]
