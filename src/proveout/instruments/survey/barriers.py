"""At which of the five steps to a change most people of a group stop."""

from collections.abc import Iterator, Sequence

import numpy as np

from proveout.core.evidence import Check
from proveout.core.privacy import FEWEST
from proveout.instruments.survey.groups import Told
from proveout.instruments.survey.settings import Settings
from proveout.instruments.survey.sheets import Sheets
from proveout.stats.barrier import barrier_points

STEPWISE = "readiness"
"""The questionnaire whose items are steps, each of which needs those before it."""


def barriers(settings: Settings, groups: Sequence[Told], sheets: Sheets) -> Iterator[Check]:
    """Of each group that may be shown, the step at which most of those who stop do: its mean would hide it."""
    if settings.questionnaire != STEPWISE:
        return
    points, steps = barrier_points(sheets.values), list(settings.asked.items)
    for group in groups:
        own = points[group.who & (points >= 0)]
        if not group.one or len(own) < FEWEST:
            continue
        stops = np.bincount(own, minlength=len(steps) + 1)[:-1]
        note = f"most who stop do so at {steps[stops.argmax()]}" if stops.any() else "nobody stops at a step"
        yield Check(name=f"{group.name} has no barrier", passed=not stops.any(), note=note)
