"""Probes of a real PostgreSQL: written, read back, taken away, timed, and no password anywhere."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engines.server import ENCODED, PASSWORD

from proveout.core.initiative import Source
from proveout.core.probe import Call, Reply, SqlCall, TablesCall
from proveout.core.question import SourceName
from proveout.flow.check import check
from proveout.flow.probe import plan, probe
from proveout.flow.workspace import Workspace
from proveout.probes import make
from proveout.probes.body import LIMIT

psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
pytestmark = pytest.mark.xdist_group("postgresql")

S = SourceName("erp")
DECLARATION = """
initiative: small
sources: {erp: "${PROVEOUT_TEST_ERP}"}
evidence:
  erp:
    instrument: integration
    systems:
      - id: erp
        kind: sql
        source: erp
        owner: Jonas
        owner_agreed: {on: 2026-02-03, record: minutes}
        tables:
          probed.orders: {id: integer, title: text, total: number, placed: timestamp}
        operations:
          - {id: list, sql: "select id, title, total from probed.orders limit 3", expect: {rows: 1}}
          - id: place
            write: true
            sql: insert into probed.orders (title, total) values ('100% $sure', 1.5) returning id, title
            read_back: {sql: "select * from probed.orders where id = $id and title = $title and '%' <> '$x'"}
            clean_up: {sql: "delete from probed.orders where id = $id"}
"""


@pytest.fixture
def address(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database with a table of orders; its address with the password stands in the environment."""
    user = f"postgresql://writer:{ENCODED}@{server}"
    with psycopg.connect(f"postgresql://postgres@{server}", autocommit=True) as connection:
        for statement in (
            "drop schema if exists probed cascade",
            "drop role if exists writer",
            f"create role writer login password '{PASSWORD}'",
            "create schema probed",
            "create table probed.orders (id serial, title text, total numeric(9, 2), placed timestamptz default now())",
            "insert into probed.orders (title, total) values ('first', 1)",
            "grant usage on schema probed to writer",
            "grant all on all tables in schema probed to writer",
            "grant all on all sequences in schema probed to writer",
        ):
            connection.execute(statement)
        monkeypatch.setenv("PROVEOUT_TEST_ERP", user)
        yield "${PROVEOUT_TEST_ERP}"
        connection.execute("drop schema probed cascade")
        connection.execute("drop role writer")


def ask(call: Call, location: str, *, earlier: dict | None = None) -> Reply:
    reply = make(call, Path(), {S: Source(location=location)}, earlier=earlier)
    for secret in (PASSWORD, ENCODED):
        assert secret not in str(reply)
    return reply


def sql(statement: str, location: str, *, earlier: dict | None = None, **call) -> Reply:
    return ask(SqlCall(source=S, sql=statement, **call), location, earlier=earlier)


def test_operations_are_proved_and_nothing_is_left_behind(address: str, tmp_path: Path) -> None:
    (tmp_path / "initiative.yml").write_text(DECLARATION, encoding="utf-8")
    workspace = Workspace(tmp_path)
    made = probe(workspace, plan(workspace)[0])
    assert (made.n, made.failed, made.unreached) == (3, (), ())
    found = check(workspace).evidence[0].finding
    figures = {estimate.name: estimate.value for estimate in found.estimates}
    assert figures["proved_share"] == figures["written_back_share"] == 1
    assert figures["contract_differences"] == 0
    assert sql("select count(*)::int as n from probed.orders", address).body == [{"n": 1}]
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        assert ENCODED.encode() not in path.read_bytes(), path
        assert PASSWORD.encode() not in path.read_bytes(), path


def test_rows_as_json(address: str) -> None:
    statement = """select 1.50::numeric as n, 'NaN'::float8 as f, date '2026-01-31' as d, '{"a": [1]}'::jsonb as j,
        timestamptz '2026-01-31 12:00+01' as t, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid as u, null as x,
        array[1, 2] as a, '\\x00ff'::bytea as b, interval '1 day' as i"""
    (row,) = sql(statement, address).body
    assert row["t"].startswith("2026-01-31T")
    assert {**row, "t": ""} == {
        "n": "1.50",
        "f": "nan",
        "d": "2026-01-31",
        "j": {"a": [1]},
        "t": "",
        "u": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        "x": None,
        "a": [1, 2],
        "b": "00ff",
        "i": "1 day, 0:00:00",
    }


@pytest.mark.parametrize(
    "statement",
    [
        "delete from probed.orders",
        "with g as (delete from probed.orders returning *) select * from g",
        "commit; delete from probed.orders",
    ],
)
def test_what_is_not_said_to_write_cannot(address: str, statement: str) -> None:
    assert sql(statement, address).error
    assert sql("select count(*)::int as n from probed.orders", address).body == [{"n": 1}]


def test_columns_of_tables(address: str) -> None:
    found = ask(TablesCall(source=S, tables=("probed.orders", "nowhere")), address).body
    assert [(row["table"], row["column"], row["type"]) for row in found] == [
        ("probed.orders", "id", "integer"),
        ("probed.orders", "title", "text"),
        ("probed.orders", "total", "numeric"),
        ("probed.orders", "placed", "timestamp with time zone"),
    ]


def test_a_hundred_million_rows_fill_no_memory(address: str) -> None:
    start = time.monotonic()
    reply = sql("select generate_series(1, 100000000) as g, repeat('x', 100) as t", address, timeout_seconds=30)
    assert time.monotonic() - start < 20
    assert reply.cut
    assert len(str(reply.body)) < 2 * LIMIT


def test_the_time_is_up(address: str) -> None:
    start = time.monotonic()
    assert sql("select pg_sleep(60)", address, timeout_seconds=0.5).error == "no answer within 0.5 s"
    assert time.monotonic() - start < 4


def test_mistakes_are_sentences(address: str, server: str) -> None:
    assert '"nowhere" does not exist' in sql("select * from nowhere", address).error
    assert "holds no 'id'" in sql("select * from probed.orders where id = $id", address).error
    assert sql("select $id::int as n", address, earlier={"id": "7"}).body == [{"n": 7}]
    wrong = sql("select 1", f"postgresql://writer:wrong-pass@{server}")
    assert "password authentication failed" in wrong.error
    assert not wrong.reached
    assert "malformed" in sql("select 1", f"postgresql://u:{PASSWORD}@[::1/d").error
    assert sql("select 1", f"postgresql://u:{ENCODED}@h:port/d?sslmode=odd").error


def test_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        kept: list[socket.socket] = []
        threading.Thread(target=lambda: kept.append(silent.accept()[0]), daemon=True).start()
        port = silent.getsockname()[1]
        reply = sql("select 1", f"postgresql://u:{ENCODED}@127.0.0.1:{port}/d", timeout_seconds=1)
        for line in kept:
            line.close()
    assert not reply.reached
    assert reply.error
