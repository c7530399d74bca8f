"""What people may write, and what they are told when it is wrong."""

import pytest

from proveout.core.initiative import Initiative, Source
from proveout.core.question import SourceName
from proveout.instruments.process.queries import faults, is_xes, questions
from proveout.instruments.process.settings import Calendar, CostRange, Settings, ShareRange, hourly_cost, mapped, money

SOURCE = SourceName("log")


def initiative(location: str, **options) -> Initiative:
    return Initiative(sources={SOURCE: Source(location=location, **options)})


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (55, (55.0, "USD")),
        ("55 USD/hour", (55.0, "USD")),
        ("55 USD", (55.0, "USD")),
        ("1,055.50 EUR / h", (1055.5, "EUR")),
        ("40 CHF per hour", (40.0, "CHF")),
    ],
)
def test_costs_of_an_hour(written, meant):
    assert money(written) == meant


@pytest.mark.parametrize("written", ["cheap", "55 USD/day", "", "0 USD/hour", -3])
def test_what_is_no_cost_of_an_hour(written):
    with pytest.raises(ValueError, match="cost"):
        money(written)


def test_faults_name_the_key():
    cost = CostRange(low="45 USD/hour", high="65 EUR/hour")
    found = faults(Settings(source=SOURCE, activity="what", hourly_cost=cost), initiative("log.csv"))
    assert [(fault.path, fault.slug) for fault in found] == [
        (("case",), "missing-key"),
        (("end",), "missing-key"),
        (("hourly_cost",), "unit-mismatch"),
    ]
    assert "USD to EUR" in found[2].message
    assert faults(Settings(source=SOURCE), initiative("log.xes.gz")) == ()


def test_ranges_are_the_right_way_round():
    with pytest.raises(ValueError, match="below"):
        ShareRange(low=0.5, high=0.4)
    with pytest.raises(ValueError, match="before it opens"):
        Calendar(opens=17, closes=9)
    with pytest.raises(ValueError, match="below"):
        hourly_cost(Settings(source=SOURCE, hourly_cost=CostRange(low=5, high=4)))


def test_a_xes_file_needs_no_columns_and_its_life_cycle_can_be_left_aside():
    assert is_xes(Settings(source=SOURCE), initiative("LOG.XES"))
    assert is_xes(Settings(source=SOURCE), initiative("log.bin", format="xes"))
    assert not is_xes(Settings(source=SOURCE), initiative("log.csv"))
    columns = mapped(Settings(source=SOURCE, resource="org:group"), xes=True)
    assert (columns.case, columns.resource, columns.lifecycle) == (
        "case:concept:name",
        "org:group",
        "lifecycle:transition",
    )
    assert mapped(Settings(source=SOURCE, lifecycle=""), xes=True).lifecycle == ""


def test_names_of_columns_cannot_break_out_of_the_sql():
    settings = Settings(source=SOURCE, case='a"; drop table x; --', activity="b", end="c", system_resources=("it's",))
    sql = [question.sql for question in questions(settings, initiative("log.csv"))]
    assert all('"a""; drop table x; --"' in text for text in sql if "drop table" in text)
    assert any("'it''s'" in text for text in sql)
