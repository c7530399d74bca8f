"""Names that look like numbers keep every digit, in every kind of file; numbers stay numbers."""

import sqlite3
from pathlib import Path

import duckdb
import pytest
from tests.unit.data.asking import broken, csv, one

from proveout.core.initiative import Source
from proveout.core.question import Failure

LONG = ["12345678901234567890", "12345678901234567891"]
TEXT = "select cast(u as varchar) as u from r"


def column(*values: str) -> str:
    return "u,k\n" + "".join(f"{value},1\n" for value in values)


@pytest.mark.parametrize(
    "values",
    [
        LONG,
        ["9" * 45, "1"],
        ["007", "10"],
        ["10", "007"],
        ["1e5", "20"],
        ["20", "3E7"],
        ["0x1f", "31"],
        [LONG[0], "nan"],
        ["1e5", "nan"],
    ],
)
def test_a_name_keeps_its_text(tmp_path: Path, values: list[str]) -> None:
    assert csv(tmp_path, column(*values), TEXT)["u"].tolist() == values


@pytest.mark.parametrize(
    "values", [["1.50", "2"], ["1e+05", "2"], ["0e+00", "1.5"], ["1.5e3", "2"], ["1e5", "-1.5"], [LONG[0], "1.5"]]
)
def test_a_number_stays_one(tmp_path: Path, values: list[str]) -> None:
    assert csv(tmp_path, column(*values))["u"].dtype.kind == "f"


def test_whole_numbers_stay_numbers(tmp_path: Path) -> None:
    assert csv(tmp_path, column("0", "-7", "9223372036854775807"))["u"].tolist() == [0, -7, 9223372036854775807]


@pytest.mark.parametrize("late", ["007", "1e5", "0x1f"])
def test_a_name_that_comes_late_in_a_large_file(tmp_path: Path, late: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proveout.data.csv_files.WHOLE_BYTES", 1000)
    monkeypatch.setattr("proveout.data.csv_files.SAMPLE_ROWS", 2048)
    content = column(*map(str, range(1, 60_000)), late)
    assert csv(tmp_path, content, TEXT + " offset 59998")["u"].tolist() == ["59999", late]


def test_who_takes_names_for_numbers_is_told(tmp_path: Path) -> None:
    failure = csv(tmp_path, column("1e5", "20"), "select sum(u) as n from r")
    assert "sum(VARCHAR)" in broken(failure)
    assert isinstance(failure, Failure)
    assert "column u is text, as names such as 007 or 1e5 are" in failure.remedy
    assert one(tmp_path, Source(location="t.csv"), "select * from r", query="select cast(u as double) as u from s")[
        "u"
    ].tolist() == [100_000, 20]


@pytest.mark.parametrize("kind", ["decimal(20,0)", "hugeint", "uhugeint", "varchar"])
def test_parquet_and_duckdb(tmp_path: Path, kind: str) -> None:
    values = " union all ".join(f"select cast('{value}' as {kind}) as u" for value in LONG)
    with duckdb.connect(str(tmp_path / "t.duckdb")) as connection:
        connection.execute(f"create table t as {values}")
        if "hugeint" not in kind:  # Parquet has none
            connection.execute(f"copy t to '{tmp_path}/t.parquet' (format parquet)")
            assert one(tmp_path, Source(location="t.parquet"), TEXT)["u"].tolist() == LONG
    assert one(tmp_path, Source(location="t.duckdb"), TEXT, table="t")["u"].tolist() == LONG


def test_short_decimals_and_sums_stay_numbers(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        made = "select cast(7 as decimal(38,0)) as whole, cast(1.5 as decimal(18,3)) as part, 3 as n"
        connection.execute(f"copy ({made}) to '{tmp_path}/t.parquet' (format parquet)")
    answer = one(tmp_path, Source(location="t.parquet"), "select * from r")
    assert (answer["whole"].tolist(), answer["part"].tolist()) == ([7], [1.5])
    assert (answer["whole"].dtype.kind, answer["part"].dtype.kind) == ("i", "f")
    asked = "select sum(n) as total from s"
    assert one(tmp_path, Source(location="t.parquet"), "select total / 2 as half from r", query=asked)["half"][0] == 1.5


@pytest.mark.parametrize("values", [LONG, ["99999999999999999999999999", "1"], ["9" * 45, "1"]])
def test_json(tmp_path: Path, values: list[str]) -> None:
    rows = ", ".join(f'{{"u": {value}, "x": 0.5, "far": 1e30}}' for value in values)
    (tmp_path / "t.json").write_text(f"[{rows}]", encoding="utf-8")
    assert one(tmp_path, Source(location="t.json"), TEXT)["u"].tolist() == values
    assert one(tmp_path, Source(location="t.json"), "select sum(x) as x from r")["x"].tolist() == [1.0]


def test_sqlite(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "t.sqlite") as connection:
        connection.execute("create table t (u text)")
        connection.executemany("insert into t values (?)", [("007",), (LONG[0],)])
    assert one(tmp_path, Source(location="t.sqlite"), TEXT, table="t")["u"].tolist() == ["007", LONG[0]]
