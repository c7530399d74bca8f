"""A table as declared, its contract and its columns brought together: what is to be counted."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace

from proveout.core.errors import ProveoutError
from proveout.core.question import Answers, Failure, quoted
from proveout.instruments.quality.contract import Limit, Promised, promised
from proveout.instruments.quality.discovery.profile import matches
from proveout.instruments.quality.expectations import among, rules_of, unfit
from proveout.instruments.quality.rules import Dimension, GroupRule, Origin, Rule
from proveout.instruments.quality.seen import first_row, rows
from proveout.instruments.quality.settings import Expected, Settings, Table

CLEAN = "cleaned"
"""The relation of all SQL of this instrument: the table with NULL for every cell that is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is known of a table before its rows are read.

    Args:
        table: As declared.
        columns: Type by name of the columns that it has.
        fields: What must hold, by field: of the contract and of the block.
        key: The columns of which no two rows hold the same.
        absent: Columns that are spoken of and not there.
        rules: What must hold within a row.
        groups: What must hold between rows.
        limits: Figures that the contract bounds.
        time: The column that says when, if it is there.
        max_age_days: How old the newest row may be.
        secret: Columns whose values are shown nowhere.
        unread: What is declared and not understood.
        unkept: Sides of quality on which a rule speaks of columns that are not there.
        broken: Failures of the rules whose SQL fails, by name.
        whole: Columns of text of which the pass over the table knows that no written cell is empty.
    """

    table: Table
    columns: Mapping[str, str]
    fields: Mapping[str, Expected]
    key: tuple[str, ...]
    absent: tuple[str, ...]
    rules: tuple[Rule, ...]
    groups: tuple[GroupRule, ...]
    limits: tuple[Limit, ...]
    time: str
    max_age_days: float | None
    secret: frozenset[str]
    unread: tuple[str, ...]
    unkept: frozenset[Dimension]
    broken: Mapping[str, Failure]
    whole: frozenset[str] = frozenset()

    @property
    def scan(self) -> str:
        """The name of the question for the pass over the table; asked again without the rules where they failed."""
        inline = len(self.table.rules)
        return f"{self.table.id}: scan{' without rules' if inline and len(self.broken) == inline else ''}"

    @property
    def names(self) -> list[str]:
        """Every column that is there."""
        return list(self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """The fields that must be filled."""
        asked = (name for name, expected in self.fields.items() if expected.required)
        return tuple(dict.fromkeys((*asked, *(name for name in self.key if name in self.columns))))

    @property
    def fills(self) -> tuple[Rule, ...]:
        """That each required field which is there is filled."""
        return tuple(
            Rule(
                id=f"{name} filled", dimension="completeness", fields=(name,),
                faulty=f"{quoted(name)} is null", words=f"{name} is filled",
            )
            for name in self.required
            if name in self.columns
        )  # fmt: skip

    @property
    def with_clean(self) -> str:
        """The start of a query: CLEAN, made from the relation `given`."""
        made = [f"{clean} as {quoted(name)}" for name in self.columns if (clean := self.cleaned(name)) != quoted(name)]
        replaced = f" replace ({', '.join(made)})" if made else ""
        return f"with {CLEAN} as not materialized (select *{replaced} from given)"

    def cleaned(self, name: str) -> str:
        """A cell as SQL, NULL where it is empty or holds an entry that means missing."""
        column, kind = quoted(name), self.columns[name]
        entries = self.entries(name)
        if kind == "VARCHAR":
            if name in self.whole:
                return column
            return f"case when {holds(name, ('', *entries))} then null else {column} end"
        if kind in ("DOUBLE", "FLOAT"):
            declared = f" or {among(name, entries, kind)}" if entries else ""
            return f"case when isnan({column}){declared} then null else {column} end"
        return f"case when {among(name, entries, kind)} then null else {column} end" if entries else column

    def entries(self, name: str) -> tuple[str, ...]:
        """What means missing in a field, in lower case."""
        declared = {known.casefold(): entries for known, entries in self.table.missing.items()}.get(name.casefold())
        if declared is not None:
            return tuple(str(entry).strip().lower() for entry in declared)
        return tuple(entry.strip().lower() for entry in self.table.placeholders) if self.is_text(name) else ()

    def is_text(self, name: str) -> bool:
        """Whether a column holds text."""
        return self.columns[name] == "VARCHAR"

    def settled(self, name: str) -> bool:
        """Whether it is declared what means missing in a field."""
        return name.casefold() in {known.casefold() for known in self.table.missing}


def holds(name: str, entries: Iterable[str]) -> str:
    """Whether a cell of text is one of the entries, in any case; one expression, far cheaper than a list of texts."""
    either = "|".join(re.escape(entry) for entry in entries)
    return matches(quoted(name), rf"(?i)\s*({either})\s*")


def plans(settings: Settings, answers: Answers) -> list[Plan]:
    """What is known of each table whose columns are known.

    Raises:
        ProveoutError: A contract is not there, or is none.
    """
    known = [
        plan(table, columns, _contract(table, answers), _broken(table, answers))
        for table in settings.tables
        if (columns := {row["column_name"]: row["column_type"] for row in rows(answers, f"{table.id}: columns")})
    ]
    return [replace(one, whole=_whole(one, answers)) if one.scan in answers.tables else one for one in known]


def _whole(known: Plan, answers: Answers) -> frozenset[str]:
    row = first_row(answers, known.scan)
    texts = ((i, name) for i, name in enumerate(known.columns) if known.is_text(name))
    return frozenset(name for i, name in texts if row[f"written_{i}"] == row[f"filled_{i}"])


def _broken(table: Table, answers: Answers) -> Mapping[str, Failure]:
    """Rules whose SQL is not understood; all of them once the pass failed, for any of them may be why."""
    asked = {rule.name: answers.failures.get(f"{table.id}: rule {rule.name}") for rule in table.rules}
    whole = answers.failures.get(f"{table.id}: scan")
    return {name: found for name, failure in asked.items() if (found := failure or whole)}


def plan(table: Table, columns: Mapping[str, str], said: Promised, broken: Mapping[str, Failure]) -> Plan:
    """Bring together what is said of a table.

    Args:
        table: As declared.
        columns: Type by name of the columns that are there.
        said: What its contract promises.
        broken: Failures of the rules whose SQL fails, by name.
    """
    there = {name.casefold(): name for name in columns}

    def own(name: str) -> str:
        return there.get(name.casefold(), name)

    inline = {own(name): expected for name, expected in table.fields.items()}
    from_contract = {own(name): expected for name, expected in said.fields.items()}
    merged = {
        name: _merged(from_contract.get(name, Expected()), inline.get(name, Expected()))
        for name in dict.fromkeys((*from_contract, *inline))
    }
    key = tuple(own(name) for name in table.keys or said.key)
    time = own(table.time or said.time)
    limits = [replace(limit, fields=tuple(map(own, limit.fields))) for limit in said.limits]
    groups = tuple(_groups(table, merged, inline, key, own, columns))
    spoken = [*merged, *key, *([time] if time else []), *(name for g in groups for name in (*g.fields, *_own_by(g)))]
    spoken += [name for limit in limits for name in limit.fields]
    absent = tuple(dict.fromkeys(name for name in spoken if name not in columns))
    kept = tuple(g for g in groups if not {*g.fields, *_own_by(g)} & set(absent))
    redacted = [own(name) for name in (*table.redact, *said.secret)]
    fields_ruled = tuple(_rules(merged, inline, columns))
    taken = {rule.id for rule in (*fields_ruled, *kept)} | {f"{name} filled" for name in columns}
    return Plan(
        table=table,
        columns=columns,
        fields=merged,
        key=key,
        absent=absent,
        rules=(*fields_ruled, *_between_fields(table, columns, broken, taken)),
        groups=kept,
        limits=tuple(limit for limit in limits if set(limit.fields) <= set(columns)),
        time="" if time in absent else time,
        max_age_days=table.max_age_days or said.max_age_days,
        broken=broken,
        secret=frozenset(redacted if set(map(own, table.redact)) <= set(columns) else columns),
        unkept=frozenset(group.dimension for group in groups if group not in kept),
        unread=(*said.unread, *_misnamed(table, columns), *_unfit(merged, columns)),
    )


def _unfit(merged: Mapping[str, Expected], columns: Mapping[str, str]) -> Iterable[str]:
    return (
        said for name, expected in merged.items() if name in columns for said in unfit(name, expected, columns[name])
    )


def _misnamed(table: Table, columns: Iterable[str]) -> Iterable[str]:
    """Columns that are named outside rules and are not there."""
    known = {name.casefold() for name in columns}
    for name in table.redact:
        if name.casefold() not in known:
            yield f"`redact` of {name}, which is no column; until it is mended, no value is shown"
    for name in table.missing:
        if name.casefold() not in known:
            yield f"`missing` of {name}, which is no column"


def _contract(table: Table, answers: Answers) -> Promised:
    if not table.contract:
        return Promised()
    question = f"{table.id}: contract"
    if failure := answers.failures.get(question):
        raise ProveoutError(failure.message, failure.remedy)
    found = rows(answers, question)
    if len(found) != 1:
        message = (
            f"{table.contract}: {len(found) or 'no'} such file{'s' if found else ''} below the initiative's folder"
        )
        raise ProveoutError(message, f"set `contract` of {table.id} to the path of one file")
    return promised(found[0]["text"], found[0]["path"], table.object, table.table or table.id)


def _merged(contract: Expected, inline: Expected) -> Expected:
    """The block speaks above the contract."""
    nothing = Expected()
    chosen = {
        each.name: (inline if getattr(inline, each.name) != getattr(nothing, each.name) else contract)
        for each in fields(Expected)
    }
    return Expected(**{name: getattr(side, name) for name, side in chosen.items()})


def _rules(
    merged: Mapping[str, Expected], inline: Mapping[str, Expected], columns: Mapping[str, str]
) -> Iterable[Rule]:
    for name, expected in merged.items():
        if name in columns:
            yield from rules_of(name, expected, columns[name], _origin(name, inline))


def _between_fields(
    table: Table, columns: Mapping[str, str], broken: Mapping[str, Failure], taken: Collection[str]
) -> Iterable[Rule]:
    """The people's own rules, under names of their own."""
    for rule in table.rules:
        if rule.name not in broken:
            id = f"rule {rule.name}" if rule.name in taken else rule.name
            named = tuple(name for name in columns if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", rule.that, re.I))
            yield Rule(
                id=id, dimension=rule.dimension, fields=named, faulty=f"not ({rule.that})",
                applies=f"({rule.that}) is not null", words=rule.that,
            )  # fmt: skip


def _groups(
    table: Table,
    merged: Mapping[str, Expected],
    inline: Mapping[str, Expected],
    key: tuple[str, ...],
    own: Callable[[str], str],
    columns: Iterable[str],
) -> Iterable[GroupRule]:
    if key:
        origin = "inline" if table.keys else "contract"
        words = f"no two rows have the same {' and '.join(key)}"
        yield GroupRule(
            id=f"key {' and '.join(key)}", kind="key", dimension="uniqueness", fields=key, words=words, origin=origin
        )
    for name, expected in merged.items():
        if expected.unique and (name,) != key:
            yield GroupRule(
                id=f"{name} unique", kind="key", dimension="uniqueness", fields=(name,),
                words=f"no two rows have the same {name}", origin=_origin(name, inline),
            )  # fmt: skip
    for each in table.depends:
        by = tuple(map(own, each.from_))
        yield GroupRule(
            id=f"{' and '.join(by)} tells {own(each.to)}", kind="depends", dimension="consistency", by=by,
            fields=(own(each.to),), words=f"rows with the same {' and '.join(by)} have the same {own(each.to)}",
        )  # fmt: skip
    for each in table.references:
        mine = tuple(map(own, each.fields))
        where = each.to.table or each.to.source
        yield GroupRule(
            id=f"{' and '.join(mine)} in {where}", kind="reference", dimension="consistency", fields=mine,
            by=each.to.fields or mine, other=each.to, words=f"{' and '.join(mine)} is found in {where}",
        )  # fmt: skip
    others = tuple(name for name in columns if name not in key)
    if table.alike and others:
        words = "no two rows are equal but for case and blanks" + (f", {' and '.join(key)} aside" if key else "")
        yield GroupRule(id="alike", kind="alike", dimension="uniqueness", fields=others, words=words)


def _own_by(rule: GroupRule) -> tuple[str, ...]:
    """Columns of the table itself that determine."""
    return rule.by if rule.kind == "depends" else ()


def _origin(name: str, inline: Mapping[str, Expected]) -> Origin:
    return "inline" if name in inline else "contract"
