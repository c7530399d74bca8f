"""Logs that are not what they seem: rows twice, days without times, days to come."""

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
    found = see(tmp_path, rows)
    fitness, conforming = figure(found, "fitness"), figure(found, "conforming_share")
    assert fitness.value < 0.5 and (fitness.upper, conforming.upper) == (1, 1)
    assert figure(found, "deviations_per_case").lower == 0
    told = note(found, "order of events is known")
    assert told.passed is False and told.note.startswith("100% of neighbouring")
    wrong = see(tmp_path, log_of((30, "Close,Answer,Look up,Receive")))
    assert figure(wrong, "fitness").upper < 0.8
    twice = [*rows, *((case, "Answer", at, who) for case, activity, at, who in rows if activity == "Answer")]
    assert not [check for check in see(tmp_path, twice).checks if "there once" in check.name]
