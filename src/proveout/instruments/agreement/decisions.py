"""The decisions as arrays, and what is wrong with them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

import numpy as np

from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.evidence import Check
from proveout.core.question import Answers
from proveout.instruments.agreement.queries import MOST_LABELS, absent, columns
from proveout.instruments.agreement.settings import Settings

FEWEST = 10
"""Cases decided twice without which nothing is said."""

BLANK = ("nan", "none", "null", "n/a", "na", "?", "-", "unknown", "nil")
"""Words that programs and people write where there is nothing."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Decisions:
    """Decisions on cases that two people or more decided, one per case and person.

    Args:
        case: Shape (m,), codes of cases as they were asked for, with gaps.
        person: Shape (m,), codes of people.
        value: Shape (m,), codes of labels, in their order where they have one; numbers on an interval scale.
        seconds: Shape (m,), when, NaN where that is not known.
        people: Names by code.
        labels: Labels by code; none on an interval scale.
    """

    case: np.ndarray
    person: np.ndarray
    value: np.ndarray
    seconds: np.ndarray
    people: tuple[str, ...]
    labels: tuple[str, ...]

    @cached_property
    def unit(self) -> np.ndarray:
        """Codes of cases without gaps, shape (m,)."""
        return np.unique(self.case, return_inverse=True)[1]

    @cached_property
    def cases(self) -> np.ndarray:
        """Codes as asked for, by codes without gaps."""
        return np.unique(self.case)

    @cached_property
    def label(self) -> np.ndarray:
        """Codes of labels as whole numbers."""
        return self.value.astype(int)

    @cached_property
    def counts(self) -> np.ndarray:
        """How many people gave each case each label, shape (cases, labels)."""
        k = len(self.labels)
        return np.bincount(self.unit * k + self.label, minlength=len(self.cases) * k).reshape(-1, k)


def read(settings: Settings, answers: Answers) -> tuple[Decisions, tuple[Check, ...]]:
    """The decisions that can be compared, and what was left out.

    Raises:
        TooLittle: Hardly any case was decided twice.
        ProveoutError: A column is missing, or the decisions are not of the scale.
    """
    there(settings, answers, "ratings")
    people = tuple(str(name) for name in answers.tables["people"]["p"])
    table = {name: np.ma.filled(column.astype(float), np.nan) for name, column in answers.tables["decisions"].items()}
    case, person, value = table["i"].astype(int), table["p"].astype(int), table["v"]
    labels: tuple[str, ...] = ()
    if settings.scale != "interval":
        labels, code = _labels(settings, answers)
        value = code[value.astype(int)]
    _, inverse, times = np.unique(case, return_inverse=True, return_counts=True)
    twice = (times >= 2)[inverse] if len(case) else np.zeros(0, bool)
    n_twice = int((times >= 2).sum())
    checks = (*_lost(answers), _seen_twice(n_twice, len(times)), *_repeated(answers), *_spelt(answers))
    if n_twice < FEWEST:
        raise TooLittle(
            f"{n_twice} case(s) decided by two people or more, {len(times):,} decided at all; {FEWEST} are the least",
            "let two people or more decide the same cases, without seeing each other's decisions",
        )
    found = Decisions(
        case=case[twice],
        person=person[twice],
        value=value[twice],
        seconds=table["t"][twice],
        people=people,
        labels=labels,
    )
    return found, checks


def there(settings: Settings, answers: Answers, table: str) -> None:
    """Nothing, when the table has its columns.

    Raises:
        ProveoutError: It has not.
    """
    known = {name.casefold(): name for name in columns(answers, table)}
    missing = []
    for name in absent(settings, answers, table):
        close = get_close_matches(name.casefold(), known, n=1)
        missing.append(f"{name} (did you mean {known[close[0]]!r}?)" if close else name)
    if missing:
        raise ProveoutError(f"the table of {table} has no column {', '.join(missing)}", "name columns that are there")


def quoted(names: Sequence[str]) -> str:
    """Up to three names in a sentence."""
    return ", ".join(repr(name) for name in names[:3]) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")


