"""What the fields hold, against figures computed without SQL, and units of amounts."""

import random
import statistics
from datetime import date
from typing import Any

import numpy as np
import pytest
from tests.asking import measured

from proveout.core.initiative import Initiative, Source
from proveout.core.question import SourceName
from proveout.instruments.quality import values
from proveout.instruments.quality.discovery import dependencies
from proveout.instruments.quality.settings import Expected, Settings, Table


@pytest.fixture
def see(tmp_path):
    def ask(csv: str, failing: tuple[str, ...] = (), **table):
        (tmp_path / "t.csv").write_text(csv, encoding="utf-8")
        settings = Settings(tables=(Table(id="t", source=SourceName("t"), **table),))
        initiative = Initiative(sources={SourceName("t"): Source(location="t.csv")})
        return measured("quality", settings, initiative, tmp_path, date(2026, 1, 16), failing=failing)

    return ask


def profile(finding) -> tuple[Any, dict[str, dict[str, Any]]]:
    (table,) = [e for e in finding.exhibits if e.title == "What the fields of t hold"]
    return table, {row[0]: dict(zip(table.columns, row, strict=True)) for row in table.rows}


def numbers(n: int) -> list[float]:
    draw = random.Random(3)
    return [round(draw.lognormvariate(3, 1), 3) for _ in range(n)]


@pytest.mark.parametrize("exactly", [{}, {"distinct": "exact", "quantiles": "exact"}])
def test_a_profile_is_what_numpy_says(see, exactly):
    x = numbers(999)
    text = "x,name,day\n" + "".join(f"{v},n{i % 7},2026-01-{1 + i % 9:02}\n" for i, v in enumerate(x)) + ",,\n"
    table, known = profile(see(text, **exactly))
    row = known["x"]
    low, middle, high = np.quantile(x, [0.05, 0.5, 0.95])
    assert [row[q] for q in ("5%", "median", "95%")] == pytest.approx([low, middle, high])
    assert row["mean"] == pytest.approx(statistics.fmean(x))
    assert row["sd"] == pytest.approx(statistics.stdev(x))
    assert (row["least"], row["most"]) == (min(x), max(x))
    assert table.note == "quantiles of all rows"
    assert (known["day"]["least"], known["day"]["most"]) == ("2026-01-01", "2026-01-09")
    assert known["name"]["different values"] == ("7" if exactly else "about 7")
    if exactly:
        assert row["different values"] == str(len(set(x)))


def test_quantiles_of_some_rows_are_near_those_of_all(see, monkeypatch):
    monkeypatch.setattr(values, "SAMPLED", 2_000)
    x = sorted(numbers(20_000))  # in order, so that rows from one place would be far off
    text = "x\n" + "".join(f"{v}\n" for v in x)
    table, known = profile(see(text))
    assert table.note.startswith("quantiles of about 2,000 rows")
    found = [known["x"][q] for q in ("5%", "median", "95%")]
    assert found == pytest.approx(list(np.quantile(x, [0.05, 0.5, 0.95])), rel=0.05)
    table, known = profile(see(text, quantiles="exact"))
    assert known["x"]["median"] == pytest.approx(np.median(x))


def test_exact_quantiles_of_a_large_table_are_asked_column_by_column(see, monkeypatch):
    monkeypatch.setattr(values, "SAMPLED", 50)
    x, y = np.random.default_rng(3).normal(size=(2, 300)).round(6)
    text = "x,word,y\n" + "".join(f"{a},w,{b}\n" for a, b in zip(x, y, strict=True))
    table, known = profile(see(text, quantiles="exact"))
    assert table.note == "quantiles of all rows"
    for name, column in (("x", x), ("y", y)):
        found = [float(known[name][place]) for place in ("5%", "median", "95%")]
        assert found == pytest.approx(list(np.quantile(column, [0.05, 0.5, 0.95])), rel=1e-3)


def test_numbers_too_large_to_be_squared_spoil_nothing(see):
    _, known = profile(see("x\n1\n2\n1e300\ninf\n-inf\nnan\n"))
    assert (known["x"]["mean"], known["x"]["median"]) == (1.5, 2)
    assert known["x"]["most"] is None


def test_columns_without_a_value_and_secret_ones_show_none(see):
    _, known = profile(see("a,b,c\n1,,5\n2,,6\n", redact=("c",)))
    assert known["b"]["median"] is None
    assert known["b"]["different values"] == "about 0"
    assert [known["c"][name] for name in ("least", "median", "most", "mean", "sd")] == [None] * 5


@pytest.mark.parametrize(
    ("cells", "share"), [(("12.5 kg", "7kg", "1e3 kg"), 1.0), (("12.5 kg", "7 lb", "8", ""), 1 / 3), (("x", "y"), 0.0)]
)
def test_amounts_carry_their_unit(see, cells, share):
    finding = see("id,w\n" + "".join(f"{i},{c}\n" for i, c in enumerate(cells)), fields={"w": Expected(unit="kg")})
    (validity,) = [e.value for e in finding.estimates if e.name == "validity"]
    assert validity == pytest.approx(share)


def test_a_unit_of_plain_numbers_is_said_not_to_be_checked(see):
    finding = see("w\n1\n2\n", fields={"w": Expected(unit="kg")})
    assert any("the unit 'kg' of w" in check.note for check in finding.checks)


def test_fields_are_compared_one_by_one_and_what_fails_is_said(see, monkeypatch):
    text = "zip,city,rep\n" + "".join(f"z{i % 40},c{i % 40 // 2},r{i % 15}\n" for i in range(600)) + "z1,c9,r1\n"
    whole = see(text, discover=True)
    assert any("city follows from zip" in str(exhibit) for exhibit in whole.exhibits)
    assert not any("suggest" in check.name for check in whole.checks)
    told = dependencies._told
    monkeypatch.setattr(dependencies, "_told", lambda sample, x, ys: "select amiss" if x == 2 else told(sample, x, ys))
    part = see(text, ("t rules pairs 2",), discover=True)
    assert any("city follows from zip" in str(exhibit) for exhibit in part.exhibits)
    (check,) = [check for check in part.checks if check.name == "t: all that its rows suggest can be looked for"]
    assert check.passed is False and "amiss" in check.note
