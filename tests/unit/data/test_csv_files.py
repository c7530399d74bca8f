"""CSV files as they come: delimiters, encodings, broken rows, dates."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from tests.unit.data.asking import broken, csv, one

from proveout import data
from proveout.core.initiative import Source
from proveout.core.question import Failure, Query, Read, SourceName


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    answer = csv(tmp_path, f"a{delimiter}b{delimiter}c\n1{delimiter}1.5{delimiter}x y\n")
    assert list(answer) == ["a", "b", "c"]


def test_a_single_column_and_a_declared_delimiter(tmp_path: Path) -> None:
    assert csv(tmp_path, "a\nx\ny\n")["a"].tolist() == ["x", "y"]
    assert list(csv(tmp_path, "a~b,c\n1~2,3\n", delimiter="~")) == ["a", "b,c"]


@pytest.mark.parametrize("where", [1, 2500, 5000])
@pytest.mark.parametrize(("row", "n_fields"), [("1,x,extra", 3), ("1", 1)])
def test_a_broken_row_is_named_by_line_never_dropped(tmp_path: Path, where: int, row: str, n_fields: int) -> None:
    rows = ["1,x"] * 5000
    rows[where - 1] = row
    message = broken(csv(tmp_path, "\n".join(["a,b", *rows, ""]), "select count(*) as n from r"))
    assert f"line {where + 1}: {n_fields} fields instead of 2: {row}" in message


@pytest.mark.parametrize("line", ["# remark", "note"])
def test_remarks_are_not_skipped(tmp_path: Path, line: str) -> None:
    assert "line 3: 1 fields instead of 2" in broken(csv(tmp_path, f"a,b\n1,x\n{line}\n2,y\n"))


def test_rows_on_several_lines_keep_their_line_number(tmp_path: Path) -> None:
    assert "line 4: 3 fields" in broken(csv(tmp_path, 'a,b\n1,"x\ny"\n2,y,z\n'))


def test_an_open_quote_is_named_by_the_line_that_opens_it(tmp_path: Path) -> None:
    assert "line 3: a quote opens here" in broken(csv(tmp_path, 'a,b\n1,x\n2,"y\n3,z\n'))


def test_a_row_wrapped_in_quotes_is_the_row_within(tmp_path: Path) -> None:
    answer = csv(tmp_path, 'a,b,c\n1,x,2\n"3,""y, z"",4"\n')
    assert answer["a"].tolist() == [1, 3]
    assert answer["b"].tolist() == ["x", "y, z"]


def test_mixed_line_ends_are_read(tmp_path: Path) -> None:
    assert csv(tmp_path, "a,b\r\n1,x\n2,y\r\n")["b"].tolist() == ["x", "y"]


@pytest.mark.parametrize(("encoding", "proposed"), [("latin-1", "latin-1"), ("windows-1252", "windows-1252")])
def test_another_encoding_is_proposed_and_then_read(tmp_path: Path, encoding: str, proposed: str) -> None:
    content = ("a,b\n1,x\n2,café" + ("€" if encoding == "windows-1252" else "") + "\n").encode(encoding)
    failure = csv(tmp_path, content)
    assert "line 3 is not UTF-8" in broken(failure)
    assert isinstance(failure, Failure)
    assert f"encoding: {proposed}" in failure.remedy
    assert csv(tmp_path, content, encoding=proposed)["b"][1].startswith("café")


def test_utf_16_is_proposed_and_then_read(tmp_path: Path) -> None:
    content = "a,b\n1,é\n".encode("utf-16")
    failure = csv(tmp_path, content)
    assert isinstance(failure, Failure)
    assert "encoding: utf-16" in failure.remedy
    assert csv(tmp_path, content, encoding="utf-16")["b"].tolist() == ["é"]


def test_mixed_encodings_are_named_by_line(tmp_path: Path) -> None:
    content = "a,b\n1,é\n".encode() + "2,é\n".encode("latin-1")
    assert "line 3 is not UTF-8, line 2 is" in broken(csv(tmp_path, content))


def test_a_wrong_or_unknown_encoding_is_said(tmp_path: Path) -> None:
    assert "is not in ascii" in broken(csv(tmp_path, "a,b\n1,é\n", encoding="ascii"))
    assert "no encoding 'klingon'" in broken(csv(tmp_path, "a,b\n1,x\n", encoding="klingon"))


def test_a_byte_order_mark_is_no_part_of_the_header(tmp_path: Path) -> None:
    assert list(csv(tmp_path, b"\xef\xbb\xbfa,b\n1,x\n")) == ["a", "b"]


def test_compressed_files(tmp_path: Path) -> None:

    import duckdb

    assert csv(tmp_path, gzip.compress(b"a,b\n1,x\n"), name="t.csv.gz")["a"].tolist() == [1]
    duckdb.connect().execute(f"copy (select 1 as a, 'x' as b) to '{tmp_path}/t.csv.zst' (compression zstd)")
    assert one(tmp_path, Source(location="t.csv.zst"), "select * from r")["a"].tolist() == [1]


def test_empty_files_and_files_without_rows(tmp_path: Path) -> None:
    assert "is empty" in broken(csv(tmp_path, ""))
    assert csv(tmp_path, "a,b\n", "select count(*) as n from r")["n"].tolist() == [0]


def test_a_stray_value_that_makes_a_column_text_is_named(tmp_path: Path) -> None:
    failure = csv(tmp_path, "day,cost\n" + "x,1.5\n" * 10 + "x,PM01\n", "select sum(cost) as total from r")
    assert "sum(VARCHAR)" in broken(failure)
    assert isinstance(failure, Failure)
    assert failure.remedy == "column cost is text because 1 of 11 values is no number, the first 'PM01' in row 11"


def test_a_missing_column_names_those_that_come_close(tmp_path: Path) -> None:
    failure = csv(tmp_path, "hours,b\n1,2\n", "select sum(hour) as n from r")
    assert "source s (t.csv)" in broken(failure)
    assert "hours" in failure.remedy  # type: ignore[union-attr]


def test_late_text_in_a_large_file_is_an_error_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proveout.data.csv_files.WHOLE_BYTES", 1000)
    monkeypatch.setattr("proveout.data.csv_files.SAMPLE_ROWS", 2048)
    content = "a,b\n" + "1,2\n" * 60_000 + "x,2\n"
    assert "Line: 60002" in broken(csv(tmp_path, content, "select sum(a) as n from r"))
    assert csv(tmp_path, content.replace("x", "3"), "select sum(a) as n from r")["n"].tolist() == [60_003]


@pytest.mark.parametrize(("days", "expected"), [("03/13/2026", "2026-03-13"), ("13/03/2026", "2026-03-13")])
def test_dates_that_can_be_read_in_one_way_are_read(tmp_path: Path, days: str, expected: str) -> None:
    answer = csv(tmp_path, f"a,day\n1,02/02/2026\n2,{days}\n")
    assert answer["day"][1] == np.datetime64(expected)


def test_dates_that_can_be_read_in_two_ways_are_left_as_text_and_said_so(tmp_path: Path) -> None:
    content = "day,due,iso\n02/01/2026,13/01/2026,2026-01-02\n03/01/2026,14/01/2026,2026-01-03\n"
    answer = csv(tmp_path, content)
    assert answer["day"].tolist() == ["02/01/2026", "03/01/2026"]
    assert answer["due"][0] == np.datetime64("2026-01-13")
    assert answer["iso"][0] == np.datetime64("2026-01-02")
    failure = csv(tmp_path, content, "select max(day) - interval 1 day as d from r")
    assert "02/01/2026 can be read in two ways" in failure.remedy  # type: ignore[union-attr]


def test_yes_and_no_stay_words_and_true_and_false_are_what_they_say(tmp_path: Path) -> None:
    answer = csv(tmp_path, "said,flag,mixed\nyes,true,Y\nno,false,\n,true,n\n")
    assert answer["said"].tolist()[:2] == ["yes", "no"]
    assert answer["flag"].tolist() == [True, False, True]
    assert answer["mixed"][0] == "Y"


def test_times_of_which_only_some_name_a_zone_stay_as_they_are_written(tmp_path: Path) -> None:
    mixed = csv(tmp_path, "t\n2026-03-02T10:00:00\n2026-03-02T10:00:00+02:00\n")["t"].tolist()
    assert mixed == ["2026-03-02T10:00:00", "2026-03-02T10:00:00+02:00"]
    zoned = csv(tmp_path, "t\n2026-03-02T10:00:00Z\n2026-03-02T10:00:00+02:00\n")["t"]
    assert zoned.dtype.kind == "M"


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ("04.09.2026", "try_strptime(day, '%d.%m.%Y')::date) reads them"),
        ("46269", "the first '46269' in row 3: write all of them as 2026-01-31"),
        ("2026/09/04", "column day is text: its dates are written in several ways"),
    ],
)
def test_a_query_of_ours_that_takes_days_for_dates_says_which_is_none(tmp_path: Path, odd: str, said: str) -> None:
    days = ["2026-09-01", "2026-09-02", odd, *["2026-09-03"] * 9]
    (tmp_path / "w.csv").write_text("unit,day\n" + "".join(f"a,{day}\n" for day in days))
    read = Read(source=SourceName("w"), query="select unit, day from w where day < date '2026-12-07'")
    question = Query(name="q", sql="select * from r", reads={"r": read})
    _, failures = data.ask([question], {SourceName("w"): Source(location="w.csv")}, tmp_path)
    assert "Cannot compare values of type VARCHAR and type DATE" in failures["q"].message
    assert said in failures["q"].remedy and "cast(day as date)" in failures["q"].remedy
    assert (odd in failures["q"].remedy) is ("/" not in odd)
