"""What needs attention and is no criterion: time boxes, waivers that have ended, people who are not named."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from proveout.core.initiative import Initiative, Phase
from proveout.core.production import time_box
from proveout.core.wording import figure


def notices(initiative: Initiative, as_of: date) -> tuple[str, ...]:
    """One sentence for each thing that needs attention on that day."""
    return (*_windows(initiative, as_of), *_waivers(initiative, as_of), *_people(initiative))


def _windows(initiative: Initiative, as_of: date) -> Iterator[str]:
    phase, plan = initiative.phase, initiative.plan
    window = time_box(initiative, phase)
    if window is None:
        yield f"The phase {phase} has no time box: plan.{phase} is missing."
    elif as_of > window.until:
        late = figure((as_of - window.until).days, "day")
        yield f"The phase {phase} is {late} past its window, which ended on {window.until}."
    elif as_of < window.from_:
        yield f"The phase {phase} was entered, but its window starts on {window.from_} only."
    planned = [(p, w) for p in Phase if (w := plan.window(p)) is not None]
    for (earlier, first), (later, second) in pairwise(planned):
        if second.from_ < first.from_:
            yield f"The window of {later} starts on {second.from_}, before that of {earlier} ({first.from_})."


def _waivers(initiative: Initiative, as_of: date) -> Iterator[str]:
    for waiver in initiative.waivers:
        if waiver.until < as_of:
            yield f"The waiver of {waiver.criterion} ended on {waiver.until}; the criterion counts again."


def _people(initiative: Initiative) -> Iterator[str]:
    if not initiative.people.owner:
        yield "Nobody answers for the result: people.owner is missing."
    if not initiative.people.sponsor:
        yield "Nobody pays and clears the way: people.sponsor is missing."
