"""A real PostgreSQL as a source: types, read-only, time-outs, and passwords that are never printed."""

import socket
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from tests.engines.server import ENCODED, PASSWORD

from proveout.core.evidence import Outcome
from proveout.core.initiative import Source
from proveout.core.question import Failure, Preparation, Query, Read, SourceName
from proveout.data import ask

pytest.importorskip("psycopg", reason="psycopg is not installed")
pytestmark = pytest.mark.xdist_group("postgresql")

S = SourceName("erp")


@pytest.fixture(params=["written", "environment"])
def location(server: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address with its password in it, or in the environment."""
    address = f"postgresql://reader:{ENCODED}@{server}"
    if request.param == "written":
        return address
    monkeypatch.setenv("PROVEOUT_TEST_ERP", address)
    return "${PROVEOUT_TEST_ERP}"


def one(folder: Path, location: str, sql: str = "select * from r", *, seconds: float = 30, **read: str):
    source = Source(location=location, timeout_seconds=seconds)
    question = Query(name="q", sql=sql, reads={"r": Read(source=S, **read)})
    tables, failures = ask([question], {S: source}, folder)
    return tables.get("q") or failures["q"]


def failed(answer: object, outcome: Outcome) -> str:
    """The message of a failure, which never holds the password."""
    assert isinstance(answer, Failure), answer
    assert answer.outcome is outcome, answer
    for secret in (PASSWORD, ENCODED, "wrong-pass"):
        assert secret not in answer.message + answer.remedy
    return answer.message


def test_types(location: str, tmp_path: Path) -> None:
    t = one(tmp_path, location, table="t")
    assert not isinstance(t, Failure), t
    assert t["b"].dtype == np.int64
    assert t["b"][0] == 9007199254740993
    assert t["n"].dtype == np.float64
    assert t["n"][0] == 1234.5678
    assert np.isnan(t["n"][1])
    assert t["f"].dtype == np.float64
    assert t["s"].tolist() == ['a,"b"\nc é', ""]
    assert t["ok"].tolist() == [True, False]
    assert t["d"][0] == np.datetime64("2026-01-31")
    assert t["at"][0] == np.datetime64("2026-01-31T11:00:00")
    assert t["local"][0] == np.datetime64("2026-01-31T12:00:00.25")
    assert t["span"][0] == 88200
    assert [t[name][0] for name in ("e", "j", "a")] == ["red", '{"k": 1}', "{1,2}"]
    assert t["nothing"].mask.tolist() == [True, True]
    assert t["i"].mask.tolist() == [False, True]


def test_names_like_numbers_keep_every_digit(location: str, tmp_path: Path) -> None:
    long = "12345678901234567890"
    query = (
        f"select {long}::numeric as free, {long}::numeric(20,0) as fixed, '007'::text as text, 7::numeric as short, "
        "sum(g) as total, 1.50::numeric as price, 'NaN'::numeric(9,0) as none from generate_series(1, 3) g"
    )
    t = one(tmp_path, location, "select * from r", query=query)
    assert not isinstance(t, Failure), t
    assert [t[name].tolist() for name in ("free", "fixed", "text")] == [[long], [long], ["007"]]
    assert [t[name].tolist() for name in ("short", "total", "price")] == [[7], [6], [1.5]]
    assert np.isnan(t["none"][0])


def test_schemas_and_odd_names(location: str, tmp_path: Path) -> None:
    with_query = one(tmp_path, location, query='select "Mixed Case" as n, \'100%\' as p from sales."Odd ""name""";')
    assert (with_query["n"].tolist(), with_query["p"].tolist()) == ([7], ["100%"])


def test_a_preparation_and_two_questions_on_one_read(location: str, tmp_path: Path) -> None:
    read = {"r": Read(source=S, query="select g as a from generate_series(1, 1000) g")}
    questions = [
        Preparation(name="p", sql="select a * 2 as a from r", reads=read),
        Query(name="sum", sql="select sum(a) as n from p"),
        Query(name="count", sql="select count(*) as n from r", reads=read),
    ]
    tables, failures = ask(questions, {S: Source(location=location)}, tmp_path)
    assert not failures
    assert (tables["sum"]["n"].tolist(), tables["count"]["n"].tolist()) == ([1_001_000], [1000])


def test_a_table_is_read_once_however_much_is_asked_of_it(server: str, tmp_path: Path) -> None:
    import psycopg

    address = f"postgresql://reader:{ENCODED}@{server}"
    alone = "select count(*) = 1 from pg_stat_activity where usename = 'reader'"

    def times_read() -> int:
        with psycopg.connect(address, autocommit=True) as connection:
            while connection.execute(alone).fetchone() != (True,):  # a session counts its reads when it ends
                time.sleep(0.02)
            found = connection.execute("select seq_scan from pg_stat_user_tables where relname = 't'").fetchone()
            return found[0] if found else 0

    read = {"r": Read(source=S, table="t")}
    first = Query(name="columns", sql="select column_name from (describe select * from r)", reads=read)
    then = Query(name="count", sql="select count(*) as n from r", reads=read)
    before = times_read()
    tables, failures = ask([first], {S: Source(location=address)}, tmp_path, follow_up=lambda t, f: [then])
    assert not failures
    assert tables["count"]["n"].tolist() == [2]
    assert times_read() == before + 1


def test_mistakes_in_the_question(location: str, tmp_path: Path) -> None:
    assert '"nowhere" does not exist' in failed(one(tmp_path, location, table="nowhere"), Outcome.BROKEN)
    assert '"x" does not exist' in failed(one(tmp_path, location, query="select x from t"), Outcome.BROKEN)
    assert "same name" in failed(one(tmp_path, location, query="select i, b as i from t"), Outcome.BROKEN)
    assert "division by zero" in failed(one(tmp_path, location, query="select 1 / (i - 1) from t"), Outcome.BROKEN)
    assert "cannot be understood" in failed(one(tmp_path, location, query="select from where"), Outcome.BROKEN)


@pytest.mark.parametrize(
    "query",
    [
        "delete from t",
        "select 1; delete from t",
        "with gone as (delete from t returning *) select * from gone",
        "select * into copied from t",
        "select careless()",
        "select i from t for update",
        "copy t to stdout",
        "select 1) as answer; delete from t; select * from (select 1",
    ],
)
def test_nothing_is_written(location: str, tmp_path: Path, query: str) -> None:
    failed(one(tmp_path, location, query=query), Outcome.BROKEN)
    assert one(tmp_path, location, "select count(*) as n from r", table="t")["n"].tolist() == [2]


def test_a_query_that_hangs(location: str, tmp_path: Path) -> None:
    start = time.monotonic()
    answer = one(tmp_path, location, query="select pg_sleep(60)", seconds=0.5)
    assert time.monotonic() - start < 3
    assert "no answer within 0.5 s" in failed(answer, Outcome.UNREACHABLE)


def test_a_server_that_keeps_silent_is_cut_off(location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proveout.data.postgresql.GRACE_SECONDS", -59.5)
    start = time.monotonic()
    failed(one(tmp_path, location, query="select pg_sleep(60)", seconds=60), Outcome.UNREACHABLE)
    assert time.monotonic() - start < 3


def test_wrong_password(server: str, tmp_path: Path) -> None:
    answer = one(tmp_path, f"postgresql://reader:wrong-pass@{server}", table="t")
    assert "password authentication failed" in failed(answer, Outcome.UNREACHABLE)
    assert "reader:***@" in answer.message  # type: ignore[union-attr]


def test_nobody_there_and_nobody_answering(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        kept: list[socket.socket] = []
        threading.Thread(target=lambda: kept.append(silent.accept()[0]), daemon=True).start()
        start = time.monotonic()
        failed(one(tmp_path, f"postgresql://u:{ENCODED}@127.0.0.1:{port}/d", table="t", seconds=1), Outcome.UNREACHABLE)
        assert time.monotonic() - start < 5
        for line in kept:
            line.close()
    answer = one(tmp_path, f"postgresql://u:{ENCODED}@127.0.0.1:{port}/d", table="t", seconds=2)
    assert "refused" in failed(answer, Outcome.UNREACHABLE)


def test_malformed_addresses(tmp_path: Path) -> None:
    for address in (f"postgresql://u:{PASSWORD}@[::1/d", f"postgresql://u:{ENCODED}@h:port/d?sslmode=odd"):
        failed(one(tmp_path, address, table="t", seconds=2), Outcome.UNREACHABLE)


def test_without_the_driver(location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    answer = one(tmp_path, location, table="t")
    assert "driver for PostgreSQL is not installed" in failed(answer, Outcome.UNREACHABLE)
    assert "proveout[postgresql]" in answer.remedy  # type: ignore[union-attr]
