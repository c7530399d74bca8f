"""Answers to figures."""

from collections.abc import Iterable, Sequence

from proveout.core.errors import SourceBroken, TooLittle
from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check, Finding, Outcome
from proveout.core.initiative import Initiative
from proveout.core.question import Answers
from proveout.instruments.interviews import exhibits
from proveout.instruments.interviews.coding import Person, new_codes, people, with_confirmed_codes
from proveout.instruments.interviews.interview import Flaw, Interview, code_of, meant
from proveout.instruments.interviews.pains import pain_estimates, ranked
from proveout.instruments.interviews.queries import CODE_COLUMNS
from proveout.instruments.interviews.reading import from_files, from_rows, usable
from proveout.instruments.interviews.settings import Columns, Settings
from proveout.stats.saturation import run_ratios

MOST_CHECKS = 20
"""Of one kind; further ones are counted in one."""


def measure(settings: Settings, answers: Answers, initiative: Initiative) -> Finding:
    """Who was heard and what they said.

    Raises:
        TooLittle: There is no interview at all.
        ProveoutError: A declared column is missing.
    """
    written, flaws = read(settings, answers)
    if not written and not flaws:
        where = settings.files or f"source {settings.source}"
        raise TooLittle(f"no interview in {where}", "hold interviews and write each down there")
    groups = [group.id for group in initiative.groups]
    interviews, more = usable(written, groups, answers.as_of)
    flaws += more
    if not interviews:
        reason = f"none of {len(flaws)} interview(s) can be used, the first because of {flaws[0].sentence}"
        return Finding(
            outcome=Outcome.BROKEN, reason=reason, remedy="mend them, then check again", checks=_faulty(flaws)
        )
    interviews, strays = confirmed(settings, answers, interviews)
    persons, repeats = people(interviews)
    coded = [person for person in persons if person.pains is not None]
    saturation, ratios = _saturation(settings, coded)
    return Finding(
        estimates=(
            *_heard(initiative, interviews, persons),
            *pain_estimates(coded, initiative),
            *saturation,
        ),
        checks=(
            *_faulty(flaws),
            *_listed("code can be used", strays),
            *_listed("one interview per person", repeats),
            *_assumptions(initiative, interviews, persons, coded),
            *([] if saturation else [_no_saturation(settings, coded)]),
        ),
        changes_on=min((one.day for one in written if one.day and one.day > answers.as_of), default=None),
        exhibits=exhibits.show(settings, initiative, interviews, persons, ratios),
    )


def read(settings: Settings, answers: Answers) -> tuple[list[Interview], list[Flaw]]:
    """All interviews as they were written down, and those that cannot be read.

    Raises:
        ProveoutError: A declared column is missing.
    """
    if settings.files:
        table = answers.tables["files"]
        return from_files([str(path) for path in table["path"]], [str(text) for text in table["text"]])
    defaults = Columns()
    declared = [
        column
        for role in Columns.__dataclass_fields__
        if (column := getattr(settings.columns, role)) != getattr(defaults, role)
    ]
    _need_columns(declared, answers, "columns", f"source {settings.source}")
    return from_rows(_rows(answers, "rows"))


def confirmed(settings: Settings, answers: Answers, interviews: list[Interview]) -> tuple[list[Interview], list[Flaw]]:
    """The interviews with the codes that a person confirmed, and the rows that cannot be used.

    Raises:
        ProveoutError: A needed column is missing.
    """
    if settings.codes is None:
        return interviews, []
    needed = [column for column in CODE_COLUMNS if column not in ("severity", "quote")]
    _need_columns(needed, answers, "code_columns", f"source {settings.codes}")
    return with_confirmed_codes(interviews, _rows(answers, "codes"))


def _need_columns(needed: Iterable[str], answers: Answers, name: str, where: str) -> None:
    there = [str(column) for column in answers.tables[name]["column_name"]]
    for column in needed:
        if column.casefold() not in {known.casefold() for known in there}:
            raise SourceBroken(f"{where} has no column {column!r}", meant(column, there, "columns"))


