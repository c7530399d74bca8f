"""What is asked of a sample to see how each field is usually written. Answers do not grow with the rows."""

from collections.abc import Iterable, Sequence

from proveout.core.question import Preparation, Query, Read, quoted

SAMPLE_ROWS = 50_000
"""Enough to see a habit that one row in a thousand breaks; the rules themselves are held against every row."""
MOST_PATTERNS = 60
MOST_UNITS = 60
MOST_ENTRIES = 40
MOST_COMMON, MOST_RARE = 300, 1_000
"""Values a field, for spellings that are compared with one another."""
TOKENS = (
    "n/a", "#n/a", "na", "nan", "null", "none", "nil", "?", "-", "--", "unknown", "missing", "not available", "tbd",
)  # fmt: skip
"""What is written where nothing is known; such entries do not decide what a field holds."""

PLACE = '"place in the table"'
"""A name that no column has."""
NUMBER = r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?"
THOUSANDS = r"[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?"
AMOUNT = rf"({NUMBER}|{THOUSANDS})\s*[^0-9\s.,][^0-9]*|[^0-9\s.,+-][^0-9]{{0,3}}\s*({NUMBER}|{THOUSANDS})"
EMAIL = r"[^@\s]+@[^@\s]+\.[^@\s.]+"
TIME = r".*[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}.*|.*[0-9]{1,2}:[0-9]{2}.*"
KEY = r"[^ .,]*[0-9][^ .,]*"
"""Of one word, with a digit, and no fraction."""
LETTERS, SAME_LETTERS = "bcdefghijklmnopqrstuvwxyz", "a" * 25
DIGITS, SAME_DIGITS = "012345678", "9" * 9

KINDS = {
    "numbers": NUMBER,
    "thousands": THOUSANDS,
    "amounts": AMOUNT,
    "emails": EMAIL,
    "times": TIME,
}


def profile(prefix: str, columns: Sequence[str], read: Read) -> tuple[Query | Preparation, ...]:
    """A sample, how often each value of each field stands in it, and what those values look like.

    Args:
        prefix: Starts the names of all questions.
        columns: Of the table; field i is the i-th of them.
        read: The table.
    """
    values, sample = quoted(f"{prefix} values"), quoted(f"{prefix} sample")
    return (
        Preparation(name=f"{prefix} sample", sql=_sample(columns), reads={"given": read}),
        Preparation(name=f"{prefix} values", sql=" union all ".join(_values(sample, i) for i in range(len(columns)))),
        Query(name=f"{prefix} fields", sql=_fields(values), reads={"given": read}),
        Query(name=f"{prefix} patterns", sql=_patterns(values)),
        Query(name=f"{prefix} units", sql=_units(values)),
        Query(name=f"{prefix} spellings", sql=_spellings(values)),
        Query(name=f"{prefix} numbers", sql=" union all ".join(_numbers(sample, i) for i in range(len(columns)))),
        Query(name=f"{prefix} sets", sql=_sets(values)),
    )


