"""Settings to questions: first which columns there are, then one look at the cases with the columns that are needed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from proveout.core.diagnostic import Fault
from proveout.core.initiative import Initiative
from proveout.core.probe import CommandCall, HttpCall, Trial
from proveout.core.question import Answers, Preparation, Query, Question, Read, columns_of, quoted
from proveout.instruments.prototype.settings import Rubric, Settings, Training, Where

MOST_CASES = 50_000
"""Of more, so many are drawn: intervals are narrow long before."""
MOST_ROWS = 20_000
"""Drawn for comparisons with the population and for the leakage probe."""
NUMBERS = ("score", "weight", "latency_seconds", "cost")
"""Roles that hold numbers whatever is answered; in a regression truth and answers do too."""
ANSWERS = ("truth", "answer", "today", "baseline")
OUTPUTS = ("score", "answer", "latency_seconds", "cost", "error")
"""Roles of what the prototype gave: never sent to it, and never looked up anywhere but in the predictions."""
NUMERIC = (
    *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE"),
    *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"),
)
RUBRIC = ("case", "item", "judge", "verdict", "person")
RECORDED = (".jsonl", ".ndjson", ".json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A column that is there: its relation, its name in it, its type."""

    relation: str
    name: str
    type: str

    @property
    def sql(self) -> str:
        """As an expression."""
        return f"{self.relation}.{quoted(self.name)}"


def questions(settings: Settings, initiative: Initiative) -> tuple[Question, ...]:
    """Which columns there are."""
    return tuple(_columns(name, where) for name, where in tables(settings).items())


def tables(settings: Settings) -> Mapping[str, Where]:
    """The tables that are declared, by what they hold."""
    declared = {
        "predictions": settings.predictions,
        "cases": settings.lookup,
        "population": settings.population,
        "training": settings.training,
        "rubric": settings.rubric,
    }
    return {name: where for name, where in declared.items() if where}


def follow_up(settings: Settings, answers: Answers, initiative: Initiative) -> tuple[Query | Preparation, ...]:
    """The cases, and what they are compared with, in the light of the columns that are there."""
    return tuple(_more(settings, answers))


def recording(settings: Settings, initiative: Initiative) -> Trial | None:
    """What `proveout probe` is to ask; the truth stays here."""
    run = settings.run
    if run is None or settings.predictions is None:
        return None
    kept_back = {role: name for role, name in settings.roles.items() if role in (*OUTPUTS, "truth", "today")}
    hidden = ", ".join(f"null as {quoted(name)}" for name in _distinct(kept_back.values()))
    names = ", ".join(quoted(name) for name in _distinct(kept_back.values()))
    sql = f"select * exclude ({names}) from (select * from given union all by name select {hidden} where false)"
    call = (
        HttpCall(url=run.url, method="POST", headers=run.headers, timeout_seconds=run.timeout_seconds)
        if run.url
        else CommandCall(command=run.command, timeout_seconds=run.timeout_seconds)
    )
    cases = Query(name="cases to run", sql=sql, reads={"given": read(run.cases)})
    expects = tuple(settings.roles[what] for what in ("score", "answer") if what in settings.roles)
    return Trial(file=_file(settings, initiative), cases=cases, call=call, expects=expects)


def _distinct(names: Iterable[str]) -> list[str]:
    """One spelling each: SQL does not tell upper from lower case."""
    return [*{name.casefold(): name for name in names}.values()]


def faults(settings: Settings, initiative: Initiative) -> tuple[Fault, ...]:
    """A recording needs a file of its own; a field cannot be the truth."""
    return tuple(_faults(settings, initiative))


