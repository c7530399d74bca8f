"""What is true in the world of the sales agent, and when things happen in it."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

SEED = 20260130

FIRST_WEEK = date(2024, 12, 9)
"""Monday from which timesheets and the log go back; everything is weekly from there."""
KICKOFF, PROVED, READY = date(2025, 3, 3), date(2025, 3, 28), date(2025, 4, 11)
"""The project begins; gates 2 and 3 are decided."""
PILOT, PILOT_END, PILOT_DECIDED = date(2025, 4, 14), date(2025, 5, 25), date(2025, 5, 28)
ROLLOUT, SUSTAIN_UNTIL = date(2025, 6, 9), date(2026, 1, 18)
WAVES = (ROLLOUT, date(2025, 7, 7), date(2025, 7, 28))
"""First day of each; the second was held back for a week, over the end of the quarter."""
OPENED_TO_ALL = date(2026, 1, 26)
"""The holdback follows."""

PHASES = {
    "problem-validation": KICKOFF,
    "technical-feasibility": date(2025, 3, 17),
    "organisational-readiness": date(2025, 3, 31),
    "pilot": PILOT,
    "production-scaling": date(2025, 6, 2),
}

SEGMENTS = ("enterprise", "mid-market", "partners", "public-sector")
N_REPS = {"enterprise": 12, "mid-market": 20, "partners": 20, "public-sector": 20}
"""Those of the first are in the pilot, the others in the rollout."""
RESEARCH_HOURS, WEEK_HOURS = 24.0, 40.0
"""Of a rep's week, 60% goes into research and first contact."""
HOUR_EARNS_USD = 13.35
"""What an hour of it would earn if it were given back: four in ten could be sold, at a margin of 33 USD."""
OPPORTUNITY_COST_USD = N_REPS["enterprise"] * RESEARCH_HOURS * 52 * HOUR_EARNS_USD
"""About 200,000 a year, of the first segment alone."""
HOURS_PER_PROSPECT = {"enterprise": 2.88, "mid-market": 1.5, "partners": 1.5, "public-sector": 1.5}
QUALIFIED = 0.4
"""Share of the prospects that a person confirms as a qualified lead."""
EFFICIENCY = 3.0
"""How many times as many qualified leads an hour of research and first contact brings with the agent."""
USED_AT_SCALE = 0.98
"""Weeks in which a rep who has it uses it; in the others the work is done by hand. In the pilot all of them."""
REPLIES, REPLIES_WITH = 0.03, 0.06
BASELINE_REPLIES, BASELINE_PROSPECTS = 36, 1200
"""Replies to first messages before the project, counted: 3%."""
MEETINGS, MEETINGS_WITH = 2.0, 2.6
"""Per rep and week."""
PROSPECTS_A_DAY = 10
"""Through the agent in the pilot."""
PER_WEEK_AT_SCALE = 17
"""Prospects of a rep outside the first segment, with the agent."""
ACCURACY, REPS_RIGHT = 0.90, 0.78
"""How often the agent is right about a prospect, and how often a rep is."""

Table = tuple[Sequence[str], Sequence[Sequence[Any]]]
"""Header and rows; the first field of each row is the day on which it came to be, and is not written."""


def rep(segment: str, number: int) -> str:
    """The name of a rep."""
    return f"{segment[:2]}{number + 1:02}"


def reps(*segments: str) -> Iterator[tuple[str, str]]:
    """Rep and segment."""
    return ((rep(segment, i), segment) for segment in segments for i in range(N_REPS[segment]))
