"""Whatever people write as an amount is read or refused with a remedy; nothing else comes out."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from proveout.instruments.business_case import units
from proveout.instruments.business_case.formula import FormulaError

SPELLINGS = st.sampled_from(["", "USD", "USD/hour", "hour/week", "share", "EUR/month", "minute/case", "percent"])
WORDS = st.lists(
    st.sampled_from(["3", "1e9", "USD", "hour", "/", "*", "**", "-2", "(", ")", "%", "°C", "k", "week", ",", "'"]),
    max_size=8,
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=30), WORDS.map(" ".join), WORDS.map("".join)))
def test_any_text_is_an_amount_or_refused(text):
    try:
        figure, unit = units.amount(text)
    except FormulaError as error:
        assert error.message and error.hint
        return
    assert isinstance(figure, float)
    assert units.spell(unit)


@given(st.floats(1e-6, 1e12), SPELLINGS)
def test_what_is_written_is_read(figure, spelling):
    found, unit = units.amount(f"{figure!r} {spelling}")
    assert math.isclose(found, figure)
    assert unit == units.parse(spelling)
    assert units.parse("" if units.spell(unit) == "a pure number" else units.spell(unit)) == unit
