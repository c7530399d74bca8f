"""Quality: small tables in, finding out; the SQL runs as in real life."""

from datetime import date

import pytest
from tests.asking import measured

from proveout import data
from proveout.core.errors import ProveoutError
from proveout.core.evidence import Outcome
from proveout.core.initiative import Initiative, Source
from proveout.core.question import Query, Read
from proveout.instruments.quality.rules import GroupRule, Rule, cells, counts
from proveout.instruments.quality.settings import (
    Depends,
    Effect,
    Elsewhere,
    Expected,
    Reference,
    RowRule,
    Settings,
    Table,
)

TODAY = date(2026, 1, 16)


@pytest.fixture
def see(tmp_path):
    def ask(csv: str = "", *, effect_on: Effect | None = None, others: dict[str, str] | None = None, **table):
        files = {"t.csv": csv, **{f"{name}.csv": text for name, text in (others or {}).items()}}
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        sources = {name.removesuffix(".csv"): Source(location=name) for name in files}
        settings = Settings(tables=(Table(id="t", source="t", **table),), effect_on=effect_on)
        return measured("quality", settings, Initiative(sources=sources), tmp_path, TODAY)

    return ask


def value(finding, name, subject="t"):
    return next((e.value for e in finding.estimates if e.name == name and e.subject == subject), None)


def failed(finding):
    return {check.name: check.note for check in finding.checks if check.passed is False}


def exhibit(finding, start):
    return next((e for e in finding.exhibits if e.title.startswith(start)), None)


def table(header: str, *rows: str) -> str:
    return "\n".join([header, *rows]) + "\n"


def test_blanks_placeholders_and_nulls_are_empty(see):
    finding = see(
        table("id,city", "1,Bern", "2,", "3,  ", "4,N/A", "5,Basel"), fields={"city": Expected(required=True)}
    )
    assert value(finding, "completeness") == pytest.approx(2 / 5)
    assert value(finding, "disguised_missing") == 1
    assert "'N/A'" in failed(finding)["t: no missing value in disguise in city"]


def test_declared_entries_are_missing_and_an_empty_list_says_that_none_is(see):
    rows = table("a,n", "none,1", "x,-1", "y,2")
    fields = {"a": Expected(required=True)}
    assert value(see(rows, fields=fields, missing={"a": ()}), "completeness") == 1
    finding = see(rows, fields={"n": Expected(required=True, minimum=0)}, missing={"a": (), "n": (-1,)})
    assert value(finding, "completeness") == pytest.approx(2 / 3)
    assert value(finding, "validity") == 1  # what is missing breaks no other rule
    assert value(finding, "disguised_missing") == 0


@pytest.mark.parametrize(
    ("expected", "cells_", "share"),
    [
        (Expected(type="integer"), ("1", "2", "x", "2.5"), 2 / 4),
        (Expected(type="date"), ("2026-01-31", "2026-02-31", "31 January", ""), 1 / 3),
        (Expected(minimum=0, maximum=10), ("-1", "0", "10", "11"), 2 / 4),
        (Expected(above=0, below=10), ("0", "1", "9", "10"), 2 / 4),
        (Expected(minimum="2026-01-01"), ("2025-12-31", "2026-01-01", "2026-01-02", ""), 2 / 3),
        (Expected(allowed=("a", "it's")), ("a", "it's", "A", "b"), 2 / 4),
        (Expected(allowed=(1, 2)), ("1", "2", "3", ""), 2 / 3),
        (Expected(pattern="^P[0-9]+$"), ("P1", "P22", "Q1", "P"), 2 / 4),
        (Expected(format="email"), ("a@b.ch", "a@b", "a b@c.ch", "a.b+c@d.co.uk"), 2 / 4),
        (Expected(format="url"), ("https://a.ch/x", "a.ch", "HTTP://a", "https:// a"), 2 / 4),
        (Expected(format="uuid"), ("123e4567-e89b-12d3-a456-426614174000", "123", "x", "y"), 1 / 4),
        (Expected(format="date"), ("2026-01-31", "2026-02-30", "31.1.2026", "x"), 1 / 4),
        (Expected(min_length=2, max_length=3), ("a", "ab", "äöü", "abcd"), 2 / 4),
    ],
)
def test_validity(see, expected, cells_, share):
    rows = [f'{i},"{cell}"' for i, cell in enumerate(cells_)]
    assert value(see(table("id,f", *rows), fields={"f": expected}), "validity") == pytest.approx(share)


def test_an_iban_has_a_check_number(see):
    rows = table("i", "GB82 WEST 1234 5698 7654 32", "DE89370400440532013000", "DE88370400440532013000", "X")
    assert value(see(rows, fields={"i": Expected(format="iban")}), "validity") == pytest.approx(2 / 4)


