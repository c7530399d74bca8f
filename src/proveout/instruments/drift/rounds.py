"""The SQL: where the reference is to be cut, one pass over each window, scores with the truth."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from proveout.core.question import Answers, Query, moment_of, quoted
from proveout.instruments.drift.plan import (
    MOST_WORDS,
    QUANTILES,
    STEPS,
    WHOLE,
    WORDS,
    Bins,
    bins,
    column_of,
    compared,
    kinds,
)
from proveout.instruments.drift.settings import Settings

SAMPLE = 100_000
"""Rows of the reference, evenly spread, from which its quantiles are taken."""
SCORE_DIGITS = 4
"""To which scores are rounded, so that the answer does not grow with the rows."""


def rounds(settings: Settings, answers: Answers) -> Iterable[Query]:
    """Cuts and words; then the counts; scores at any time."""
    columns, reads = compared(settings, answers).columns, {"given": settings.reference.read}
    numbers = [(i, column.name) for i, column in enumerate(columns) if not column.words]
    words = [(i, column.name) for i, column in enumerate(columns) if column.words]
    if numbers:
        yield Query(name="cuts", sql=_cuts(settings, answers, numbers), reads=reads)
    if words:
        yield Query(name="words", sql=_listed(settings, answers, words), reads=reads)
    wanted = {name for name, some in (("cuts", numbers), ("words", words)) if some}
    if wanted and wanted <= answers.tables.keys():
        found = bins(settings, answers)
        for side, window in (("reference", settings.reference), ("current", settings.current)):
            yield Query(name=side, sql=_counts(settings, answers, side, found), reads={"given": window.read})
    if settings.performance:
        yield from _scores(settings, answers)


def _cuts(settings: Settings, answers: Answers, numbers: Sequence[tuple[int, str]]) -> str:
    columns = ", ".join(f"{_number(name)} as x{i}" for i, name in numbers)
    every = f"greatest(1, (select count(*) from windowed) // {SAMPLE})"
    aggregates = []
    for i, _ in numbers:
        few = f"list_sort(list(distinct x{i}))"
        aggregates += [
            f"case when count(distinct x{i}) <= {STEPS} then cast({few} as json) end as few_{i}",
            f"cast(quantile_cont(x{i}, {list(QUANTILES)}) as json) as many_{i}",
        ]
    return (
        f"with windowed as ({_windowed(settings, answers, 'reference')}), "
        f"sampled as (select {columns} from (select * from windowed qualify (row_number() over () - 1) % {every} = 0)) "
        f"select {', '.join(aggregates)} from sampled"
    )


def _listed(settings: Settings, answers: Answers, words: Sequence[tuple[int, str]]) -> str:
    """The values of each text, at most one more than are compared by name."""
    known = kinds(answers, "reference columns")
    each = [
        f"(select {i} as field, word from (select word, count(*) as n from "
        f"(select {_word(name, known[name])} as word from windowed) where word is not null "
        f"group by word order by n desc, word limit {MOST_WORDS + 1}) order by word)"
        for i, name in words
    ]
    return f"with windowed as ({_windowed(settings, answers, 'reference')}) {' union all '.join(each)}"


def _counts(settings: Settings, answers: Answers, side: str, found: Sequence[Bins]) -> str:
    """One row per chunk: its cases, and per column the cases by bin, the missing and the impossible."""
    counted, values, known = ["count(*) as n"], [], kinds(answers, f"{side} columns")
    for i, one in enumerate(found):
        name, kind = one.column.name, known[one.column.name]
        value = _word(name, kind) if one.column.words else _number(name, kind)
        if one.hashed:
            value = f"case when {value} is not null then cast(hash({value}) % {one.width} as integer) end"
            binned = f"histogram_exact(v{i}, {list(range(one.width))})"
        elif one.words:
            binned = f"histogram_exact(v{i}, [{', '.join(map(_literal, one.words))}])"
        else:
            binned = f"histogram(v{i}, {_literal(str(list(one.edges) or [0.0]))}::double[])"
        values.append(f"{value} as v{i}, {_impossible(name, kind, one.column.words)} as i{i}")
        counted.append(f"cast(map_values({binned}) as json) as bins_{i}")
        counted += [f"count(v{i}) as there_{i}", f"count(i{i}) as impossible_{i}"]
    chunk = _chunk(settings)
    grouped = "having count(*) > 0" if chunk == "0" else "group by chunk order by chunk"
    return (
        f"with windowed as ({_windowed(settings, answers, side)}), "
        f"valued as (select {chunk} as chunk, {', '.join(values)} from windowed) "
        f"select {'0 as chunk' if chunk == '0' else 'chunk'}, {', '.join(counted)} from valued {grouped}"
    )


def _scores(settings: Settings, answers: Answers) -> Iterable[Query]:
    """Cases by chunk, score, answer and truth."""
    of = settings.performance
    if of is None or (of.labels and "label columns" not in answers.tables):
        return
    for side, window in (("reference", settings.reference), ("current", settings.current)):
        known = kinds(answers, f"{side} columns")
        given = _windowed(settings, answers, side)
        reads, label = {"given": window.read}, quoted(of.label)
        own = of.label.casefold() in map(str.casefold, known)
        if not own and side == "current" and of.labels:
            reads["truth"] = of.labels.read
            key, joined = quoted(of.labels.key), f"any_value({label}) as {label}"
            truth = f"(select {key}, {joined} from truth group by {key}) as later"
            given = f"select given.*, later.{label} from ({given}) as given left join {truth} using ({key})"
        elif not own:
            label = "null"
        score, yes = _number(of.score), f"regexp_replace(trim(cast({label} as varchar)), '\\.0+$', '')"
        answer = f"{_word(of.answer)} = {_literal(of.positive)}" if of.answer else f"{score} >= {of.threshold}"
        rows = (
            f"select {_chunk(settings)} as part, round({score}, {SCORE_DIGITS}) as rounded, "
            f"coalesce({answer}, false) as said, "
            f"case when {yes} <> '' then {yes} = {_literal(of.positive)} end as held from ({given})"
        )
        sql = (
            "select part as chunk, rounded as score, said as answered, held as positive, count(*) as n "
            f"from ({rows}) group by all order by all"
        )
        yield Query(name=f"{side} scores", sql=sql, reads=reads)


def _windowed(settings: Settings, answers: Answers, side: str) -> str:
    """The rows of a window, with their place in it."""
    window = settings.reference if side == "reference" else settings.current
    conditions = []
    if window.from_ or window.until:
        conditions.append(f"isfinite({_moment(settings, answers, side)})")
    if window.from_:
        conditions.append(f"{_moment(settings, answers, side)} >= date '{window.from_}'")
    if window.until:
        conditions.append(f"{_moment(settings, answers, side)} < date '{window.until + timedelta(days=1)}'")
    where = f" where {' and '.join(conditions)}" if conditions else ""
    extra = ""
    if settings.chunk:
        extra = f", date_trunc('{settings.chunk}', {_moment(settings, answers, side)}) as \"chunk of time\""
    if settings.chunk_rows:
        extra = f', (row_number() over () - 1) // {settings.chunk_rows} as "chunk of rows"'
    return f"select *{extra} from given{where}"


def _chunk(settings: Settings) -> str:
    if settings.chunk:
        return "strftime(\"chunk of time\", '%Y-%m-%d')"
    return 'cast("chunk of rows" as bigint)' if settings.chunk_rows else "0"


def _moment(settings: Settings, answers: Answers, side: str) -> str:
    """When a case came, in UTC; NULL where that cannot be read."""
    known = kinds(answers, f"{side} columns")
    name = column_of(settings.time, known)
    if known[name].startswith(("DATE", "TIMESTAMP")):
        return f"cast({quoted(name)} as timestamp)"
    return f"({moment_of(name)})"


def _number(name: str, kind: str = "") -> str:
    """A number that is finite; what is not, or is none, is missing."""
    if kind in WHOLE:
        return f"cast({quoted(name)} as double)"
    value = quoted(name) if kind == "DOUBLE" else f"try_cast({quoted(name)} as double)"
    return f"case when isfinite({value}) then {value} end"


def _word(name: str, kind: str = "") -> str:
    """A value as text; a number without needless decimals, so that it is told from no other way to write it."""
    text = f"trim(cast({quoted(name)} as varchar))"
    return f"nullif({text}, '')" if kind in WORDS else f"nullif(regexp_replace({text}, '\\.0+$', ''), '')"


def _impossible(name: str, kind: str, words: bool) -> str:
    """1 for a number that is none or infinite; whole numbers and texts always are what they are."""
    if words or kind in WHOLE:
        return "null::integer"
    value = quoted(name) if kind == "DOUBLE" else f"try_cast({quoted(name)} as double)"
    return f"case when not isfinite({value}) then 1 end"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
