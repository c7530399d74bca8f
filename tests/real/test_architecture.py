"""Service times of real phone calls: the bank's campaign, whose durations others have described."""

from datetime import date
from pathlib import Path

import pytest

from proveout import data
from proveout.core.initiative import Initiative, Source
from proveout.core.question import Answers, SourceName
from proveout.instruments import instrument
from proveout.instruments.architecture.settings import Call, Component, Load, Service, Settings

pytestmark = pytest.mark.real_data

BANK = SourceName("bank")
MEAN, DEVIATION = 258.285, 259.279
"""Seconds; of 41,188 calls, as descriptions of the data set print them."""


def test_people_on_the_phone(real_data: Path):
    """250 calls an hour for 25 people: busy for 250 x 258.285 / 3600 / 25 of their time."""
    people = Component(id="people", servers=25, instances=25, service=Service(source=BANK, column="duration"))
    calls = (Call(from_="entry", to="people"),)
    settings = Settings(load=Load(now="25/hour", full="250/hour"), components=(people,), calls=calls)
    tool, initiative = instrument("architecture"), Initiative()
    sources = {BANK: Source(location="lead_sales/uci_bank_additional_full_41188.csv.gz")}
    tables, failures = data.ask(tool.questions(settings, initiative), sources, real_data)
    assert not failures
    found = tool.measure(settings, Answers(tables=tables, as_of=date(2026, 1, 16)), initiative)
    by_name = {estimate.name: estimate for estimate in found.estimates}
    busy = by_name["utilisation"]
    assert busy.n == 41_188
    assert busy.value == pytest.approx(250 * MEAN / 3600 / 25, rel=1e-5)
    half = 1.96 * DEVIATION / 41_188**0.5
    assert busy.upper - busy.value == pytest.approx(250 * half / 3600 / 25, rel=1e-3)
    assert 0 < by_name["wait_seconds"].lower < by_name["wait_seconds"].upper < MEAN
    assert by_name["headroom"].value == pytest.approx(1 / busy.value)
    assert by_name["single_points_of_failure"].value == 0
