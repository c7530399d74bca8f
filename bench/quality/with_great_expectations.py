"""The same checks and the same profile with Great Expectations on DuckDB: `python with_great_expectations.py FILE`.

Filled rows, distinct values, least and greatest of 20 columns, mean, deviation and quartiles of those that are numbers,
the row checks, the key, and the functional dependency as SQL of its user. It computes no map over time and looks for no
placeholders.
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
QUARTILES = {"quantiles": [0.25, 0.5, 0.75], "value_ranges": [[None, None]] * 3}
UNMATCHED = "select {0} from {{batch}} where {0} is not null and not regexp_matches({0}, '{1}')"
BY_SQL = {
    "unlike": "select zip from {batch} where zip is not null and city is not null group by zip"
    " having count(distinct city) > 1",
    "bad_code": UNMATCHED.format("code", "^C[0-9]{{8}}$"),
    "bad_mail": UNMATCHED.format("mail", r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$"),
}
"""Regular expressions and dependencies: Great Expectations has neither on DuckDB, so that its user writes them."""


def keep_rows(engine: type) -> None:
    """Fetch before the connection goes back: Great Expectations 1.24 does so after, and DuckDB's rows are gone then."""
    ask = engine._execute_query_with_recovery
    engine._execute_query_with_recovery = staticmethod(lambda connection, query: ask(connection, query).freeze()())


def profile() -> list:
    """Expectations that are asked for their figures; they hold whatever those are."""
    asked = [gxe.ExpectColumnUniqueValueCountToBeBetween(column=name, min_value=0) for name in EVERY]
    asked += [gxe.ExpectColumnValuesToNotBeNull(column=name) for name in EVERY if name not in REQUIRED]
    for name in ORDERED:
        asked += [gxe.ExpectColumnMinToBeBetween(column=name), gxe.ExpectColumnMaxToBeBetween(column=name)]
    for name in NUMBERS:
        asked += [gxe.ExpectColumnMeanToBeBetween(column=name), gxe.ExpectColumnStdevToBeBetween(column=name)]
        asked.append(gxe.ExpectColumnQuantileValuesToBeBetween(column=name, quantile_ranges=QUARTILES))
    return asked


def main(path: str) -> dict[str, object]:
    """Counts of unexpected values."""
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
    return {
        "empty_mail": found["expect_column_values_to_not_be_null:mail"],
        "bad_q1": found["expect_column_values_to_be_between:q1"],
        "bad_mail": found["bad_mail"],
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
