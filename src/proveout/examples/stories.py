"""The stories that `proveout demo` can tell: what each is about, and the files it is made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from proveout.examples.worlds import maintenance, pilots, technology

FIRST = "lead-research"


@dataclass(frozen=True, kw_only=True)
class Story:
    """A folder to look at.

    Args:
        about: In one line.
        kept: Folder of this package whose files are taken as they are.
        made: The other files, by path, made when they are asked for.
        command: What to run on it.
        opening: What to say when it is written.
    """

    about: str
    kept: str
    made: Callable[[], Mapping[str, str]] = dict
    command: str = "check"
    opening: str = "The story is in {folder}/. Read {folder}/README.md"


STORIES: Mapping[str, Story] = {
    FIRST: Story(
        about="a sales agent that stands at gate 2, the example of the tutorial",
        kept="lead_research",
        opening="An example initiative is in {folder}/. Look at {folder}/initiative.yml",
    ),
    "maintenance-scheduler": Story(
        about="it works perfectly, and no technician has used it for eight months",
        kept="maintenance_scheduler",
        made=maintenance.files,
    ),
    "pilot-trap": Story(
        about="fifteen pilots, and not one in production", kept="pilot_trap", made=pilots.files, command="portfolio"
    ),
    "technology-first": Story(
        about='"we need to use AI, for what?": a solution that looks for a problem',
        kept="technology_first",
        made=technology.files,
    ),
}
"""By the name that `proveout demo` takes. Dates in their files are as of `examples.DAY`."""
