"""The same checks with Great Expectations on DuckDB: `python with_great_expectations.py table.parquet`.

No functional dependency, no map over time, no placeholders, no profile: it is not asked for them.
"""

import json
import sys
import tempfile
from pathlib import Path

import great_expectations as gx
import great_expectations.expectations as gxe

REQUIRED = ("id", "code", "zip", "city", "mail", "colour")


def main(path: str) -> dict[str, object]:
    """Counts of unexpected values."""
    import duckdb

    folder = tempfile.mkdtemp()
    base = Path(folder) / "table.duckdb"
    with duckdb.connect(str(base)) as connection:
        connection.execute(f"create view t as select * from read_parquet('{path}')")
    context = gx.get_context(mode="ephemeral")
    source = context.data_sources.add_sql("duckdb", connection_string=f"duckdb:///{base}")
    batch = source.add_table_asset("t", table_name="t").add_batch_definition_whole_table("all").get_batch()
    suite = gx.ExpectationSuite(name="checks")
    asked = [gxe.ExpectColumnValuesToNotBeNull(column=name) for name in REQUIRED]
    asked += [
        gxe.ExpectColumnValuesToBeUnique(column="id"),
        gxe.ExpectColumnValuesToMatchRegex(column="code", regex="^C[0-9]{8}$"),
        gxe.ExpectColumnValuesToMatchRegex(column="mail", regex=r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$"),
        gxe.ExpectColumnValuesToBeInSet(column="region", value_set=["N", "S", "E", "W"]),
        gxe.ExpectColumnValuesToBeInSet(column="colour", value_set=["red", "green", "blue", "Select"]),
        gxe.ExpectColumnValuesToBeBetween(column="x1", min_value=0, max_value=100),
        gxe.ExpectColumnValuesToBeBetween(column="x2", min_value=0, max_value=1),
        gxe.ExpectColumnValuesToBeBetween(column="q1", min_value=0, max_value=100),
        gxe.ExpectColumnValuesToBeBetween(column="stars", min_value=0, max_value=5),
    ]
    for one in asked:
        suite.add_expectation(one)
    results = batch.validate(suite, result_format="BASIC").results
    found = {}
    for result in results:
        if result.exception_info and result.exception_info.get("raised_exception"):
            raise SystemExit(str(result.exception_info)[:500])
        name = f"{result.expectation_config.type}:{result.expectation_config.kwargs['column']}"
        found[name] = result.result.get("unexpected_count")
    return {
        "empty_mail": found["expect_column_values_to_not_be_null:mail"],
        "bad_q1": found["expect_column_values_to_be_between:q1"],
        "bad_mail": found["expect_column_values_to_match_regex:mail"],
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
