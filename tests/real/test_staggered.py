"""Published answers for waves and switches: counties' minimum wages, LaLonde's samples, organ donations."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from proveout.stats.balance import Moments
from proveout.stats.counterfactual import counterfactual_effect
from proveout.stats.difference import welch
from proveout.stats.difference_in_differences import callaway_santanna, combined_effect, pretrend
from proveout.stats.waves import Panel, cohort_weights, exposure_weights, simple_weights

pytestmark = pytest.mark.real_data


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    path = folder / "quasi_experiments" / name
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        return list(csv.DictReader(file))


def counties(folder: Path) -> Panel:
    table = rows(folder, "mpdta_callaway_santanna.csv")
    names = sorted({row["countyreal"] for row in table})
    values, starts = np.zeros((500, 5)), np.zeros(500, int)
    for row in table:
        unit, first = names.index(row["countyreal"]), int(float(row["first.treat"]))
        values[unit, int(row["year"]) - 2003] = float(row["lemp"])
        starts[unit] = first - 2003 if first else 99
    return Panel(values, starts, np.zeros(500, int))


PUBLISHED = {
    2004: (-0.010503, -0.070423, -0.137259, -0.100811),
    2006: (0.006520, -0.002751, -0.004595, -0.041224),
    2007: (0.030507, -0.002726, -0.031087, -0.026054),
}
"""Callaway and Sant'Anna's R package `did`, of the years 2004 to 2007."""


def test_the_effects_of_minimum_wages_are_those_of_the_package_did(real_data):
    panel = counties(real_data)
    for c, (_, expected) in enumerate(PUBLISHED.items()):
        weights = np.zeros((4, 4, 5))
        for i in range(4):
            weights[i, c, i + 1] = 1
        assert callaway_santanna(panel, weights, never_only=True).values == pytest.approx(expected, abs=6e-7)


def test_their_averages_and_the_analytic_error_too(real_data):
    panel = counties(real_data)
    simple = callaway_santanna(panel, simple_weights(panel)[None], never_only=True)
    assert simple.values[0] == pytest.approx(-0.03995128, abs=5e-9)
    assert simple.covariance[0, 0] ** 0.5 == pytest.approx(0.01203401, abs=5e-9)
    by_wave = callaway_santanna(panel, cohort_weights(panel)[None], never_only=True)
    assert by_wave.values[0] == pytest.approx(-0.0310, abs=5e-5)
    exposed = np.array([exposure_weights(panel, e) for e in range(4)])
    curve = callaway_santanna(panel, exposed, never_only=True)
    assert curve.values == pytest.approx([-0.0199, -0.0510, -0.1373, -0.1008], abs=5e-5)
    assert combined_effect(curve, np.full(4, 0.25)).value == pytest.approx(-0.0772, abs=5e-5)


@pytest.mark.parametrize(
    ("name", "column", "difference"),
    [
        ("lalonde_nsw_dehejia_wahba_445.csv", "treat", 1794.34),
        ("lalonde_nsw_full_722.csv", "trt", 886.30),
        ("matchit_lalonde_614.csv", "treat", -635.03),
    ],
)
def test_lalondes_differences(real_data, name, column, difference):
    table = rows(real_data, name)
    arms = [np.array([float(row["re78"]) for row in table if float(row[column]) == arm]) for arm in (1, 0)]
    found = welch(*(Moments.of(arm) for arm in arms)).estimate
    assert abs(found.value) == pytest.approx(abs(difference), abs=0.005)


def test_others_who_were_not_drawn_give_another_answer(real_data):
    """With 15,992 of the population survey the difference in differences is 3,621, twice what the experiment says."""
    drawn = [row for row in rows(real_data, "lalonde_nsw_dehejia_wahba_445.csv") if float(row["treat"]) == 1]
    others = rows(real_data, "lalonde_cps_controls.csv.gz")
    values = np.array([[float(row[year]) for year in ("re74", "re75", "re78")] for row in (*drawn, *others)])
    panel = Panel(values, np.repeat([2, 9], [len(drawn), len(others)]), np.zeros(len(values), int))
    found = combined_effect(callaway_santanna(panel, simple_weights(panel)[None]), np.ones(1))
    assert found.value == pytest.approx(3621.23, abs=0.005)
    assert found.lower > 1794.34
    missed = pretrend(panel)
    assert missed.p_value > 0.05  # what was before gives no warning,
    assert missed.detectable > 750  # and says why: so much drift a year could have gone unseen


def test_organ_donations(real_data):
    """Kessler and Roth, as The Effect reports them: -0.022459."""
    table = rows(real_data, "organ_donations_kessler_roth.csv")
    states = sorted({row["State"] for row in table})
    values = np.zeros((len(states), 6))
    for row in table:
        values[states.index(row["State"]), int(row["Quarter_Num"]) - 1] = float(row["Rate"])
    mine = states.index("California")
    found = counterfactual_effect(values[mine], np.delete(values, mine, axis=0).T, 3, model="parallel")
    assert found.value == pytest.approx(-0.022459, abs=5e-7)
    assert (found.lower, found.upper) == (None, None)  # six quarters rule nothing out