def _labels(settings: Settings, answers: Answers) -> tuple[tuple[str, ...], np.ndarray]:
    """Labels in their order, and the code there of each code as asked for."""
    given = [str(name) for name in answers.tables["labels"]["d"]]
    if len(given) > MOST_LABELS:
        raise ProveoutError(
            f"more than {MOST_LABELS} different decisions, such as {quoted(given)}: that is text or a number",
            "say `scale: interval` for numbers; for text, let people choose among a few labels",
        )
    if settings.scale == "nominal":
        return tuple(given), np.arange(len(given), dtype=float)
    order = [name.strip() for name in settings.order] or _by_number(given)
    code = {name.lower(): k for k, name in enumerate(order)}
    unknown = [name for name in given if name.lower() not in code]
    if unknown:
        raise ProveoutError(
            f"{quoted(unknown)} {'is' if len(unknown) == 1 else 'are'} not in `order`",
            f"list every decision in `order`, which names {quoted(order)}",
        )
    return tuple(order), np.array([code[name.lower()] for name in given], dtype=float)


def _by_number(given: list[str]) -> list[str]:
    try:
        return sorted(given, key=float)
    except ValueError:
        raise ProveoutError(
            f"decisions such as {quoted(given)} have no order of their own",
            "list the labels from the lowest to the highest in `order`",
        ) from None


def _lost(answers: Answers) -> Iterator[Check]:
    """Rows that could not be used."""
    row = {name: int(column[0]) for name, column in answers.tables["counts"].items() if name.startswith("n_")}
    n = row["n_rows"]
    said = {
        "n_caseless": "have no case",
        "n_nobody": "say nobody who decided",
        "n_not_numbers": "hold no number",
    }
    for name, what in said.items():
        if row[name]:
            note = f"{row[name]:,} of {n:,} decisions {what} and are left out"
            yield Check(name="Every decision can be used", passed=False, note=note)
    if row["n_rows"] and not answers.tables["decisions"]["i"].size and row["n_not_numbers"]:
        example = answers.tables["counts"]["not_a_number"][0]
        raise ProveoutError(f"{str(example)!r} is no number, nor is any other decision", "declare another `scale`")
    if row["n_undecided"]:
        note = f"{row['n_undecided']:,} of {n:,} are empty; where people leave out what is hard, agreement looks better"
        yield Check(name="Nobody left a case out", passed=None, note=note)
    if row["n_not_times"]:
        note = f"{row['n_not_times']:,} of {row['n_timed']:,} are no date or time in ISO 8601"
        yield Check(name="Times can be read", passed=False, note=note)


def _seen_twice(n_twice: int, n_cases: int) -> Check:
    note = f"{n_twice:,} of {n_cases:,} cases; the others say nothing about agreement and are left out"
    return Check(
        name="Each case was decided by two people or more",
        passed=n_twice == n_cases and n_cases > 0,
        note=note if n_twice < n_cases else f"all {n_cases:,}",
    )


def _repeated(answers: Answers) -> Iterator[Check]:
    """The same person twice on the same case: a mistake, or a test of whether people agree with themselves."""
    row = {name: int(column[0]) for name, column in answers.tables["repeats"].items()}
    if row["n_pairs"]:
        note = (
            f"{row['n_pairs']:,} times a person decided the same case again, {row['n_same']:,} times in the same way; "
            "the first decision counts"
        )
        yield Check(name="Each person decided a case once", passed=False, note=note)


def _spelt(answers: Answers) -> Iterator[Check]:
    if "labels" not in answers.tables:
        return
    table = answers.tables["labels"]
    several = [str(name) for name, n in zip(table["d"], table["n_spellings"], strict=True) if n > 1]
    if several:
        note = f"{quoted(several)} are spelt with capitals and without, which counts as the same"
        yield Check(name="Decisions are spelt in one way", passed=None, note=note)
    blank = [str(name) for name in table["d"] if str(name).strip().lower() in BLANK]
    if blank:
        note = f"{quoted(blank)} count as decisions; if they stand for none, let the query make them empty"
        yield Check(name="Every decision says something", passed=None, note=note)
