"""Which columns are compared, and in which bins: decided on the reference alone."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from proveout.core.errors import ProveoutError
from proveout.core.question import Answers, Columns
from proveout.instruments.drift.settings import Settings

WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
NUMBERS = (*WHOLE, "FLOAT", "DOUBLE")
WORDS = ("VARCHAR", "BOOLEAN")
STEPS = 50
"""A number with at most so many values is compared value by value."""
QUANTILES = (0.001, *(k / 200 for k in range(1, 200)), 0.999)
MOST_WORDS = 500
"""A text with more values is compared by 64 buckets of its hash, in which new values do not stand out."""
BUCKETS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column that both windows have."""

    name: str
    words: bool
    """Whether it is compared value by value, as text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bins:
    """How a column is counted: at edges, by words, or by hash where there are neither."""

    column: Column
    edges: tuple[float, ...] = ()
    steps: bool = False
    words: tuple[str, ...] = ()

    @property
    def hashed(self) -> bool:
        """Whether it has too many values to name."""
        return self.column.words and not self.words

    @property
    def width(self) -> int:
        """How many bins there are, one for everything else included."""
        return BUCKETS if self.hashed else len(self.words or self.edges) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What is compared, and what is not, each with the reason."""

    columns: tuple[Column, ...]
    left_out: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    retyped: tuple[str, ...] = ()


def compared(settings: Settings, answers: Answers) -> Compared:
    """The columns, by what both windows have.

    Raises:
        ProveoutError: A declared column is missing.
    """
    before, after = (kinds(answers, f"{side} columns") for side in ("reference", "current"))
    for name in _declared(settings):
        for side, known in (("reference", before), ("current", after)):
            if name.casefold() not in {column.casefold() for column in known}:
                close = get_close_matches(name, known, n=1)
                hint = f"did you mean {close[0]!r}?" if close else f"it has {', '.join(known)}"
                raise ProveoutError(f"the {side} window has no column {name!r}", hint)
    columns, left_out, retyped = [], [], []
    for name in _wanted(settings, before):
        if name not in after:
            left_out.append(f"{name} (not in the current window)")
        elif before[name] not in NUMBERS + WORDS:
            left_out.append(f"{name} ({before[name].lower()}s move as time goes by)")
        else:
            numbers = [kind[name] in NUMBERS for kind in (before, after)]
            columns.append(Column(name=name, words=not numbers[0]))
            if numbers[0] != numbers[1]:
                retyped.append(f"{name} ({before[name]} then, {after[name]} now)")
    new = [name for name in _wanted(settings, after) if name not in before]
    return Compared(columns=tuple(columns), left_out=tuple(left_out), new=tuple(new), retyped=tuple(retyped))


def bins(settings: Settings, answers: Answers) -> tuple[Bins, ...]:
    """The bins of every column, as far as the reference has values to cut at."""
    columns = compared(settings, answers).columns
    cut = answers.tables.get("cuts")
    listed = _words(answers)
    found = []
    for index, column in enumerate(columns):
        if column.words:
            words = listed.get(index, ())
            found.append(Bins(column=column, words=() if len(words) > MOST_WORDS else words))
        elif cut is not None:
            found.append(_numbers(column, index, cut))
    return tuple(found)


def kinds(answers: Answers, question: str) -> dict[str, str]:
    """Type of each column."""
    found = answers.tables[question]
    return dict(zip(map(str, found["column_name"]), map(str, found["column_type"]), strict=True))


def column_of(name: str, known: Iterable[str]) -> str:
    """As the table spells it."""
    return next(column for column in known if column.casefold() == name.casefold())


def _declared(settings: Settings) -> list[str]:
    of = settings.performance
    return [name for name in (*settings.fields, settings.time, of.score if of else "") if name]


def _wanted(settings: Settings, known: dict[str, str]) -> list[str]:
    """Declared fields, or all that are neither time nor key nor truth."""
    if settings.fields:
        return [column_of(name, known) for name in settings.fields if name.casefold() in map(str.casefold, known)]
    of = settings.performance
    others = {name.casefold() for name in (settings.time, *settings.ignore) if name}
    if of:
        others |= {of.label.casefold(), *({of.labels.key.casefold()} if of.labels else ())}
    return [name for name in known if name.casefold() not in others]


def _words(answers: Answers) -> dict[int, tuple[str, ...]]:
    found = answers.tables.get("words")
    listed: dict[int, list[str]] = {}
    if found is not None:
        for field, word in zip(found["field"].tolist(), np.ma.getdata(found["word"]).tolist(), strict=True):
            listed.setdefault(int(field), []).append(str(word))
    return {field: tuple(words) for field, words in listed.items()}


def _numbers(column: Column, index: int, cut: Columns) -> Bins:
    """At the values themselves where they are few, each in a bin of its own; else at the reference's quantiles."""
    few, many = (_listed(cut, f"{name}_{index}") for name in ("few", "many"))
    if few:
        edges = sorted({edge for value in few for edge in (float(np.nextafter(value, -np.inf)), value)})
        return Bins(column=column, edges=tuple(edges), steps=True)
    return Bins(column=column, edges=tuple(sorted(set(many))))


def _listed(table: Columns, name: str) -> list[float]:
    text = np.ma.asarray(table[name]).tolist()[0]
    return [float(value) for value in json.loads(text) or []] if text else []
