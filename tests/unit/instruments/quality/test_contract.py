"""Data contracts: what cannot be held against a table is refused, with its place."""

import pytest

from proveout.core.errors import ProveoutError
from proveout.instruments.quality.contract import promised

ENDLESS = """\
apiVersion: v3.1.0
kind: DataContract
id: c
version: 1.0.0
status: active
schema:
  - name: t
    properties:
      - name: a
        logicalType: number
        logicalTypeOptions: {minimum: MINIMUM}
        quality: [{metric: nullValues, mustBeLessThan: LESS}]
    quality: [{metric: rowCount, mustBeBetween: BETWEEN}]
slaProperties: [{property: freshness, value: AGE, unit: d}]
"""
FINITE = {"MINIMUM": "0", "LESS": "1", "BETWEEN": "[0, 9]", "AGE": "5"}


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("MINIMUM", ".nan", "minimum of a is nan"),
        ("MINIMUM", "-.inf", "minimum of a is -inf"),
        ("LESS", ".inf", "mustBeLessThan in the quality rules of a is inf"),
        ("BETWEEN", "[0, .inf]", "mustBeBetween in the quality rules of t is"),
        ("AGE", ".inf", "the service level freshness is inf"),
    ],
)
def test_limits_of_a_contract_are_finite(place, value, said):
    text = ENDLESS
    for name, finite in FINITE.items():
        text = text.replace(name, value if name == place else finite)
    with pytest.raises(ProveoutError, match=f"c.yml: {said}"):
        promised(text, "c.yml", "", "t")


def test_limits_that_are_finite_are_read():
    text = ENDLESS
    for name, finite in FINITE.items():
        text = text.replace(name, finite)
    read = promised(text, "c.yml", "", "t")
    assert read.fields["a"].minimum == 0 and read.max_age_days == 5 and len(read.limits) == 2 and not read.unread
