"""Statements on a real SQLite file."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from proveout.core.initiative import Source
from proveout.core.probe import Reply, SqlCall, TablesCall
from proveout.core.question import SourceName
from proveout.probes import make
from proveout.probes.body import LIMIT

S = SourceName("erp")
ENDLESS = "with recursive r(n) as (select 1 union all select n + 1 from r) select {} from r"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / "erp.sqlite")) as connection:
        connection.executescript("create table orders (id integer primary key, text varchar(20), sum real, day date)")
    return tmp_path


def ask(folder: Path, sql: str, location: str = "erp.sqlite", *, earlier: dict | None = None, **call) -> Reply:
    return make(SqlCall(source=S, sql=sql, **call), folder, {S: Source(location=location)}, earlier=earlier)


def test_write_read_back_take_away(folder: Path) -> None:
    written = ask(folder, "insert into orders (text) values ('a $b ?') returning id", writes=True)
    assert written.body == [{"id": 1}]
    back = ask(folder, "select * from orders where id = $id", "sqlite:erp.sqlite", earlier={"id": 1})
    assert back.body == [{"id": 1, "text": "a $b ?", "sum": None, "day": None}]
    assert ask(folder, "delete from orders where id = $id", writes=True, earlier={"id": 1}).error == ""
    assert ask(folder, "select * from orders").body == []


def test_what_is_not_said_to_write_cannot(folder: Path) -> None:
    reply = ask(folder, "insert into orders (text) values ('x')")
    assert "add `write: true`" in reply.error
    assert ask(folder, "select count(*) as n from orders").body == [{"n": 0}]


def test_mistakes_are_sentences(folder: Path) -> None:
    assert "no such table: nowhere" in ask(folder, "select * from nowhere").error
    assert "holds no 'id'" in ask(folder, "select $id").error
    assert "unable to open" in ask(folder, "select 1", "nothing.sqlite").error
    assert "leaves the folder" in ask(folder, "select 1", "../erp.sqlite").error
    assert "is no database" in ask(folder, "select 1", "data.csv").error
    assert "no source erp" in make(SqlCall(source=S, sql="select 1"), folder, {}).error


def test_a_statement_without_end_is_stopped_or_cut(folder: Path) -> None:
    start = time.monotonic()
    assert ask(folder, ENDLESS.format("count(*)"), timeout_seconds=0.3).error == "no answer within 0.3 s"
    rows = ask(folder, ENDLESS.format("n"))
    assert rows.cut
    assert len(str(rows.body)) < 2 * LIMIT
    assert time.monotonic() - start < 5


def test_columns_of_tables(folder: Path) -> None:
    call = TablesCall(source=S, tables=("orders", "nowhere"))
    rows = make(call, folder, {S: Source(location="erp.sqlite")}).body
    assert [row["type"] for row in rows] == ["INTEGER", "varchar(20)", "REAL", "date"]
    assert {row["table"] for row in rows} == {"orders"}
