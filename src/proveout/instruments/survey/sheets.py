"""Answers as arrays: one sheet per person and wave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from proveout.core.answers import last_sheets, numbers_in, said_by_many
from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.evidence import Check
from proveout.core.question import Answers, columns_there, texts
from proveout.core.wording import says_something
from proveout.instruments.survey.queries import MOST_ROWS, item_columns, wanted
from proveout.instruments.survey.settings import Settings

MOST_PEOPLE, MOST_SHOWN = 50_000, 7
MOST_OFF = 0.05
"""Answers off the scale or that cannot be read, of all; more are no slips of the pen."""
PLAIN = 1_000
"""A number below this is an answer and may be repeated; a longer one may be a telephone's."""

Cells = dict[str, list[str | None]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheets:
    """One sheet per person and wave: n of them, with k items.

    Args:
        rows: Length n: in which row of the table each stands (the last, where it has several), from 1.
        people: Length n; empty texts where nobody is named.
        groups: Length n, as people wrote them; empty where none is named.
        waves: Length n, without spaces at the ends.
        at: Length n: when, in UTC, as text that sorts; empty where nobody says.
        values: Shape (n, k), as answered; NaN where there is no answer on the scale.
        seconds: Shape (n,), NaN where not known.
        comments: Length n: what was written, a star where it may not be read, empty where nothing was.
    """

    rows: tuple[str, ...]
    people: tuple[str, ...]
    groups: tuple[str, ...]
    waves: tuple[str, ...]
    at: tuple[str, ...]
    values: np.ndarray
    seconds: np.ndarray
    comments: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.people)

    def at_places(self, chosen: Sequence[int]) -> "Sheets":
        """Some of them, by their places."""
        return Sheets(
            rows=tuple(self.rows[i] for i in chosen),
            people=tuple(self.people[i] for i in chosen),
            groups=tuple(self.groups[i] for i in chosen),
            waves=tuple(self.waves[i] for i in chosen),
            at=tuple(self.at[i] for i in chosen),
            values=self.values[list(chosen)],
            seconds=self.seconds[list(chosen)],
            comments=tuple(self.comments[i] for i in chosen),
        )

    def of_wave(self, wave: str) -> "Sheets":
        """Those of one wave."""
        return self.at_places([i for i, own in enumerate(self.waves) if own.casefold() == wave.casefold()])

    @property
    def empty(self) -> list[bool]:
        """Which of them hold no answer."""
        return [not any(row) for row in np.isfinite(self.values).tolist()]