def _faults(settings: Settings, initiative: Initiative) -> Iterator[Fault]:
    if settings.run and settings.predictions:
        file = _file(settings, initiative)
        if "://" in file or file.startswith("duckdb:") or not file.endswith(RECORDED):
            yield Fault(
                path=("predictions", "source"),
                slug="contradiction",
                message=f"answers are recorded to a file of JSON lines, and {file or 'this'} is none",
                hint="declare a source such as runs/prototype.jsonl",
            )
        if PurePosixPath(file.replace("\\", "/").casefold()).parts[:1] == (".proveout",):
            yield Fault(
                path=("predictions", "source"),
                slug="contradiction",
                message=f"{file} is where proveout keeps its own files",
                hint="declare a source such as runs/prototype.jsonl",
            )
        if settings.run.cases.source == settings.predictions.source:
            yield Fault(
                path=("run", "cases", "source"),
                slug="contradiction",
                message="the cases to run and the answers are one source",
                hint="record the answers to a file of their own",
            )
    for index, name in enumerate(settings.fields):
        if name.casefold() == settings.columns.truth.casefold():
            yield Fault(
                path=("fields", index),
                slug="contradiction",
                message=f"the prototype sees {name}, which is the truth",
                hint="name what it sees before the decision",
            )


def _file(settings: Settings, initiative: Initiative) -> str:
    source = initiative.sources.get(settings.predictions.source) if settings.predictions else None
    return source.location if source else ""


def read(where: Where) -> Read:
    """What the data room is to read."""
    return Read(source=where.source, table=where.table, query=where.query)


def _columns(name: str, where: Where) -> Query:
    return columns_of(f"{name} columns", read(where))


def there(answers: Answers, table: str) -> dict[str, Found]:
    """The columns of a table by name without case; none where it cannot be read."""
    columns = answers.tables.get(f"{table} columns")
    if columns is None:
        return {}
    pairs = zip(columns["column_name"], columns["column_type"], strict=True)
    return {str(name).casefold(): Found(relation=table, name=str(name), type=str(kind)) for name, kind in pairs}


def joined(settings: Settings, answers: Answers) -> bool:
    """Whether predictions and cases can be joined by their key."""
    key = settings.key.casefold()
    return settings.lookup is not None and key in there(answers, "cases") and key in there(answers, "predictions")


def resolve(names: Iterable[str], settings: Settings, answers: Answers) -> dict[str, Found]:
    """Where each of the columns is: in the predictions, else in the table of cases; those that are nowhere lack."""
    known = there(answers, "cases") if joined(settings, answers) else {}
    known = known | there(answers, "predictions")
    return {name: known[name.casefold()] for name in names if name.casefold() in known}


def roles(settings: Settings, answers: Answers) -> dict[str, Found]:
    """The columns that are there by what they hold."""
    own = there(answers, "predictions")
    found = {}
    for role, name in settings.roles.items():
        known = own if role in OUTPUTS else resolve([name], settings, answers)
        if column := known.get(name.casefold() if role in OUTPUTS else name):
            found[role] = column
    return found


def missing(settings: Settings, answers: Answers) -> tuple[str, ...]:
    """Columns that are declared and nowhere to be found; those that only a recording writes do not count."""
    written = {role for role in ("error", "latency_seconds") if not getattr(settings.columns, role)}
    found = roles(settings, answers)
    lacking = [name for role, name in settings.roles.items() if role not in found and role not in written]
    others = (*settings.slices, *settings.groups, *settings.fields)
    known = resolve(others, settings, answers)
    return tuple(dict.fromkeys((*lacking, *(name for name in others if name not in known))))


def fields(settings: Settings, answers: Answers) -> tuple[str, ...]:
    """The columns that cases and population are compared by: what the prototype sees, else whatever both have."""
    if settings.fields:
        return tuple(resolve(settings.fields, settings, answers))
    taken = {name.casefold() for name in settings.roles.values()}
    shared = there(answers, "population").keys() - taken
    own = resolve(sorted(shared), settings, answers)
    return tuple(found.name for found in own.values() if _kind_of(found.type) != "time")


