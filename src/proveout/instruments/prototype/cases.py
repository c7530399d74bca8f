"""The cases as arrays, and what is wrong with them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.evidence import Check
from proveout.core.question import Answers, Columns
from proveout.core.wording import reading
from proveout.instruments.prototype import queries
from proveout.instruments.prototype.settings import OF_SCORES, Settings
from proveout.stats.roc import auc

FEWEST = 20
"""Cases without which nothing is said; of a slice or group too."""
MOST_UNANSWERED = 0.5
"""Of more cases without an answer, what the others say is no measurement."""
YES = ("1", "1.0", "true", "yes", "y", "t", "pass", "passed")
NO = ("0", "0.0", "false", "no", "n", "f", "fail", "failed")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Labels:
    """A column of text: a code per case, -1 where it is empty, and the text of each code."""

    codes: np.ndarray
    names: tuple[str, ...]

    def at(self, keep: np.ndarray) -> "Labels":
        """Of some of the cases."""
        return Labels(codes=self.codes[keep], names=self.names)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cases:
    """Cases with a known truth. Arrays of shape (n,); NaN where a value is missing.

    Args:
        n: Positions of the rows in the predictions, from 1.
        truth: 1 or 0; codes of `classes` where they are more than two; numbers for a regression or ranking.
        classes: What the codes mean; for two classes no and yes.
        score: The prototype's, or None.
        answer: As `truth`, or None.
        today: As `truth`, or None.
        baseline: As `truth` (a score where the metric is one of scores), or None.
        clusters: Codes, or None.
        query: Codes of the lists of a ranking, or None.
    """

    n: np.ndarray
    truth: np.ndarray
    classes: tuple[str, ...] = ()
    score: np.ndarray | None = None
    answer: np.ndarray | None = None
    today: np.ndarray | None = None
    baseline: np.ndarray | None = None
    time: np.ndarray | None = None
    weight: np.ndarray | None = None
    clusters: np.ndarray | None = None
    query: np.ndarray | None = None
    slices: Mapping[str, Labels] = field(default_factory=dict)
    groups: Mapping[str, Labels] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.truth)

    @property
    def binary(self) -> bool:
        """Whether the truth is yes or no."""
        return len(self.classes) == 2

    def at(self, keep: np.ndarray) -> "Cases":
        """Some of the cases."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        kept = {name: None if array is None else array[keep] for name, array in arrays.items()}
        labels = {
            name: {column: one.at(keep) for column, one in getattr(self, name).items()} for name in ("slices", "groups")
        }
        return replace(self, **kept, **labels)


_ARRAYS = ("n", "truth", "score", "answer", "today", "baseline", "time", "weight", "clusters", "query")


def read(settings: Settings, answers: Answers) -> tuple[Cases, tuple[Check, ...]]:
    """The cases that can be judged, and what was left out.

    Raises:
        TooLittle: Too few cases, one class only, or too few answers.
        ProveoutError: The values are not what the settings say.
    """
    table = answers.tables["cases"]
    checks = [*_drawn(table), *_not_numbers(table)]
    rows = np.arange(len(table["n"]))
    if "key" in table:
        rows, said = _one_each(table["key"], settings.key)
        checks += said
    truth = table["truth"][rows]
    known = ~np.ma.getmaskarray(truth) if truth.dtype == object else np.isfinite(numbers(truth))
    checks += _unknown(known, {name: column[rows] for name, column in table.items()}, settings)
    cases = _arranged(settings, {name: column[rows][known] for name, column in table.items()})
    if len(cases) < FEWEST:
        raise TooLittle(
            f"{len(cases)} case(s) with a known truth; {FEWEST} are the least", "test the prototype on more cases"
        )
    if cases.classes and len(np.unique(cases.truth)) < 2:
        only = cases.classes[int(cases.truth[0])]
        raise TooLittle(f"the truth of all {len(cases):,} cases is {only!r}", "test on cases of every class")
    return cases, tuple(checks)


def _drawn(table: Columns) -> Iterator[Check]:
    n_rows = int(table["n_rows"][0]) if len(table["n_rows"]) else 0
    if n_rows > len(table["n"]):
        note = f"{len(table['n']):,} of {n_rows:,} rows, drawn by a fixed lot; the rest would change no figure by much"
        yield Check(name="All cases are used", passed=None, note=note)


