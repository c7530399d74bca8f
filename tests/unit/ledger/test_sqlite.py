"""A ledger in a file: what it keeps, what it refuses, and what shows when somebody changes it by hand."""

import json
import multiprocessing
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from proveout.core.errors import ProveoutError
from proveout.ledger import Ledger, open_ledger, verify_export
from proveout.ledger.sqlite import SCHEMA


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".proveout" / "ledger.sqlite"


def fill(path: Path, n: int = 20) -> list[str]:
    with open_ledger(path) as ledger:
        return [ledger.append("evidence", "leads", f"key-{i}", {"figure": i / 3, "é": "ü" * 30}).hash for i in range(n)]


def tampered(path: Path, *statements: str) -> None:
    """Change the file by hand, as somebody with an SQLite shell would."""
    with sqlite3.connect(path) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, sql in triggers:
            connection.execute(sql)
    connection.close()


def test_what_goes_in_comes_out(path: Path) -> None:
    before = datetime.now(UTC)
    with open_ledger(path) as ledger:
        assert ledger.head == ""
        assert len(ledger) == 0
        assert ledger.latest("evidence", "leads", "k") is None
        first = ledger.append("evidence", "leads", "k", {"b": [1, 2.5, None], "a": "é\x00\n"})
        second = ledger.append("evidence", "leads", "k", {"a": 2})
        ledger.append("decision", "leads", "pilot", {"choice": "go"})
        ledger.append("evidence", "other", "k", {})
    assert first.sequence == 1
    assert second.previous == first.hash
    assert before <= first.at <= datetime.now(UTC)
    with open_ledger(path) as ledger:
        assert len(ledger) == 4
        assert ledger.latest("evidence", "leads", "k") == second
        assert [r.sequence for r in ledger.records("evidence")] == [1, 2, 4]
        assert [r.sequence for r in ledger.records(initiative="leads")] == [1, 2, 3]
        assert next(ledger.records()).body == {"b": [1, 2.5, None], "a": "é\x00\n"}
        assert ledger.head == list(ledger.records())[-1].hash
        assert ledger.verify(expected_head=ledger.head) == ()
        assert verify_export(ledger.export(), expected_head=ledger.head) == ()


def test_the_record_takes_no_update_no_delete_and_no_replacement(path: Path) -> None:
    fill(path, 2)
    connection = sqlite3.connect(path)
    for statement in (
        "UPDATE record SET body = '{}'",
        "DELETE FROM record",
        "INSERT OR REPLACE INTO record SELECT 1, previous, hash, kind, initiative, key, at, '{}' FROM record LIMIT 1",
        "INSERT INTO record SELECT 9, previous, hash, kind, initiative, key, at, body FROM record LIMIT 1",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="the ledger"):
            connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE record SET body = replace(body, '3', '4') WHERE sequence = 11",
        "UPDATE record SET body = body || ' ' WHERE sequence = 11",
        "UPDATE record SET body = 'no json' WHERE sequence = 11",
        "UPDATE record SET at = replace(at, '+00:00', '+01:00') WHERE sequence = 11",
        "UPDATE record SET key = 'k' WHERE sequence = 11",
        "UPDATE record SET kind = 'gate' WHERE sequence = 11",
        "UPDATE record SET initiative = 'Leads' WHERE sequence = 11",
        "UPDATE record SET hash = previous WHERE sequence = 11",
        "UPDATE record SET previous = hash WHERE sequence = 11",
        "UPDATE record SET sequence = 99 WHERE sequence = 11",
        "DELETE FROM record WHERE sequence = 11",
        "DELETE FROM record WHERE sequence = 1",
    ],
)
def test_a_change_by_hand_shows(path: Path, statement: str) -> None:
    fill(path)
    tampered(path, statement)
    with open_ledger(path) as ledger:
        assert ledger.verify() != ()


def test_a_changed_record_is_never_used(path: Path) -> None:
    fill(path)
    tampered(path, "UPDATE record SET body = '{}' WHERE sequence = 20")
    with open_ledger(path) as ledger:
        with pytest.raises(ProveoutError, match="record 20 of the ledger was changed"):
            ledger.latest("evidence", "leads", "key-19")
        with pytest.raises(ProveoutError, match="record 20"):
            list(ledger.records())
        with pytest.raises(ProveoutError, match="record 20"):
            ledger.append("evidence", "leads", "k", {})
        assert len(list(ledger.export())) == 20


