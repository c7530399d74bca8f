"""Same data, same fingerprint; what cannot be relied upon has none."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from proveout.core.initiative import Source
from proveout.core.question import Documents, Preparation, Query, Read, SourceName
from proveout.data import fingerprints

A, B, C = (SourceName(name) for name in "abc")


def digests(folder: Path, sources: dict[SourceName, Source], *patterns: str) -> dict[str, str]:
    questions = [
        Preparation(name="p", sql="", reads={name: Read(source=name) for name in sources}),
        Query(name="q", sql="", reads={name: Read(source=name, table="t") for name in sources}),
        *(Documents(name=pattern, pattern=pattern) for pattern in patterns),
    ]
    found = fingerprints(questions, sources, folder)
    assert [f.source for f in found] == [*sources, *patterns]
    return {f.source: f.digest for f in found}


def test_a_file_is_its_bytes_and_how_they_are_read(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n")
    sources = {A: Source(location="t.csv"), B: Source(location="t.csv", encoding="latin-1")}
    found = digests(tmp_path, sources)
    assert found["a"] == hashlib.sha256(b"a,b\n").hexdigest()
    assert found["b"] not in ("", found["a"])


def test_what_is_not_yet_in_the_main_file_of_a_database_counts(tmp_path: Path) -> None:
    (tmp_path / "t.sqlite").write_text("x")
    before = digests(tmp_path, {A: Source(location="t.sqlite")})
    (tmp_path / "t.sqlite-wal").write_text("y")
    assert digests(tmp_path, {A: Source(location="t.sqlite")}) != before


@pytest.mark.parametrize("location", ["missing.csv", "${PROVEOUT_NOT_SET}", "postgresql://u:p@host/d", "../x.csv"])
def test_nothing_lasting_is_said_of_what_is_live_or_unreadable(tmp_path: Path, location: str) -> None:
    assert digests(tmp_path, {A: Source(location=location)}) == {"a": ""}


def test_documents_by_path_and_content(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("1")
    first = digests(tmp_path, {}, "*.md", "*.txt", "../*")
    assert first["../*"] == ""
    assert first["*.md"] != first["*.txt"] != ""
    (tmp_path / "a.md").rename(tmp_path / "b.md")
    renamed = digests(tmp_path, {}, "*.md")
    (tmp_path / "b.md").write_text("2")
    assert len({first["*.md"], renamed["*.md"], digests(tmp_path, {}, "*.md")["*.md"]}) == 3


def test_fingerprints_need_no_database_engine(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a\n")
    code = (
        "import sys; from pathlib import Path; from proveout.data import fingerprints\n"
        "from proveout.core.initiative import Source; from proveout.core.question import Query, Read, Documents\n"
        "q = [Query(name='q', sql='', reads={'r': Read(source='s')}), Documents(name='d', pattern='*')]\n"
        f"assert fingerprints(q, {{'s': Source(location='t.csv')}}, Path({str(tmp_path)!r}))[0].digest\n"
        "print([m for m in ('duckdb', 'numpy', 'sqlglot', 'psycopg') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
