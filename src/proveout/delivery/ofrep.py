"""An evaluator that any OpenFeature SDK can ask over HTTP: the OpenFeature Remote Evaluation Protocol."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from proveout.core.digest import digest
from proveout.delivery.flags import Evaluator

PATH = "/ofrep/v1/evaluate/flags"
LONGEST = 1_000_000
"""Bytes of a request; contexts are small."""


def today() -> date:
    """The day by UTC, as the pilot counts."""
    return datetime.now(UTC).date()


class Handler(BaseHTTPRequestHandler):
    """One request after the other on a kept connection."""

    protocol_version = "HTTP/1.1"
    timeout = 10.0
    disable_nagle_algorithm = True
    evaluator: Evaluator
    clock: Callable[[], date] = staticmethod(today)

    def do_POST(self) -> None:
        """Evaluate one flag, or all."""
        context = self._context()
        if context is None:
            return
        unit = context.get("targetingKey")
        path = self.path.rstrip("/")
        if path == PATH:
            self._all(unit)
        elif not path.startswith(f"{PATH}/"):
            self._send(HTTPStatus.NOT_FOUND, {"errorDetails": f"ask at {PATH}/{self.evaluator.flag}"})
        elif path[len(PATH) + 1 :] != self.evaluator.flag:
            self._fail(HTTPStatus.NOT_FOUND, "FLAG_NOT_FOUND", f"the only flag here is {self.evaluator.flag}")
        elif not isinstance(unit, str) or not unit:
            self._fail(HTTPStatus.BAD_REQUEST, "TARGETING_KEY_MISSING", "send the unit's name as targetingKey")
        else:
            self._send(HTTPStatus.OK, self.evaluator.answer(unit, self.clock()))

    def do_GET(self) -> None:
        """Say how to ask."""
        self._fail(HTTPStatus.METHOD_NOT_ALLOWED, "GENERAL", f"send a POST to {PATH}/{self.evaluator.flag}")

    def _all(self, unit: Any) -> None:
        if not isinstance(unit, str) or not unit:
            self._fail(HTTPStatus.BAD_REQUEST, "TARGETING_KEY_MISSING", "send the unit's name as targetingKey")
            return
        answer = {"flags": [self.evaluator.answer(unit, self.clock())]}
        tag = f'"{digest(answer)[:16]}"'
        if self.headers.get("If-None-Match") == tag:
            self._send(HTTPStatus.NOT_MODIFIED, None, tag)
        else:
            self._send(HTTPStatus.OK, answer, tag)

    def _context(self) -> dict[str, Any] | None:
        """The context of the request; None when it was refused."""
        if self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            self._fail(HTTPStatus.LENGTH_REQUIRED, "PARSE_ERROR", "send the request with its length, in one piece")
            return None
        try:
            length = int(self.headers.get("Content-Length") or 0)
        except ValueError:
            length = -1
        if not 0 <= length <= LONGEST:
            self.close_connection = True
            self._fail(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "INVALID_CONTEXT", "the request is too long")
            return None
        try:
            body = json.loads(self.rfile.read(length) or b"{}")
            context = body.get("context", {})
        except (ValueError, AttributeError, RecursionError):
            context = None
        if not isinstance(context, dict):
            self._fail(HTTPStatus.BAD_REQUEST, "PARSE_ERROR", 'send {"context": {"targetingKey": "..."}}')
            return None
        return context

    def _fail(self, status: HTTPStatus, code: str, why: str) -> None:
        key = self.path.rstrip("/").rpartition("/")[2]
        self._send(status, {"key": key, "errorCode": code, "errorDetails": why})

    def _send(self, status: HTTPStatus, body: Any, tag: str = "") -> None:
        content = b"" if body is None else json.dumps(body).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if tag:
            self.send_header("ETag", tag)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: who asks is nobody's business."""


class Server(ThreadingHTTPServer):
    """A thread per client; one that hangs up, or says nothing for a while, is let go in silence."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: type[Handler]) -> None:
        super().__init__(address, handler)
        self._handler = handler

    def renew(self, evaluator: Evaluator) -> None:
        """Answer from another evaluator from the next request on."""
        self._handler.evaluator = evaluator

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing."""


def server(
    evaluator: Evaluator, *, host: str = "127.0.0.1", port: int = 8016, clock: Callable[[], date] = today
) -> Server:
    """A server, bound but not serving yet; `serve_forever` does that, `server_close` ends it.

    Raises:
        OSError: The port is taken.
    """
    handler = type("BoundHandler", (Handler,), {"evaluator": evaluator, "clock": staticmethod(clock)})
    return Server((host, port), handler)
