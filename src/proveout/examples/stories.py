"""The stories that `proveout demo` can tell: what each is about, and the files it is made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from proveout.examples.acts import Act
from proveout.examples.worlds import maintenance, pilots, sales_acts, sales_files, technology

FIRST = "lead-research"


@dataclass(frozen=True, kw_only=True)
class Story:
    """A folder to look at.

    Args:
        about: In one line.
        kept: Folder of this package whose files are taken as they are.
        made: The other files, by path, made when they are asked for.
        grown: The same where they grow with time: from a day, and what Proveout wrote until then, to the files as they
            stood at the end of that day.
        acts: What people did meanwhile, in the order of the days.
        command: What to run on it.
        opening: What to say when it is written.
    """

    about: str
    kept: str
    made: Callable[[], Mapping[str, str]] = dict
    grown: Callable[[date, Mapping[str, str]], Mapping[str, str]] = lambda until, drawn: {}
    acts: Sequence[Act] = ()
    command: str = "check"
    opening: str = "The story is in {folder}/. Read {folder}/README.md"


STORIES: Mapping[str, Story] = {
    FIRST: Story(
        about="a sales agent that stands at gate 2, the example of the tutorial",
        kept="lead_research",
        opening="An example initiative is in {folder}/. Look at {folder}/initiative.yml",
    ),
    "sales-agent": Story(
        about="it was proved step by step: all five gates pass, on evidence",
        kept="sales_agent",
        grown=sales_files.files,
        acts=sales_acts.ACTS,
        opening="The story is in {folder}/, and what people did in its ledger. Read {folder}/README.md",
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