def test_a_rule_between_fields_says_nothing_where_one_is_empty(see):
    rows = table("start,end", "2026-01-01,2026-01-02", "2026-01-03,2026-01-02", "2026-01-03,")
    finding = see(rows, rules=(RowRule(name="order", that='"end" >= start'),))
    assert value(finding, "consistency") == pytest.approx(1 / 2)
    (row,) = exhibit(finding, "Rows of t at fault").rows
    assert row[1] == 2
    assert "start = 2026-01-03" in row[2]


def test_a_rule_with_a_slip_of_the_pen_costs_only_itself(see):
    rules = (RowRule(name="slip", that="amout > 0"), RowRule(name="good", that="amount > 0"))
    finding = see(table("amount", "1", "2"), rules=rules)
    assert "amout" in failed(finding)["t: the rule slip can be checked"]
    assert value(finding, "consistency") == 0  # unknown counts for nothing


def test_a_rule_that_fails_in_some_row_costs_only_the_rules(see):
    rule = RowRule(name="cast", that="cast(x as integer) > 0")
    finding = see(table("x", "1", "abc"), rules=(rule,), fields={"x": Expected(required=True, type="integer")})
    assert "'abc'" in failed(finding)["t: the rule cast can be checked"]
    assert value(finding, "consistency") == 0
    assert value(finding, "completeness") == 1
    assert value(finding, "validity") == pytest.approx(1 / 2)


def test_surplus_rows_of_a_key_of_two_fields(see):
    finding = see(table("a,b", "1,x", "1,x", "1,x", "1,y", "2,"), key=("a", "b"))
    assert value(finding, "uniqueness") == pytest.approx(2 / 4)
    assert value(finding, "completeness") == pytest.approx(4 / 5)
    assert exhibit(finding, "Rows of t at fault").rows[-1][1:] == (3, "a = 1, b = x")


def test_rows_that_are_alike_but_for_case_and_blanks(see):
    finding = see(table("id,name", "1,Ada  Lovelace", "2, ada lovelace ", "3,Grace"), key="id", alike=True)
    assert value(finding, "uniqueness") == pytest.approx(2 / 3)


def test_the_rarer_value_of_a_group_is_at_fault(see):
    rows = table("zip,city", "8000,Zurich", "8000,Zurich", "8000,Zurch", "3000,Bern", "3000,", ",Bern")
    finding = see(rows, depends=(Depends(from_=("zip",), to="city"),))
    assert value(finding, "consistency") == pytest.approx(3 / 4)
    (row,) = exhibit(finding, "Rows of t at fault").rows
    assert row[1:] == (3, "city = Zurch, zip = 8000")


def test_orphans(see):
    reference = Reference(fields=("customer",), to=Elsewhere(source="customers", fields=("id",)))
    rows = table("customer", "1", "1", "7", "")
    finding = see(rows, references=(reference,), others={"customers": table("id", "1", "2")})
    assert value(finding, "consistency") == pytest.approx(2 / 3)


def test_names_are_quoted(see):
    rows = table('"select","it\'s ""odd"""', "1,x", "2,y", "2,")
    finding = see(rows, key="select", fields={'it\'s "odd"': Expected(required=True, pattern="^[xy]$")})
    assert value(finding, "completeness") == pytest.approx(2 / 3)
    assert value(finding, "uniqueness") == pytest.approx(2 / 3)
    assert value(finding, "validity") == 1


def test_a_column_that_is_not_there_is_empty_everywhere(see):
    finding = see(
        table("a", "1"), fields={"b": Expected(required=True, pattern="x")}, depends=(Depends(from_=("c",), to="a"),)
    )
    assert value(finding, "completeness") == 0
    assert "b, c" in failed(finding)["t has every column that is declared"]


def test_an_empty_table_passes_nothing(see):
    finding = see("a,b\n", key="a")
    assert value(finding, "completeness") == 0
    assert next(iter(finding.estimates)).upper == 1
    assert value(finding, "disguised_missing") is None
    assert "empty" in failed(finding)["t has rows"]


def test_a_table_of_one_row_without_anything(see):
    finding = see(table("a,b", ","), key="a", fields={"b": Expected(type="number", minimum=0)})
    assert value(finding, "completeness") == 0
    assert value(finding, "validity") is None


def test_a_sample_has_intervals(see):
    finding = see(table("a", *["1"] * 9, "''"), sample=True, fields={"a": Expected(required=True, pattern="1")})
    (validity,) = [e for e in finding.estimates if e.name == "validity"]
    assert validity.lower < 0.9 < validity.upper


def test_how_fresh_the_newest_row_is(see):
    rows = table("at", "2025-12-01", "2026-01-10", "2027-01-01")
    fresh = see(rows, time="at", max_age_days=10)
    assert value(fresh, "timeliness") == 1
    assert fresh.changes_on == date(2026, 1, 21)
    stale = see(rows, time="at", max_age_days=3)
    assert value(stale, "timeliness") == pytest.approx(3 / 6)
    assert stale.changes_on == date(2026, 1, 17)


