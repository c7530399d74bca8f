"""Serve the recorded arms to what runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from proveout.core.errors import ProveoutError
from proveout.delivery import Evaluator, flag_definitions


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
def serving(evaluator: Evaluator, host: str, port: int) -> Iterator[Serving]:
    """Listen, and let go of the port at the end.

    Raises:
        ProveoutError: The port cannot be had.
    """
    from proveout.delivery import ofrep

    try:
        server = ofrep.server(evaluator, host=host, port=port)
    except OSError as error:
        raise ProveoutError(f"{host}:{port} cannot be had: {error.strerror}", "name another --port") from None
    with server:
        name, number = server.server_address[:2]
        shown = name if isinstance(name, str) else name.decode()
        yield Serving(evaluator.flag, f"http://{shown}:{number}{ofrep.PATH}/{evaluator.flag}", server.serve_forever)
