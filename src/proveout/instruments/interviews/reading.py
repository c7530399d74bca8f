"""From what was written down to interviews, and to the flaws that keep one from counting."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from proveout.instruments.interviews.front_matter import read_interview
from proveout.instruments.interviews.interview import Flaw, Interview, Unusable, code_of, day, meant, severity

NOT_NAMED = frozenset({"none", "-"})
"""In a table's cell: asked, and no pain was named."""


def from_files(paths: Sequence[str], texts: Sequence[str]) -> tuple[list[Interview], list[Flaw]]:
    """Interviews of Markdown files with front matter."""
    interviews, flaws = [], []
    for path, text in zip(paths, texts, strict=True):
        try:
            interviews.append(read_interview(path, text))
        except Unusable as unusable:
            flaws.append(unusable.flaw(path))
    return interviews, flaws


def from_rows(rows: Iterable[Mapping[str, str]]) -> tuple[list[Interview], list[Flaw]]:
    """Interviews of a table; absent cells are empty."""
    interviews, flaws = [], []
    for row in rows:
        place = f"row {row['position']}"
        try:
            interviews.append(
                Interview(
                    place=f"{place} ({row['interview']})" if row["interview"] else place,
                    names=(row["interview"] or place,),
                    interviewee=row["interviewee"],
                    group=row["group"],
                    day=day(row["date"]),
                    interviewer=row["interviewer"],
                    pains=_pains_of_cell(row["pains"]),
                    text=row["text"],
                )
            )
        except Unusable as unusable:
            flaws.append(unusable.flaw(place))
    return interviews, flaws


def usable(interviews: Iterable[Interview], groups: Collection[str], today: date) -> tuple[list[Interview], list[Flaw]]:
    """Those of a known group, or of none, that were held by today."""
    kept, flaws = [], []
    for interview in interviews:
        try:
            kept.append(_checked(interview, groups, today))
        except Unusable as unusable:
            flaws.append(unusable.flaw(interview.place))
    return kept, flaws


def _checked(interview: Interview, groups: Collection[str], today: date) -> Interview:
    by_name = {group.casefold(): group for group in groups}
    group = by_name.get(interview.group.casefold(), "")
    if interview.group and groups and not group:
        message = f"there is no group {interview.group!r}"
        raise Unusable(message, meant(interview.group, groups, "groups"), interview.lines.get("group"))
    if interview.day and interview.day > today:
        message = f"{interview.day} lies in the future of {today}"
        raise Unusable(message, "mend the date, or check again when the interview is held", interview.lines.get("date"))
    return replace(interview, group=group or interview.group)


def _pains_of_cell(cell: str) -> dict[str, int | None] | None:
    if not cell.strip():
        return None
    if cell.strip().casefold() in NOT_NAMED:
        return {}
    pains: dict[str, int | None] = {}
    for part in filter(None, (part.strip() for part in cell.split(";"))):
        code, colon, rating = part.rpartition(":")
        if not colon or not code.strip():
            raise Unusable(f"{part[:60]!r} is not `code:severity`", "write `code:severity;code:severity`")
        pains[code_of(code)] = severity(code_of(code), rating.strip())
    return pains
