"""Declared uses in which nobody who was assigned is seen, and why that may be."""

from proveout.core.pilot import Pilot
from proveout.core.question import Answers, Query, texts
from proveout.instruments.pilot.blocks import Blocks

EXAMPLES = """
select (select min(unit) from pilot_exposed where unit not in (select unit from pilot_arms)) as stranger,
  (select min(unit) from pilot_arms) as assigned
"""
SAYS_NOTHING = "that nothing got worse where hardly anybody used it says nothing of the system"
COMPLETE = "Look whether the uses are complete, and whether those who have the system can reach it."


def examples() -> Query:
    """How users are named, and how those who were assigned."""
    return Query(name="named", sql=EXAMPLES)


def nobody(blocks: Blocks, pilot: Pilot, answers: Answers) -> tuple[str, str] | None:
    """Why nobody who was assigned is seen to use the system, and what to do; None where somebody is, or none can be."""
    if pilot.exposures is None or blocks.n_exposed.any():
        return None
    if failure := answers.failures.get("uses"):
        return f"{failure.message.removesuffix('.')}, so nobody is seen to use the system", failure.remedy
    counts = {name: int(column[0]) for name, column in answers.tables["strangers"].items()}
    n, named = counts["n_users"], answers.tables["named"]
    theirs, ours = (texts(named[name])[0] for name in ("stranger", "assigned"))
    if n and counts["n"] == n:
        return (
            f"none of the {n:,} users was assigned, such as {theirs!r}, where the assignment has {ours!r}: the ids of "
            "the uses are probably not those of the roster",
            "Let the query of `exposures` yield as `unit` what the roster yields.",
        )
    if counts["undated"]:
        return (
            f"nobody who was assigned is seen to use the system since the start; {counts['undated']:,} uses have no "
            "time that can be read",
            "Write times as 2026-01-31 14:05, or say in the query of `exposures` how to read them.",
        )
    return "nobody at all used the system since the start", COMPLETE
