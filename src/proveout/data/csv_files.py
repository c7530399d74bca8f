"""CSV files as they come: delimiter, encoding, and rows that are broken, named by line.

DuckDB's own guessing is kept to the types of columns: left to itself it skips lines, takes a file with a broken row
for one column of text, and drops what looks like a comment.
"""

import csv
import gzip
import io
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from proveout.core.errors import SourceBroken, SourceUnreachable
from proveout.core.question import Note
from proveout.data.location import Location
from proveout.data.sandbox import text

WHOLE_BYTES = 50_000_000
"""Files up to this size have their types found from every row, and are read once."""
SAMPLE_ROWS = 500_000
DELIMITERS = ",;\t|"
SAMPLE_CHARACTERS = 65_536
UTF_8 = ("", "utf-8", "utf8", "utf-8-sig")
SHOWN_CHARACTERS = 120


def is_small(location: Location) -> bool:
    """Whether every row is looked at before types are settled."""
    return location.path.stat().st_size <= WHOLE_BYTES


def select(location: Location, path: Path, *, as_text: Collection[str] = ()) -> str:
    """A SELECT on a CSV file in UTF-8; a row that does not fit is an error, never skipped.

    Args:
        location: The source.
        path: Its file, or the copy that `rewritten` made.
        as_text: Columns whose values are left as they are written.

    Raises:
        SourceBroken: The file is empty.
    """
    types = ", ".join(f"{text(name)}: 'VARCHAR'" for name in as_text)
    given = options(location) | ({"types": f"{{{types}}}"} if as_text else {})
    return f"select * from read_csv({text(str(path))}, {listed(given)})"


def options(location: Location) -> dict[str, str]:
    """How DuckDB is to read the file, by option."""
    delimiter = location.source.delimiter or delimiter_of(location)
    given = {
        "header": "true",
        "skip": "0",
        "delim": text(delimiter) if delimiter else "",
        "quote": "'\"'",
        "escape": "'\"'",
        "comment": "''",
        "strict_mode": "true",
        "null_padding": "false",
        "ignore_errors": "false",
        "sample_size": "-1" if is_small(location) else str(SAMPLE_ROWS),
    }
    return {name: value for name, value in given.items() if value}


def listed(options: dict[str, str]) -> str:
    """Options as arguments in SQL."""
    return ", ".join(f"{name} = {value}" for name, value in options.items())


def needs_rewriting(location: Location) -> bool:
    """Whether DuckDB could not read the encoding."""
    return location.source.encoding.lower() not in UTF_8


def rewritten(location: Location, path: Path, note: Note) -> Path:
    """Copy the file to `path` in UTF-8 with uniform quotes and line ends, looking at every row on the way.

    Args:
        location: The source.
        path: Where the copy goes.
        note: Told of what was not read as it stands.

    Raises:
        SourceBroken: The first row that does not fit, or the line that is not in the declared encoding.
    """
    delimiter = location.source.delimiter or delimiter_of(location)
    csv.field_size_limit(1 << 30)
    with _opened(location) as source, path.open("w", encoding="utf-8", newline="") as target:
        reader = csv.reader(source, delimiter=delimiter or ",", strict=True)
        writer = csv.writer(target, delimiter=delimiter or ",", lineterminator="\n")
        width, line = 0, 1
        wrapped: list[int] = []
        try:
            for record in reader:
                if record or width == 1:
                    width = width or len(record)
                    if len(record) == 1 < width:
                        record = _unwrapped(record, delimiter or ",")
                        wrapped.append(line)
                    _check_width(location, record, width, line, delimiter or ",")
                    writer.writerow(record or [""])
                line = reader.line_num + 1
        except csv.Error as error:
            reason = "a quote opens here and is never closed" if "end of data" in str(error) else str(error)
            raise SourceBroken(
                f"{location.shown}, line {line}: {reason}", "mend the quotes: inside quotes, a quote is written twice"
            ) from None
        except UnicodeDecodeError:
            raise _wrong_encoding(location) from None
    if wrapped:
        note(
            f"{location.shown}: rows that stand within quotes as a whole were read as the rows within: "
            f"{len(wrapped):,}, the first in line {wrapped[0]:,}"
        )
    return path


