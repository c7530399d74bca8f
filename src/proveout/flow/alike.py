"""Names of teams that are probably one team, written in several ways."""

import re
import unicodedata
from collections.abc import Iterable

SHOWN = 5


def alike(names: Iterable[str], known: Iterable[str] = ()) -> list[tuple[str, ...]]:
    """Names that differ only in case, blanks or punctuation.

    Args:
        names: Of teams.
        known: Those that were drawn already; groups in which all are known are left out.
    """
    found: dict[str, set[str]] = {}
    for name in {*names, *known}:
        if key := _key(name):
            found.setdefault(key, set()).add(name)
    old = {*known}
    return sorted(tuple(sorted(group)) for group in found.values() if len(group) > 1 and not group <= old)


def _key(name: str) -> str:
    """Letters and digits alone; 1-1 and 11 stay two numbers."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"(?<!\d)[\W_]+|[\W_]+(?!\d|[\W_])", "", re.sub(r"[\W_]+", " ", text))


def said(groups: list[tuple[str, ...]]) -> str:
    """The teams in one sentence."""
    shown = "; ".join(" and ".join(map(repr, group)) for group in groups[:SHOWN])
    more = f"; and {len(groups) - SHOWN} more" if len(groups) > SHOWN else ""
    return f"names of teams differ only in case, blanks or punctuation: {shown}{more}"
