"""DuckDB and SQLite files as sources."""

import sqlite3
import time
from pathlib import Path

import duckdb
import numpy as np
import pytest

from proveout.core.evidence import Outcome
from proveout.core.initiative import Source
from proveout.core.question import Query, Read, SourceName
from proveout.data import ask

S = SourceName("s")


def one(folder: Path, location: str, sql: str = "select * from r", *, seconds: float = 30, **read: str):
    question = Query(name="q", sql=sql, reads={"r": Read(source=S, **read)})
    tables, failures = ask([question], {S: Source(location=location, timeout_seconds=seconds)}, folder)
    return tables.get("q") or failures["q"]


@pytest.fixture
def crm(tmp_path: Path) -> Path:
    with duckdb.connect(str(tmp_path / "crm.duckdb")) as connection:
        connection.execute(
            "create schema sales; create table orders as select 1 as id, 2.5::decimal(9, 2) as amount;"
            "create table sales.deals as select 'x' as name; create view big as select * from orders where amount > 2"
        )
    return tmp_path


def test_duckdb_tables_views_and_schemas(crm: Path) -> None:
    assert one(crm, "duckdb:crm.duckdb", table="orders")["amount"].dtype == np.float64
    assert one(crm, "crm.duckdb", table="big")["id"].tolist() == [1]
    assert one(crm, "duckdb:crm.duckdb", table="sales.deals")["name"].tolist() == ["x"]


def test_duckdb_queries(crm: Path) -> None:
    query = "select o.id, d.name from orders o cross join sales.deals d cross join main.big"
    answer = one(crm, "duckdb:crm.duckdb", query=query)
    assert (answer["id"].tolist(), answer["name"].tolist()) == ([1], ["x"])


def test_duckdb_failures(crm: Path) -> None:
    failure = one(crm, "duckdb:crm.duckdb", table="nothing")
    assert (failure.outcome, failure.remedy) == (Outcome.BROKEN, "tables of this source: big, orders, deals")
    assert "what to read is missing" in one(crm, "duckdb:crm.duckdb").message
    assert "no table" in one(crm, "duckdb:crm.duckdb", query="select * from duckdb_tables").message
    (crm / "bad.duckdb").write_bytes(b"no database" * 1000)
    failure = one(crm, "duckdb:bad.duckdb", table="orders")
    assert failure.outcome is Outcome.UNREACHABLE
    assert str(crm) not in failure.message


def test_two_sources_may_be_the_same_file_and_a_relation_may_have_the_name_of_a_table(crm: Path) -> None:
    (crm / "orders.csv").write_text("id,other\n7,x\n")
    names = [SourceName(name) for name in ("a", "b", "c")]
    locations = ["duckdb:crm.duckdb", "crm.duckdb", "orders.csv"]
    questions = [
        Query(name="c", sql="select id from orders", reads={"orders": Read(source=names[2])}),
        Query(name="a", sql="select id from orders", reads={"orders": Read(source=names[0], query="from orders")}),
        Query(name="b", sql="select id from orders", reads={"orders": Read(source=names[1], table="orders")}),
    ]
    sources = {name: Source(location=location) for name, location in zip(names, locations, strict=True)}
    tables, failures = ask(questions, sources, crm)
    assert not failures
    assert [int(tables[name]["id"][0]) for name in "abc"] == [1, 1, 7]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("create table t (i integer, x real, s text, at text, z text, b blob, n text)")
        rows = [
            (1, 1.5, 'a,"b"\n', "2026-01-31T12:00:00+01:00", "01234", b"\x00\xff", None),
            (2, 2, "", "2026-02-01", "02345", None, None),
            (None, None, None, None, None, None, None),
        ]
        connection.executemany("insert into t values (?, ?, ?, ?, ?, ?, ?)", rows)
    connection.close()
    return tmp_path


def test_sqlite_values(shop: Path) -> None:
    answer = one(shop, "sqlite:shop.db", table="t")
    assert answer["i"].dtype == np.int64
    assert answer["x"].tolist() == [1.5, 2.0, None]
    assert answer["s"].tolist() == ['a,"b"\n', "", None]
    assert answer["at"].dtype == np.dtype("datetime64[us]")
    assert answer["at"][0] == np.datetime64("2026-01-31T11:00:00")
    assert answer["z"].tolist() == ["01234", "02345", None]
    assert answer["b"].tolist() == ["00ff", None, None]
    assert answer["n"].mask.tolist() == [True] * 3


def test_sqlite_queries_and_failures(shop: Path) -> None:
    answer = one(shop, "sqlite:shop.db", query="select count(*) as n, strftime('%Y', max(at)) as y from t")
    assert (answer["n"].tolist(), answer["y"].tolist()) == ([3], ["2026"])
    for query in ("delete from t", "attach 'x.db' as x", "select 1; select 2", "pragma user_version = 3"):
        failure = one(shop, "sqlite:shop.db", query=query)
        assert (failure.outcome, failure.remedy) == (Outcome.BROKEN, "write exactly one SELECT; it may start with WITH")
    assert "no table 'u'" in one(shop, "sqlite:shop.db", table="u").message
    assert "no such column: q" in one(shop, "sqlite:shop.db", query="select q from t").message
    (shop / "bad.db").write_bytes(b"nothing" * 100)
    assert one(shop, "sqlite:bad.db", table="t").outcome is Outcome.BROKEN


def test_sqlite_is_stopped_when_the_time_is_up(shop: Path) -> None:
    endless = "with recursive n as (select 1 as a union all select a + 1 from n) select count(*) as c from n"
    start = time.monotonic()
    failure = one(shop, "sqlite:shop.db", query=endless, seconds=0.5)
    assert time.monotonic() - start < 3
    assert failure.outcome is Outcome.UNREACHABLE
    assert "no answer within 0.5 s" in failure.message
