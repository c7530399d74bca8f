"""Answers follow the record: what is rolled back is not served for longer than it takes to read it."""

import json
import time
from datetime import date
from threading import Thread
from urllib.request import Request, urlopen

from proveout.core.errors import ProveoutError
from proveout.core.schedule import Span
from proveout.flow.serve import Evaluator, serving

PATIENCE = 10.0
"""Seconds after which an answer that does not come is none."""


def asked(address: str) -> bool:
    request = Request(address, data=json.dumps({"context": {"targetingKey": "a"}}).encode(), method="POST")
    with urlopen(request) as reply:
        return json.load(reply)["value"]


def wait_until(true) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_roll_back_is_served_without_a_new_start_and_a_record_that_cannot_be_read_changes_nothing():
    serves, said, broken = {"wave 1"}, [], []

    def read() -> Evaluator:
        if broken:
            raise ProveoutError("the ledger cannot be read")
        start = date(2026, 1, 1)
        return Evaluator("flag", {"a": "wave 1"}, {arm: (Span(start),) for arm in serves}, start)

    with serving(read, "127.0.0.1", 0, every_seconds=0.02, said=said.append) as server:
        Thread(target=server.run, daemon=True).start()
        assert asked(server.address) is True
        serves.clear()
        wait_until(lambda: asked(server.address) is False)
        serves.add("wave 1")
        wait_until(lambda: asked(server.address) is True)
        broken.append(True)
        serves.clear()
        wait_until(lambda: said)
        time.sleep(0.2)
        assert asked(server.address) is True
        assert said == ["the ledger cannot be read; answers are those of before"]