def test_a_cut_tail_shows_against_the_head(path: Path) -> None:
    hashes = fill(path)
    tampered(path, "DELETE FROM record WHERE sequence > 15")
    with open_ledger(path) as ledger:
        assert ledger.verify(expected_head=hashes[14]) == ()
        assert "removed or replaced" in ledger.verify(expected_head=hashes[19])[0].what


def test_a_removed_trigger_shows(path: Path) -> None:
    fill(path, 1)
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER record_is_never_changed")
    connection.close()
    with open_ledger(path) as ledger:
        assert [found.what for found in ledger.verify()] == [
            "the trigger record_is_never_changed was changed or removed"
        ]


def test_flipped_bytes_of_the_file_show_or_are_in_no_record(path: Path, tmp_path: Path) -> None:
    fill(path)
    with open_ledger(path) as ledger:
        lines = list(ledger.export())
    original, generator, noticed = path.read_bytes(), random.Random(20260105), 0
    for trial in range(150):
        place = generator.randrange(len(original))
        damaged = bytearray(original)
        damaged[place] ^= 1 << generator.randrange(8)
        copy = tmp_path / f"{trial}.sqlite"
        copy.write_bytes(damaged)
        try:
            with open_ledger(copy) as ledger:
                if ledger.verify():
                    noticed += 1
                else:
                    assert list(ledger.export()) == lines, f"byte {place} was changed unseen"
        except ProveoutError:
            noticed += 1
    assert noticed > 30


MANY = """
import sys, time
from pathlib import Path
from proveout.ledger import open_ledger
time.sleep(max(0.0, float(sys.argv[3]) - time.time()))
with open_ledger(Path(sys.argv[1])) as ledger:
    for i in range(200):
        ledger.append("evidence", sys.argv[2], str(i), {"i": i})
        time.sleep(0.001 * (i % 3))
"""


def test_two_processes_lose_nothing_and_fork_nothing(path: Path) -> None:
    start = str(time.time() + 1.5)
    processes = [subprocess.Popen([sys.executable, "-c", MANY, str(path), name, start]) for name in ("a", "b")]
    assert [process.wait(120) for process in processes] == [0, 0]
    with open_ledger(path) as ledger:
        assert ledger.verify() == ()
        assert len(ledger) == 400
        for name in ("a", "b"):
            assert [record.body["i"] for record in ledger.records(initiative=name)] == list(range(200))
        runs = sum(a.initiative != b.initiative for a, b in pairwise(ledger.records()))
    assert runs > 1, "the two wrote one after the other, so nothing was tried"


ENDLESS = """
import sys
from pathlib import Path
from proveout.ledger import open_ledger
with open_ledger(Path(sys.argv[1])) as ledger:
    while True:
        print(ledger.append("evidence", "leads", "k", {"text": "x" * 5000}).hash, flush=True)
"""


def test_a_killed_writer_leaves_all_it_confirmed(path: Path) -> None:
    confirmed: list[str] = []
    for round_ in range(3):
        process = subprocess.Popen([sys.executable, "-c", ENDLESS, str(path)], stdout=subprocess.PIPE, text=True)
        assert process.stdout
        for _ in range(10 + 7 * round_):
            confirmed.append(process.stdout.readline().strip())
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read()
        confirmed += [line for line in rest.splitlines(keepends=True) if line.endswith("\n") for line in [line.strip()]]
        process.wait()
        process.stdout.close()
        with open_ledger(path) as ledger:
            assert ledger.verify() == ()
            assert set(confirmed) <= {record.hash for record in ledger.records()}


@pytest.fixture
def tight_disk() -> Iterator[None]:
    """No file may grow beyond 100 kB: writing fails for real, as on a full disk."""
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, old[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, old)


def test_a_full_disk_is_a_message_and_costs_no_record(path: Path, tight_disk: None) -> None:
    written = 0
    with pytest.raises(ProveoutError, match="ledger") as caught, open_ledger(path) as ledger:
        for _ in range(100):
            ledger.append("evidence", "leads", "k", {"text": "x" * 20_000})
            written += 1
    assert caught.value.remedy
    assert written > 0
    resource.setrlimit(resource.RLIMIT_FSIZE, resource.getrlimit(resource.RLIMIT_FSIZE)[1:] * 2)
    with open_ledger(path) as ledger:
        assert ledger.verify() == ()
        assert len(ledger) == written


