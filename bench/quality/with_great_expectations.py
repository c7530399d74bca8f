"""The same checks and the same profile with Great Expectations on DuckDB: `python with_great_expectations.py FILE`.

Filled rows and distinct values of 20 columns, least and greatest of those that have an order, mean, deviation and
quantiles of those that are numbers, the row checks, the key, and the usual placeholders as a set of values. Regular
expressions, the functional dependency and the map over time are SQL that its user writes.
"""

import json
import sys
import tempfile
from pathlib import Path

import great_expectations as gx
import great_expectations.expectations as gxe
from great_expectations.execution_engine import SqlAlchemyExecutionEngine

REQUIRED = ("id", "code", "zip", "city", "mail", "colour")
NUMBERS = ("id", "x1", "x2", "x3", "q1", "q2", "stars", "flag")
ORDERED = (*NUMBERS, "day", "moment")
WORDS = ("code", "zip", "city", "region", "amount", "mail", "colour", "note", "hash", "store")
EVERY = (*ORDERED, *WORDS)
QUANTILES = {"quantiles": [0.05, 0.5, 0.95], "value_ranges": [[None, None]] * 3}
PLACEHOLDERS = (
    *("select", "please select", "?", "-", "--", "n/a", "#n/a", "na", "nan", "null", "none", "nil", "empty", "missing"),
    *("unknown", "not available", "not specified", "not provided", "tbd", ""),
)
HIDDEN = sorted({spelt for word in PLACEHOLDERS for spelt in (word, word.capitalize(), word.upper())})
UNMATCHED = "select {0} from {{batch}} where {0} is not null and not regexp_matches({0}, '{1}')"
BY_SQL = {
    "unlike": "with pairs as (select zip, city, count(*) as n from {batch} where zip <> '' and city <> '' group by all)"
    ", odd as (select zip, city from pairs qualify row_number() over (partition by zip order by n desc) > 1)"
    " select zip, city from {batch} join odd using (zip, city)",
    "months": "select date_trunc('month', moment), count(*), count(code), count(zip), count(city), count(mail)"
    " from {batch} group by all",
    "bad_code": UNMATCHED.format("code", "^C[0-9]{{8}}$"),
    "bad_mail": UNMATCHED.format("mail", r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$"),
}
"""Great Expectations has no expectation for these on DuckDB; the rows that are returned are counted."""


def keep_rows(engine: type) -> None:
    """Fetch before the connection goes back: Great Expectations 1.24 does so after, and DuckDB's rows are gone then."""
    ask = engine._execute_query_with_recovery
    engine._execute_query_with_recovery = staticmethod(lambda connection, query: ask(connection, query).freeze()())


def profile() -> list:
    """Expectations that are asked for their figures; they hold whatever those are."""
    asked = [gxe.ExpectColumnUniqueValueCountToBeBetween(column=name, min_value=0) for name in EVERY]
    asked += [gxe.ExpectColumnValuesToNotBeNull(column=name) for name in EVERY if name not in REQUIRED]
    asked += [gxe.ExpectColumnValuesToNotBeInSet(column=name, value_set=HIDDEN) for name in WORDS]
    for name in ORDERED:
        asked += [gxe.ExpectColumnMinToBeBetween(column=name), gxe.ExpectColumnMaxToBeBetween(column=name)]
    for name in NUMBERS:
        asked += [gxe.ExpectColumnMeanToBeBetween(column=name), gxe.ExpectColumnStdevToBeBetween(column=name)]
        asked.append(gxe.ExpectColumnQuantileValuesToBeBetween(column=name, quantile_ranges=QUANTILES))
    return asked


def main(path: str) -> dict[str, object]:
    """What can be compared."""
    import duckdb

    folder = tempfile.mkdtemp()
    base = Path(folder) / "table.duckdb"
    with duckdb.connect(str(base)) as connection:
        connection.execute(f"create view t as select * from read_parquet('{path}')")
    keep_rows(SqlAlchemyExecutionEngine)
    context = gx.get_context(mode="ephemeral")
    source = context.data_sources.add_sql("duckdb", connection_string=f"duckdb:///{base}")
    batch = source.add_table_asset("t", table_name="t").add_batch_definition_whole_table("all").get_batch()
    suite = gx.ExpectationSuite(name="checks")
    asked = [gxe.ExpectColumnValuesToNotBeNull(column=name) for name in REQUIRED]
    asked += [
        gxe.ExpectColumnValuesToBeUnique(column="id"),
        gxe.ExpectColumnValuesToBeInSet(column="region", value_set=["N", "S", "E", "W"]),
        gxe.ExpectColumnValuesToBeInSet(column="colour", value_set=["red", "green", "blue", "Select"]),
        gxe.ExpectColumnValuesToBeBetween(column="x1", min_value=0, max_value=100),
        gxe.ExpectColumnValuesToBeBetween(column="x2", min_value=0, max_value=1),
        gxe.ExpectColumnValuesToBeBetween(column="q1", min_value=0, max_value=100),
        gxe.ExpectColumnValuesToBeBetween(column="stars", min_value=0, max_value=5),
    ]
    asked += profile()
    asked += [gxe.UnexpectedRowsExpectation(unexpected_rows_query=BY_SQL[name]) for name in BY_SQL]
    for one in asked:
        suite.add_expectation(one)
    results = batch.validate(suite, result_format="BASIC").results
    found, by_sql = {}, iter(BY_SQL)
    for result in results:
        if not result.result:
            raise SystemExit(f"{result.expectation_config.type}: {str(result.exception_info)[-500:]}")
        name = f"{result.expectation_config.type}:{result.expectation_config.kwargs.get('column')}"
        if result.expectation_config.type == "unexpected_rows_expectation":
            name = next(by_sql)
        found[name] = result.result.get("unexpected_count", result.result.get("observed_value"))
    return comparable({name.removeprefix("expect_column_"): value for name, value in found.items()})


def comparable(found: dict) -> dict[str, object]:
    """The answers that ours gives too."""
    _, middle, high = found["quantile_values_to_be_between:q2"]["values"]
    empty = {
        name: sum(found[f"values_to_{expected}:{name}"] for expected in ("not_be_null", "not_be_in_set"))
        for name in ("mail", "colour")
    }
    return {
        "mean_x1": round(found["mean_to_be_between:x1"], 4),
        "sd_x1": round(found["stdev_to_be_between:x1"], 4),
        "most_x3": round(found["max_to_be_between:x3"], 4),
        "median_q2": float(middle),
        "high_q2": float(high),
        **{f"distinct_{name}": found[f"unique_value_count_to_be_between:{name}"] for name in ("mail", "note", "x2")},
        "empty_mail": empty["mail"],
        "empty_colour": empty["colour"],
        "bad_mail": found["bad_mail"],
        "bad_q1": found["values_to_be_between:q1"],
        "surplus": found["values_to_be_unique:id"],
        "unlike": found["unlike"],
        "months": found["months"],
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
