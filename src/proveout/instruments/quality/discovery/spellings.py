"""Rare entries that are nearly a common one."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from proveout.instruments.quality.discovery.profile import LEAST_COMMON, MOST_COMMON, MOST_RARE, TIMES, listed, written
from proveout.instruments.quality.discovery.suggestion import Suggestion

Row = Mapping[str, Any]
REPEATED = 0.8
"""Share of the cells whose value stands more than once: below it a field is free text."""
MOST_FALSE = 0.1
"""Expected share of good entries among the suspects."""

NEAR_WORD = 0.35
"""Edits per sign up to which two words are nearly alike."""


def spellings(field: str, seen: Row, pairs: Sequence[Row]) -> Iterable[Suggestion]:
    """One rule that names the suspects, if common entries are seldom nearly alike themselves.

    How often two *common* entries are nearly alike tells how often a good rare entry is nearly a common one by
    chance: where that would explain more than a tenth of the suspects, there is no rule.
    """
    if seen["n_repeated"] < REPEATED * seen["n_filled"]:
        return
    suspects: dict[str, Row] = {}
    for row in pairs:
        if row["n_common"] >= TIMES * row["n_other"] and row["novel"] and _word_by_word(row["common"], row["other"]):
            best = suspects.get(row["other"])
            if best is None or (row["distance"], -row["n_common"]) < (best["distance"], -best["n_common"]):
                suspects[row["other"]] = row
    good = [row for row in pairs if row["other"] not in suspects and row["common"] not in suspects]
    alike = {row["other"] for row in good if row["n_other"] >= LEAST_COMMON}
    n_common = min(seen["n_common"], MOST_COMMON)
    n_rare = min(seen["n_rare"], MOST_RARE)
    if not suspects or len(alike) / max(n_common, 1) * n_rare > MOST_FALSE * len(suspects):
        return
    first = sorted(suspects.values(), key=lambda row: (-row["n_common"], row["other"]))[:3]
    like = ", ".join(f"{row['other']!r} for {row['common']!r}" for row in first)
    yield Suggestion(
        field=field,
        kind="spelling",
        words=f"{field} is spelled as usual, not {like}{' ...' if len(suspects) > len(first) else ''}",
        faulty=f"coalesce({written(field)} in {listed(sorted(suspects))}, false)",
        applies=f"{written(field)} is not null",
    )


def _word_by_word(common: str, other: str) -> bool:
    """Whether, where both have as many words, each word is nearly its counterpart: `AF` is no slip for `civ`."""
    words, others = (re.findall(r"\w+", text.casefold()) for text in (common, other))
    if len(words) != len(others):
        return True
    return all(_distance(a, b) <= max(1, int(NEAR_WORD * len(a))) for a, b in zip(words, others, strict=True))


def _distance(a: str, b: str) -> int:
    """Levenshtein's."""
    row = list(range(len(b) + 1))
    for i, sign in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (sign != other))
    return row[-1]
