"""Logs that are not what they seem: rows twice, days without times, days to come."""

import pytest

from proveout.core.errors import TooLittle
from proveout.instruments import instrument
from proveout.instruments.workflow.settings import Rule

from .asking import GOOD, figure, log_of, note, see


def test_rows_that_are_there_twice_count_once(tmp_path):
    rows = [row for row in log_of(GOOD, hours=15) for _ in range(2)]  # the second step at midnight
    found = see(tmp_path, rows)
    assert figure(found, "conforming_share").value == 1
    assert note(found, "Every event is there once").note.startswith("120 say again")
    again = see(tmp_path, log_of((30, "Receive,Look up,Answer,Answer,Close")))
    assert figure(again, "conforming_share").value == 0
    assert not [check for check in again.checks if "there once" in check.name]


def test_the_order_within_a_day_is_not_known(tmp_path):
    rows = [(case, activity, at[:10], who) for case, activity, at, who in reversed(log_of(GOOD))]
    rules = (Rule(kind="response", first="Receive", then="Close"), Rule(kind="absence", first="Answer"))
    found = see(tmp_path, rows, rules=rules)
    assert [figure(found, "rule_kept_share", rule.title).upper > 0.5 for rule in rules] == [True, False]
    fitness, conforming = figure(found, "fitness"), figure(found, "conforming_share")
    assert fitness.value < 0.5 and (fitness.upper, conforming.upper) == (1, 1)
    assert figure(found, "deviations_per_case").lower == 0
    told = note(found, "order of events is known")
    assert told.passed is False and told.note.startswith("100% of neighbouring")
    wrong = see(tmp_path, log_of((30, "Close,Answer,Look up,Receive")))
    assert figure(wrong, "fitness").upper < 0.8
    twice = [*rows, *((case, "Answer", at, who) for case, activity, at, who in rows if activity == "Answer")]
    assert not [check for check in see(tmp_path, twice).checks if "there once" in check.name]


def test_events_of_days_to_come_do_not_count(tmp_path):
    """Today counts to its end."""
    rows = [(case, activity, at.replace("2026-01-05", "2026-03-01"), who) for case, activity, at, who in log_of(GOOD)]
    found = see(tmp_path, [*rows, ("c1", "Close", "2026-03-02 00:00", "x"), ("c2", "Close", "2031-01-01 09:00", "x")])
    assert figure(found, "conforming_share").value == 1
    told = note(found, "Every row of the log")
    assert told.passed is False and told.note.endswith("2 with a day to come, such as '2031-01-01 09:00:00'")
    assert instrument("workflow").depends_on_today
    with pytest.raises(TooLittle, match="120 with a day to come"):
        see(tmp_path, [(case, activity, at.replace("2026", "2031"), who) for case, activity, at, who in log_of(GOOD)])