def test_no_room_left_says_so(path: Path) -> None:
    with open_ledger(path) as ledger:
        ledger.store.connection.execute("PRAGMA max_page_count = 8")  # pyright: ignore[reportAttributeAccessIssue]
        with pytest.raises(ProveoutError, match="no room left"):
            ledger.append("evidence", "leads", "k", {"text": "x" * 100_000})
        assert ledger.verify() == ()
        assert len(ledger) == 0


def open_as_nobody(path: Path, answers: "multiprocessing.SimpleQueue[str]") -> None:
    if os.getuid() == 0:
        os.setuid(65534)
    try:
        with open_ledger(path) as ledger:
            ledger.append("evidence", "leads", "k", {})
            answers.put("written")
    except ProveoutError as error:
        answers.put(f"{error.message} / {error.remedy}")


@pytest.mark.parametrize("there", [False, True])
def test_a_folder_that_cannot_be_written_is_a_message(there: bool) -> None:
    folder = Path(tempfile.mkdtemp())
    if there:
        fill(folder / "ledger.sqlite", 1)
    folder.chmod(0o555)
    try:
        context = multiprocessing.get_context("fork")
        answers = context.SimpleQueue()
        process = context.Process(target=open_as_nobody, args=(folder / "ledger.sqlite", answers))
        process.start()
        process.join(60)
        answer = answers.get()
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)
    assert "the ledger" in answer
    assert "writ" in answer.split(" / ")[1]


def test_a_file_that_is_no_ledger_stays_as_it_is(tmp_path: Path) -> None:
    text, other, newer = tmp_path / "notes.txt", tmp_path / "other.sqlite", tmp_path / "newer.sqlite"
    text.write_text("not a database, but long enough to be taken for one" * 20)
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE mine (x)")
    connection.close()
    fill(newer, 1)
    with sqlite3.connect(newer) as connection:
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    for path, message in (
        (text, "not a ledger"),
        (other, "not a ledger"),
        (newer, "schema version 2"),
        (tmp_path, "cannot be opened"),
    ):
        before = path.read_bytes() if path.is_file() else b""
        with pytest.raises(ProveoutError, match=message) as caught:
            open_ledger(path)
        assert caught.value.remedy
        assert (path.read_bytes() if path.is_file() else b"") == before
    with pytest.raises(ProveoutError, match="cannot be opened"):
        open_ledger(text / "below" / "ledger.sqlite")


def test_text_that_is_not_unicode_is_a_message(path: Path) -> None:
    with open_ledger(path) as ledger:
        with pytest.raises(ProveoutError, match="not Unicode"):
            ledger.append("evidence", "leads", "k", {"file": "caf\udce9"})
        assert ledger.verify() == ()


def test_the_latest_is_found_by_the_index(path: Path) -> None:
    with open_ledger(path) as ledger:
        plan = ledger.store.connection.execute(  # pyright: ignore[reportAttributeAccessIssue]
            "EXPLAIN QUERY PLAN SELECT * FROM record WHERE kind = ? AND initiative = ? AND key = ?"
            " ORDER BY sequence DESC LIMIT 1",
            ("a", "b", "c"),
        ).fetchall()
    assert [row[3] for row in plan] == ["SEARCH record USING INDEX record_by_key (kind=? AND initiative=? AND key=?)"]


def test_a_hundred_thousand_records_verify_in_seconds(path: Path) -> None:
    with open_ledger(path) as ledger:
        with ledger.store.writing():
            _fill_fast(ledger, 100_000)
        start = time.process_time()
        assert ledger.verify() == ()
        assert time.process_time() - start < 10.0
        start = time.process_time()
        for _ in range(100):
            assert ledger.latest("evidence", "leads", "77777")
        assert time.process_time() - start < 1.0


def _fill_fast(ledger: Ledger, n: int) -> None:
    """Sound records without a commit each."""
    from proveout.ledger.chain import GENESIS, Row, seal

    previous = GENESIS
    for i in range(1, n + 1):
        body = json.dumps({"figure": i, "text": "x" * 200}, separators=(",", ":"))
        row = Row(i, previous, "", "evidence", "leads", str(i), "2026-01-05T10:00:00.000000+00:00", body)
        row = row._replace(hash=seal(row))
        ledger.store.insert(row)
        previous = row.hash


def test_the_schema_is_the_one_that_older_ledgers_have() -> None:
    """Whoever changes it raises SCHEMA_VERSION and writes the step from the version before."""
    from proveout.core.digest import digest

    assert digest(SCHEMA) == "1c9996cbba8073de1a77c34265a8c282ff13f4d7ed42106a94787ed83640da94"
