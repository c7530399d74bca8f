"""Questions on files: answers as arrays, failures with place and remedy."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from tests.unit.data.asking import S, broken, csv, one, unreachable

from proveout.core.initiative import Source
from proveout.core.question import Documents, Failure, Preparation, Query, Read, SourceName
from proveout.data import ask

THREADS = 10


def test_types_come_back_as_plain_arrays(tmp_path: Path) -> None:
    answer = csv(tmp_path, "i,x,s,b,t,d\n1,1.5,a,true,2026-01-31T12:00:00+01:00,2026-01-31\n2,,,,,\n")
    assert answer["i"].dtype == np.int64
    assert answer["x"].dtype == np.float64
    assert answer["x"].mask.tolist() == [False, True]
    assert answer["s"].dtype == object
    assert answer["b"].dtype == np.bool_
    assert answer["t"].dtype == np.dtype("datetime64[us]")
    assert answer["t"][0] == np.datetime64("2026-01-31T11:00:00")
    assert answer["d"][0] == np.datetime64("2026-01-31")


def test_decimals_and_odd_times_become_plain(tmp_path: Path) -> None:
    sql = "select 1.25::decimal(9,2) as d, timestamp_ns '2026-01-01 00:00:00' as t, null::varchar as n from r"
    answer = csv(tmp_path, "a,b\n1,2\n", sql)
    assert answer["d"].dtype == np.float64
    assert answer["t"].dtype == np.dtype("datetime64[us]")
    assert answer["n"].mask.tolist() == [True]


def test_parameters_that_the_sql_does_not_name_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,x\n2,y\n")
    answer = one(tmp_path, Source(location="t.csv"), "select b from r where a = $wanted", wanted=2, other=3)
    assert answer["b"].tolist() == ["y"]


def test_what_is_passing_goes_once_nobody_asks_for_it(tmp_path: Path) -> None:
    left = "select count(*) as n from duckdb_tables() where temporary and table_name in ('short', 'long')"
    questions = [
        Preparation(name="long", sql="select 1 as a"),
        Preparation(name="short", sql="select a + 1 as a from long", passing=True),
        Query(name="first", sql="select a from short"),
        Query(name="between", sql=left.replace("'short'", "'sh' || 'ort'")),
        Query(name="last", sql="select a * 2 as a from short"),
        Query(name="after", sql=left.replace("'short'", "'sh' || 'ort'")),
    ]
    tables, failures = ask(questions, {}, tmp_path)
    assert not failures
    assert tables["last"]["a"].tolist() == [4]
    assert [tables[name]["n"].tolist() for name in ("between", "after")] == [[2], [1]]


def test_zones_are_converted_to_utc(tmp_path: Path) -> None:
    answer = csv(tmp_path, "a,t\n1,2026-01-31T12:00:00+02:00\n2,2026-01-31T12:00:00Z\n")
    assert answer["t"].astype(str).tolist() == ["2026-01-31T10:00:00.000000", "2026-01-31T12:00:00.000000"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("2026-01-01\ninf", "column d says infinity, which is no day, in row 2"),
        ("-infinity\n2026-01-01\ninf", "column d says -infinity, which is no day, in 2 rows, the first of which is 1"),
    ],
)
def test_a_day_at_the_end_of_time_is_named(tmp_path: Path, rows: str, words: str) -> None:
    text = "n,d\n" + "".join(f"{n},{row}\n" for n, row in enumerate(rows.splitlines()))
    failure = csv(tmp_path, text)
    assert "Could not convert DATE" in broken(failure)
    assert words in failure.remedy


def test_parquet_and_json(tmp_path: Path) -> None:
    import duckdb

    duckdb.connect().execute(
        f"copy (select 1 as a, 1.5::decimal(5,2) as m, 'x'::enum('x') as e, timestamptz '2026-01-01 00:00:00+01' as t) "
        f"to '{tmp_path}/t.parquet'"
    )
    answer = one(tmp_path, Source(location="t.parquet"), "select * from r")
    assert answer["m"].dtype == np.float64
    assert answer["e"].tolist() == ["x"]
    assert answer["t"][0] == np.datetime64("2025-12-31T23:00:00")
    (tmp_path / "t.ndjson").write_text('{"a": 1, "t": "2026-01-01T00:00:00Z"}\n{"a": null}\n')
    answer = one(tmp_path, Source(location="t.ndjson"), "select * from r")
    assert answer["a"].mask.tolist() == [False, True]
    assert answer["t"].dtype == np.dtype("datetime64[us]")
    (tmp_path / "t.json").write_text('[{"a": 1}, {"a": 2}]')
    assert one(tmp_path, Source(location="t.json"), "select sum(a) as n from r")["n"].tolist() == [3]


@pytest.mark.parametrize("name", ["t.parquet", "t.json", "t.xes", "t.duckdb", "t.sqlite"])
def test_damaged_files_fail_with_their_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"PAR1{this is nothing" * 10)
    failure = one(
        tmp_path, Source(location=name), "select * from r", table="t" if "sql" in name or "db" in name else ""
    )
    assert isinstance(failure, Failure)
    assert f"source s ({name})" in failure.message
    assert str(tmp_path) not in failure.message


def test_columns_can_be_listed(tmp_path: Path) -> None:
    sql = "select column_name, column_type from (describe select * from r)"
    answer = csv(tmp_path, "a,b\n1,x\n", sql)
    assert answer["column_name"].tolist() == ["a", "b"]
    assert answer["column_type"].tolist() == ["BIGINT", "VARCHAR"]


def test_rows_keep_the_order_of_the_file(tmp_path: Path) -> None:
    content = "a,b\n" + "".join(f"{(i * 7919) % 100_003},x\n" for i in range(100_000))
    answer = csv(tmp_path, content, "select a, row_number() over () as position from r")
    order = np.argsort(answer["position"])
    assert answer["a"][order].tolist() == [(i * 7919) % 100_003 for i in range(100_000)]


def test_preparations_serve_later_questions_and_take_them_down(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,x\n2,y\n")
    read = {"log": Read(source=S)}
    questions = [
        Preparation(name="encoded", sql="select a * $by as a from log", reads=read, parameters={"by": 10}),
        Query(name="total", sql="select sum(a) as n from encoded"),
        Preparation(name="wrong", sql="select nothing from log", reads=read),
        Query(name="after_wrong", sql="select * from wrong"),
        Query(name="still", sql="select count(*) as n from encoded, log", reads=read),
    ]
    tables, failures = ask(questions, {S: Source(location="t.csv")}, tmp_path)
    assert tables["total"]["n"].tolist() == [30]
    assert tables["still"]["n"].tolist() == [4]
    assert set(failures) == {"wrong", "after_wrong"}
    assert failures["after_wrong"] == failures["wrong"]


def test_one_name_may_stand_for_another_relation_in_the_next_question(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n1,1\n")
    (tmp_path / "b.csv").write_text("x,y\n2,2\n")
    questions = [
        Query(name=name, sql="select x from need", reads={"need": Read(source=SourceName(name))}) for name in "ab"
    ]
    sources = {SourceName(name): Source(location=f"{name}.csv") for name in "ab"}
    tables, failures = ask(questions, sources, tmp_path)
    assert not failures
    assert [int(tables[name]["x"][0]) for name in "ab"] == [1, 2]


def test_a_failing_source_takes_only_its_own_questions_down(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n1,1\n")
    sources = {SourceName("a"): Source(location="a.csv"), SourceName("b"): Source(location="missing.csv")}
    read = {name: Read(source=SourceName(name)) for name in ("a", "b", "c")}
    questions = [
        Query(name="both", sql="select * from a, b", reads={"a": read["a"], "b": read["b"]}),
        Query(name="undeclared", sql="select * from c", reads={"c": read["c"]}),
        Query(name="good", sql="select x from a", reads={"a": read["a"]}),
    ]
    tables, failures = ask(questions, sources, tmp_path)
    assert list(tables) == ["good"]
    assert "missing.csv): there is no such file" in unreachable(failures["both"])
    assert "no source c" in unreachable(failures["undeclared"])


def test_peoples_own_query_on_a_file(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("rep,hours\nann,3\nbob,5\n")
    query = "with big as (select * from S where hours > 4) select rep as unit, hours as value from big -- done"
    answer = one(tmp_path, Source(location="t.csv"), "select * from r", query=query)
    assert answer["unit"].tolist() == ["bob"]
    assert "has no table 'other'" in broken(
        one(tmp_path, Source(location="t.csv"), "select 1 as x from r", query="select * from other")
    )
    assert "has no table 'orders'" in broken(one(tmp_path, Source(location="t.csv"), "select 1 as x", table="orders"))


def test_hard_names_are_quoted(tmp_path: Path) -> None:
    name = 'we\'re [1] "odd" *.csv'
    (tmp_path / name).write_text('"a""b",c\'d\n1,2\n')
    source = SourceName("so\"ur'ce")
    questions = [
        Query(name="q", sql='select * from "re""l"', reads={'re"l': Read(source=source)}),
        Query(name="own", sql="select * from r", reads={"r": Read(source=source, query='select * from "so""ur\'ce"')}),
    ]
    tables, failures = ask(questions, {source: Source(location=name)}, tmp_path)
    assert not failures
    assert list(tables["q"]) == list(tables["own"]) == ['a"b', "c'd"]


def test_variables_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,x\n")
    source = Source(location="${PROVEOUT_TEST_FILE}.csv")
    monkeypatch.delenv("PROVEOUT_TEST_FILE", raising=False)
    assert "PROVEOUT_TEST_FILE is not set" in unreachable(one(tmp_path, source, "select a from r"))
    monkeypatch.setenv("PROVEOUT_TEST_FILE", "t")
    assert one(tmp_path, source, "select a from r")["a"].tolist() == [1]


@pytest.mark.parametrize("location", ["../t.csv", "/etc/passwd", "link.csv", "https://example.org/t.csv", "t.weird"])
def test_what_is_not_below_the_folder_is_refused(tmp_path: Path, location: str) -> None:
    folder = tmp_path / "initiative"
    folder.mkdir()
    (tmp_path / "t.csv").write_text("a,b\n1,x\n")
    (folder / "t.weird").write_text("a,b\n1,x\n")
    (folder / "link.csv").symlink_to(tmp_path / "t.csv")
    unreachable(one(folder, Source(location=location), "select * from r"))


def test_links_into_declared_roots_are_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "initiative"
    folder.mkdir()
    (tmp_path / "t.csv").write_text("a,b\n1,x\n")
    (folder / "link.csv").symlink_to(tmp_path / "t.csv")
    monkeypatch.setenv("PROVEOUT_DATA_ROOTS", str(tmp_path))
    assert one(folder, Source(location="link.csv"), "select a from r")["a"].tolist() == [1]


def test_pipes_and_folders_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    start = time.monotonic()
    assert "is a pipe" in unreachable(one(tmp_path, Source(location="pipe.csv"), "select * from r"))
    assert "is a folder" in unreachable(one(tmp_path, Source(location="folder.csv"), "select * from r"))
    assert time.monotonic() - start < 2


def test_a_query_that_would_take_minutes_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a\n" + "\n".join(map(str, range(10_000))))
    sql = "select count(*) as n from r x, r y, r z, r w where (x.a + y.a + z.a + w.a) % 7 = 3"
    start = time.monotonic()
    failure = one(tmp_path, Source(location="t.csv", timeout_seconds=0.5), sql)
    assert time.monotonic() - start < 3
    assert "no answer within 0.5 s" in unreachable(failure)


def test_documents(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "b.md").write_bytes("\ufeffbé\r\n".encode())
    (tmp_path / "notes" / "a.md").write_text("a")
    (tmp_path / "notes" / ".hidden.md").write_text("no")
    tables, failures = ask(
        [Documents(name="d", pattern="notes/*.md"), Documents(name="n", pattern="x/*")], {}, tmp_path
    )
    assert not failures
    assert tables["d"]["path"].tolist() == ["notes/a.md", "notes/b.md"]
    assert tables["d"]["text"].tolist() == ["a", "bé\n"]
    assert len(tables["n"]["path"]) == 0


def test_documents_that_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.md").write_bytes(b"fine\nnot \xff fine")
    (tmp_path / "big.txt").write_text("123")
    monkeypatch.setattr("proveout.data.documents.MAX_BYTES", 20)
    questions = [Documents(name=pattern, pattern=pattern) for pattern in ("*.md", "../*.md", "/etc/*", "a**/*")]
    _, failures = ask(questions, {}, tmp_path)
    assert "a.md:2 is not UTF-8" in broken(failures["*.md"])
    unreachable(failures["../*.md"])
    unreachable(failures["/etc/*"])
    assert "no file pattern" in broken(failures["a**/*"])
    monkeypatch.setattr("proveout.data.documents.MAX_BYTES", 2)
    assert "big.txt is larger" in broken(ask([Documents(name="d", pattern="*.txt")], {}, tmp_path)[1]["d"])


def test_blocks_side_by_side(tmp_path: Path) -> None:
    import duckdb

    with duckdb.connect(str(tmp_path / "t.duckdb")) as connection:
        connection.execute("create table t as select range as a from range(1000)")
    (tmp_path / "t.csv").write_text("a\n" + "1\n" * 1000)
    start = threading.Barrier(THREADS)

    def block(i: int):
        start.wait()
        questions = [
            Preparation(name="p", sql=f"select a + {i} as a from r", reads={"r": Read(source=S)}),
            Query(name="q", sql="select sum(a) as n from p"),
            Query(name="d", sql="select count(*) as n from r", reads={"r": Read(source=SourceName("d"), table="t")}),
        ]
        sources = {S: Source(location="t.csv"), SourceName("d"): Source(location="duckdb:t.duckdb")}
        return ask(questions, sources, tmp_path)

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(block, range(THREADS)))
    assert [failures for _, failures in answers] == [{}] * THREADS
    assert [int(tables["q"]["n"][0]) for tables, _ in answers] == [1000 * (1 + i) for i in range(THREADS)]
    assert {int(tables["d"]["n"][0]) for tables, _ in answers} == {1000}


def test_nothing_is_left_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    csv(tmp_path, "a,b\r\n1,x\n", "select nothing from r")
    assert list((tmp_path / "tmp").iterdir()) == []
