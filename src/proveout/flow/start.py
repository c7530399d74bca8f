"""Begin: a story to look at, or a folder of one's own."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from difflib import get_close_matches
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from proveout import declare, examples
from proveout.core.errors import ProveoutError
from proveout.examples.stories import FIRST, STORIES, Story

RECORDS = ("records/assignment.csv", "records/waves.csv")
"""What Proveout writes in a story, beside its ledger."""


def demo(
    folder: Path, today: date | None = None, *, name: str = FIRST, said: Callable[[str], None] = lambda line: None
) -> Path:
    """Write a story, dated for today, into a folder that is new or empty.

    Args:
        folder: Where to.
        today: The day that counts as today.
        name: Of the story, one of `STORIES`.
        said: Told what people did meanwhile, where the story takes its time, a line each.

    Raises:
        ProveoutError: There is no such story; the folder holds something already, or cannot be written.
    """
    if name not in STORIES:
        raise ProveoutError(f"there is no story {name!r}", f"one of {', '.join(STORIES)}")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ProveoutError(f"{folder} exists and is not empty", f"name another folder: proveout demo {name} FOLDER")
    story, day = STORIES[name], today or date.today()
    try:
        _copy(files(examples) / story.kept, folder, day)
        _write(story.made(), folder, day)
        if story.acts:
            _tell(story, folder, day, said)
    except OSError as error:
        raise ProveoutError(f"{folder} cannot be written: {error.strerror}", "name another folder") from None
    return folder


def _tell(story: Story, folder: Path, today: date, said: Callable[[str], None]) -> None:
    from proveout.flow.tell import tell

    def write(until: date) -> None:
        records = {path: folder / path for path in RECORDS}
        drawn = {path: file.read_text(encoding="utf-8") for path, file in records.items() if file.exists()}
        _write(story.grown(until, drawn), folder, today)

    tell(story, folder, examples.shift(today), write, said)
    write(examples.DAY)


def _write(texts: Mapping[str, str], folder: Path, today: date) -> None:
    for path, text in texts.items():
        folder.joinpath(path).parent.mkdir(parents=True, exist_ok=True)
        folder.joinpath(path).write_text(examples.dated(text, today), encoding="utf-8")


def told(words: tuple[str, ...]) -> tuple[str, Path]:
    """Which story is meant, and where it is to be written: NAME FOLDER, NAME, or FOLDER for the first one.

    Raises:
        ProveoutError: No story has that name, though one is called nearly so.
    """
    if len(words) == 2:
        return words[0], Path(words[1])
    word = words[0] if words else FIRST
    if word not in STORIES and (near := get_close_matches(word, STORIES, n=1, cutoff=0.8)):
        raise ProveoutError(f"there is no story {word!r}", f"did you mean {near[0]!r}? `proveout demo --list` says all")
    return (word if word in STORIES else FIRST), Path(word)


def _copy(original: Traversable, folder: Path, today: date) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for part in original.iterdir():
        if part.is_dir():
            _copy(part, folder / part.name, today)
        else:
            folder.joinpath(part.name).write_text(examples.dated(part.read_text("utf-8"), today), encoding="utf-8")


def init(folder: Path, *, title: str, statement: str, owner: str, start: date) -> list[Path]:
    """Write a commented starting folder; nothing that exists is overwritten.

    Raises:
        ProveoutError: A file is there already.
    """
    name = "-".join(re.findall(r"[a-z0-9]+", folder.resolve().name.lower())) or "initiative"
    answers = declare.TemplateAnswers(name=name, title=title, statement=statement, owner=owner, start=start)
    return declare.write_template(folder, answers)