def literal(text: str) -> str:
    """A text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def listed(texts: Iterable[str]) -> str:
    """Texts as an SQL list."""
    return f"({', '.join(map(literal, texts))})"


def matches(text: str, pattern: str) -> str:
    """Whether the whole of a text is of that form."""
    return f"regexp_full_match({text}, {literal(pattern)})"


def written(column: str) -> str:
    """What is written in a cell, as text without blanks around it, NULL where nothing is."""
    return f"nullif(trim(cast({quoted(column)} as varchar)), '')"


def _sample(columns: Sequence[str]) -> str:
    """Rows spread evenly by the golden ratio: the same rows each time, and in step with no period of the table."""
    cells = ", ".join(f"{written(name)} as c{index}" for index, name in enumerate(columns))
    chosen = f"({PLACE} * 2654435761) % 4294967296 < 4294967296.0 * {SAMPLE_ROWS} / (select count(*) from given)"
    placed = f"select *, row_number() over () as {PLACE} from given"
    return f"select {PLACE} as place, {cells} from ({placed}) as placed where {chosen}"


def _values(sample: str, index: int) -> str:
    return f"select {index} as field, c{index} as value, count(*) as n from {sample} group by c{index}"


def _fields(values: str) -> str:
    kinds = ", ".join(
        f"coalesce(sum(n) filter (where {matches('value', pattern)}), 0)::bigint as n_{kind}"
        for kind, pattern in KINDS.items()
    )
    return (
        "select field, (select count(*) from given) as n_all, sum(n)::bigint as n_rows, "
        "coalesce(sum(n) filter (where value is not null), 0)::bigint "
        "as n_filled, count(value) as n_distinct, "
        f"coalesce(sum(n) filter (where lower(value) in {listed(TOKENS)}), 0)::bigint as n_tokens, "
        f"count(*) filter (where n >= {LEAST_COMMON} and value is not null) as n_common, "
        f"count(*) filter (where value is not null and {TIMES} * n <= n_most) as n_rare, "
        "coalesce(sum(n) filter (where n > 1 and value is not null), 0)::bigint as n_repeated, "
        "coalesce(max(n) filter (where value is not null), 0)::bigint as n_top, "
        f"coalesce(sum(n) filter (where {matches('value', KEY)}), 0)::bigint as n_like_keys, "
        f"{kinds} from (select *, max(n) filter (where value is not null) over (partition by field) as n_most "
        f"from {values}) group by field order by field"
    )


def _numbers(sample: str, index: int) -> str:
    number = f"try_cast(c{index} as double)"
    return (
        f"select {index} as field, count(x) as n, min(x) as least, quantile_cont(x, 0.05) as low, "
        "quantile_cont(x, 0.5) as middle, quantile_cont(x, 0.95) as high, max(x) as most "
        f"from (select {number} as x from {sample} where isfinite({number}))"
    )


def _sets(values: str) -> str:
    few = f"select field from {values} group by field having count(value) <= {MOST_ENTRIES}"
    kept = f"value is not null and field in ({few})"
    return f"select field, value, n from {values} where {kept} order by field, n desc, value"


def shape(text: str) -> str:
    """A text with every letter as `a` or `A` and every digit as `9`."""
    upper = f"translate(strip_accents({text}), {literal(LETTERS.upper())}, {literal(SAME_LETTERS.upper())})"
    return f"translate({upper}, {literal(LETTERS + DIGITS)}, {literal(SAME_LETTERS + SAME_DIGITS)})"


def outline(shaped: str) -> str:
    """A shape with every run of one sign as a single one."""
    return rf"regexp_replace({shaped}, '(9)9+|(a)a+|(A)A+', '\1\2\3', 'g')"


def _patterns(values: str) -> str:
    """The most frequent shapes and outlines of each field."""
    known = f"value is not null and lower(value) not in {listed(TOKENS)}"
    shaped = f"shaped as (select field, value, n, {shape('value')} as shape from {values} where {known})"
    levels = (
        "levels as (select field, 'shape' as level, shape as pattern, value, n from shaped "
        f"union all select field, 'outline', {outline('shape')}, value, n from shaped)"
    )
    return (
        f"with {shaped}, {levels}, counted as (select field, level, pattern, sum(n)::bigint as n, "
        "count(*) as n_values, min(value) as example from levels group by field, level, pattern) "
        f"select * from counted {_top('field, level', 'n desc, pattern', MOST_PATTERNS)}"
    )


def _units(values: str) -> str:
    """What is written around the number of an amount."""
    around = f"trim(regexp_replace(value, {literal(f'{THOUSANDS}|{NUMBER}')}, ''))"
    counted = (
        f"counted as (select field, {around} as unit, sum(n)::bigint as n, count(*) as n_values from {values} "
        f"where {matches('value', AMOUNT)} group by field, unit)"
    )
    return f"with {counted} select * from counted {_top('field', 'n desc, unit', MOST_UNITS)}"


def _spellings(values: str) -> str:
    """Pairs of a rarer and a commoner value of a field that are nearly alike, digits apart."""
    kept = (
        f"kept as (select field, value, n, strip_accents(lower(value)) as low, "
        "string_split_regex(low, '[^a-z0-9]+') as words, regexp_replace(value, '[^0-9]', '', 'g') as digits, "
        "row_number() over (partition by field order by n desc, value) as place, "
        "row_number() over (partition by field order by n, value) as place_from_end "
        f"from {values} where {matches('value', '.*[A-Za-z].*')} and length(value) between 2 and 200)"
    )
    common = (
        f"common as (select * from kept where n >= {LEAST_COMMON} and length(value) > 2 and place <= {MOST_COMMON})"
    )
    other = f"other as (select * from kept where place <= {MOST_COMMON} or place_from_end <= {MOST_RARE})"
    token = "tokens as (select field, value, unnest(words) as token from kept)"
    known = f"known as (select field, token from tokens group by field, token having count(*) >= {WIDESPREAD})"
    novel = (
        "novel as (select field, value, list(token) as words from tokens anti join known using (field, token) "
        "where token <> '' group by field, value)"
    )
    distance = "levenshtein(other.low, common.low)"
    new_words = "list_filter(novel.words, lambda word: not list_contains(common.words, word))"
    same = " = ".join(f"regexp_replace({side}.low, '[ .,_''-]', '', 'g')" for side in ("other", "common"))
    return (
        f"with {kept}, {common}, {other}, {token}, {known}, {novel} "
        "select common.field, common.value as common, common.n::bigint as n_common, other.value as other, "
        f"other.n::bigint as n_other, {distance} as distance, "
        f"coalesce(len({new_words}) > 0, false) or {same} as novel "
        "from common join other on common.field = other.field "
        "and common.digits = other.digits and common.value <> other.value and other.n <= common.n "
        "and abs(length(common.low) - length(other.low)) <= 2 "
        f"and {distance} <= greatest(1, floor({NEAR} * length(common.low))) "
        "left join novel on novel.field = other.field and novel.value = other.value"
    )


LEAST_COMMON = 3
TIMES = 10
"""How many times more often a common spelling must stand than a rare one."""
NEAR = 0.2
"""Edits per sign up to which two entries are nearly alike."""
WIDESPREAD = 4
"""Entries of a field in which a word stands that is no slip."""


def _top(partition: str, order: str, most: int) -> str:
    return (
        f"qualify row_number() over (partition by {partition} order by {order}) <= {most} order by {partition}, {order}"
    )
