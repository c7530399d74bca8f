"""Fields that follow from another field, and values that stand in the wrong field."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from proveout.core.question import Query, quoted
from proveout.instruments.quality.discovery.profile import listed, written
from proveout.instruments.quality.discovery.suggestion import CLEAR, Suggestion

Row = Mapping[str, Any]
MOST_FIELDS = 30
"""Fields that are tried as determining, and as determined."""
NEAR_CONSTANT = 0.98
ACCURACY_GAINED = 0.6
"""Least Goodman-Kruskal lambda, each row predicted from the others: what chance would give is 0 or less."""
MOST_CLUSTERED = 0.1
"""Largest correlation of exceptions within a group, less where one value is frequent anyway."""
FEW_EXCEPTIONS, MOST_EXCEPTIONS = 0.05, 0.35
"""Share of exceptions that is allowed always, and at most, less where one value is frequent anyway."""
MOST_UNCLEAR = 0.15
"""Share of the rows in groups without a usual value."""
LEAST_TESTED, LEAST_GROUPS = 20, 10
"""Rows in groups of some size, and such groups, below which chance alone could make a dependency."""
MOST_DETERMINANTS = 3
LARGE_GROUP = 5
"""Rows of a group in which exceptions could stand together and still be few."""
MOST_MOVED = 200
"""Different entries of a field up to which they are looked for in other fields."""
LEAST_MOVED, HALF, MOST_DOUBLED = 3, 0.5, 0.1
"""Rows in which an entry must stand in the wrong field, share of the empty rows, and rows where it stands in both."""
NO_PAIR = "select 0 as x, 0 as y where false"


def pairs(prefix: str, fields: Sequence[Row]) -> tuple[Query, ...]:
    """How well each field follows from each other one, in the sample; one by one, since all at once fill memory."""
    determining = _fields(fields, repeated=0.3)
    determined = _fields(fields, repeated=0.5)
    sample = quoted(f"{prefix} sample")
    told = [(x, [y for y in determined if y != x]) for x in determining]
    asked = [Query(name=f"{prefix} pairs {x}", sql=_told(sample, x, ys)) for x, ys in told if ys]
    asked = asked or [Query(name=f"{prefix} pairs", sql=NO_PAIR)]
    if moved := _moved(prefix, fields):
        asked.append(Query(name=f"{prefix} moved", sql=moved))
    return tuple(asked)


def _moved(prefix: str, fields: Sequence[Row]) -> str:
    """How often the last word of one field is an entry of another one, by whether that one is empty."""
    sample, values = quoted(f"{prefix} sample"), quoted(f"{prefix} values")
    empty = [
        row["field"]
        for row in fields
        if 2 <= row["n_distinct"] <= MOST_MOVED and LEAST_MOVED <= row["n_rows"] - row["n_filled"] <= row["n_filled"]
    ]
    texts = [row["field"] for row in fields if row["n_filled"] and row["n_numbers"] < row["n_filled"] / 2]
    if not empty or not texts:
        return ""
    last = " union all ".join(
        f"select place, {x} as x, {last_word(f'c{x}')} as word from {sample} where c{x} like '% %'" for x in texts
    )
    missing = " union all ".join(f"select place, {y} as y from {sample} where c{y} is null" for y in empty)
    return (
        f"with words as ({last}), missing as ({missing}), "
        f"entries as (select field as y, value from {values} "
        f"where value is not null and field in ({', '.join(map(str, empty))})), "
        "hits as (select words.place, x, entries.y from words join entries on word = value and x <> entries.y), "
        "n_empty as (select y, count(*) as n_empty from missing group by y), "
        "listed as (select y, list(value order by value) as entries from entries group by y) "
        "select x, y, n_empty, count(missing.place) as n_moved, count(*) - count(missing.place) as n_doubled, "
        "any_value(entries) as entries from hits left join missing using (place, y) join n_empty using (y) "
        "join listed using (y) group by x, y, n_empty order by x, y"
    )


def last_word(text: str) -> str:
    """What stands behind the last blank of a text."""
    return f"regexp_extract({text}, '[^ ]+$')"


def misplaced(columns: list[str], moved: Sequence[Row]) -> Iterable[Suggestion]:
    """Two rules, for the field that is empty and for the one at whose end its entry stands."""
    for row in moved:
        if (
            row["n_moved"] >= max(LEAST_MOVED, HALF * row["n_empty"])
            and row["n_doubled"] <= MOST_DOUBLED * row["n_moved"]
        ):
            x, y = columns[row["x"]], columns[row["y"]]
            text, empty = written(x), f"{written(y)} is null"
            there = f"{empty} and {text} like '% %' and {last_word(text)} in {listed(row['entries'])}"
            for field, words in (
                (y, f"{y} does not stand at the end of {x}"),
                (x, f"{x} does not end with an entry of {y}"),
            ):
                yield Suggestion(
                    field=field, kind="misplaced", words=words, faulty=f"coalesce({there}, false)", applies=empty
                )  # fmt: skip


def _fields(fields: Sequence[Row], repeated: float) -> list[int]:
    """Fields whose values stand in many rows each, but not nearly always the same one."""
    fit = [
        row
        for row in fields
        if row["n_filled"]
        and row["n_distinct"] >= 2
        and row["n_repeated"] >= repeated * row["n_filled"]
        and row["n_top"] <= NEAR_CONSTANT * row["n_filled"]
    ]
    return [row["field"] for row in sorted(fit, key=lambda row: -row["n_distinct"])[:MOST_FIELDS]]


def _told(sample: str, x: int, ys: list[int]) -> str:
    """What field x tells of the fields ys, in one pass over the cells of all of them."""
    fields, written_there = ", ".join(map(str, ys)), ", ".join(f"c{y}" for y in ys)
    unnested = f"unnest([{fields}]) as y, unnest([{written_there}]) as cell"
    cells = f"select c{x} as x, {unnested} from {sample} where c{x} is not null"
    counted = f"select x, y, cell, count(*) as n from ({cells}) where cell is not null group by x, y, cell"
    groups = f"select y, sum(n) as n, max(n, 2) as top from ({counted}) group by x, y"
    found = (
        f"select y, n, top[1] as first, coalesce(top[2], 0) as second, n - top[1] as odd from ({groups}) where n > 1"
    )
    right = "sum(case when first - 1 > second then first when first - 1 = second then first / 2 else 0 end)"
    large = f"filter (where n >= {LARGE_GROUP} and first >= {CLEAR} * n)"
    figures = {
        "n_tested": "sum(n)", "n_right": right, "n_large": f"sum(n) {large}", "n_odd": f"sum(odd) {large}",
        "n_odd_twice": f"sum(odd * (odd - 1) / (n - 1)) {large}", "n_groups": f"count(*) {large}",
        "n_unclear": f"sum(n) filter (where n >= {LARGE_GROUP} and first < {CLEAR} * n)",
    }  # fmt: skip
    selected = ", ".join(f"coalesce({sql}, 0)::double as {name}" for name, sql in figures.items())
    return f"select {x} as x, y, {selected} from ({found}) group by y"


def dependencies(columns: list[str], fields: Sequence[Row], pairs: Sequence[Row]) -> Iterable[Suggestion]:
    """The best few determining fields of each field that has some."""
    top = {row["field"]: row["n_top"] / row["n_filled"] for row in fields if row["n_filled"]}
    by_field: dict[int, list[tuple[float, Row]]] = {}
    for row in pairs:
        gained = _gained(row, top[row["y"]])
        if gained >= ACCURACY_GAINED and _scattered(row, top[row["y"]]):
            by_field.setdefault(row["y"], []).append((gained, row))
    for y, found in sorted(by_field.items()):
        best = [row for _, row in sorted(found, key=lambda pair: -pair[0])[:MOST_DETERMINANTS]]
        names = tuple(columns[row["x"]] for row in best)
        yield Suggestion(
            field=columns[y], kind="dependency", words=f"{columns[y]} follows from {' and from '.join(names)}",
            determined_by=names,
        )  # fmt: skip


def _gained(row: Row, top: float) -> float:
    if row["n_groups"] < LEAST_GROUPS or row["n_large"] < LEAST_TESTED or top >= 1:
        return 0.0
    return (row["n_right"] / row["n_tested"] - top) / (1 - top)


def _scattered(row: Row, top: float) -> bool:
    """Whether exceptions scatter over the groups, as slips do, instead of standing together, as true exceptions do.

    The measure is the intraclass correlation of being an exception, from pairs of rows of a group.
    """
    if row["n_unclear"] > MOST_UNCLEAR * (row["n_large"] + row["n_unclear"]):
        return False
    share = row["n_odd"] / row["n_large"]
    if not 0 < share < 1:
        return True
    clustered = (row["n_odd_twice"] / row["n_large"] - share**2) / (share * (1 - share))
    allowed = (1 - top) ** 2
    return share <= max(FEW_EXCEPTIONS, MOST_EXCEPTIONS * allowed) and clustered <= MOST_CLUSTERED * allowed