def read(settings: Settings, answers: Answers) -> tuple[Sheets, tuple[Check, ...]]:
    """All sheets that hold an answer, one per person and wave.

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
    checks: list[Check] = []
    cells: Cells = {"row": [str(row) for row in range(1, n_rows + 1)]}
    cells = _in_time(settings, answers.as_of, cells | {role: texts(column) for role, column in table.items()}, checks)
    if not cells["row"]:
        raise TooLittle(
            f"nobody answered until {settings.closes or answers.as_of}",
            "look at `closes`, and at the years in the column",
        )
    sheets = (_long if settings.answers.item else _wide)(settings, cells, checks)
    if len(sheets) > MOST_PEOPLE:
        raise ProveoutError(f"{len(sheets):,} people answered", f"draw {MOST_PEOPLE:,} of them by lot; that is enough")
    return _last_of_each(sheets, checks), tuple(checks)


def _refuse_missing(settings: Settings, answers: Answers) -> None:
    there = columns_there(answers, "columns")
    columns = [*wanted(settings).values()]
    lacking = [column for column in columns if column.casefold() not in there]
    if len(lacking) == len(columns):
        # what stands in the first row may be somebody's answers
        remedy = "the first row names the columns; say under `columns` which item stands in which"
        raise ProveoutError("the answers have none of the columns that are declared", remedy)
    if lacking:
        raise ProveoutError(
            f"the answers have no column {', '.join(lacking)}",
            f"they have {', '.join(there.values())}; say under `columns` which item stands in which",
        )


def _wide(settings: Settings, cells: Cells, checks: list[Check]) -> Sheets:
    """From a row per person, with a column per item."""
    columns = [(column, cells[role]) for role, column in item_columns(settings, settings.answers).items()]
    n = len(columns[0][1])
    flat = [text for _, column in columns for text in column]
    places = [(row or "", name) for name, _ in columns for row in cells["row"]]
    values = _on_scale(settings, flat, places, checks).reshape(len(columns), n).T
    return _sheets({role: [text or "" for text in column] for role, column in cells.items()}, values)


def _long(settings: Settings, cells: Cells, checks: list[Check]) -> Sheets:
    """From a row per answer; of two answers to one item the last counts."""
    place = {column.casefold(): k for k, column in enumerate(item_columns(settings, settings.answers).values())}
    words = {role: [text or "" for text in column] for role, column in cells.items()}
    n, waves = len(words["person"]), words.get("wave", [""] * len(words["person"]))
    items = [place.get(item.casefold(), -1) for item in words["item"]]
    ours = [i for i in range(n) if items[i] >= 0 and words["person"][i]]
    if not ours:
        remedy = f"say under `columns` what stands in {settings.answers.item} for each item"
        raise ProveoutError("no row is an answer of somebody to an item of the questionnaire", remedy)
    if lost := sum(items[i] >= 0 and not words["person"][i] for i in range(n)):
        note = f"{lost:,} answers do not, and are left out"
        checks.append(Check(name="Every answer says whose it is", passed=False, note=note))
    if "at" in words:
        ours.sort(key=words["at"].__getitem__)
    where = [(words["row"][i], settings.answers.value) for i in ours]
    numbers = _on_scale(settings, [cells["value"][i] for i in ours], where, checks)
    sheet_of: dict[tuple[str, str], int] = {}
    mine = [sheet_of.setdefault((words["person"][i].casefold(), waves[i].casefold()), len(sheet_of)) for i in ours]
    values = np.full((len(sheet_of), len(place)), np.nan)
    told: dict[str, list[str]] = {role: [""] * len(sheet_of) for role in words}
    again = 0
    for i, sheet, number in zip(ours, mine, numbers.tolist(), strict=True):
        for role, column in words.items():
            told[role][sheet] = column[i] or told[role][sheet]
        if number == number:
            again += values[sheet, items[i]] == values[sheet, items[i]]
            values[sheet, items[i]] = number
    if again:
        note = f"{again:,} answers are to items that the same person had answered already; the last one counts"
        checks.append(Check(name="Every item was answered once", passed=False, note=note))
    return _sheets(told, values)


def _sheets(words: dict[str, list[str]], values: np.ndarray) -> Sheets:
    blank = [""] * len(values)
    return Sheets(
        rows=tuple(words["row"]),
        people=tuple(words.get("person", blank)),
        groups=tuple(words.get("group", blank)),
        waves=tuple(words.get("wave", blank)),
        at=tuple(words.get("at", blank)),
        values=values,
        seconds=np.array(numbers_in(words.get("seconds", blank))),
        comments=tuple(words.get("comment", blank)),
    )


def _on_scale(
    settings: Settings, answers: list[str | None], places: Sequence[tuple[str, str]], checks: list[Check]
) -> np.ndarray:
    """Numbers on the scale; what is none is missing, and said, but never repeated: it may be what somebody wrote.

    Raises:
        ProveoutError: No answer can be read, or many cannot, or lie off the scale.
    """
    asked = settings.asked
    words = {word.strip().casefold(): asked.lowest + i for i, word in enumerate(settings.answers.words)}
    numbers = np.array(numbers_in(answers, words), dtype=float)
    on = (numbers >= asked.lowest) & (numbers <= asked.highest)
    if not on.any():
        raise _unreadable(settings, answers, [row for row, _ in places])
    odd = [int(i) for i in np.flatnonzero(~on) if says_something(answers[int(i)] or "")]
    off = [i for i in odd if np.isfinite(numbers[i])]
    plain = [f"{numbers[i]:g}" for i in off if abs(numbers[i]) < PLAIN]
    plain += map(repr, said_by_many([answers[i] or "" for i in odd], [places[i][0] for i in odd]))
    such_as = f", such as {plain[0]}" if plain else ""
    if len(odd) > MOST_OFF * (len(odd) + on.sum()):
        raise _too_many(settings, len(odd), len(off), such_as)
    if odd:
        row, column = places[odd[0]]
        note = f"{len(odd):,} do not{such_as}, and count as missing; the first stands in row {row} of {column}"
        name = f"Answers lie between {asked.lowest:g} and {asked.highest:g}"
        checks.append(Check(name=name, passed=False, note=f"{note}; {_how_to_write(settings)}"))
    return np.where(on, numbers, np.nan)


def _too_many(settings: Settings, n_odd: int, n_off: int, such_as: str) -> ProveoutError:
    asked = settings.asked
    if n_off < n_odd - n_off:
        message = f"{n_odd:,} answers cannot be read{such_as}: what they say may be what speaks against it"
        return ProveoutError(message, f"{_how_to_write(settings)}; leave what was not answered empty")
    return ProveoutError(
        f"{n_odd:,} answers lie off the scale from {asked.lowest:g} to {asked.highest:g}{such_as}: "
        "another scale was used, or they mean that nothing was answered",
        "ask on the scale of the questionnaire (or declare your own, with `lowest` and `highest`); leave what was "
        "not answered empty",
    )


def _unreadable(settings: Settings, answers: Sequence[str | None], rows: Sequence[str]) -> ProveoutError:
    given = [(text, row) for text, row in zip(answers, rows, strict=True) if text]
    often = said_by_many([text for text, _ in given], [row for _, row in given])[:MOST_SHOWN]
    what = f"; many are {', '.join(map(repr, often))}" if often else "" if given else "; all are empty"
    return ProveoutError(f"no answer can be read{what}", _how_to_write(settings))


def _how_to_write(settings: Settings) -> str:
    asked = settings.asked
    return f"write numbers from {asked.lowest:g} to {asked.highest:g}, or declare `words` from lowest to highest"


def _in_time(settings: Settings, today: date, cells: Cells, checks: list[Check]) -> Cells:
    """Rows of days that have been, and from before the survey was closed, if it is known when they came."""
    if "at" not in cells:
        return cells
    if unknown := cells["at"].count(None):
        note = f"{unknown:,} rows do not say it as 2026-03-01 09:30, and count as the earliest"
        checks.append(Check(name="It is known when people answered", passed=False, note=note))
    days = [(moment or "")[:10] for moment in cells["at"]]
    if n_early := sum(day > today.isoformat() for day in days):
        note = f"{n_early:,} rows are of days after {today}, and are left out; look at the order of day and month"
        checks.append(Check(name="No answer is of a day to come", passed=False, note=note))
    last = min(settings.closes or today, today).isoformat()
    keep = [i for i, day in enumerate(days) if day <= last]
    if n_late := len(days) - len(keep) - n_early:
        note = f"{n_late:,} rows came later than {last}, and are left out"
        checks.append(Check(name="Every answer came in time", passed=None, note=note))
    return {role: [column[i] for i in keep] for role, column in cells.items()}


def _last_of_each(sheets: Sheets, checks: list[Check]) -> Sheets:
    empty = sheets.empty
    keep = last_sheets(sheets.people, empty, rounds=[wave.casefold() for wave in sheets.waves], at=sheets.at)
    if n_empty := sum(empty):
        note = f"{n_empty:,} hold none, and are left out"
        checks.append(Check(name="Every sheet holds an answer", passed=False, note=note))
    if n_more := len(sheets) - n_empty - len(keep):
        note = f"{n_more:,} sheets are of people who had answered already; the last one counts"
        checks.append(Check(name="Everybody answered once", passed=False, note=note))
    return sheets.at_places(keep)
