"""Settings to questions."""

from proveout.core.initiative import Initiative
from proveout.core.question import Question
from proveout.instruments.quality.settings import Settings


def questions(settings: Settings, initiative: Initiative) -> tuple[Question, ...]:
    """None yet."""
    return ()
