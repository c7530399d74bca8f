"""A small system with an HTTP interface, good and bad sides, run for real by tests."""

import gzip
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

TOKEN = "tok/en+with=odd&signs%"
GIGABYTE = 1 << 30
CONTRACT = """
openapi: 3.0.3
info: {title: CRM, version: "1"}
paths:
  /leads/{lead}:
    get:
      operationId: readLead
      responses:
        200:
          content: {application/json: {schema: {$ref: "#/components/schemas/Lead"}}}
  /wrong/{id}:
    get:
      responses:
        "200": {$ref: "#/components/responses/Lead"}
  /notes:
    post:
      responses:
        "201": {content: {application/json: {schema: {$ref: "#/components/schemas/Note"}}}}
  /notes/{id}:
    get:
      responses:
        "200": {content: {application/json: {schema: {$ref: "#/components/schemas/Note"}}}}
    delete: {responses: {"204": {description: gone}}}
  /error: {get: {responses: {"200": {description: fine}}}}
  /echo: {get: {responses: {2XX: {content: {application/json: {schema: {type: object}}}}}}}
components:
  responses:
    Lead: {content: {application/json: {schema: {$ref: "#/components/schemas/Lead"}}}}
  schemas:
    Lead:
      type: object
      required: [id, email, amount, secret]
      properties:
        id: {type: integer}
        email: {type: string}
        amount: {type: number, minimum: 0, exclusiveMinimum: true}
        since: {type: string, format: date}
        note: {type: string, nullable: true}
        secret: {type: string, writeOnly: true}
        tags: {type: array, items: {type: string, enum: [new, "old", NO]}}
    Note:
      type: object
      required: [id, text]
      properties: {id: {type: integer}, text: {type: string}}
"""


@dataclass
class Crm:
    """A running server: where it is, what it holds, what it was asked."""

    url: str = ""
    notes: dict[int, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    sent: int = 0


class Handler(BaseHTTPRequestHandler):
    crm: ClassVar[Crm]
    protocol_version = "HTTP/1.1"

    def _answer(self, body: Any = None, status: int = 200, **headers: str) -> None:
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def _handle(self) -> None:
        self.crm.asked.append(f"{self.command} {self.path}")
        self.given = self.rfile.read(int(self.headers.get("content-length") or 0))
        first, _, rest = self.path.partition("?")[0].strip("/").partition("/")
        with suppress(BrokenPipeError, ConnectionResetError):
            getattr(self, f"_{first}", lambda rest: self._answer({"error": "no such thing"}, 404))(rest)

    do_GET = do_POST = do_DELETE = do_HEAD = _handle  # noqa: N815 (names of the standard library)

    def _leads(self, id: str) -> None:
        if self.headers.get("authorization") != f"Bearer {TOKEN}":
            return self._answer({"error": "who are you?"}, 401)
        lead = {"id": int(id), "email": "a@b.c", "amount": 12.5, "since": "2026-01-31", "note": None, "tags": ["new"]}
        return self._answer(lead)

    def _wrong(self, id: str) -> None:
        self._answer({"id": id, "amount": "12", "since": "31.1.2026", "note": 7, "tags": ["new", "odd", "odder"]})

    def _slow(self, rest: str) -> None:
        time.sleep(1.5)
        self._answer({})

    def _drip(self, rest: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(30):
            self.wfile.write(b" ")
            time.sleep(0.1)

    def _error(self, rest: str) -> None:
        self._answer({"error": f"cannot use {self.headers.get('authorization')}"}, 500)

    def _moved(self, rest: str) -> None:
        self._answer(None, 302, Location="http://elsewhere.example/?q=" + (self.headers.get("authorization") or ""))

    def _huge(self, rest: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(GIGABYTE))
        self.end_headers()
        block = b"x" * (1 << 20)
        for _ in range(GIGABYTE // len(block)):
            self.wfile.write(block)
            self.crm.sent += len(block)

    def _bomb(self, rest: str) -> None:
        self._answer(gzip.compress(b"[" + b"0," * 20_000_000), Content_Encoding="gzip")

    def _packed(self, rest: str) -> None:
        self._answer(gzip.compress(b'{"ok": true}'), Content_Encoding="gzip")

    def _echo(self, rest: str) -> None:
        self._answer({"path": self.path, **dict(self.headers.items()), "body": self.given.decode()})

    def _html(self, rest: str) -> None:
        self._answer(b"<h1>Log in</h1>")

    def _odd(self, rest: str) -> None:
        self._answer(b'{"half": "\\ud800"}' if rest == "half" else b'{"much": 1e999}')

    def _notes(self, id: str) -> None:
        notes = self.crm.notes
        if self.command == "POST":
            number = len(notes) + 1
            notes[number] = {"id": number, **json.loads(self.given)}
            return self._answer(notes[number], 201)
        if int(id) not in notes:
            return self._answer({"error": "no such note"}, 404)
        return (
            self._answer(None, 204) if self.command == "DELETE" and notes.pop(int(id)) else self._answer(notes[int(id)])
        )

    def _forgetful(self, id: str) -> None:
        self._answer({"id": 1, "text": "accepted"}, 201) if self.command == "POST" else self._answer(
            {"id": 1, "text": "lost"}
        )

    def _predict(self, rest: str) -> None:
        case = json.loads(self.given)
        self._answer({"score": case["size"] / 100}) if case["size"] != 13 else self._answer({"error": "no"}, 500)

    def log_message(self, *arguments: Any) -> None:
        pass


@contextmanager
def running() -> Iterator[Crm]:
    """The server, on a free port."""
    crm = Crm()
    handler = type("Own", (Handler,), {"crm": crm})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        crm.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield crm
        server.shutdown()
        thread.join()
