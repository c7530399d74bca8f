"""The decisions as numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.question import Columns
from proveout.instruments.agreement.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Decisions on cases that two people or more decided; codes from 0 everywhere.

    Args:
        cases: Names of the cases.
        people: Names of the people.
        labels: Names of the decisions, in their order; empty for numbers.
        case: Shape (m,), one per decision.
        person: Shape (m,).
        value: Shape (m,): code of the label, or the number.
        alone: How many cases were decided by one person only, and are left out.
        empty: How many rows have no decision, case or person.
        twice: How many decisions somebody made on a case that they had decided before; the first counts.
    """

    cases: np.ndarray
    people: np.ndarray
    labels: tuple[str, ...]
    case: np.ndarray
    person: np.ndarray
    value: np.ndarray
    alone: int
    empty: int
    twice: int

    @property
    def slots(self) -> np.ndarray:
        """Shape (cases, most decisions on one): the decisions of each case side by side, NaN behind the last."""
        order = np.argsort(self.case, kind="stable")
        case = self.case[order]
        first = np.searchsorted(case, case)
        place = np.arange(len(case)) - first
        found = np.full((len(self.cases), int(place.max()) + 1), np.nan)
        found[case, place] = self.value[order]
        return found

    @property
    def counts(self) -> np.ndarray:
        """Shape (cases, labels): how many people decided so."""
        k = len(self.labels)
        code = self.case * k + self.value.astype(int)
        return np.bincount(code, minlength=len(self.cases) * k).reshape(len(self.cases), k)


def panel(settings: Settings, table: Columns) -> Panel:
    """From rows to numbers.

    Raises:
        TooLittle: No case that two people decided.
        ProveoutError: A decision that the scale does not know.
    """
    texts = [_texts(table[name]) for name in ("c", "p", "d")]
    there = np.all([column != "" for column in texts], axis=0) if len(texts[0]) else np.zeros(0, dtype=bool)
    c, p, d = (column[there] for column in texts)
    pair = np.char.add(np.char.add(c, "\x00"), p) if len(c) else c
    first = np.sort(np.unique(pair, return_index=True)[1])
    c, p, d = c[first], p[first], d[first]
    _, inverse, often = np.unique(c, return_inverse=True, return_counts=True)
    several = often[inverse] >= 2 if len(c) else np.zeros(0, dtype=bool)
    if not several.any():
        raise TooLittle("no case was decided by two people", "let several people decide the same cases")
    labels, value = _values(settings, d[several])
    kept, case = np.unique(c[several], return_inverse=True)
    people, person = np.unique(p[several], return_inverse=True)
    return Panel(
        cases=kept,
        people=people,
        labels=labels,
        case=case,
        person=person,
        value=value,
        alone=int((often == 1).sum()),
        empty=int((~there).sum()),
        twice=int(there.sum()) - len(first),
    )


def codes(labels: tuple[str, ...], texts: np.ndarray) -> np.ndarray:
    """Code of each text, -1 for what is no label; by spelling, in any case."""
    known = {label.casefold(): index for index, label in enumerate(labels)}
    return np.array([known.get(text.casefold(), -1) for text in texts.tolist()], dtype=int)


def known(table: Columns, name: str, cases: np.ndarray) -> np.ndarray:
    """What the table of cases says of each of these cases, as text; empty where it says nothing."""
    by_case = dict(zip(_texts(table["c"]).tolist(), _texts(table[name]).tolist(), strict=True))
    return np.array([by_case.get(case, "") for case in cases.tolist()], dtype=str)


def contradicted(table: Columns, name: str) -> int:
    """Of how many cases the rows say different things."""
    return int((np.ma.filled(table[f"n_{name}"], 0) > 1).sum())


def probabilities(settings: Settings, table: Columns) -> tuple[np.ndarray, np.ndarray, Mapping[int, str]]:
    """Given label and probabilities of the cases that have all of them; names by code."""
    names = tuple(settings.probabilities or {})
    columns = [np.ma.filled(np.ma.asarray(table[f"p{i}"], float), np.nan) for i in range(len(names))]
    p = np.column_stack(columns)
    label = codes(names, _texts(table["l"]))
    whole = ~np.isnan(p).any(axis=1) & (label >= 0)
    return label[whole], p[whole], dict(enumerate(_texts(table["c"])[whole].tolist()))


def _values(settings: Settings, decisions: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
    if settings.scale == "interval":
        return (), _numbers(settings, decisions)
    labels = settings.order or tuple(sorted({text.casefold(): text for text in decisions.tolist()[::-1]}.values()))
    value = codes(labels, decisions)
    if (value < 0).any():
        stranger = str(decisions[value < 0][0])
        raise ProveoutError(f"the decision {stranger!r} is not in `order`", "add it where it belongs, or mend the data")
    return labels, value


def _numbers(settings: Settings, decisions: np.ndarray) -> np.ndarray:
    try:
        numbers = decisions.astype(float)
    except ValueError:
        raise ProveoutError(
            f"a decision in {settings.decision!r} is no number", "mend it, or declare `scale: nominal`"
        ) from None
    if not np.isfinite(numbers).all():
        raise ProveoutError("a decision is infinite or not a number", "mend it, or leave the row out")
    return numbers


def _texts(column: np.ndarray) -> np.ndarray:
    return np.ma.filled(np.ma.asarray(column).astype(object), "").astype(str)
