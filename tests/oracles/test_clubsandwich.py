"""CR2 and its degrees of freedom against R's clubSandwich on its own two examples, from moments.

clubsandwich/moments.json holds sums of products per cluster; make_moments.py beside it wrote it.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import t
from tests.oracles.clustered import cr0_error

from proveout.stats.cluster_regression import cr2_coefficient

MOMENTS = json.loads((Path(__file__).parent / "clubsandwich" / "moments.json").read_text())
PRINTED = 1e-9


def test_a_trial_in_39_schools():
    """AchievementAwardsRCT of 1999, Bagrut_status ~ treated + lagscore; R drops lagscore, which is 0 for all."""
    n, treated, certified = np.array(MOMENTS["awards"]).T
    assert (len(n), n.sum()) == (39, 4_338)
    cross = np.array([[[a, a * t], [a * t, a * t]] for a, t in zip(n, treated, strict=True)])
    products = np.column_stack([certified, certified * treated])
    contrast = np.array([0.0, 1.0])
    found = cr2_coefficient(cross, products, contrast)
    assert cr0_error(cross, products, contrast) * (39 / 38) ** 0.5 == pytest.approx(0.05401746969, abs=PRINTED)  # CR1
    assert found.estimate.value == pytest.approx(-0.018038675, abs=PRINTED)
    assert found.standard_error == pytest.approx(0.05598282072, abs=PRINTED)
    assert found.degrees_of_freedom == pytest.approx(28.17119877, abs=1e-8)
    assert found.p_value == pytest.approx(0.7496665785, abs=PRINTED)


def deaths(column):
    """The states' own levels are taken out within each state, which changes neither CR2 nor its degrees of freedom."""
    years, states = np.array(MOMENTS["deaths"]["years"]), MOMENTS["deaths"]["states"]
    cross = np.zeros((len(states), 15, 15))
    cross[:, 2:, 2:] = years
    cross[:, :2, :] = [state["covariates"] for state in states]
    cross[:, 2:, :2] = cross[:, :2, 2:].transpose(0, 2, 1)
    return cross, np.array([state["outcome"] for state in states]), np.eye(15)[column]


def test_deaths_in_traffic_with_two_way_dummies():
    legal = cr2_coefficient(*deaths(0))
    assert legal.estimate.n == 50
    assert legal.estimate.value == pytest.approx(7.587707623, abs=PRINTED)
    assert legal.standard_error == pytest.approx(2.513082166, abs=PRINTED)
    assert legal.degrees_of_freedom == pytest.approx(24.578518939, abs=1e-8)
    assert legal.p_value == pytest.approx(0.005831358, abs=PRINTED)


def test_errors_that_are_not_corrected_for_few_states():
    """CR0, and CR1 with the p-value that goes with it: half of the one that CR2 gives."""
    plain = cr0_error(*deaths(0))
    assert plain == pytest.approx(2.416739926, abs=PRINTED)
    cr1 = plain * (50 / 49) ** 0.5
    assert cr1 == pytest.approx(2.441275985, abs=PRINTED)
    found = cr2_coefficient(*deaths(0))
    assert 2 * t.sf(found.estimate.value / cr1, 49) == pytest.approx(0.0031319, abs=5e-8)
    assert found.standard_error > cr1


def test_a_covariate_that_few_states_determine():
    tax = cr2_coefficient(*deaths(1))
    assert tax.standard_error == pytest.approx(5.265016123, abs=PRINTED)
    assert tax.degrees_of_freedom == pytest.approx(5.768414588, abs=1e-8)
