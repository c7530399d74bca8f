"""Places, and what must not be seen."""

import pytest

from proveout.core.diagnostic import Position
from proveout.declare.document import blot
from proveout.declare.reading import read


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a: postgresql://me:hunter2@host/db", "a: postgresql://me:*******@host/db"),
        ("postgresql://me:p@ss:word@host/db", "postgresql://me:*********@host/db"),
        ("postgresql://:hunter2@host", "postgresql://:*******@host"),
        ("postgresql://host/db?password=hunter2&user=me", "postgresql://host/db?password=*******&user=me"),
        ("host=h password=hunter2 user=me", "host=h password=******* user=me"),
        ("host=h PASSWORD = hunter2", "host=h PASSWORD = *******"),
        ("postgresql://host:5432/db", "postgresql://host:5432/db"),
        ("postgresql://me@host:5432/db", "postgresql://me@host:5432/db"),
        ("title: see https://host/a:b", "title: see https://host/a:b"),
    ],
)
def test_passwords_are_blotted_out(text, shown):
    assert blot(text) == shown


TEXT = b"\xef\xbb\xbfa:\r\n  b: [1, {c: d}]\r\n  \xc3\xa9\xc3\xa9: {id: x}\r\nk: &n {id: x}\r\nl: [*n, *n]\r\n"


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        ((), 1, 1),
        (("a",), 2, 3),
        (("a", "b"), 2, 6),
        (("a", "b", 1, "c"), 2, 14),
        (("a", "b", 1, "missing"), 2, 10),
        (("a", "b", 7), 2, 6),
        (("a", "missing"), 1, 1),
        (("a", "éé", "id"), 3, 12),
        (("k", "id"), 4, 12),
        (("l", 1, "id"), 4, 12),
        (("l", "x", "id"), 4, 12),
        (("missing", "more"), 1, 1),
    ],
)
def test_every_path_has_a_place(path, line, column):
    document, diagnostics = read(TEXT, "x.yml")
    assert diagnostics == []
    assert document.locate(path) == Position(file="x.yml", line=line, column=column)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("~", None),
        ("", None),
        ("null", None),
        ("TRUE", True),
        ("false", False),
        ("10", 10),
        ("-010", -10),
        ("0o17", 15),
        ("0x1F", 31),
        ("1.", 1.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("+12e03", 12000.0),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("on", "on"),
        ("'10'", "10"),
        ("!!str 10", "10"),
        ("! 10", "10"),
        ("!!int 10", 10),
        ("!!float 10", 10),
        ("2026-01-05", "2026-01-05"),
        ("0b1", "0b1"),
        ("1000000000000000", 10**15),
        ("4948255654029132", 4948255654029132),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775807", 1 - 2**63),
    ],
)
def test_scalars_are_those_of_the_core_schema(text, value):
    document, diagnostics = read(f"a: {text}\n".encode(), "x.yml")
    assert diagnostics == []
    assert document.plain["a"] == value
    assert type(document.plain["a"]) is type(value)


@pytest.mark.parametrize(
    "text", [".inf", "-.INF", ".nan", "1e400", "9223372036854775808", "9" * 6000, "0x" + "f" * 4000, "!!int x"]
)
def test_figures_that_cannot_be_computed_with_are_faults(text):
    _, diagnostics = read(f"a: {text}\n".encode(), "x.yml")
    assert len(diagnostics) == 1
    assert (diagnostics[0].position.line, diagnostics[0].position.column) == (1, 4)
