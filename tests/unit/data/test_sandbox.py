"""What people's SQL, and even ours, cannot reach."""

import os
import sys
from pathlib import Path

import duckdb
import pytest

from proveout.core.errors import ProveoutError, SourceBroken
from proveout.core.initiative import Source
from proveout.core.question import Preparation, Query, Read, SourceName
from proveout.data import ask
from proveout.data.sandbox import Sandbox, sandbox
from proveout.data.vetting import tables_of

SECRET = "keep out"

ESCAPES = [
    "select * from read_text('/etc/passwd')",
    "select * from read_blob('/etc/passwd')",
    "select * from read_csv('/etc/passwd')",
    "select * from '/etc/passwd'",
    "select * from glob('/etc/*')",
    "select * from t, lateral read_text('/etc/passwd')",
    "select * from query('select 1')",
    "select * from query_table(['other'])",
    "select * from duckdb_secrets()",
    "select * from duckdb_settings()",
    "select * from pragma_table_info('t')",
    "select * from other",
    'select * from "read 1"',
    'select * from temp.main."read 1"',
    "select * from information_schema.tables",
    "select * from sqlite_master",
    "select * from (describe other)",
    "select (select max(a) from other) from t",
    "select * from t where a in (select a from other)",
    "select * from other union all (with other as (select 1 as a) select * from other)",
    "copy t to '/tmp/proveout-escape.csv'",
    "attach '/tmp/proveout-escape.db'",
    "install httpfs",
    "load httpfs",
    "set threads = 1",
    "pragma database_list",
    "create table x as select 1",
    "insert into t values (1)",
    "delete from t",
    "drop view t",
    "select 1; select 2",
    "select 1; drop table t",
    "with x as (delete from t returning *) select * from x",
    "select a into x from t",
    "explain select 1",
    "call pragma_version()",
    "",
    "-- nothing",
    "selec a from t",
    "select 1) as x, (select 2",
]


@pytest.mark.parametrize("query", ESCAPES)
def test_peoples_sql_reads_its_own_source_only(tmp_path: Path, query: str) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,x\n")
    (tmp_path / "other.csv").write_text(f"a,b\n1,{SECRET}\n")
    sources = {SourceName(name): Source(location=f"{name}.csv") for name in ("t", "other")}
    questions = [
        Query(name="other", sql="select * from other", reads={"other": Read(source=SourceName("other"))}),
        Preparation(name="kept", sql="select * from other", reads={"other": Read(source=SourceName("other"))}),
        Query(name="q", sql="select * from r", reads={"r": Read(source=SourceName("t"), query=query or " ")}),
        Query(name="good", sql="select a from r", reads={"r": Read(source=SourceName("t"))}),
    ]
    tables, failures = ask(questions, sources, tmp_path)
    assert list(failures) == ["q"], tables.get("q")
    assert failures["q"].outcome.value == "broken"
    assert SECRET not in failures["q"].message
    assert not Path("/tmp/proveout-escape.csv").exists()
    assert not Path("/tmp/proveout-escape.db").exists()


@pytest.mark.parametrize(
    "query",
    [
        "select a from t",
        "SELECT a FROM T;",
        "from t select a",
        "with x as (select a from t) select * from x",
        "with t as (select a from t) select * from t",
        "with recursive n as (select 1 as a union all select a + 1 from n where a < 3) select * from n",
        "select range as a from range(3)",
        "select unnest([1, 2]) as a",
        "select x.a from t x join t y using (a) -- remark",
        "select a from t union all select a from t",
        "(select a from t)",
        "select a, count(*) over (partition by b) as n from t qualify n > 0",
    ],
)
def test_every_ordinary_select_is_welcome(tmp_path: Path, query: str) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,x\n")
    questions = [Query(name="q", sql="select a from r", reads={"r": Read(source=SourceName("t"), query=query)})]
    tables, failures = ask(questions, {SourceName("t"): Source(location="t.csv")}, tmp_path)
    assert not failures
    assert len(tables["q"]["a"])


@pytest.fixture
def box(tmp_path: Path):
    (tmp_path / "t.csv").write_text("a,b\n1,x\n")
    with sandbox([tmp_path / "t.csv"], {}) as box:
        yield box


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_text('/etc/passwd')",
        "select * from read_csv('/etc/passwd')",
        "select * from '/etc/passwd'",
        "select * from glob('/etc/*')",
        "copy (select 1) to '/tmp/proveout-escape.csv'",
        "attach '/tmp/proveout-escape.db'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set threads = 1",
        "select * from box",
        "select * from escape",
    ],
)
def test_even_trusted_sql_reaches_nothing_else(box: Sandbox, sql: str) -> None:
    escape = {"a": [1]}
    with pytest.raises(ProveoutError):
        box.run(sql, seconds=5)
    assert escape
    assert not Path("/tmp/proveout-escape.csv").exists()


def test_questions_cannot_write_to_a_file_that_may_be_read(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,x\n")
    copy = f"copy (select 5) to '{tmp_path}/t.csv' (use_tmp_file false)"
    for kind in (Query, Preparation):
        question = kind(name="q", sql=copy, reads={"r": Read(source=SourceName("t"))})
        _, failures = ask([question], {SourceName("t"): Source(location="t.csv")}, tmp_path)
        assert "query-not-select" in failures["q"].message
    assert (tmp_path / "t.csv").read_text() == "a,b\n1,x\n"


def test_a_view_in_a_database_reaches_no_file(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "t.duckdb")) as connection:
        connection.execute("create view v as select content as c from read_text('/etc/passwd')")
    question = Query(name="q", sql="select c from r", reads={"r": Read(source=SourceName("t"), table="v")})
    _, failures = ask([question], {SourceName("t"): Source(location="duckdb:t.duckdb")}, tmp_path)
    assert "root:" not in failures["q"].message


def test_what_spills_is_removed(tmp_path: Path) -> None:
    with sandbox([], {}) as box:
        folder = box.scratch.parent
        assert folder.is_dir()
        assert box.run("select current_setting('temp_directory') as d", seconds=5)["d"][0].startswith(str(folder))
    assert not folder.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the bound is Linux's")
@pytest.mark.parametrize("sql", ["select repeat('x', 2000000000) = ''", "select len(range(1000000000))"])
def test_what_a_function_makes_of_one_row_is_bounded_too(sql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proveout.data.sandbox._default_memory", lambda connection: 500 * 2**20)
    with sandbox([], {}) as small, pytest.raises(SourceBroken, match="more memory is needed"):
        small.run(sql, seconds=30)


@pytest.mark.skipif(sys.platform != "linux", reason="the bound is Linux's")
def test_the_process_is_bounded_as_long_as_any_database_is_open() -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_DATA)
    with sandbox([], {}):
        within = resource.getrlimit(resource.RLIMIT_DATA)
        with sandbox([], {}):
            pass
        assert resource.getrlimit(resource.RLIMIT_DATA) == within
        assert 0 < within[0] < os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") * 2
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def test_tables_of_a_query() -> None:
    sql = "with x as (select * from a.b) select * from x join c using (k) where exists (select 1 from d)"
    assert tables_of(sql, "duckdb", "s") == {("a", "b"), ("", "c"), ("", "d")}
    with pytest.raises(SourceBroken, match="another database"):
        tables_of("select * from x.y.z", "duckdb", "s")