def _not_numbers(table: Columns) -> Iterator[Check]:
    for name, column in table.items():
        if name.startswith("bad_") and (n_bad := int(np.ma.filled(column, False).sum())):
            what = "no date or time in ISO 8601" if name == "bad_time" else "no number"
            note = f"{n_bad:,} of {len(column):,} are {what} and count as missing"
            yield Check(name=f"Every {name.removeprefix('bad_')} can be read", passed=False, note=note)


def _one_each(keys: np.ndarray, key: str) -> tuple[np.ndarray, list[Check]]:
    """Positions of the first row of every key; rows without a key stand for themselves."""
    codes = labels(keys).codes
    _, first = np.unique(np.where(codes < 0, -1 - np.arange(len(codes)), codes), return_index=True)
    n_more, n_without = len(codes) - len(first), int((codes < 0).sum())
    checks = []
    if n_more:
        note = f"{n_more:,} of {len(codes):,} rows repeat a {key}; the first row of each counts"
        checks.append(Check(name="Every case stands there once", passed=False, note=note))
    if n_without:
        note = f"{n_without:,} of {len(codes):,} rows have no {key}"
        checks.append(Check(name="Every case has a key", passed=False, note=note))
    return np.sort(first), checks


def _unknown(known: np.ndarray, table: Columns, settings: Settings) -> Iterator[Check]:
    """How many cases have no truth, and whether what the prototype says of them is what it says of the rest."""
    n_unknown = int((~known).sum())
    if not n_unknown:
        return
    note = f"{n_unknown:,} of {len(known):,} cases have no {settings.columns.truth} and are left out"
    yield Check(name="The truth of every case is known", passed=False, note=note)
    said = _as_scores(table)
    there = ~np.isnan(said)
    if min((known & there).sum(), (~known & there).sum()) < FEWEST:
        return
    found = auc(said[there], known[there].astype(float))
    alike = (found.lower is None or found.lower <= 0.5) and (found.upper is None or found.upper >= 0.5)
    note = f"a case whose truth is known has the higher score in {reading(found)} of pairs, 50% is chance"
    note += "" if alike else "; the figures are not about those whose truth is unknown, so find out why it is"
    yield Check(name="Whether the truth is known has nothing to do with the answer", passed=alike, note=note)


def _as_scores(table: Columns) -> np.ndarray:
    """The score, the number answered, or whether the commonest answer is given; NaN where there is none."""
    column = table.get("score", table.get("answer"))
    if column is None:
        return np.full(len(table["n"]), np.nan)
    if column.dtype.kind != "O":
        return numbers(column)
    codes = labels(column).codes
    commonest = np.argmax(np.bincount(codes[codes >= 0])) if (codes >= 0).any() else 0
    return np.where(codes < 0, np.nan, (codes == commonest).astype(float))


def _arranged(settings: Settings, table: Columns) -> Cases:
    """Texts to codes, numbers to floats."""
    found: dict[str, np.ndarray | None] = {"n": numbers(table["n"])}
    classes: tuple[str, ...] = ()
    if settings.kind == "classification":
        classes, coded = _classes(settings, table)
        found |= coded
    for name in ("score", "weight", *queries.ANSWERS):
        if name in table and name not in found:
            found[name] = numbers(table[name])
    if "time" in table:
        found["time"] = np.ma.filled(table["time"].astype("datetime64[us]"), np.datetime64("NaT"))
    for name, role in (("clusters", "cluster"), ("query", "query")):
        if role in table:
            codes = labels(table[role]).codes
            found[name] = np.where(codes < 0, codes.max(initial=0) + 1 + np.arange(len(codes)), codes)
    weight = found.get("weight")
    if weight is not None:
        found["weight"] = _weights(weight)
    return Cases(
        classes=classes,
        slices=_splits("s", settings.slices, table),
        groups=_splits("g", settings.groups, table),
        **found,  # pyright: ignore[reportArgumentType]
    )


def _splits(letter: str, names: Sequence[str], table: Columns) -> dict[str, Labels]:
    return {name: labels(table[f"{letter}{i}"]) for i, name in enumerate(names) if f"{letter}{i}" in table}


