"""The block that people write."""

from dataclasses import dataclass, field
from typing import Annotated

from annotated_types import Ge, Interval

from proveout.core.declared import DECLARED, Name
from proveout.core.question import SourceName

LOWEST, HIGHEST = 1, 5
"""The scale on which interviewees rate how bad a pain is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which column of the table holds what. A column under its default name may be missing."""

    __pydantic_config__ = DECLARED

    interview: Name = "interview"
    """Id of the interview, by which `codes` names it; the row's number where there is none."""
    interviewee: Name = "interviewee"
    """Who was interviewed, a name or a pseudonym; each interview is another person where there is none."""
    group: Name = "group"
    """Id of the affected group to which the interviewee belongs."""
    date: Name = "date"
    """Day of the interview, as YYYY-MM-DD."""
    interviewer: Name = "interviewer"
    """Who asked, and coded."""
    pains: Name = "pains"
    """`code:severity;code:severity`; `none` where no pain was named; empty where nobody has coded yet."""
    text: Name = "text"
    """Transcript or notes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Interviews: `files` with front matter, or a `source` with one row per interview."""

    __pydantic_config__ = DECLARED

    files: str = ""
    """Markdown files by pattern, such as `interviews/*.md`."""
    source: SourceName | None = None
    """A table with one row per interview, instead of files."""
    table: str = ""
    """Which table of the source, where it has several."""
    query: str = ""
    """A SELECT that yields one row per interview, instead of a table."""
    columns: Columns = field(default_factory=Columns)
    """Which column holds what."""
    codes: SourceName | None = None
    """A table of codes with the columns interview, code, severity, quote and confirmed_by. A row counts when
    confirmed_by names a person; a row without a code says that no pain was named."""
    speaker: str = "User"
    """How transcripts label the interviewee's lines; proposed themes rest on these alone."""
    base_size: Annotated[int, Ge(1)] = 4
    """Saturation: how many first interviews the later ones are compared with."""
    run_length: Annotated[int, Ge(1)] = 2
    """Saturation: how many interviews in a row must bring little that is new."""
    new_information_threshold: Annotated[float, Interval(ge=0, le=1)] = 0.05
    """Saturation: the share of new information at which it is shown as reached."""

    def __post_init__(self) -> None:
        if bool(self.files) == (self.source is not None):
            raise ValueError("give either files or source, and not both")
        if (self.table or self.query) and self.source is None:
            raise ValueError("a table or a query needs a source")
        if self.table and self.query:
            raise ValueError("give either table or query, not both")
