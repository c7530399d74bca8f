"""What is asked: the documents that are named."""

from glob import escape

from proveout.core.initiative import Initiative
from proveout.core.question import Documents, Question
from proveout.instruments.support.settings import Settings


def questions(settings: Settings, initiative: Initiative) -> tuple[Question, ...]:
    """Each document by its path."""
    return tuple(Documents(name=path, pattern=escape(path)) for path in settings.records)
