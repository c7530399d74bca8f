"""Evaluation is a look-up: nothing is computed from the unit's name, and more units do not take longer."""

from collections.abc import Iterator, Mapping
from datetime import date

from proveout.core.schedule import Span
from proveout.delivery import Evaluator

DAY = date(2026, 3, 10)
SPANS = {"pilot": (Span(date(2026, 3, 2)),)}


class Counted(Mapping[str, str]):
    """Arms that count how often one is looked up, and cannot be gone through."""

    def __init__(self, n: int) -> None:
        self.n, self.looked_up = n, 0

    def __getitem__(self, unit: str) -> str:
        self.looked_up += 1
        number = int(unit)
        if number >= self.n:
            raise KeyError(unit)
        return "pilot" if number % 2 else "control"

    def __len__(self) -> int:
        return self.n

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("evaluation went through all units")


def test_an_answer_is_two_look_ups_however_many_units_there_are():
    arms = Counted(10**9)
    evaluator = Evaluator("triage", arms, SPANS, date(2026, 3, 2))
    assert [evaluator.has(unit, DAY) for unit in ("1", "2", "999999999", "1000000000")] == [True, False, True, False]
    assert arms.looked_up == 4
    assert evaluator.answer("3", DAY)["variant"] == "on"
    assert arms.looked_up <= 6


def test_names_do_not_decide():
    """Whoever was drawn has it: a hash of the name would give both the same."""
    for arm, expected in (("pilot", True), ("control", False)):
        assert Evaluator("triage", {"ann": arm}, SPANS, date(2026, 3, 2)).has("ann", DAY) is expected
