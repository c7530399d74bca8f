"""The chain as mathematics: what seals a record, and where a sequence of records is broken."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from proveout.core.digest import canonical_json

GENESIS = "0" * 64
"""The hash before the first record."""
_quoted = json.JSONEncoder(ensure_ascii=False).encode


class Row(NamedTuple):
    """A record as it is stored; `at` and `body` are text, the body canonical JSON."""

    sequence: int
    previous: str
    hash: str
    kind: str
    initiative: str
    key: str
    at: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A place where the ledger is not what was written.

    Args:
        sequence: The record, or 0 when it is about the ledger as a whole.
        what: What is wrong, in one sentence.
    """

    sequence: int
    what: str

    def __str__(self) -> str:
        """As people read it."""
        return f"record {self.sequence}: {self.what}" if self.sequence else self.what


def seal(row: Row) -> str:
    """SHA-256 over the canonical JSON of all fields but the hash: the digest of ``{"at": ..., "sequence": ...}``.

    The body goes in as the text that is stored, so that any byte of it counts.
    """
    fields = (f'"{name}":{_quoted(getattr(row, name))}' for name in ("initiative", "key", "kind", "previous"))
    text = f'{{"at":{_quoted(row.at)},"body":{row.body},{",".join(fields)},"sequence":{row.sequence}}}'
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def find_breaks(rows: Iterable[Row], *, expected_head: str | None = None) -> Iterator[Break]:
    """All places where the chain does not hold.

    Args:
        rows: In the order of their sequence.
        expected_head: Hash of the last record on the day when somebody wrote it down. The chain may have grown since;
            if it does not contain that hash, records were removed or replaced.
    """
    sequence, previous = 0, GENESIS
    head_found = not expected_head
    for row in rows:
        if row.sequence != sequence + 1:
            yield Break(sequence=row.sequence, what=f"record {row.sequence} follows record {sequence}")
        if row.previous != previous:
            yield Break(sequence=row.sequence, what="its link does not match the hash of the record before it")
        if row.hash != seal(row):
            yield Break(sequence=row.sequence, what=f"its content does not match its hash{_unreadable(row.body)}")
        head_found = head_found or row.hash == expected_head
        sequence, previous = row.sequence, row.hash
    if not head_found:
        what = f"no record has the expected hash {expected_head}: records were removed or replaced"
        yield Break(sequence=0, what=what)


def verify_export(lines: Iterable[str], *, expected_head: str | None = None) -> tuple[Break, ...]:
    """Check an export without the ledger it came from.

    Args:
        lines: JSON, one record a line, as `Ledger.export` wrote them; empty lines are skipped.
        expected_head: As in `find_breaks`.
    """
    unreadable: list[Break] = []
    breaks = list(find_breaks(_exported(lines, unreadable), expected_head=expected_head))
    return tuple(sorted((*unreadable, *breaks), key=lambda found: found.sequence))


def exported(row: Row) -> str:
    """A record as a line of JSON."""
    fields = ((name, getattr(row, name)) for name in ("hash", "initiative", "key", "kind", "previous"))
    quoted = ",".join(f'"{name}":{_quoted(value)}' for name, value in fields)
    return f'{{"at":{_quoted(row.at)},"body":{row.body},{quoted},"sequence":{row.sequence}}}'


def _exported(lines: Iterable[str], unreadable: list[Break]) -> Iterator[Row]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            fields: dict[str, Any] = json.loads(line)
            yield Row(**{**fields, "body": canonical_json(fields["body"])})
        except (ValueError, TypeError, KeyError, RecursionError):
            unreadable.append(Break(sequence=number, what=f"line {number} of the export is not a record"))


def _unreadable(body: str) -> str:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return ", and its body is not JSON"
    return ""