def _rows(answers: Answers, name: str) -> list[dict[str, str]]:
    """Rows of text; NULL is empty."""
    import numpy as np

    table = answers.tables[name]
    columns = {
        key: ["" if hidden or cell is None else str(cell).strip() for cell, hidden in _cells(np, column)]
        for key, column in table.items()
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _cells(np, column) -> Iterable[tuple[object, bool]]:
    return zip(np.ma.getdata(column), np.ma.getmaskarray(column), strict=True)


def _heard(initiative: Initiative, interviews: Sequence[Interview], persons: Sequence[Person]) -> list[Estimate]:
    users = {group.id for group in initiative.groups if group.role == "user"}
    groups = [person.group for person in persons if person.group]
    found = [
        exact("n_interviews", len(interviews)),
        exact("n_interviewees", len(persons)),
        exact(
            "confirmed_share",
            sum(interview.pains is not None for interview in interviews) / len(interviews),
            unit="share",
            n=len(interviews),
        ),
    ]
    if groups and initiative.groups:
        share = len(set(groups)) / len(initiative.groups)
        found.append(exact("groups_heard", share, unit="share", n=len(initiative.groups)))
        share = sum(group in users for group in groups) / len(groups)
        found.append(exact("users_share", share, unit="share", n=len(groups)))
    return found


def _saturation(settings: Settings, coded: Sequence[Person]) -> tuple[list[Estimate], tuple[float, ...]]:
    base, run = settings.base_size, settings.run_length
    try:
        ratios = run_ratios(new_codes(coded), base=base, run=run)
    except TooLittle:
        return [], ()
    method = f"new codes of the last {run} interviewees per code of the first {base} (Guest, Namey & Chen 2020)"
    return [exact("new_information", ratios[-1], unit="share", n=len(coded), method=method)], ratios


def _no_saturation(settings: Settings, coded: Sequence[Person]) -> Check:
    needed = settings.base_size + settings.run_length
    note = f"{len(coded)} interviewee(s) coded, {needed} needed, and codes among the first {settings.base_size}"
    return Check(name="enough interviews to judge saturation", passed=False, note=note)


def _assumptions(
    initiative: Initiative, interviews: Sequence[Interview], persons: Sequence[Person], coded: Sequence[Person]
) -> list[Check]:
    checks = [_all_coded(interviews), _groups_known(initiative, persons)]
    for group in initiative.groups:
        heard = sum(person.group == group.id for person in persons)
        if heard > group.size:
            note = f"{heard} people of {group.id} were heard, but its size is {group.size}; mend the size"
            checks.append(Check(name=f"no more heard than there are in {group.id}", passed=False, note=note))
    if coded and (unnamed := _unnamed(initiative, coded)):
        checks.append(Check(name="somebody named the pain that is addressed", passed=False, note=unnamed))
    if coded:
        note = "intervals take interviewees for a random sample of those affected; the data cannot tell"
        checks.append(Check(name="interviewees were not picked for their opinion", passed=None, note=note))
    return checks


def _unnamed(initiative: Initiative, coded: Sequence[Person]) -> str:
    """What to say when the initiative addresses a pain that nobody has."""
    addressed = code_of(initiative.problem.pain) if initiative.problem else ""
    known = ranked(coded)
    return (
        f"nobody named {addressed!r}; {meant(addressed, known, 'pains')}"
        if addressed and addressed not in known
        else ""
    )


def _all_coded(interviews: Sequence[Interview]) -> Check:
    waiting = [interview.names[0] for interview in interviews if interview.pains is None]
    note = f"{len(interviews) - len(waiting)} of {len(interviews)} interviews are coded"
    if waiting:
        note += f"; not yet: {', '.join(waiting[:5])}{' ...' if len(waiting) > 5 else ''}. Code them by hand, or have "
        note += "themes proposed (`proveout themes`) and confirm them in `codes`"
    return Check(name="every interview is coded and confirmed by a person", passed=not waiting, note=note)


def _groups_known(initiative: Initiative, persons: Sequence[Person]) -> Check:
    name = "the group of every interviewee is known"
    if not initiative.groups:
        return Check(name=name, passed=False, note="the initiative declares no groups; list who is affected there")
    unknown = [person.place for person in persons if not person.group]
    note = f"without a group: {', '.join(unknown[:5])}{' ...' if len(unknown) > 5 else ''}" if unknown else ""
    return Check(name=name, passed=not unknown, note=note)


def _faulty(flaws: Sequence[Flaw]) -> tuple[Check, ...]:
    return _listed("interview can be used", flaws)


def _listed(name: str, flaws: Sequence[Flaw]) -> tuple[Check, ...]:
    """One failed check per flaw, up to a limit."""
    shown = [Check(name=name, passed=False, note=flaw.sentence) for flaw in flaws[:MOST_CHECKS]]
    if len(flaws) > MOST_CHECKS:
        note = f"{len(flaws) - MOST_CHECKS} more of the kind"
        shown.append(Check(name=name, passed=False, note=note))
    return tuple(shown)
