"""The assignment file: one line per unit, written whole or not at all."""

import contextlib
import csv
import hashlib
import io
import os
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from proveout.core.errors import ProveoutError


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One unit's place in the pilot or the rollout.

    Args:
        unit: Its name.
        team: Its team; empty for none.
        arm: What it gets.
        stratum: Within which it was drawn.
        batch: 1 for those drawn at first, 2 and more for those who came later.
        probability: Of the arm it got.
        seed: Of the draw.
        size: Units of its team, or what the roster says.
        baseline: As the roster says; None where it does not.
        assigned_at: When, ISO 8601.
        design: Digest of the design, the first 12 digits.
    """

    unit: str
    team: str
    arm: str
    stratum: str
    batch: int
    probability: float
    seed: int
    size: float
    baseline: float | None
    assigned_at: str
    design: str


COLUMNS = tuple(field.name for field in fields(Seat))


def text_of(seats: Iterable[Seat]) -> str:
    """The file's content; the same seats give the same text."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for seat in seats:
        writer.writerow("" if value is None else value for value in astuple(seat))
    return buffer.getvalue()


def read_seats(path: Path) -> tuple[Seat, ...]:
    """The seats of a file; none where there is no file.

    Raises:
        ProveoutError: It is not a file of seats.
    """
    if not path.exists():
        return ()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ProveoutError(f"{path} cannot be read as an assignment: {error}", "restore it from a copy") from None
    return seats_in(text, str(path))


def seats_in(text: str, shown: str) -> tuple[Seat, ...]:
    """The seats of a file's text.

    Args:
        text: As `text_of` writes it.
        shown: How messages name the file.

    Raises:
        ProveoutError: It is no table of seats.
    """
    rows = csv.DictReader(text.splitlines(keepends=True))
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise ProveoutError(
            f"{shown} was not written by `proveout pilot assign` or `proveout rollout plan`",
            "name another file in `assignment`, or keep the arms of a pilot with --adopt",
        )
    try:
        return tuple(_seat(row) for row in rows)
    except (csv.Error, ValueError, TypeError) as error:
        raise ProveoutError(f"{shown} cannot be read as an assignment: {error}", "restore it from a copy") from None


def _seat(row: dict[str, str]) -> Seat:
    return Seat(
        unit=row["unit"],
        team=row["team"],
        arm=row["arm"],
        stratum=row["stratum"],
        batch=int(row["batch"]),
        probability=float(row["probability"]),
        seed=int(row["seed"]),
        size=float(row["size"]),
        baseline=float(row["baseline"]) if row["baseline"] else None,
        assigned_at=row["assigned_at"],
        design=row["design"],
    )


def digest_of(text: str) -> str:
    """SHA-256 of a text as it is written."""
    return hashlib.sha256(text.encode()).hexdigest()


def write_text(path: Path, text: str) -> None:
    """Replace the file whole, or leave it as it is.

    Raises:
        ProveoutError: It cannot be written.
    """
    draft = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise ProveoutError(
            f"{path} cannot be written: {error.strerror}", "mend its permissions, or free space"
        ) from None