def test_the_map_of_completeness(see):
    rows = table("at,a", "2026-01-01,1", "2026-01-02,", "2026-02-01,1", "x,1")
    shown = exhibit(see(rows, time="at", fields={"a": Expected(required=True)}), "How full")
    assert (shown.rows, shown.columns, shown.values) == (("a",), ("2026-01-01", "2026-02-01"), ((0.5, 1.0),))


def test_numbers_and_days_that_stand_for_none(see):
    rows = [f"{i % 60 + 20},{i},2026-01-{i % 28 + 1:02}" for i in range(200)] + ["999,0,1900-01-01"] * 20
    finding = see(table("age,amount,day", *rows))
    hidden = {row[0]: row[1:3] for row in exhibit(finding, "Entries").rows}
    assert hidden == {"age": ("999", 20), "day": ("1900-01-01", 20)}  # 0 is next to 1
    assert value(finding, "disguised_missing") == 2


def test_the_only_negative_number_stands_for_none(see):
    days = [str(i % 90) for i in range(300)]
    never = see(table("days", *days, *["-1"] * 60))
    assert [row[1:3] for row in exhibit(never, "Entries").rows] == [("-1", 60)]
    change = see(table("days", *days, *["-2", "-3", "-5"], *["-1"] * 60))
    assert value(change, "disguised_missing") == 0


def test_redacted_values_are_shown_nowhere(see):
    rows = table("id,name", "1,unknown", "1,hidden@secret", "2,x")
    finding = see(
        rows, key="id", redact=("name",), discover=True, fields={"name": Expected(pattern="^x$", required=True)}
    )
    assert "secret" not in repr(finding)
    assert "unknown" not in repr([check.note for check in finding.checks if "disguise" in check.name])


def test_what_a_fault_costs(see):
    rows = [f"c{i},{'' if i < 40 else 'x'}" for i in range(100)]
    errors = table("case,error", *[f"c{i},{int(i < 30 or i > 90)}" for i in range(100)])
    effect = Effect(source="errors", key="case", error="error", to="id")
    finding = see(
        table("id,f", *rows), effect_on=effect, others={"errors": errors}, fields={"f": Expected(required=True)}
    )
    assert value(finding, "gap_effect", "t: f filled") == pytest.approx(30 / 40 - 9 / 60)
    assert exhibit(finding, "How much more").bars[0].lower > 0


def test_an_error_that_is_a_distance_is_compared_by_means(see):
    errors = table("case,error", *[f"c{i},{10 + i % 3 if i < 20 else i % 3}" for i in range(60)])
    rows = table("id,f", *[f"c{i},{-1 if i < 20 else 1}" for i in range(60)])
    effect = Effect(source="errors", key="case", error="error", to="id")
    finding = see(rows, effect_on=effect, others={"errors": errors}, fields={"f": Expected(minimum=0)})
    assert value(finding, "gap_effect", "t: f range") == pytest.approx(10, abs=0.1)


CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: c
version: 1.0.0
status: active
schema:
  - name: t
    properties:
      - {name: id, logicalType: integer, primaryKey: true}
      - {name: kind, logicalType: string, required: true, enum: [{value: a}, {value: b}]}
      - {name: mail, logicalType: string, classification: confidential, logicalTypeOptions: {format: email}}
      - {name: n, logicalType: number, logicalTypeOptions: {minimum: 0, exclusiveMaximum: 10, multipleOf: 2},
         quality: [{metric: nullValues, mustBeLessThan: 50, unit: percent}]}
      - {name: gone, logicalType: string, required: true}
    quality:
      - {metric: rowCount, mustBeGreaterThan: 100}
      - {type: sql, name: sum, query: "select sum(n) from ${object}", mustBe: 12}
      - {type: custom, name: magic, engine: soda, implementation: x}
