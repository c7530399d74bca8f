"""Order, counts, pairs, rework, handovers and the quality of the log."""

from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proveout.core.errors import TooLittle
from proveout.core.question import Answers

from .logs import COLUMNS, find, note, one, values

MONDAY = datetime(2026, 1, 5, 8)


def at(hours: float) -> str:
    return (MONDAY + timedelta(hours=hours)).isoformat()


def edges(finding):
    (process_map,) = (exhibit for exhibit in finding.exhibits if exhibit.kind == "process_map")
    label = {node.id: node.label for node in process_map.nodes}
    return {(label[edge.source], label[edge.target]): edge.frequency for edge in process_map.edges}


def table(finding, title):
    (found,) = (exhibit for exhibit in finding.exhibits if exhibit.title == title)
    return found.rows


@settings(max_examples=12, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter_unless_times_are_equal(random):
    """Rows are shuffled, those at one time of a case keep their order: every figure stays the same."""
    rows = []
    for case in range(8):
        for step in range(6):
            begin = case * 5 + step * 3 - step % 2 * 3
            rows.append((f"case {case}", "ABCA"[(case * step) % 4], at(begin), at(begin + 2), f"p{(case + step) % 3}"))
    shuffled = rows[:]
    random.shuffle(shuffled)
    tied: dict[tuple, list] = {}
    for row in rows:
        tied.setdefault((row[0], row[2], row[3]), []).append(row)
    shuffled = [tied[row[0], row[2], row[3]].pop(0) for row in shuffled]
    with TemporaryDirectory() as one_folder, TemporaryDirectory() as other_folder:
        straight = find(Path(one_folder), rows, hourly_cost=50)
        mixed = find(Path(other_folder), shuffled, hourly_cost=50)
    assert mixed == straight


def test_work_that_takes_no_time_is_no_share_of_it(tmp_path):
    """Every event ends as it starts, an hour after the one before: an upper end of 0 is not 100%."""
    rows = [(f"{case}", name, at(i), at(i), "Ann") for case in range(9) for i, name in enumerate("ABC")]
    estimate = one(find(tmp_path, rows), "flow_efficiency")
    assert (estimate.value, estimate.upper) == (0, 0)


def test_ties_are_broken_by_position_never_by_name(tmp_path):
    rows = [("1", "B", "", at(0), ""), ("1", "A", "", at(0), ""), ("1", "C", "", at(0), "")]
    assert edges(find(tmp_path, rows)) == {("Start", "B"): 1, ("B", "A"): 1, ("A", "C"): 1, ("C", "End"): 1}


def test_waiting_is_measured_from_the_latest_end_so_far(tmp_path):
    """A runs from 0 to 10 with B from 1 to 2 beside it; C starts at 12: it waited 2 hours, not 10."""
    rows = [("1", "A", at(0), at(10), "x"), ("1", "B", at(1), at(2), "y"), ("1", "C", at(12), at(13), "x")]
    waits = {(row[0], row[1]): row[3] for row in table(find(tmp_path, rows), "Where cases wait longest in all")}
    assert waits == {("A", "B"): 0.0, ("B", "C"): 2.0}


def test_flow_efficiency_counts_concurrent_work_once(tmp_path):
    rows = [
        *(("1", "A", at(0), at(10), "x"), ("1", "B", at(1), at(2), "y"), ("1", "C", at(12), at(20), "x")),
        *(("2", "A", at(0), at(5), "x"), ("2", "C", at(15), at(20), "x")),
    ]
    estimate = one(find(tmp_path, rows), "flow_efficiency")
    assert estimate.value == pytest.approx((18 + 10) / 40)
    assert 0 <= estimate.lower <= estimate.upper <= 1


def test_rework_ping_pong_and_handovers(tmp_path):
    rows = [
        *(("1", "A", "", at(0), "Ann"), ("1", "B", "", at(1), "Bob"), ("1", "A", "", at(2), "Ann")),
        *(("1", "A", "", at(3), "Ann"), ("2", "A", "", at(0), "Ann"), ("2", "B", "", at(5), "Ann")),
    ]
    finding = find(tmp_path, rows)
    assert one(finding, "rework_share").value == 0.5
    assert one(finding, "handovers_per_case").value == 1.0
    assert table(finding, "Handovers between people") == (("Ann", "Bob", 1, 1.0, 1.0), ("Bob", "Ann", 1, 1.0, 1.0))
    (handovers,) = (exhibit for exhibit in finding.exhibits if exhibit.title == "Handovers between people")
    assert "2 handovers in 4 steps" in handovers.note
    assert "1 times work went to somebody and straight back" in handovers.note
    activities = {row[0]: row for row in table(finding, "Activities")}
    assert activities["A"][1] == 4
    assert activities["A"][6] == 2


LIFE_CYCLE = COLUMNS | {"start": "", "lifecycle": "step"}
LIFE_CYCLE_HEADER = ("case", "activity", "end", "who", "step")


def test_starts_and_completions_are_paired_first_in_first_out(tmp_path):
    """Two runs of A overlap: 0-3 and 1-5. A completion without a start before it stays a point, so does C's start."""
    rows = [
        ("1", "A", at(0), "Ann", "start"),
        ("1", "A", at(1), "Bob", "START"),
        ("1", "B", at(2), "Ann", "complete"),
        ("1", "A", at(3), "Ann", "complete"),
        ("1", "A", at(5), "Bob", "complete"),
        ("1", "B", at(6), "Ann", "schedule"),
        ("1", "B", at(7), "Ann", "start"),
        ("1", "B", at(8), "Ann", "complete"),
        ("1", "C", at(9), "Cleo", "start"),
    ]
    finding = find(tmp_path, rows, header=LIFE_CYCLE_HEADER, **LIFE_CYCLE)
    assert one(finding, "n_events").value == 9
    assert one(finding, "n_performed").value == 5
    activities = {row[0]: row for row in table(finding, "Activities")}
    assert activities["A"][1] == 2
    assert activities["A"][3] == pytest.approx((3 + 4) / 2)
    passed, text = note(finding, "Every start has its completion")
    assert passed is False
    assert text == "3 pairs of start and completion; 2 rows have no partner and count as points in time."


def test_a_status_log_counts_every_event(tmp_path):
    rows = [("1", "A", at(0), "Ann", "In Progress"), ("1", "A", at(1), "Ann", "Resolved")]
    finding = find(tmp_path, rows, header=LIFE_CYCLE_HEADER, **LIFE_CYCLE)
    assert one(finding, "n_performed").value == 2
    assert not [check for check in finding.checks if check.name == "Every start has its completion"]


def test_bad_rows_are_counted_left_out_and_shown(tmp_path):
    rows = [
        ("1", "A", at(0), at(1), "Ann"),
        ("", "A", at(0), at(1), "Ann"),
        ("1", "", at(0), at(1), "Ann"),
        ("1", "B", at(2), "", "Ann"),
        ("1", "B", at(2), "yesterday", "Ann"),
        ("1", "B", at(4), at(3), "Ann"),
        ("1", "C", "soon", at(3), "Ann"),
        ("1", "D", at(5), at(6), "Ann"),
    ]
    finding = find(tmp_path, rows)
    assert one(finding, "log_quality").value == 0.25
    assert one(finding, "n_events").value == 2
    passed, text = note(finding, "Every row is usable")
    assert passed is False
    assert text.startswith(
        "6 of 8 rows are left out: 1 with no case (such as row 2); 1 with no activity (such as row 3)"
    )
    assert "1 with no time (such as row 4)" in text
    assert "2 with a time that cannot be read (such as row 5)" in text
    assert "1 with an end before its start (such as row 6)" in text


def test_rows_that_say_the_same_twice_are_counted_or_dropped(tmp_path):
    rows = [("1", "A", "", at(0), "Ann"), ("1", "B", "", at(0), "Ann"), ("1", "A", "", at(0), "Ann")]
    finding = find(tmp_path, rows)
    assert note(finding, "No row twice")[1].startswith("1 rows repeat")
    assert one(finding, "n_performed").value == 3
    assert one(find(tmp_path, rows, drop_duplicates=True), "n_performed").value == 2


def test_offsets_are_understood_and_a_mix_is_named(tmp_path):
    rows = [("1", "A", "", "2026-01-05 10:00:00+02:00", "Ann"), ("1", "B", "", "x", "Ann")]
    rows += [("1", "B", "", "2026-01-05 11:00:00", "Ann")]
    finding = find(tmp_path, rows)
    assert one(finding, "case_duration_days").value == pytest.approx(3 / 24)
    assert note(finding, "One time zone") == (False, "1 of 3 times name their offset; the others are taken to be UTC.")


def test_nothing_usable_is_too_little_and_says_why(tmp_path):
    with pytest.raises(TooLittle, match="no row of the event log can be used: 1 with no case"):
        find(tmp_path, [("", "A", "", at(0), "Ann")])


def test_one_event_is_enough_to_count(tmp_path):
    finding = find(tmp_path, [("1", "A", "", at(0), "Ann")])
    assert one(finding, "n_variants").value == 1
    assert one(finding, "case_duration_days").lower is None
    assert values(finding, "yearly_hours") == {}


def test_grouping_of_ranks_keeps_the_interval_of_a_large_log():
    """With 100,000 cases only some ranks come back; the interval is that of all of them."""
    import numpy as np

    from proveout.instruments.process.flow import durations
    from proveout.instruments.process.tables import Log
    from proveout.stats.quantile import quantile

    n, z = 100_000, 1.959964
    days = np.sort(np.random.default_rng(5).lognormal(size=n))
    rank = np.arange(1, n + 1)
    kept = (rank == 1) | (rank == n) | (rank % (n // 1000) == 0)
    for p in (0.5, 0.9):
        kept |= abs(abs(rank - n * p) - z * (n * p * (1 - p)) ** 0.5) <= 3
        kept |= abs(rank - n * p) <= 2
    answers = Answers(tables={"durations": {"rank": rank[kept], "days": days[kept]}}, as_of=MONDAY.date())
    log = Log(answers=answers, activities={}, people={}, teams={}, n_cases=n, days=1.0, paired=False)
    for ours, p in zip(durations(log, 0.95), (0.5, 0.9), strict=True):
        whole = quantile(lambda k: float(days[k - 1]), n, p)
        assert (ours.value, ours.lower, ours.upper) == pytest.approx((whole.value, whole.lower, whole.upper), rel=1e-12)