def kinds(settings: Settings, answers: Answers) -> Mapping[str, str]:
    """Of each field whether it holds numbers, times or text: numbers only where all tables say so."""
    names = fields(settings, answers)
    own = resolve(names, settings, answers)
    found = {}
    for name in names:
        others = [there(answers, table).get(name.casefold()) for table in ("population", "training")]
        types = {_kind_of(one.type) for one in (own[name], *others) if one}
        found[name] = types.pop() if len(types) == 1 else "text"
    return found


def _kind_of(type_: str) -> str:
    if type_ in NUMERIC or type_.startswith("DECIMAL"):
        return "number"
    return "time" if type_ == "DATE" or type_.startswith("TIMESTAMP") else "text"


def _more(settings: Settings, answers: Answers) -> Iterator[Query | Preparation]:
    if settings.rubric and there(answers, "rubric"):
        yield from _rubric(settings.rubric, answers)
    if settings.predictions is None or not there(answers, "predictions"):
        return
    yield _prepared(settings, answers, settings.predictions)
    yield Query(
        name="cases",
        sql=f"select {', '.join(_core(settings, answers))}, (select count(*) from prepared) as n_rows "
        f"from prepared where n in ({_drawn(MOST_CASES)}) order by n",
    )
    names = fields(settings, answers)
    if names:
        columns = ", ".join(f"f{index}" for index in range(len(names)))
        drawn = _drawn(MOST_ROWS, "where usable")
        yield Query(name="fields", sql=f"select n, {columns} from prepared where n in ({drawn}) order by n")
    if settings.population and there(answers, "population"):
        yield from _population(settings, answers, settings.population)
    if settings.training and there(answers, "training"):
        yield from _training(settings, answers, settings.training)


def _drawn(most: int, where: str = "") -> str:
    """The same rows of the same table each time, whatever the number of threads."""
    return f"select n from prepared {where} order by md5(n::varchar) limit {most}"


def _core(settings: Settings, answers: Answers) -> dict[str, str]:
    """Expressions of what is needed of every case, by the name under which it comes home."""
    core = {"n": "predictions.proveout_n"}
    numbers = (*NUMBERS, *ANSWERS) if settings.kind in ("regression", "ranking") else NUMBERS
    for role, column in roles(settings, answers).items():
        if role == "time" or role in numbers:
            core[role] = as_time(column) if role == "time" else as_number(column)
            core[f"bad_{role}"] = f"{text(column.sql)} is not null and {core[role]} is null"
        else:
            core[role] = text(column.sql)
    for letter, names in (("s", settings.slices), ("g", settings.groups)):
        found = resolve(names, settings, answers)
        core |= {f"{letter}{i}": text(found[name].sql) for i, name in enumerate(names) if name in found}
    return core


def _prepared(settings: Settings, answers: Answers, predictions: Where) -> Preparation:
    """One row per prediction: the only look at the table itself."""
    expressions = _core(settings, answers)
    truth = resolve([settings.columns.truth], settings, answers)
    expressions["usable"] = " and ".join([f"{text(found.sql)} is not null" for found in truth.values()]) or "true"
    kind = kinds(settings, answers)
    own = resolve(kind, settings, answers)
    expressions |= {f"f{i}": as_field(own[name], kind[name]) for i, name in enumerate(kind)}
    reads = {"given": read(predictions)}
    source = "(select *, row_number() over () as proveout_n from given) as predictions"
    if settings.lookup and joined(settings, answers):
        reads["looked_up"] = read(settings.lookup)
        key, other = (there(answers, table)[settings.key.casefold()] for table in ("predictions", "cases"))
        source += (
            " left join (select * from (select *, row_number() over "
            f"(partition by {text(quoted(other.name))} order by proveout_row) as proveout_copy "
            "from (select *, row_number() over () as proveout_row from looked_up)) where proveout_copy = 1) as cases "
            f"on {text(key.sql)} = {text(other.sql)}"
        )
    columns = ", ".join(f"{expression} as {name}" for name, expression in expressions.items())
    return Preparation(name="prepared", sql=f"select {columns} from {source}", reads=reads)