"""


def test_a_contract_is_kept_or_not(see, tmp_path):
    (tmp_path / "c.yml").write_text(CONTRACT, encoding="utf-8")
    rows = table("id,kind,mail,n", "1,a,a@b.ch,0", "2,c,me,10", "2,,,2")
    finding = see(rows, contract="c.yml")
    assert value(finding, "uniqueness") == pytest.approx(2 / 3)
    assert value(finding, "validity") == value(finding, "completeness") == 0  # gone
    broken = {bar.label: (bar.value, bar.note) for bar in exhibit(finding, "Rows of t that break").bars}
    assert broken["mail is an e-mail address"] == (1, "of 2 rows")
    assert broken["kind is one of: a, b"] == (1, "of 2 rows")
    assert "it is 3" in failed(finding)["t: rowCount is more than 100"]
    passed = {check.name for check in finding.checks if check.passed}
    assert {"t: nullValues of n is less than 50 per cent", "t: sum is exactly 12"} <= passed
    unread = " ".join(check.note for check in finding.checks if check.passed is None)
    assert "multipleOf of n" in unread
    assert "magic" in unread
    assert "a@b.ch" not in repr(finding)
    assert "= me" not in repr(finding)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "c.yml:1 is not YAML"),
        ("[1]", "no data contract"),
        ("a: " + "[" * 5000, "no data contract: it is nested too deeply"),
        ("apiVersion: v2.2.0", "version v2.2.0"),
        ("apiVersion: v3.0.0\nschema: 3", "schema"),
        ("apiVersion: v3.0.0\nschema: [{name: x}, {name: y}]", "has x, y"),
    ],
)
def test_a_broken_contract_is_said(see, tmp_path, text, said):
    (tmp_path / "c.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ProveoutError, match=said):
        see(table("a", "1"), contract="c.yml")


COUNTING = """\
apiVersion: v3.1.0
kind: DataContract
id: c
version: 1.0.0
status: active
schema:
  - name: t
    quality:
      - {type: sql, name: order, dimension: consistency, mustBe: 0, query: "select count(*) from ${object} where a > b"}
      - {metric: nullValues, arguments: {properties: [B]}, mustBe: 0}
      - {metric: missingValues, arguments: {properties: [gone], missingValues: [x]}, mustBe: 0}
"""


def test_a_contract_that_counts_faults_counts_for_its_dimension(see, tmp_path):
    (tmp_path / "c.yml").write_text(COUNTING, encoding="utf-8")
    finding = see(table("a,b", "1,2", "3,2", "1,", "0,1"), contract="c.yml")
    assert value(finding, "consistency") == pytest.approx(3 / 4)
    assert value(finding, "completeness") == pytest.approx(3 / 4)
    assert failed(finding)["t: order"] == "1 rows break it"
    assert "gone" in failed(finding)["t has every column that is declared"]


def test_a_contract_that_is_not_there_is_said(see):
    with pytest.raises(ProveoutError, match=r"no\.yml"):
        see(table("a", "1"), contract="no.yml")


def test_a_table_that_cannot_be_read(tmp_path):
    initiative = Initiative(sources={"t": Source(location="no.csv")})
    settings = Settings(tables=(Table(id="t", source="t"),))
    finding = measured("quality", settings, initiative, tmp_path, TODAY)
    assert finding.outcome is Outcome.UNREACHABLE


@pytest.mark.parametrize(
    "rule",
    [
        Rule(id="r", dimension="validity", fields=("b",), faulty="b > 3", words=""),
        GroupRule(id="k", kind="key", dimension="uniqueness", fields=("a",), words=""),
        GroupRule(id="l", kind="alike", dimension="uniqueness", fields=("a", "b"), words=""),
        GroupRule(id="d", kind="depends", dimension="consistency", by=("a",), fields=("b",), words=""),
        GroupRule(id="f", kind="reference", dimension="consistency", fields=("b",), by=("a",), words=""),
    ],
)
def test_cells_and_counts_agree(tmp_path, rule):
    (tmp_path / "t.csv").write_text(table("a,b", "x,1", "x,1", "x,2", "y,9", ",1", "y,"), encoding="utf-8")
    (tmp_path / "o.csv").write_text(table("a", "1", "2"), encoding="utf-8")
    reads = {"given": Read(source="t"), "other": Read(source="o")}
    questions = [Query(name="cells", sql=cells(rule), reads=reads)]
    if isinstance(rule, GroupRule):
        questions.append(Query(name="counts", sql=counts(rule), reads=reads))
    sources = {"t": Source(location="t.csv"), "o": Source(location="o.csv")}
    tables, failures = data.ask(questions, sources, tmp_path)
    assert not failures
    places = sorted(tables["cells"]["place"].tolist())
    assert places == {"r": [4], "k": [2, 3, 6], "l": [2, 2], "d": [3], "f": [4]}[rule.id]
    if isinstance(rule, GroupRule):
        assert tables["counts"]["n_faulty"][0] * len(rule.fields) == len(places)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"max_age_days": 3}, "time"),
        ({"object": "x"}, "contract"),
        ({"rules": (RowRule(name="a", that="x"), RowRule(name="a", that="y"))}, "same name"),
    ],
)
def test_settings_that_make_no_sense(wrong, said):
    with pytest.raises(ValueError, match=said):
        Table(id="t", source="t", **wrong)


@pytest.mark.parametrize("pattern", ["(", "(?=x)", r"(a)\1"])
def test_a_pattern_that_is_none(pattern):
    with pytest.raises(ValueError, match="pattern"):
        Expected(pattern=pattern)