def delimiter_of(location: Location) -> str:
    """The delimiter under which most rows have as many fields as the header; empty when only DuckDB can tell.

    Raises:
        SourceBroken: The file is empty.
    """
    if location.path.suffix == ".zst":
        return ""
    sample = sample_of(location)
    if not sample.strip():
        raise SourceBroken(f"{location.shown} is empty", "a header row and data are needed")
    return max(DELIMITERS, key=lambda delimiter: (*_fit(sample, delimiter), -DELIMITERS.index(delimiter)))


def _fit(sample: str, delimiter: str) -> tuple[float, int]:
    """Share of rows as wide as the header, and that width."""
    widths = []
    try:
        widths.extend(len(row) for row in csv.reader(io.StringIO(sample), delimiter=delimiter) if row)
    except csv.Error:
        return 0.0, 0
    if not widths or widths[0] == 1:
        return 0.0, 1
    complete = widths if len(widths) == 1 or len(sample) < SAMPLE_CHARACTERS else widths[:-1]
    return sum(width == widths[0] for width in complete) / len(complete), widths[0]


def _unwrapped(record: list[str], delimiter: str) -> list[str]:
    """A whole row within quotes, as some spreadsheets write it, is the row within."""
    return next(csv.reader(record, delimiter=delimiter), record)


def _check_width(location: Location, record: list[str], width: int, line: int, delimiter: str) -> None:
    if len(record) != width:
        shown = delimiter.join(record)[:SHOWN_CHARACTERS]
        raise SourceBroken(
            f"{location.shown}, line {line}: {len(record)} fields instead of {width}: {shown}",
            "mend the line; a field that contains the delimiter needs quotes around it",
        )


def sample_of(location: Location) -> str:
    """The first characters of the file.

    Raises:
        SourceBroken: They are in no encoding that is known.
    """
    with _bytes(location) as file:
        content = file.read(SAMPLE_CHARACTERS)
    if not location.source.encoding and content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise SourceBroken(f"{location.shown} is not UTF-8", "declare `encoding: utf-16` for this source")
    try:
        return content.decode(location.source.encoding or "utf-8-sig", errors="replace")
    except LookupError:
        raise SourceBroken(
            f"{location.shown}: there is no encoding {location.source.encoding!r}",
            "use utf-8, latin-1, windows-1252, utf-16 or another that Python knows",
        ) from None


def _bytes(location: Location) -> BinaryIO:
    if location.path.suffix == ".zst":
        raise SourceUnreachable(f"{location.shown} cannot be looked into", "compress it with gzip instead")
    return cast(BinaryIO, gzip.open(location.path, "rb")) if location.path.suffix == ".gz" else location.path.open("rb")


def _opened(location: Location) -> io.TextIOWrapper:
    encoding = location.source.encoding
    return io.TextIOWrapper(_bytes(location), encoding if encoding.lower() not in UTF_8 else "utf-8-sig", newline="")


def _wrong_encoding(location: Location) -> SourceBroken:
    """Name the first line that does not decode, and an encoding in which all of them do."""
    declared = location.source.encoding
    if declared:
        return SourceBroken(
            f"{location.shown} is not in {declared}", "declare the encoding the file is in, or save it as UTF-8"
        )
    bad, good, high = 0, 0, False
    for number, line in enumerate(_lines(location), start=1):
        if line.isascii():
            continue
        try:
            line.decode()
            good = good or number
        except UnicodeDecodeError:
            bad = bad or number
            high = high or any(0x80 <= byte <= 0x9F for byte in line)
    if good:
        return SourceBroken(
            f"{location.shown} mixes encodings: line {bad} is not UTF-8, line {good} is", "save the whole file as UTF-8"
        )
    encoding = "windows-1252" if high else "latin-1"
    return SourceBroken(
        f"{location.shown}, line {bad} is not UTF-8",
        f"declare `encoding: {encoding}` for this source, or save it as UTF-8",
    )


def _lines(location: Location) -> Iterator[bytes]:
    with _bytes(location) as file:
        yield from file
