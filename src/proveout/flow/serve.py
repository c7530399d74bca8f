"""Serve the recorded arms to what runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any

from proveout.core.errors import ProveoutError
from proveout.delivery import Evaluator, flag_definitions

RENEWED_SECONDS = 5.0
"""So long after a roll-back somebody may still be told to have the system."""


def definitions(evaluator: Evaluator) -> dict[str, Any]:
    """The recorded arms as flag definitions for flagd."""
    return flag_definitions(evaluator)


@dataclass(frozen=True, slots=True)
class Serving:
    """A server that listens; `run` answers until it is interrupted."""

    flag: str
    address: str
    run: Callable[[], None]


@contextmanager
def serving(
    read: Callable[[], Evaluator],
    host: str,
    port: int,
    *,
    every_seconds: float = RENEWED_SECONDS,
    said: Callable[[str], None] = lambda sentence: None,
) -> Iterator[Serving]:
    """Listen, read anew every few seconds who has the system, and let go of the port at the end.

    Args:
        read: Who has the system now.
        host: Where to listen.
        port: 0 for any that is free.
        every_seconds: How old an answer may be.
        said: Told once when it cannot be read any more; the answers are those of before then.

    Raises:
        ProveoutError: The port cannot be had, or it cannot be read at first.
    """
    from proveout.delivery import ofrep

    evaluator = read()
    try:
        server = ofrep.server(evaluator, host=host, port=port)
    except OSError as error:
        raise ProveoutError(f"{host}:{port} cannot be had: {error.strerror}", "name another --port") from None
    ended = Event()
    with server:
        Thread(target=_renewed, args=(server.renew, read, ended, every_seconds, said), daemon=True).start()
        name, number = server.server_address[:2]
        shown = name if isinstance(name, str) else name.decode()
        try:
            yield Serving(evaluator.flag, f"http://{shown}:{number}{ofrep.PATH}/{evaluator.flag}", server.serve_forever)
        finally:
            ended.set()


def _renewed(
    renew: Callable[[Evaluator], None],
    read: Callable[[], Evaluator],
    ended: Event,
    seconds: float,
    said: Callable[[str], None],
) -> None:
    broken = ""
    while not ended.wait(seconds):
        try:
            renew(read())
            broken = ""
        except ProveoutError as error:
            if error.message != broken:
                said(f"{error.message}; answers are those of before")
            broken = error.message
