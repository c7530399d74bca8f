"""Event logs in XES: names, types, times, and what is refused."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from proveout.core.errors import ProveoutError, SourceBroken, SourceUnreachable
from proveout.core.initiative import Source
from proveout.core.question import Query, Read, SourceName
from proveout.data import ask, xes

LOG = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <global scope="event"><string key="concept:name" value="name"/></global>
  <string key="concept:name" value="a log"/>
  <trace>
    <string key="concept:name" value="c1"/>
    <float key="amount" value="12.5"/>
    <event>
      <string key="concept:name" value="A &amp; B"/>
      <date key="time:timestamp" value="2026-01-31T12:00:00.250+01:00"/>
      <int key="n" value="1"><string key="nested" value="no"/></int>
      <list key="l"><values><string key="inner" value="no"/></values></list>
      <string key="mixed" value="x"/>
    </event>
    <event>
      <string key="concept:name" value="C"/>
      <date key="time:timestamp" value="2026-01-31T12:00:00Z"/>
      <boolean key="Done" value="true"/>
      <int key="mixed" value="1"/>
      <string key="done" value="also"/>
    </event>
    <boolean key="late" value="true"/>
  </trace>
  <trace>
    <event><string key="concept:name" value="A"/><date key="time:timestamp" value="2026-02-01T00:00:00"/></event>
  </trace>
  <trace><string key="concept:name" value="empty"/></trace>
</log>
"""


def answer(folder: Path, content: bytes, name: str = "log.xes"):
    (folder / name).write_bytes(content)
    question = Query(name="q", sql="select * from r order by seq", reads={"r": Read(source=SourceName("s"))})
    tables, failures = ask([question], {SourceName("s"): Source(location=name)}, folder)
    return tables.get("q") or failures["q"]


@pytest.mark.parametrize("compressed", [False, True])
def test_events_with_the_attributes_of_their_case(tmp_path: Path, compressed: bool) -> None:
    log = answer(
        tmp_path, gzip.compress(LOG.encode()) if compressed else LOG.encode(), "log.xes.gz" if compressed else "log.xes"
    )
    assert log["seq"].tolist() == [0, 1, 2]
    assert log["case:concept:name"].tolist() == ["c1", "c1", "trace 2"]
    assert log["case:amount"].tolist() == [12.5, 12.5, None]
    assert log["case:late"].tolist() == [True, True, None]
    assert log["concept:name"].tolist() == ["A & B", "C", "A"]
    assert log["time:timestamp"].tolist() == [
        np.datetime64(t, "us").item() for t in ("2026-01-31T11:00:00.250", "2026-01-31T12:00", "2026-02-01T00:00")
    ]
    assert log["n"].tolist() == [1, None, None]
    assert log["mixed"].tolist() == ["x", "1", None]
    assert log["Done"].tolist() == [None, True, None]
    assert log["done_1"].tolist() == [None, "also", None]
    assert not {"nested", "inner", "case:l"} & set(log)


def test_whole_numbers_that_are_none_stay_text(tmp_path: Path) -> None:
    log = answer(tmp_path, LOG.replace('value="1"/>', 'value="one"/>').replace('"mixed"', '"k"').encode())
    assert log["k"].tolist() == ["x", "one", None]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("</event>", "</evnt>", r":14:\d+: mismatched tag"),
        ("2026-02-01T00:00:00", "yesterday", r":25:\d+: 'yesterday' is no time"),
        ('<float key="amount" value="12.5"/>', '<float key="amount"/>', r":7:\d+: a float without key or value"),
        ("<log ", '<!DOCTYPE log [<!ENTITY x "y">]><log ', r":2:\d+: a document type declaration"),
        ("</log>", "", r":\d+:\d+: no element found"),
        (LOG, "", r":1:1: no element found"),
    ],
)
def test_what_is_broken_is_named_by_line_and_column(tmp_path: Path, old: str, new: str, place: str) -> None:
    (tmp_path / "log.xes").write_text(LOG.replace(old, new, 1))
    with pytest.raises(SourceBroken, match=f"the log{place}"):
        xes.read(tmp_path / "log.xes", "the log", seconds=10)


def test_a_damaged_archive_and_too_little_time(tmp_path: Path) -> None:
    (tmp_path / "log.xes.gz").write_bytes(gzip.compress(LOG.encode())[:-20])
    with pytest.raises(SourceBroken, match="damaged"):
        xes.read(tmp_path / "log.xes.gz", "the log", seconds=10)
    (tmp_path / "log.xes").write_text(LOG)
    with pytest.raises(SourceUnreachable, match="not read within"):
        xes.read(tmp_path / "log.xes", "the log", seconds=0)


def test_a_log_without_events(tmp_path: Path) -> None:
    log = answer(tmp_path, b"<log></log>")
    assert not isinstance(log, ProveoutError)
    assert log["seq"].tolist() == []
    assert "case:concept:name" in log
