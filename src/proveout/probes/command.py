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
from uuid import uuid4

from proveout.core.digest import plain
from proveout.core.probe import CommandCall, Reply
from proveout.probes.body import LIMIT, body_of, sentence
from proveout.probes.secrets import environment, filled, hidden

BLOCK = 65_536
MARK = "PROVEOUT_PROBE"
"""The environment variable by which the children of a program are known, even in a session of their own."""
PAUSE_SECONDS, MOST_ROUNDS = 0.02, 50
"""Until what was killed is gone, and how often it is looked for again: it may have started others meanwhile."""
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
    start, mark = time.perf_counter(), uuid4().hex
    try:
        process = subprocess.Popen(  # noqa: S603
            words,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env={**os.environ, MARK: mark},
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return Reply(error=sentence(f"{words[0]} cannot be run: {reason}", secrets), reached=False)
    given = filled(call.input, values) if case is None else case
    told = b"" if given is None else json.dumps(plain(given)).encode()
    said, complained = bytearray(), bytearray()
    in_time = _converse(process, told, said, complained, start + call.timeout_seconds)
    if not in_time:
        _kill_marked(mark)
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


def _kill_marked(mark: str) -> None:
    """Whatever left the process group and still carries the mark in its environment; on Linux only."""
    words = f"{MARK}={mark}".encode()
    for _ in range(MOST_ROUNDS):
        found = [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if words in _environment(folder)]
        if not found:
            return
        for pid in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(PAUSE_SECONDS)


def _environment(process: Path) -> list[bytes]:
    """None of what is gone, is waited for, or belongs to somebody else."""
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return []


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
