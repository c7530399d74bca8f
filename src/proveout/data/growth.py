"""A bound on how much the process grows: DuckDB's own does not count what a function makes of a single row."""

import contextlib
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

_lock = threading.Lock()
_open = 0
_before: tuple[int, int] = (0, 0)


@contextlib.contextmanager
def bounded(n_bytes: int) -> Iterator[None]:
    """Let the process grow by so much and no more until the last of those who asked is done; on Linux only.

    Args:
        n_bytes: Beyond what the process has when the first one asks.
    """
    if sys.platform != "linux":
        yield
        return
    _enter(n_bytes)
    try:
        yield
    finally:
        _leave()


def _enter(n_bytes: int) -> None:
    import resource

    global _open, _before
    with _lock:
        _open += 1
        if _open == 1:
            _before = soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
            most = _data() + n_bytes
            limits = [limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY]
            resource.setrlimit(resource.RLIMIT_DATA, (min([most, *limits]), hard))


def _leave() -> None:
    import resource

    global _open
    with _lock:
        _open -= 1
        if not _open:
            resource.setrlimit(resource.RLIMIT_DATA, _before)


def _data() -> int:
    """What counts against the limit, in bytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmData:"))
