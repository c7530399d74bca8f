"""How fast the recorded arm is served, beside a bare look-up and a bare server: `python bench/delivery/run.py`.

In process: a hundred thousand units, asked in an order that a cache does not help. Over HTTP: one client in a process
of its own, on one connection that is kept, against our OFREP server and against Python's server that sends the same
bytes whatever is asked. CPU seconds are the server's. Measured: RESULTS.md.
"""

import http.client
import json
import multiprocessing
import random
import time
from collections.abc import Callable
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection

from proveout.core.schedule import Span
from proveout.delivery import Evaluator
from proveout.delivery.ofrep import PATH, server

UNITS, ASKED, REQUESTS = 100_000, 1_000_000, 10_000
DAY = date(2026, 3, 10)
ARMS = {f"user-{i}": ("control", "pilot")[i % 2] for i in range(UNITS)}
EVALUATOR = Evaluator("bench", ARMS, {"pilot": (Span(date(2026, 3, 2)),)}, date(2026, 3, 2), "0" * 64)
SAME = json.dumps(EVALUATOR.answer("user-1", DAY)).encode()


class Bare(BaseHTTPRequestHandler):
    """Reads the request, and sends the same bytes to everybody."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        """The same bytes."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response_only(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(SAME)))
        self.end_headers()
        self.wfile.write(SAME)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def in_process(ask: Callable[[str], object]) -> float:
    """Evaluations per CPU second; the loop itself is counted."""
    units = random.Random(1).choices(list(ARMS), k=ASKED)
    start = time.process_time()
    for unit in units:
        ask(unit)
    return ASKED / (time.process_time() - start)


def serve(ours: bool, pipe: Connection) -> None:
    """Serve until told to stop; answer with the CPU seconds that it took."""
    import threading

    handling = server(EVALUATOR, port=0, clock=lambda: DAY) if ours else ThreadingHTTPServer(("127.0.0.1", 0), Bare)
    threading.Thread(target=handling.serve_forever, daemon=True).start()
    pipe.send(handling.server_address[1])
    pipe.recv()
    start = time.process_time()
    pipe.send(None)
    pipe.recv()
    pipe.send(time.process_time() - start)


def over_http(ours: bool) -> tuple[float, float]:
    """Requests per second of the clock, and per CPU second of the server."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(ours, there))
    process.start()
    connection = http.client.HTTPConnection("127.0.0.1", here.recv())
    here.send("begin")
    here.recv()
    start = time.perf_counter()
    for i in range(REQUESTS):
        body = json.dumps({"context": {"targetingKey": f"user-{i}"}})
        connection.request("POST", f"{PATH}/bench", body)
        answer = json.loads(connection.getresponse().read())
        assert not ours or answer["value"] is bool(i % 2)
    passed = time.perf_counter() - start
    here.send("end")
    cpu = here.recv()
    process.join()
    return REQUESTS / passed, REQUESTS / cpu


def main() -> None:
    """Both tables."""
    print("| in process | evaluations per CPU second | per bare look-up |\n|---|---:|---:|")
    bare = in_process(lambda unit: ARMS.get(unit))
    for name, ask in (
        ("has", lambda unit: EVALUATOR.has(unit, DAY)),
        ("answer, as the protocol puts it", lambda unit: EVALUATOR.answer(unit, DAY)),
    ):
        rate = in_process(ask)
        print(f"| {name} | {rate:,.0f} | {bare / rate:.1f} |", flush=True)
    print(f"| bare look-up in a dict | {bare:,.0f} | 1.0 |")
    print("\n| over HTTP | requests per second | per CPU second of the server | CPU per bare server |")
    print("|---|---:|---:|---:|")
    (passed, cpu), (limit, limit_cpu) = over_http(True), over_http(False)
    print(f"| OFREP | {passed:,.0f} | {cpu:,.0f} | {limit_cpu / cpu:.2f} |")
    print(f"| bare server, the same bytes | {limit:,.0f} | {limit_cpu:,.0f} | 1.00 |")


if __name__ == "__main__":
    main()