def _classes(settings: Settings, table: Columns) -> tuple[tuple[str, ...], dict[str, np.ndarray | None]]:
    """The classes, and every column of answers in their codes: no is 0 and yes is 1 where there are two."""
    columns = {name: labels(table[name]) for name in queries.ANSWERS if name in table}
    found: dict[str, np.ndarray | None] = {}
    if settings.main in OF_SCORES and "baseline" in columns:
        found["baseline"] = _to_numbers(columns.pop("baseline"))
    codes, classes = _codes(settings, columns["truth"].names)
    for name, one in columns.items():
        code_of = np.array([*(codes.get(_plain(text), np.nan) for text in one.names), np.nan])
        coded = code_of[one.codes]
        is_score = name == "today" and settings.main in OF_SCORES and np.isnan(coded).mean() > MOST_UNANSWERED
        found[name] = _to_numbers(one) if is_score else coded
    return classes, found


def _codes(settings: Settings, names: Sequence[str]) -> tuple[dict[str, float], tuple[str, ...]]:
    """The code of each text that the truth may be, without case; what an answer says beyond these is no answer."""
    seen = {_plain(name): name for name in sorted(names)}
    if settings.positive != "":
        yes = settings.positive if isinstance(settings.positive, str) else f"{settings.positive:g}"
        alike = next((words for words in (YES, NO) if yes.casefold() in words), (yes.casefold(),))
        same = [name for name in seen if name in alike or _equal(name, yes)]
        if names and not same:
            values = ", ".join(repr(name) for name in list(seen.values())[:5])
            message = f"no case has the truth {yes!r}, which counts as yes; it is one of {values}"
            raise ProveoutError(message, "set `positive` to one of these")
        others = [name for name in seen if name not in same]
        words = (seen[others[0]] if len(others) == 1 else f"not {yes}", yes)
        unlike = () if len(alike) == 1 else NO if alike is YES else YES
        return dict.fromkeys([*unlike, *others], 0.0) | dict.fromkeys([*same, *alike], 1.0), words
    if seen.keys() <= {*YES, *NO}:
        return {**dict.fromkeys(NO, 0.0), **dict.fromkeys(YES, 1.0)}, ("no", "yes")
    of_answers = not (settings.columns.score or settings.costs or settings.groups)
    if len(seen) <= 2 and not (of_answers and settings.main in ("accuracy", "balanced_accuracy")):
        values = " or ".join(repr(name) for name in seen.values())
        raise ProveoutError(f"{settings.columns.truth} is {values}, and which of them is yes?", "declare `positive`")
    if settings.main not in ("accuracy", "balanced_accuracy"):
        message = f"{settings.columns.truth} has {len(seen):,} values, and {settings.main} needs a yes and a no"
        raise ProveoutError(message, "declare `positive`, or the metric `accuracy` or `balanced_accuracy`")
    return {name: float(code) for code, name in enumerate(seen)}, tuple(seen.values())


def _plain(text: str) -> str:
    """Without case, and 2.0 as 2: the same label in a column of another type."""
    return text.casefold().removesuffix(".0") if text.removesuffix(".0").lstrip("-").isdigit() else text.casefold()


def _equal(a: str, b: str) -> bool:
    try:
        return float(a) == float(b)
    except ValueError:
        return False


def _to_numbers(column: Labels) -> np.ndarray:
    values = []
    for name in column.names:
        try:
            values.append(float(name))
        except ValueError:
            values.append(np.nan)
    return np.array([*values, np.nan])[column.codes]


def _weights(weight: np.ndarray) -> np.ndarray:
    bad = ~np.isfinite(weight) | (weight < 0)
    if bad.any() or not weight.sum() > 0:
        message = f"{int(bad.sum()):,} of {len(weight):,} weights are missing or below 0"
        raise ProveoutError(message if bad.any() else "all weights are 0", "give every case a weight of 0 or more")
    return weight * (len(weight) / weight.sum())


def labels(column: np.ndarray) -> Labels:
    """Text to codes, in order of first appearance."""
    known: dict[str, int] = {}
    hidden = np.ma.getmaskarray(column).tolist()
    data = np.ma.getdata(column).tolist()
    codes = [-1 if gone else known.setdefault(str(cell), len(known)) for cell, gone in zip(data, hidden, strict=True)]
    return Labels(codes=np.array(codes, dtype=int), names=tuple(known))


def numbers(column: np.ndarray) -> np.ndarray:
    """Floats; NaN where nothing or infinity stands."""
    found = np.ma.filled(np.ma.asarray(column).astype(float), np.nan)
    return np.where(np.isfinite(found), found, np.nan)
