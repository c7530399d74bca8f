"""What `proveout init` writes: a starting folder whose comments teach, and which `load` accepts as it is."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path as FilePath
from string import Template

from proveout.core.errors import ProveoutError
from proveout.declare.references import NAME

LAST_YEAR = 9000
FILES = ("initiative.yml", "interviews/example.txt")
WEEKS = {
    "problem_validation": (1, 2),
    "technical_feasibility": (3, 4),
    "organisational_readiness": (5, 6),
    "pilot": (7, 12),
}
"""The article's time boxes."""

MONTHS = (4, 6)
"""The article's time box for production scaling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateAnswers:
    """What is known when an initiative begins.

    Args:
        name: Short name: letters, digits and hyphens.
        title: As people say it.
        statement: The problem in one or two sentences.
        start: First day of the first phase.
        owner: Who answers for the result.
        sponsor: Who pays, and clears the way.
        currency: Of the value model.
    """

    name: str
    title: str
    statement: str
    start: date
    owner: str = ""
    sponsor: str = ""
    currency: str = "USD"


def write_template(folder: FilePath, answers: TemplateAnswers) -> list[FilePath]:
    """Write a commented starting folder.

    Args:
        folder: Made if it is not there.
        answers: What the files are filled in with.

    Returns:
        The files written.

    Raises:
        ProveoutError: A file is there already (none is written then), the folder cannot be written, or an answer
            cannot be used.
    """
    from importlib.resources import files

    values = _values(answers)
    there = [name for name in FILES if (folder / name).exists()]
    if there:
        raise ProveoutError(
            f"{', '.join(there)} in {folder} would be overwritten", "name another folder, or move it away"
        )
    written = []
    try:
        for name in FILES:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            template = files("proveout.declare") / "templates" / FilePath(name).name
            text = Template(template.read_text(encoding="utf-8")).substitute(values)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
            written.append(path)
    except OSError as error:
        raise ProveoutError(f"{folder} cannot be written: {error.strerror}", "name another folder") from None
    return written


def _values(answers: TemplateAnswers) -> dict[str, str]:
    """The template's placeholders, as YAML."""
    if not NAME.fullmatch(answers.name):
        raise ProveoutError(f"{answers.name!r} is not a short name", "use letters, digits and hyphens")
    if not answers.statement.strip():
        raise ProveoutError("the problem has no statement", "say in a sentence what is wrong today")
    if answers.start.year > LAST_YEAR:
        raise ProveoutError(f"{answers.start} is too far off", "start sooner")
    words = {
        key: _quoted(getattr(answers, key)) for key in ("name", "title", "statement", "owner", "sponsor", "currency")
    }
    windows = {name: _window(answers.start, *weeks) for name, weeks in WEEKS.items()}
    first, last = _months_after(answers.start, MONTHS[0] - 1), _months_after(answers.start, MONTHS[1])
    windows["production_scaling"] = f"{{from: {first}, until: {last - timedelta(days=1)}}}"
    return {**words, **windows, "start": answers.start.isoformat()}


def _window(start: date, first_week: int, last_week: int) -> str:
    first = start + timedelta(weeks=first_week - 1)
    return f"{{from: {first}, until: {start + timedelta(weeks=last_week) - timedelta(days=1)}}}"


def _months_after(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))


def _quoted(text: str) -> str:
    """Text as a YAML scalar in double quotes, on one line."""
    import yaml

    return yaml.dump(text, default_style='"', allow_unicode=True, width=float("inf")).rstrip("\n")
