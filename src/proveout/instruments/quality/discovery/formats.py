"""How each field is usually written: numbers, amounts with a unit, times, e-mails, codes of one form."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from proveout.instruments.quality.discovery.profile import (
    EMAIL,
    NUMBER,
    THOUSANDS,
    TOKENS,
    listed,
    literal,
    matches,
    outline,
    shape,
    written,
)
from proveout.instruments.quality.discovery.suggestion import Suggestion

Row = Mapping[str, Any]
FEWEST = 20
"""Filled cells below which a field has no habits yet."""
NEARLY_ALL = 0.8
"""Share of the cells that must keep a habit for the rest to be suspects."""
NUMBERS = 0.9
"""The same of numbers, since codes are often numbers too."""
HALF = 0.5
ONE_UNIT = 0.8
"""Share of the amounts that must be written with one unit for the others to be suspects."""
COMMON, RARE = 0.02, 0.01
"""Share from which a form is one of the usual ones, and share up to which one is a suspect."""
MOST_FORMS = 6
MOST_UNITS = 20
FEWEST_ENTRIES = 10
"""Different entries of a form, fewer of which are a list of categories."""


def formats(field: str, seen: Row, patterns: Sequence[Row], units: Sequence[Row]) -> Iterable[Suggestion]:
    """At most one rule: the strictest kind of writing that nearly all cells of a field share.

    Args:
        field: Name of the column.
        seen: Its row of the profile's fields.
        patterns: Its most frequent shapes and outlines.
        units: What stands around the number of its amounts.
    """
    n = seen["n_filled"] - seen["n_tokens"]
    if n < FEWEST:
        return
    plain, amounts = seen["n_numbers"], seen["n_amounts"] + seen["n_thousands"]
    if plain >= NUMBERS * n or (plain >= HALF * n and plain + amounts >= NUMBERS * n):
        yield from _typed(field, "a number", NUMBER, seen["n_filled"], plain)
    elif seen["n_amounts"] + plain >= HALF * n and (found := _unit(field, seen, patterns, units)):
        yield found
    elif seen["n_emails"] >= NEARLY_ALL * n:
        yield from _typed(field, "an e-mail address", EMAIL, seen["n_filled"], seen["n_emails"])
    elif seen["n_times"] >= NEARLY_ALL * n:
        yield from _times(field, n, seen["n_filled"], patterns)
    else:
        yield from _code(field, n, patterns)


def _typed(field: str, what: str, pattern: str, n: int, conforming: int) -> Iterable[Suggestion]:
    if conforming < n:
        faulty = f"coalesce(not {matches(written(field), pattern)}, false)"
        yield Suggestion(field=field, kind="type", words=f"{field} is {what}", faulty=faulty, applies=_filled(field))


def _unit(field: str, seen: Row, patterns: Sequence[Row], units: Sequence[Row]) -> Suggestion | None:
    """Numbers with a unit: the usual one where there is one; none at all where one unit is spelled in many ways."""
    codes = _codes(patterns, seen["n_filled"])
    n = seen["n_filled"] - seen["n_tokens"] - sum(codes.values())
    if not units or seen["n_amounts"] < NEARLY_ALL * n:
        return None
    top = units[0]
    if top["n_values"] >= FEWEST_ENTRIES and top["n"] >= ONE_UNIT * n:
        conforming = f"{matches(written(field), AROUND)} and {_around(field)} = {literal(top['unit'])}"
        accepted = f" and {written(field)} not in {listed(codes)}" if codes else ""
        faulty = f"coalesce(not ({conforming}){accepted}, false)"
        words = f"{field} is a number with {top['unit']!r}"
        return Suggestion(field=field, kind="unit", words=words, faulty=faulty, applies=_filled(field))
    frequent = [row for row in units if row["n"] >= COMMON * n]
    respelled = len(frequent) - len({_plain(row["unit"]) for row in frequent})
    if len(units) <= MOST_UNITS and respelled:
        faulty = f"coalesce(not {matches(written(field), NUMBER)}, false)"
        words = f"{field} is a plain number; its unit is written in {len(units)} ways"
        return Suggestion(field=field, kind="unit", words=words, faulty=faulty, applies=_filled(field))
    return None


AROUND = rf".*({THOUSANDS}|{NUMBER}).*"


def _filled(field: str) -> str:
    return f"{written(field)} is not null"


def _around(field: str) -> str:
    return f"trim(regexp_replace({written(field)}, {literal(f'{THOUSANDS}|{NUMBER}')}, ''))"


def _plain(unit: str) -> str:
    return "".join(sign for sign in unit.casefold() if sign.isalnum())


def _codes(patterns: Sequence[Row], n: int) -> dict[str, int]:
    """Single entries that are too frequent to be slips, such as `empty`."""
    alone = [row for row in patterns if row["level"] == "shape" and row["n_values"] == 1]
    return {row["example"]: row["n"] for row in alone if row["n"] >= 0.05 * n}


def _times(field: str, n: int, n_filled: int, patterns: Sequence[Row]) -> Iterable[Suggestion]:
    """Dates and times in one way of writing."""
    outlines = [row for row in patterns if row["level"] == "outline"]
    usual = outlines[:1] if outlines[0]["n"] >= 0.6 * n else [row for row in outlines if row["n"] >= 0.1 * n]
    conforming = sum(row["n"] for row in usual)
    if conforming < n_filled and conforming >= HALF * n:
        words = f"{field} is a time written like {' or '.join(repr(row['example']) for row in usual)}"
        yield _formed(field, "outline", usual, words)


def _code(field: str, n: int, patterns: Sequence[Row]) -> Iterable[Suggestion]:
    """Codes of a few forms."""
    for level in ("shape", "outline"):
        forms = [row for row in patterns if row["level"] == level]
        usual = [row for row in forms if row["n"] >= max(5, COMMON * n)]
        odd = [row for row in forms if row["n"] <= RARE * n]
        conforming = sum(row["n"] for row in usual)
        built = [row for row in usual if _built(row["pattern"])]
        if (
            sum(row["n"] for row in built) >= HALF * n
            and len(built) >= len(usual) - 1
            and sum(row["n_values"] for row in built) >= FEWEST_ENTRIES
            and len(usual) <= MOST_FORMS
            and conforming >= NEARLY_ALL * n
            and len(usual) + len(odd) == len(forms)
            and (level == "outline" or len({_outline(row["pattern"]) for row in usual}) == len(usual))
        ):
            if odd:
                words = f"{field} is written like {' or '.join(repr(row['example']) for row in usual)}"
                yield _formed(field, level, usual, words)
            return


def _built(pattern: str) -> bool:
    """Whether a form is that of a code: digits among other signs, and not of text."""
    return "9" in pattern and bool(pattern.strip("9")) and pattern.count(" ") <= 2


def _outline(pattern: str) -> str:
    return re.sub(r"9+|a+|A+", lambda run: run[0][0], pattern)


def _formed(field: str, level: str, usual: Sequence[Row], words: str) -> Suggestion:
    formed = shape(written(field)) if level == "shape" else outline(shape(written(field)))
    token = f"lower({written(field)}) in {listed(TOKENS)}"
    keep = "" if words.startswith(f"{field} is a time") else f" and not {token}"
    faulty = f"coalesce({formed} not in {listed(row['pattern'] for row in usual)}{keep}, false)"
    return Suggestion(field=field, kind="format", words=words, faulty=faulty, applies=_filled(field))
