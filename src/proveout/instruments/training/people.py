"""People as arrays of what is known of each: role, what they finished and when, since when they are in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.evidence import Check
from proveout.core.question import Answers, Columns, texts
from proveout.instruments.training.queries import MOST_ROWS
from proveout.instruments.training.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One of those who are to be trained.

    Args:
        role: As the curriculum spells it; as the table does where the curriculum lacks it.
        needed: The modules of the role; empty where it has none.
        finished: By module, when; those that are needed only.
        access: Since when the person is in; None where that is not so, or not known.
        has_access: Whether the person is in.
    """

    name: str
    role: str
    needed: tuple[str, ...]
    finished: Mapping[str, datetime]
    access: datetime | None
    has_access: bool

    @property
    def trained_at(self) -> datetime | None:
        """When the last of the needed modules was finished; None where one is open, or none is needed."""
        if not self.needed or len(self.finished) < len(self.needed):
            return None
        return max(self.finished.values())

    @property
    def trained_first(self) -> bool:
        """Whether all was finished by the day on which the person was let in."""
        done = self.trained_at
        return done is not None and self.access is not None and done.date() <= self.access.date()


def people(settings: Settings, answers: Answers) -> tuple[tuple[Person, ...], tuple[Check, ...]]:
    """Everybody who is to be trained, with what could not be placed.

    Raises:
        TooLittle: Nobody is to be trained.
        ProveoutError: There are too many people.
    """
    staff = answers.tables["staff"]
    names = [name or "" for name in texts(staff["person"])]
    if not names:
        raise TooLittle("nobody is to be trained: the table of people is empty", "fill in who has which role")
    for name, table in answers.tables.items():
        if len(next(iter(table.values()))) > MOST_ROWS:
            raise ProveoutError(f"more than {MOST_ROWS:,} rows in {name}", "measure one part of the organisation")
    done, said = _done(settings, answers)
    let_in = _moments(answers.tables.get("access"))
    roles = {role.casefold(): role for role in settings.roles}
    found = []
    for name, role in zip(names, texts(staff["role"]), strict=True):
        known = roles.get((role or "").casefold(), role or "no role")
        needed = settings.roles.get(known, ())
        own = done.get(name, {})
        finished = {module: own[module.casefold()] for module in needed if module.casefold() in own}
        found.append(
            Person(
                name=name,
                role=known,
                needed=needed,
                finished=finished,
                access=let_in.get(name),
                has_access=name in let_in,
            )
        )
    return tuple(found), (*_staff_checks(staff), *said, *_strangers(set(names), set(done), set(let_in)))


def _moments(table: Columns | None) -> dict[str, datetime | None]:
    if table is None:
        return {}
    pairs = zip(texts(table["person"]), texts(table["at"]), strict=True)
    return {person or "": datetime.fromisoformat(at) if at else None for person, at in pairs}


def _done(settings: Settings, answers: Answers) -> tuple[dict[str, dict[str, datetime]], list[Check]]:
    """By person and module, without case, when it was finished first."""
    done: dict[str, dict[str, datetime]] = {}
    undated, future, odd = 0, 0, list[str]()
    activities = settings.statements.activities if settings.statements else {}
    for question in ("done finished", "done stated"):
        table = answers.tables.get(question)
        if table is None:
            continue
        undated, future = undated + int(table["undated"].sum()), future + int(table["future"].sum())
        odd += [text for text in texts(table["such_as"]) if text]
        columns = (texts(table[name]) for name in ("person", "module", "at"))
        for person, module, at in zip(*columns, strict=True):
            when = datetime.fromisoformat(at) if at else None
            if when is None or when.date() > answers.as_of:
                continue
            key = _module(module or "", activities if question == "done stated" else None)
            own = done.setdefault(person or "", {})
            own[key] = min(when, own.get(key, when))
    checks = []
    if undated or future:
        such_as = f" (such as {odd[0]!r}; write 2026-01-31, or 2026-01-31 14:00)" if odd else ""
        note = f"{undated:,} have no time that can be read{such_as}, {future:,} are of days to come; they do not count"
        checks.append(Check(name="Every completion has its day", passed=False, note=note))
    checks += _malformed(answers)
    known = {module.casefold() for modules in settings.roles.values() for module in modules}
    found = {module for own in done.values() for module in own}
    if never := sorted(known - found):
        note = f"nobody finished {', '.join(never[:5])}; finished were {', '.join(sorted(found)[:5]) or 'none'}"
        checks.append(Check(name="Every module was finished by somebody", passed=None, note=note))
    return done, checks


def _module(told: str, activities: Mapping[str, str] | None) -> str:
    """Of an xAPI activity the declared module, or the last part of its id."""
    if activities is None:
        return told.casefold()
    return activities.get(told, unquote(told.rstrip("/").rpartition("/")[2])).casefold()


def _malformed(answers: Answers) -> Iterator[Check]:
    table = answers.tables.get("malformed")
    if table is not None and (n := int(table["n"][0])):
        note = f"{n:,} of {int(table['n_rows'][0]):,} lack an actor, a verb or an object, and are left out"
        yield Check(name="Every statement says who did what", passed=False, note=note)


def _staff_checks(staff: Columns) -> Iterator[Check]:
    torn = sum(a != b for a, b in zip(texts(staff["role"]), texts(staff["other_role"]), strict=True))
    if torn:
        note = f"{torn} people have two; the first by letter counts"
        yield Check(name="Everybody has one role", passed=False, note=note)


def _strangers(names: set[str], done: set[str], let_in: set[str]) -> Iterator[Check]:
    if outside := len(done - names):
        note = f"{outside} people finished a module and are not in the table of people; they do not count"
        yield Check(name="Whoever finished something is to be trained", passed=None, note=note)
    if outside := len(let_in - names):
        note = f"{outside} people are in and not in the table of people; nobody planned their training"
        yield Check(name="Whoever is in is to be trained", passed=False, note=note)
