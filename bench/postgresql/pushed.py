"""The same answers as one hand-written statement on the server: `python pushed.py ADDRESS [exact|lean|scan]`.

`exact` counts the different values of every column and takes quantiles over all rows, as the instrument can; `lean`
leaves the distinct counts out (PostgreSQL has no approximate ones) and takes quantiles over one per cent of the rows;
`scan` leaves out whatever is not counted row by row: key, dependency, months and quantiles too.
"""

import json
import sys
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).parents[1] / "quality"))

from by_hand import EMAIL, HIDDEN, NUMBERS, OTHERS, TEXTS

MONTHLY = ("code", "zip", "city", "mail")
SHARES = "array[.05, .5, .95]"
UNLIKE = (
    "select sum(n) - sum(most) from (select sum(n) as n, max(n) as most from (select zip, city, count(*) as n "
    "from made where zip <> '' and city <> '' group by zip, city) as pairs group by zip) as zips"
)
RULES = {
    "code": "code !~ '^C[0-9]{8}$'",
    "mail": f"mail !~ '^{EMAIL}$'",
    "region": "region not in ('N', 'S', 'E', 'W')",
    "colour": "colour not in ('red', 'green', 'blue', 'Select')",
    "x1": "x1 not between 0 and 100",
    "x2": "x2 not between 0 and 1",
    "q1": "q1 not between 0 and 100",
    "stars": "stars not between 0 and 5",
}


def statement(distinct: str) -> str:
    """One SELECT of one row."""
    empty = {c: f"{c} is null or (octet_length({c}) < 15 and lower(btrim({c})) in {HIDDEN})" for c in TEXTS}
    wanted = ["count(*) as n"]
    wanted += [f"count(*) filter (where {condition}) as empty_{column}" for column, condition in empty.items()]
    wanted += [f"count(*) - count({column}) as empty_{column}" for column in OTHERS]
    wanted += [f"count(*) filter (where {faulty}) as bad_{column}" for column, faulty in RULES.items()]
    wanted += [f"{of}({column}) as {of}_{column}" for column in NUMBERS for of in ("min", "max", "avg", "stddev_samp")]
    wanted += [f"{of}({column}) as {of}_{column}" for column in ("day", "moment") for of in ("min", "max")]
    if distinct == "scan":
        return f"select {', '.join(wanted)} from made"
    quantiles = [f"percentile_cont({SHARES}) within group (order by {column}) as part_{column}" for column in NUMBERS]
    surplus = "(select sum(n - 1) from (select count(*) as n from made where id is not null group by id) as ids)"
    sampled = f"(select row_to_json(s) from (select {', '.join(quantiles)} from made tablesample bernoulli (1)) as s)"
    if distinct == "exact":
        wanted += [f"count(distinct {column}) as distinct_{column}" for column in (*TEXTS, *OTHERS)] + quantiles
        surplus = "count(id) - count(distinct id)"
    else:
        wanted.append(f"{sampled} as parts")
    full = ", ".join(f"count(*) filter (where not ({empty[c]})) as {c}" for c in MONTHLY)
    months = f"select date_trunc('month', moment) as month, count(*) as n, {full} from made group by 1"
    wanted += [
        f"{surplus} as surplus",
        f"({UNLIKE}) as unlike",
        f"(select json_agg(m) from ({months}) as m) as months",
    ]
    return f"select {', '.join(wanted)} from made"


def answers(address: str, distinct: str) -> dict[str, int]:
    """What can be compared with the instrument's answers."""
    with psycopg.connect(address) as connection:
        connection.read_only = True
        cursor = connection.execute(statement(distinct).encode())
        names = [column.name for column in cursor.description or ()]
        found = dict(zip(names, cursor.fetchone() or (), strict=True))
    counted = ("empty_mail", "empty_colour", "bad_mail", "bad_q1", "surplus", "unlike")
    months = {"months": len(found["months"])} if "months" in found else {}
    return {name: int(found[name]) for name in counted if name in found} | months


if __name__ == "__main__":
    print(json.dumps(answers(*sys.argv[1:3])))
