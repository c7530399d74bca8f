"""What people declare amiss, and times that are missing or none: said, never passed over."""

from datetime import date
from typing import Any

import pytest
from tests.asking import measured

from proveout.core.initiative import Initiative, Source
from proveout.core.question import SourceName
from proveout.instruments import instrument
from proveout.instruments.quality.settings import Depends, Expected, RowRule, Settings, Table

PEOPLE = "id,email,a,b\n1,x@y.de,1,2\n2,bad,3,2\n3,z@y.de,4,8\n3,q@y.de,,8\n"


@pytest.fixture
def see(tmp_path):
    def ask(csv: str, *, today: date = date(2026, 1, 16), **table):
        (tmp_path / "t.csv").write_text(csv, encoding="utf-8")
        settings = Settings(tables=(Table(id="t", source=SourceName("t"), **table),))
        initiative = Initiative(sources={SourceName("t"): Source(location="t.csv")})
        return measured("quality", settings, initiative, tmp_path, today)

    return ask


TOOL = instrument("quality")


def estimate(finding, name) -> Any:
    return next((e for e in finding.estimates if e.name == name), None)


def notes(finding, passed):
    return {check.name: check.note for check in finding.checks if check.passed is passed}


def examples(finding):
    return [row for e in finding.exhibits if e.title.startswith("Rows of t at fault") for row in e.rows]


def test_a_misspelt_redaction_shows_nothing_rather_than_everything(see):
    finding = see(PEOPLE, redact=("emial",), fields={"email": Expected(format="email")})
    assert "emial" in "".join(notes(finding, None).values())
    assert estimate(finding, "validity").value == 0.75
    assert "bad" not in repr(finding.exhibits)


def test_a_misspelt_field_under_missing_is_said(see):
    finding = see(PEOPLE, missing={"aa": (4,)})
    assert "`missing` of aa" in "".join(notes(finding, None).values())


def test_a_field_that_is_declared_and_not_there_is_at_fault_in_every_row(see):
    finding = see(PEOPLE, fields={"phone": Expected(pattern="^[0-9]+$"), "email": Expected(pattern=".")})
    assert estimate(finding, "validity").value == 0
    assert "phone is a column of the table" in estimate(finding, "validity").method
    assert estimate(finding, "completeness") is None  # nothing is required
    assert "phone" in notes(finding, False)["t has every column that is declared"]


def test_a_rule_on_columns_that_are_not_there_leaves_its_side_of_quality_unknown(see):
    good = {"id": Expected(), "b": Expected(unique=False)}
    finding = see("id,b\n1,2\n2,3\n", fields=good, key="id", depends=(Depends(from_=("zip",), to="b"),))
    assert estimate(finding, "consistency").unknown
    assert estimate(finding, "uniqueness").value == 1
    wrong_key = see("id,b\n1,2\n2,3\n", key="idd", fields={"b": Expected(unique=True)})
    assert estimate(wrong_key, "uniqueness").unknown  # b is unique, and nobody knows about the key


@pytest.mark.parametrize("name", ["email format", "key id", "id filled", "a tells b"])
def test_a_rule_called_like_one_of_the_house_keeps_its_own_examples(see, name):
    rule = RowRule(name=name, that="a <= b")
    fields, depends = {"email": Expected(format="email")}, (Depends(from_=("a",), to="b"),)
    finding = see(PEOPLE, key="id", rules=(rule,), fields=fields, depends=depends)
    assert [row[1:] for row in examples(finding) if row[0] == "a <= b"] == [(2, "a = 3, b = 2, id = 2")]
    assert [row[2] for row in examples(finding) if "e-mail" in row[0]] == ["email = bad, id = 2"]


@pytest.mark.parametrize("that", ["a > 0) or (true", "(a > 0", "a > 0)", "b = 'x"])
def test_a_condition_that_would_change_its_meaning_in_a_larger_one(that):
    with pytest.raises(ValueError, match="'positive' closes a parenthesis"):
        RowRule(name="positive", that=that)


@pytest.mark.parametrize("that", ["a > 0 or (b > 0)", "b = ')'", "\"odd)\" = ':('", "a = 'it''s (fine'"])
def test_parentheses_in_quotes_count_for_nothing(that):
    assert RowRule(name="fine", that=that).that == that


def times(*days: str) -> str:
    return "at\n" + "".join(f"{day}\n" for day in days)


def test_months_without_rows_are_named(see):
    rows = times("2025-08-03", "2025-09-30", "2025-12-01", "2026-01-02")
    finding = see(rows, time="at", every="month")
    assert estimate(finding, "timeliness").value == pytest.approx(4 / 6)
    note = notes(finding, False)["t: there are rows in each month"]
    assert note == "4 of 6 from 2025-08-01 to 2026-01-01; none in that of 2025-11-01, 2025-10-01"


def test_gaps_that_nobody_minds_are_shown_and_count_for_nothing(see):
    finding = see(times("2025-09-30", "2026-01-02"), time="at", fields={"at": Expected(required=True)})
    assert estimate(finding, "timeliness") is None
    assert notes(finding, None)["t: there are rows in each month"].startswith("2 of 5")


@pytest.mark.parametrize(
    ("every", "days", "share"),
    [
        ("day", ("2025-12-30", "2025-12-31", "2026-01-02"), 3 / 4),
        ("week", ("2025-12-28", "2025-12-29", "2026-01-05"), 1.0),  # Sunday, Monday, Monday
        ("week", ("2025-12-22", "2026-01-11"), 2 / 3),
        ("month", ("2026-01-02", "2026-01-03"), 1.0),
        ("month", ("2025-12-31", "2026-03-01"), 1.0),  # the row after today is of no period yet
    ],
)
def test_periods_are_counted_by_the_calendar(see, every, days, share):
    assert estimate(see(times(*days), time="at", every=every), "timeliness").value == pytest.approx(share)


def test_the_worst_of_age_and_gaps_is_the_timeliness(see):
    rows = times("2025-01-01", "2026-01-15")
    finding = see(rows, time="at", every="month", max_age_days=5)
    assert estimate(finding, "timeliness").value == pytest.approx(2 / 13)
    assert "there are rows in each month" in estimate(finding, "timeliness").method


def test_times_that_are_none_or_to_come_are_said(see):
    found = notes(see(times("2026-01-01", "soon", "2027-01-01", "infinity"), time="at", max_age_days=90), False)
    assert found["t: at is a time"].startswith("1 of 4 ")
    assert found["t: no row lies in the future"].startswith("2 rows after 2026-01-16")


def test_a_table_that_lies_wholly_in_the_future_has_no_gaps(see):
    finding = see(times("2027-01-01", "2027-05-01"), time="at", every="month")
    assert estimate(finding, "timeliness") is None


def test_settings_without_sense():
    with pytest.raises(ValueError, match="every needs `time`"):
        Table(id="t", source=SourceName("t"), every="day")