def _population(settings: Settings, answers: Answers, population: Where) -> Iterator[Query]:
    columns, kind = there(answers, "population"), kinds(settings, answers)
    parts = [
        f"{as_field(columns[name.casefold()], kind[name])} as f{i}"
        for i, name in enumerate(kind)
        if name.casefold() in columns
    ]
    if parts:
        sql = (
            f"select {', '.join(parts)}, (select count(*) from given) as n_rows "
            "from (select *, row_number() over () as proveout_n from given) as population "
            f"order by md5(proveout_n::varchar) limit {MOST_ROWS}"
        )
        yield Query(name="population", sql=sql, reads={"given": read(population)})


def _training(settings: Settings, answers: Answers, training: Training) -> Iterator[Query]:
    columns = there(answers, "training")
    reads = {"given": read(training)}
    time = columns.get((training.time or settings.columns.time).casefold())
    if time:
        when = as_time(time)
        bad = f"count(*) filter (where {text(time.sql)} is not null and {when} is null)"
        sql = f"select max({when}) as last, count({when}) as n_timed, {bad} as n_bad from given as training"
        yield Query(name="training time", sql=sql, reads=reads)
    key = columns.get((training.key or settings.key).casefold())
    if key and settings.key in resolve([settings.key], settings, answers):
        known = f"select {text(key.sql)} from given as training"
        sql = f"select count(*) as n, count(*) filter (where key in ({known})) as n_known from prepared where usable"
        yield Query(name="repeated keys", sql=sql, reads=reads)
    kind = kinds(settings, answers)
    if settings.fields and all(name.casefold() in columns for name in kind):
        theirs = [as_field(columns[name.casefold()], kind[name]) for name in kind]
        ours = [f"f{i}" for i in range(len(kind))]
        sql = (
            f"with trained as (select {_row(theirs)} as one, count(*) as copies from given as training group by one), "
            f"tested as (select {_row(ours)} as one from prepared where usable) "
            "select (select count(*) from tested) as n, "
            "(select count(*) from tested where one in (select one from trained)) as n_known, "
            "(select sum(copies) from trained) as n_trained, "
            "(select coalesce(sum(copies) filter (where copies > 1), 0) from trained) as n_trained_alike"
        )
        yield Query(name="repeated rows", sql=sql, reads=reads)


def _row(expressions: Sequence[str]) -> str:
    """All fields of a row as one text; nothing is not the empty text."""
    return "concat_ws(chr(31), " + ", ".join(f"coalesce(({e})::varchar, chr(30))" for e in expressions) + ")"


def _rubric(rubric: Rubric, answers: Answers) -> Iterator[Query]:
    columns = there(answers, "rubric")
    named = {name: getattr(rubric, name) for name in RUBRIC if getattr(rubric, name)}
    if all(column.casefold() in columns for column in named.values()):
        parts = ", ".join(f'{text(columns[column.casefold()].sql)} as "{name}"' for name, column in named.items())
        sql = f"select {parts} from given as rubric limit {MOST_CASES}"
        yield Query(name="rubric", sql=sql, reads={"given": read(rubric)})


def as_field(column: Found, kind: str) -> str:
    """A field as a number, a time in seconds, or a text."""
    if kind == "number":
        return as_number(column)
    return f"epoch({column.sql})" if kind == "time" else text(column.sql)


def as_number(column: Found) -> str:
    """A number, or nothing where there is none."""
    return f"try_cast({column.sql if _kind_of(column.type) == 'number' else text(column.sql)} as double)"


def as_time(column: Found) -> str:
    """A time in UTC."""
    if _kind_of(column.type) == "time":
        return f"{column.sql}::timestamp"
    return f"try_cast({text(column.sql)} as timestamptz) at time zone 'UTC'"


def text(expression: str) -> str:
    """Text without spaces at the ends; what is empty is nothing."""
    return f"nullif(trim(cast({expression} as varchar)), '')"
