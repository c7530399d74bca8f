"""Availability over real tables, with figures counted by others."""

import csv
import gzip
from datetime import date
from pathlib import Path

import pytest

from proveout import data
from proveout.core.initiative import Initiative, Source
from proveout.core.question import Answers
from proveout.instruments import instrument
from proveout.instruments.availability.settings import Filled, Join, Need, Population, Settings

pytestmark = pytest.mark.real_data

TODAY = date(2026, 1, 16)
FILES = {
    "leads": "lead_sales/x_education_leads_9240.csv.gz",
    "bank": "lead_sales/uci_bank_additional_full_41188.csv.gz",
    "bank_tenth": "lead_sales/uci_bank_additional_4119.csv",
    "machines": "maintenance/ai4i2020.csv",
    "orders": "maintenance/excavator_mwo_raw.csv",
    "cleaned": "maintenance/excavator_mwo_cleaned.csv",
}


@pytest.fixture
def see(real_data: Path):
    def ask(*needs: Need):
        settings, initiative, tool = Settings(needs=needs), Initiative(), instrument("availability")
        sources = {name: Source(location=path) for name, path in FILES.items()}
        tables, failures = data.ask(tool.questions(settings, initiative), sources, real_data)
        assert not failures
        return tool.measure(settings, Answers(tables=tables, as_of=TODAY), initiative)

    return ask


def figure(finding, name):
    (found,) = [e for e in finding.estimates if e.name == name]
    return found


def notes(finding):
    return {check.name: check.note for check in finding.checks if check.passed is False}


def test_placeholders_hide_what_is_missing_in_the_leads(see, real_data):
    published = {
        "Specialization": 1_942,
        "How did you hear about X Education": 4_879,
        "Lead Profile": 4_006,
        "City": 2_216,
    }
    finding = see(Need(id="leads", source="leads", fields=tuple(published), key="Prospect ID"))
    assert figure(finding, "rows").value == 9_240
    assert figure(finding, "fields_present").value == 1
    plain, wrapped = lead_rows(real_data)
    for name, n in published.items():
        in_plain, in_wrapped = (sum(row[name] == "Select" for row in rows) for rows in (plain, wrapped))
        assert in_plain == n  # the published counts leave out 338 rows that stand in quotes as a whole
        note = notes(finding)[f"leads: no placeholder in {name}"]
        assert note.startswith(f"{in_plain + in_wrapped:,} of 9,240 rows hold 'Select'")


def lead_rows(real_data: Path) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Rows as they should be, and rows that somebody wrapped in quotes, read without DuckDB."""
    with gzip.open(real_data / FILES["leads"], "rt", encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    plain = [dict(zip(header, row, strict=True)) for row in rows if len(row) > 1]
    wrapped = [dict(zip(header, next(csv.reader(row)), strict=True)) for row in rows if len(row) == 1]
    assert len(wrapped) == 338
    return plain, wrapped


def test_a_missing_column_of_the_leads_is_found(see):
    finding = see(Need(id="leads", source="leads", fields=("City", "Citty", "Revenue")))
    assert figure(finding, "fields_present").value == pytest.approx(1 / 3)
    assert "did you mean 'City'?" in notes(finding)["leads has every column that is needed"]


def test_a_byte_order_mark_hides_no_column(see):
    finding = see(Need(id="machines", source="machines", fields=("UDI", "Torque [Nm]", "RNF"), key="UDI"))
    assert figure(finding, "rows").value == 10_000
    assert figure(finding, "fields_present").value == figure(finding, "filled").value == 1
    assert not notes(finding)


def test_work_orders_reach_back_but_are_stale(see):
    need = Need(
        id="orders",
        source="orders",
        fields=("Asset", "OriginalShorttext", "Cost"),
        time="BscStartDate",
        history_days=5 * 365,
        max_age_days=90,
    )
    finding = see(need)
    assert figure(finding, "rows").value == 5_485
    assert figure(finding, "history_ratio").value > 2
    assert figure(finding, "freshness_ratio").value > 50
    (table,) = [e for e in finding.exhibits if e.kind == "table"]
    first, last = table.rows[0][4:6]
    assert (first[:4], last[:4]) == ("2001", "2012")


def test_texts_of_the_raw_orders_are_found_in_the_cleaned_ones(see):
    joins = (Join(source="cleaned"),)
    finding = see(Need(id="orders", source="orders", key="OriginalShorttext", joins=joins))
    assert 0.9 < figure(finding, "join_share").value <= 1


def test_a_random_tenth_of_the_bank_is_like_the_rest(see):
    keyed = "select *, concat_ws('|', {}) as k from {}"
    columns = "age, job, marital, education, duration, campaign, pdays, euribor3m, month, day_of_week"
    need = Need(
        id="tenth",
        source="bank_tenth",
        query=keyed.format(columns, "bank_tenth"),
        fields={"age": Filled(), "education": Filled(filled=0.9)},
        key="k",
        population=Population(source="bank", query=keyed.format(columns, "bank"), key="k"),
        like_the_rest=("age", "job", "marital", "euribor3m", "y"),
        sample=True,
    )
    finding = see(need)
    coverage = figure(finding, "coverage")
    assert coverage.lower < 0.1 < coverage.upper  # the authors' random 10%
    assert figure(finding, "coverage_bias").lower < 0.1
    assert figure(finding, "filled").value == 1  # 'unknown' counts as empty, and 90% will do
    assert "tenth: no placeholder in education" in notes(finding)


def test_the_young_are_not_like_the_rest(see):
    need = Need(
        id="young",
        source="bank",
        query="select age from bank where age < 40",
        key="age",
        population=Population(source="bank", key="age"),
        like_the_rest=("age",),
    )
    assert figure(see(need), "coverage_bias").lower > 1
