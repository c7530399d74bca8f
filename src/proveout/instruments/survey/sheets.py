"""Answers as arrays, and what is wrong with them."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.evidence import Check
from proveout.core.question import Answers, columns_there, texts
from proveout.instruments.survey.queries import MOST_ROWS, item_columns, wanted
from proveout.instruments.survey.settings import Settings

MOST_PEOPLE, MOST_SHOWN = 50_000, 7


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheets:
    """One sheet per person and wave: n of them, with k items.

    Args:
        people: Length n; empty texts where nobody is named.
        groups: Length n, as people wrote them; empty where none is named.
        waves: Length n.
        values: Shape (n, k), as answered; NaN where there is no answer on the scale.
        seconds: Shape (n,), NaN where not known.
        comments: Length n: what was written, a star where it may not be read, empty where nothing was.
    """

    people: tuple[str, ...]
    groups: tuple[str, ...]
    waves: tuple[str, ...]
    values: np.ndarray
    seconds: np.ndarray
    comments: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.people)

    def at(self, keep: np.ndarray) -> "Sheets":
        """Some of them."""
        chosen = np.flatnonzero(keep)
        return Sheets(
            people=tuple(self.people[i] for i in chosen),
            groups=tuple(self.groups[i] for i in chosen),
            waves=tuple(self.waves[i] for i in chosen),
            values=self.values[chosen],
            seconds=self.seconds[chosen],
            comments=tuple(self.comments[i] for i in chosen),
        )


def read(settings: Settings, answers: Answers) -> tuple[Sheets, tuple[Check, ...]]:
    """All sheets, one per person and wave.

    Raises:
        TooLittle: There are no answers.
        ProveoutError: A declared column is missing, there are too many rows, or no answer can be read.
    """
    _refuse_missing(settings, answers)
    table = answers.tables["answers"]
    n_rows = len(next(iter(table.values())))
    if n_rows > MOST_ROWS:
        raise ProveoutError(
            f"more than {MOST_ROWS:,} rows of answers", "give each survey a block and a query of its own"
        )
    if not n_rows:
        raise TooLittle("nobody has answered", "send the questionnaire, and check again when answers are in")
    columns = {role: texts(column) for role, column in table.items()}
    if settings.answers.item:
        columns = _widened(settings, columns)
    if (n_people := len(next(iter(columns.values())))) > MOST_PEOPLE:
        raise ProveoutError(f"{n_people:,} people answered", f"draw {MOST_PEOPLE:,} of them by lot; no more are needed")
    checks: list[Check] = []
    values = _values(settings, columns, checks)
    sheets = _sheets(columns, values)
    if not np.isfinite(values).any():
        told = dict.fromkeys(text for k in range(values.shape[1]) for text in columns.get(f"item {k}", []) if text)
        such_as = f"; they are {', '.join(map(repr, list(told)[:MOST_SHOWN]))}" if told else ", all are empty"
        raise ProveoutError(f"no answer can be read{such_as}", _how_to_write(settings))
    kept = _last_of_each(sheets, checks)
    return kept, tuple(checks)


def _refuse_missing(settings: Settings, answers: Answers) -> None:
    there = columns_there(answers, "columns")
    lacking = [column for column in wanted(settings).values() if column.casefold() not in there]
    if lacking:
        raise ProveoutError(
            f"the answers have no column {', '.join(lacking)}",
            f"they have {', '.join(there.values())}; say under `columns` which item stands in which",
        )


def _widened(settings: Settings, columns: dict[str, list[str | None]]) -> dict[str, list[str | None]]:
    """A row per answer to a row per person and wave."""
    place = {column.casefold(): role for role, column in item_columns(settings, settings.answers).items()}
    rows: dict[tuple[str | None, str | None], dict[str, str | None]] = {}
    for i, (person, item) in enumerate(zip(columns["person"], columns["item"], strict=True)):
        wave = columns["wave"][i] if "wave" in columns else None
        row = rows.setdefault((person, wave), {})
        for role in ("group", "seconds", "comment"):
            if role in columns and columns[role][i] is not None:
                row[role] = columns[role][i]
        if role := place.get((item or "").casefold()):
            row[role] = columns["value"][i]
    roles = [role for role in columns if role not in ("person", "wave", "item", "value")] + [*place.values()]
    wide: dict[str, list[str | None]] = {"person": [key[0] for key in rows], "wave": [key[1] for key in rows]}
    return wide | {role: [row.get(role) for row in rows.values()] for role in roles}


def _values(settings: Settings, columns: dict[str, list[str | None]], checks: list[Check]) -> np.ndarray:
    """Numbers on the scale; what is none is missing, and said."""
    asked = settings.asked
    words = {word.strip().casefold(): asked.lowest + i for i, word in enumerate(settings.answers.words)}
    values = np.full((len(next(iter(columns.values()))), len(asked.items)), np.nan)
    odd: Counter[str] = Counter()
    n_off = 0
    for k in range(len(asked.items)):
        for i, text in enumerate(columns.get(f"item {k}", [])):
            if text is None:
                continue
            number = words.get(text.casefold(), _number(text))
            if asked.lowest <= number <= asked.highest:
                values[i, k] = number
            else:
                odd[text] += 1
                n_off += number == number
    if n_off > MOST_OFF * (n_off + np.isfinite(values).sum()):
        raise ProveoutError(
            f"{n_off:,} answers lie off the scale from {asked.lowest:g} to {asked.highest:g}, "
            f"such as {odd.most_common(1)[0][0]!r}: another scale was used, or they mean that nothing was answered",
            "ask on the scale of the questionnaire (or declare your own, with `lowest` and `highest`); leave what was "
            "not answered empty",
        )
    if odd:
        note = f"{sum(odd.values()):,} are not, such as {odd.most_common(1)[0][0]!r}, and count as missing"
        name = f"Answers lie between {asked.lowest:g} and {asked.highest:g}"
        checks.append(Check(name=name, passed=False, note=f"{note}; {_how_to_write(settings)}"))
    return values


def _how_to_write(settings: Settings) -> str:
    asked = settings.asked
    return f"write numbers from {asked.lowest:g} to {asked.highest:g}, or declare `words` from lowest to highest"


def _number(text: str) -> float:
    """Also the number that many forms put before the words, as in ``4 - agree``."""
    found = re.match(r"-?\d+(?:[.,]\d+)?(?=\s|$|[-–:.)=])", text)
    return float(found[0].replace(",", ".")) if found else float("nan")


def _sheets(columns: dict[str, list[str | None]], values: np.ndarray) -> Sheets:
    n = len(values)

    def words(role: str) -> tuple[str, ...]:
        return tuple(text or "" for text in columns.get(role, [""] * n))

    seconds = np.array([_number(text) if text else np.nan for text in columns.get("seconds", [None] * n)])
    return Sheets(
        people=words("person"),
        groups=words("group"),
        waves=words("wave"),
        values=values,
        seconds=seconds,
        comments=words("comment"),
    )


def _last_of_each(sheets: Sheets, checks: list[Check]) -> Sheets:
    """Of several sheets of a person in a wave the last; sheets without a single answer are none."""
    last = {}
    for i, (person, wave) in enumerate(zip(sheets.people, sheets.waves, strict=True)):
        last[(person.casefold() or f"row {i}", wave)] = i
    keep = np.zeros(len(sheets), dtype=bool)
    keep[list(last.values())] = True
    if n_more := int((~keep).sum()):
        note = f"{n_more:,} sheets are of people who had answered already; the last one counts"
        checks.append(Check(name="Everybody answered once", passed=False, note=note))
    blank = ~np.isfinite(sheets.values).any(axis=1)
    if n_blank := int((keep & blank).sum()):
        checks.append(
            Check(name="Every sheet holds an answer", passed=False, note=f"{n_blank:,} hold none, and are left out")
        )
    return sheets.at(keep & ~blank)


def waves(sheets: Sheets) -> list[str]:
    """In order: by number where they are numbers, else by letter."""

    def place(wave: str) -> tuple[float, str]:
        number = _number(wave)
        return (number if number == number and re.fullmatch(r"-?\d+(\.\d+)?", wave) else float("inf"), wave)

    return sorted(set(sheets.waves), key=place)


def careless(sheets: Sheets, settings: Settings) -> Iterator[Check]:
    """Who gave the same answer throughout, and who was faster than one can read."""
    asked = settings.asked
    telling = (bool(asked.reversed) and len(asked.items) > 1) or len(asked.items) >= LONG
    if telling:
        full = np.isfinite(sheets.values).all(axis=1)
        same = full & (np.ptp(np.nan_to_num(sheets.values), axis=1) == 0)
        yield _flagged("Nobody gave one answer to all items", same, "gave one and the same answer throughout")
    known = np.isfinite(sheets.seconds)
    if known.any():
        fast = known & (sheets.seconds < SECONDS_PER_ITEM * len(asked.items))
        yield _flagged("Nobody was faster than one can read", fast, f"took less than {SECONDS_PER_ITEM:g} s per item")


def _flagged(name: str, who: np.ndarray, did: str) -> Check:
    n = int(who.sum())
    note = f"{n} of {len(who)} {did}; they count, look whether the score would be another without them"
    return Check(name=name, passed=not n, note=note if n else f"none of {len(who)}")


MOST_OFF = 0.05
"""Numbers off the scale, of all; more are no slips of the pen."""
LONG = 8
"""So many items, and nobody means the same of all."""
SECONDS_PER_ITEM = 2.0
"""Huang et al. (2012), Journal of Business and Psychology 27, 99-114."""


def missing_items(sheets: Sheets, names: Sequence[str]) -> Check:
    """How many answers are missing, and where most are."""
    lacking = ~np.isfinite(sheets.values)
    n = int(lacking.sum())
    name = "Every item was answered"
    if not n:
        return Check(name=name, passed=True, note=f"{len(sheets)} sheets")
    worst = int(lacking.sum(axis=0).argmax())
    note = f"{n:,} of {lacking.size:,} answers are missing, most of {names[worst]} ({int(lacking[:, worst].sum())})"
    return Check(name=name, passed=False, note=note)
