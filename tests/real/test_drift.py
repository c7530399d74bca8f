"""Drift over the car loans of NannyML 0.13.1, whose own figures `car_loan_by_nannyml.py` has printed."""

import csv
import gzip
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from proveout import data
from proveout.core.initiative import Initiative, Source
from proveout.core.question import Answers
from proveout.instruments import instrument
from proveout.instruments.drift.settings import Field, Labels, Performance, Settings, Window

pytestmark = pytest.mark.real_data

CAR_LOANS = {
    "estimated accuracy": [
        0.941792,
        0.943321,
        0.945492,
        0.944816,
        0.944645,
        0.910714,
        0.911149,
        0.911193,
        0.914389,
        0.911731,
    ],
    "estimated auc": [
        0.970744,
        0.971011,
        0.971407,
        0.971091,
        0.971123,
        0.96109,
        0.961825,
        0.961073,
        0.962533,
        0.961316,
    ],
    "realised accuracy": [0.9422, 0.9422, 0.9502, 0.9436, 0.941, 0.9146, 0.9156, 0.9144, 0.9224, 0.9122],
    "realised auc": [0.970962, 0.970248, 0.976282, 0.967721, 0.969886, 0.96005, 0.95853, 0.959041, 0.963094, 0.957556],
}
GAPS = {
    "car_value": [0.01308, 0.01106, 0.01662, 0.01434, 0.01116, 0.4353, 0.43028, 0.43772, 0.43602, 0.43838],
    "loan_length": [0.00884, 0.01418, 0.0124, 0.01298, 0.01022, 0.17992, 0.18032, 0.19572, 0.18212, 0.19872],
    "debt_to_income_ratio": [0.01576, 0.01268, 0.01734, 0.0128, 0.01918, 0.00824, 0.01058, 0.01002, 0.01068, 0.0068],
}
MOVED = {
    "car_value": [348.37, 242.93, 248.16, 490.13, 464.28, 18733.65, 19416.47, 19169.83, 19401.49, 19061.62],
    "loan_length": [0.03808, 0.126718, 0.078359, 0.119519, 0.052439, 1.818068, 1.752667, 1.860268, 1.796468, 1.988865],
}
WORDS = {
    "salary_range": [0.006397, 0.015376, 0.010282, 0.001677, 0.006333, 0.183143, 0.174226, 0.182913, 0.177985, 0.19035],
    "size_of_downpayment": [
        0.007962,
        0.015086,
        0.009071,
        0.004409,
        0.011208,
        0.013574,
        0.010012,
        0.011621,
        0.016485,
        0.008094,
    ],
}
BIN = 1 / 200
"""Between two edges a gap can hide at most a bin's share."""
MODEL = Performance(score="y_pred_proba", label="repaid", answer="y_pred", labels=Labels(source="truth", key="id"))
TODAY = date(2026, 1, 16)


@pytest.fixture
def see(real_data: Path):
    def ask(**declared):
        names = {"then": "reference.csv.gz", "now": "analysis.csv.gz", "broken": "dq_analysis.csv.gz"}
        names |= {"truth": "analysis_target.csv"}
        sources = {name: Source(location=f"nannyml_synthetic_car_loan_{file}") for name, file in names.items()}
        windows = {"reference": Window(source="then"), "current": Window(source="now"), "time": "timestamp"}
        settings, tool = Settings(**(windows | declared)), instrument("drift")

        def more(tables, failures):
            return tool.follow_up(settings, Answers(tables=tables, failures=failures, as_of=TODAY), Initiative())

        asked = tool.questions(settings, Initiative())
        tables, failures = data.ask(asked, sources, real_data / "monitoring", follow_up=more)
        assert not failures
        return tool.measure(settings, Answers(tables=tables, as_of=TODAY), Initiative())

    return ask


def figure(finding, name, subject=""):
    (found,) = [e for e in finding.estimates if (e.name, e.subject) == (name, subject)]
    return found


