"""The chain as mathematics."""

import json

import pytest

from proveout.core.digest import canonical_json, digest
from proveout.ledger.chain import GENESIS, Row, exported, find_breaks, seal, verify_export


def chain(n: int) -> list[Row]:
    rows: list[Row] = []
    for sequence in range(1, n + 1):
        row = Row(
            sequence=sequence,
            previous=rows[-1].hash if rows else GENESIS,
            hash="",
            kind="evidence",
            initiative="lead-research",
            key=f"key-{sequence}",
            at=f"2026-01-05T10:00:{sequence:02}.000000+00:00",
            body=canonical_json({"figure": sequence / 3, "text": 'quoted "é" \x00 ,"initiative":"x"'}),
        )
        rows.append(row._replace(hash=seal(row)))
    return rows


def test_the_seal_is_the_digest_that_anybody_can_recompute() -> None:
    row = chain(2)[1]
    fields = {**row._asdict(), "body": json.loads(row.body)}
    del fields["hash"]
    assert row.hash == digest(fields)


def test_a_sound_chain_has_no_break() -> None:
    rows = chain(5)
    assert list(find_breaks(rows)) == []
    assert list(find_breaks([])) == []
    assert list(find_breaks(rows, expected_head=rows[2].hash)) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("body", '{"figure":1}'),
        ("body", '{"figure":1'),
        ("key", "another"),
        ("kind", "decision"),
        ("initiative", "other"),
        ("at", "2026-01-05T10:00:03.000001+00:00"),
        ("previous", "1" * 64),
        ("hash", "2" * 64),
        ("sequence", 7),
    ],
)
def test_any_changed_field_breaks_the_chain_at_its_record(field: str, value: object) -> None:
    rows = chain(5)
    rows[2] = rows[2]._replace(**{field: value})
    assert rows[2].sequence in {found.sequence for found in find_breaks(rows)}


def test_a_body_with_a_space_more_is_another_body() -> None:
    rows = chain(2)
    rows[0] = rows[0]._replace(body=rows[0].body.replace(":", ": ", 1))
    assert [found.sequence for found in find_breaks(rows)] == [1]


def test_a_resealed_record_breaks_the_link_of_the_next() -> None:
    rows = chain(4)
    forged = rows[1]._replace(body="{}")
    rows[1] = forged._replace(hash=seal(forged))
    assert [(found.sequence, "link" in found.what) for found in find_breaks(rows)] == [(3, True)]


def test_removed_records_show() -> None:
    rows = chain(5)
    assert [found.sequence for found in find_breaks(rows[1:])] == [2, 2]
    assert [found.sequence for found in find_breaks(rows[:2] + rows[3:])] == [4, 4]


def test_a_cut_tail_shows_against_the_head_that_was_written_down() -> None:
    rows = chain(5)
    assert list(find_breaks(rows[:3])) == []
    (found,) = find_breaks(rows[:3], expected_head=rows[4].hash)
    assert "removed or replaced" in str(found)


def test_a_break_reads_as_a_sentence() -> None:
    rows = chain(2)
    rows[1] = rows[1]._replace(body="{}")
    assert [str(found) for found in find_breaks(rows)] == ["record 2: its content does not match its hash"]


def test_an_export_is_checked_without_the_ledger() -> None:
    rows = chain(4)
    lines = [exported(row) for row in rows]
    assert verify_export(lines) == ()
    assert verify_export([*lines, ""], expected_head=rows[3].hash) == ()
    assert [found.sequence for found in verify_export([lines[0], lines[1].replace("key-2", "key-3"), *lines[2:]])] == [
        2
    ]
    assert {found.sequence for found in verify_export([lines[0], "{not json", *lines[2:]])} == {2, 3}
    assert verify_export(['{"sequence": 1}', "[]", "3"]) != ()
    assert verify_export(lines[:2], expected_head=rows[3].hash) != ()


def test_a_line_of_the_export_is_canonical_json() -> None:
    line = exported(chain(1)[0])
    assert line == canonical_json(json.loads(line))