def by_chunk(finding, allowed):
    """Distances from the map over time, where half of the scale is what is allowed."""
    heatmap = next(e for e in finding.exhibits if e.kind == "heatmap")
    return {row: np.array(values) * 2 * allowed for row, values in zip(heatmap.rows, heatmap.values, strict=True)}


def test_performance_is_nannymls_chunk_by_chunk(see):
    finding = see(chunk_rows=5000, ignore=("id", "y_pred"), performance=MODEL)
    table = next(e for e in finding.exhibits if e.title == "Performance by chunk")
    for column, (metric, how) in enumerate((m, h) for m in ("accuracy", "auc") for h in ("estimated", "realised")):
        ours = [row[2 + column] for row in table.rows]
        assert ours == pytest.approx(CAR_LOANS[f"{how} {metric}"], abs=1e-6)
    assert figure(finding, "estimated_accuracy").value == pytest.approx(
        np.mean(CAR_LOANS["estimated accuracy"]), abs=1e-6
    )
    for metric in ("accuracy", "auc"):
        gap = figure(finding, "performance_gap", metric)
        assert gap.lower < 0 < gap.upper


def test_gaps_between_distribution_functions_are_nannymls(see):
    fields = {name: Field(measure="kolmogorov_smirnov", allowed=1) for name in GAPS}
    ours = by_chunk(see(chunk_rows=5000, fields=fields), 1)
    for name, theirs in GAPS.items():
        assert np.all(ours[name] <= np.array(theirs) + 1e-9)
        assert ours[name] == pytest.approx(theirs, abs=BIN)


def test_what_values_were_moved_by_is_nannymls(see, real_data):
    fields = {name: Field(measure="wasserstein", allowed=5) for name in MOVED}
    ours = by_chunk(see(chunk_rows=5000, fields=fields), 5)
    with gzip.open(
        real_data / "monitoring/nannyml_synthetic_car_loan_reference.csv.gz", "rt", encoding="utf-8"
    ) as file:
        rows = list(csv.DictReader(file))
    for name, theirs in MOVED.items():
        deviation = np.std([float(row[name]) for row in rows])
        assert ours[name] * deviation == pytest.approx(theirs, rel=0.03, abs=0.01 * deviation)


def test_distances_of_words_are_nannymls(see):
    ours = by_chunk(see(chunk_rows=5000, fields=tuple(WORDS), allowed=1), 1)
    for name, theirs in WORDS.items():
        assert ours[name] == pytest.approx(theirs, abs=1e-6)


def test_the_second_half_drifts_and_the_first_does_not(see):
    fields = ("car_value", "loan_length", "salary_range", "repaid_loan_on_prev_car", "driver_tenure")
    over = {name: points > 0.1 for name, points in by_chunk(see(chunk_rows=5000, fields=fields), 0.1).items()}
    assert all(not points[:5].any() for points in over.values())
    assert {name for name, points in over.items() if points[5:].all()} == set(fields) - {"driver_tenure"}


def test_fields_that_emptied_are_named(see):
    finding = see(current=Window(source="broken"), ignore=("id", "y_pred", "y_pred_proba", "repaid"))
    for name in ("salary_range", "driver_tenure"):
        assert figure(finding, "missing_increase", name).value == pytest.approx(0.16)
        assert figure(finding, "drift_ratio", name).lower > 1
    failed = {check.name: check.note for check in finding.checks if check.passed is False}
    assert "salary_range: 0.0% then, 16.0% now" in failed["No more values are missing than before"]


def test_a_reference_cut_in_two_by_its_dates_has_not_drifted(see):
    halves = {
        "reference": Window(source="then", until=date(2018, 5, 31)),
        "current": Window(source="then", from_=date(2018, 6, 1)),
    }
    finding = see(**halves, chunk="month", ignore=("id",))
    assert figure(finding, "drifted_fields").value == 0
    assert max(e.upper for e in finding.estimates if e.name == "drift_ratio") < 1
