"""People's hours: several tasks at once, missing starts, calendars, costs and opportunities, all computed by hand."""

import pytest

from .logs import COLUMNS, find, note, one, values

YEARLY = 365.25 / 7  # the logs here last a week
WEEK = [
    ("z", "first", "2026-01-05T00:00:00", "2026-01-05T00:00:00", "clock"),
    ("z", "last", "2026-01-12T00:00:00", "2026-01-12T00:00:00", "clock"),
]


def hours(finding):
    return {name: value / YEARLY for name, value in values(finding, "yearly_hours").items()}


def test_time_with_several_open_tasks_is_split(tmp_path):
    """Ann has A from 9 to 12, B from 10 to 12, C from 11 to 13; D is alone; Bob's A overlaps nobody's.

    9-10: A. 10-11: A, B half each. 11-12: thirds. 12-13: C.
    """
    rows = [
        ("1", "A", "2026-01-06T09:00:00", "2026-01-06T12:00:00", "Ann"),
        ("2", "B", "2026-01-06T10:00:00", "2026-01-06T12:00:00", "Ann"),
        ("3", "C", "2026-01-06T11:00:00", "2026-01-06T13:00:00", "Ann"),
        ("3", "D", "2026-01-06T15:00:00", "2026-01-06T16:00:00", "Ann"),
        ("4", "A", "2026-01-06T09:30:00", "2026-01-06T10:30:00", "Bob"),
    ]
    found = hours(find(tmp_path, WEEK + rows))
    assert found == pytest.approx({"A": 1 + 1 / 2 + 1 / 3 + 1, "B": 1 / 2 + 1 / 3, "C": 1 / 3 + 1, "D": 1}, abs=1e-6)


def test_a_task_hidden_behind_a_long_one_is_split_too(tmp_path):
    """A lasts from 9 to 13; B and C lie in it, and C touches neither B nor the start of another."""
    rows = [
        ("1", "A", "2026-01-06T09:00:00", "2026-01-06T13:00:00", "Ann"),
        ("2", "B", "2026-01-06T09:30:00", "2026-01-06T10:00:00", "Ann"),
        ("3", "C", "2026-01-06T11:00:00", "2026-01-06T12:00:00", "Ann"),
    ]
    found = hours(find(tmp_path, WEEK + rows))
    assert found == pytest.approx({"A": 3.25, "B": 0.25, "C": 0.5}, abs=1e-6)


def test_work_that_spans_weeks_keeps_its_hours(tmp_path):
    """Two tasks of one person, both open for 15 days, share them."""
    rows = [
        ("1", "A", "2026-01-05T00:00:00", "2026-01-20T00:00:00", "Ann"),
        ("2", "B", "2026-01-05T00:00:00", "2026-01-20T00:00:00", "Ann"),
    ]
    finding = find(tmp_path, rows)
    assert values(finding, "yearly_hours") == pytest.approx({"A": 180 * 365.25 / 15, "B": 180 * 365.25 / 15})


def test_missing_starts_are_the_latest_end_before_and_never_mixed_in_silently(tmp_path):
    """Ann ends A at 10:00 and, in another case whose last step ended at 9:00, B at 10:30: half an hour.

    C ends at 20:00, long after anything: no more than `max_task_hours`. Ann's first end has nothing before it.
    """
    rows = [
        ("1", "A", "", "2026-01-06T10:00:00", "Ann"),
        ("2", "X", "2026-01-06T08:00:00", "2026-01-06T09:00:00", "Bob"),
        ("2", "B", "", "2026-01-06T10:30:00", "Ann"),
        ("1", "C", "", "2026-01-06T20:00:00", "Ann"),
    ]
    finding = find(tmp_path, WEEK + rows, max_task_hours=3)
    assert hours(finding) == pytest.approx({"X": 1.0, "B": 0.5, "C": 3.0}, abs=1e-6)
    assert one(finding, "estimated_hours_share").value == pytest.approx(3.5 / 4.5)
    passed, text = note(finding, "Starts are recorded")
    assert passed is False
    assert "77.8%" in text
    assert "at most 3 hours" in text


def test_invented_starts_touch_neither_waiting_nor_durations(tmp_path):
    rows = [
        ("1", "A", "2026-01-06T08:00:00", "2026-01-06T09:00:00", "Ann"),
        ("1", "B", "", "2026-01-06T12:00:00", "Ann"),
    ]
    finding = find(tmp_path, rows)
    assert one(finding, "case_duration_days").value == pytest.approx(4 / 24)
    (process_map,) = (exhibit for exhibit in finding.exhibits if exhibit.kind == "process_map")
    (edge,) = (edge for edge in process_map.edges if edge.median_wait_seconds is not None)
    assert edge.median_wait_seconds == 3 * 3600
    assert "holds the work itself" in process_map.note


def test_software_and_its_time_are_no_hours_of_people(tmp_path):
    rows = [
        ("1", "A", "2026-01-06T08:00:00", "2026-01-06T09:00:00", "Ann"),
        ("1", "B", "2026-01-06T09:00:00", "2026-01-06T19:00:00", "robot"),
    ]
    assert hours(find(tmp_path, WEEK + rows, system_resources=("robot", "clock"))) == pytest.approx({"A": 1.0})


def test_a_calendar_takes_nights_and_weekends_out(tmp_path):
    """Friday 16:00 to Monday 10:00 is 66 hours on the clock, and two at work."""
    from proveout.instruments.process.settings import Calendar

    rows = [("1", "A", "2026-01-09T16:00:00", "2026-01-12T10:00:00", "Ann")]
    by_clock, at_work = find(tmp_path, rows), find(tmp_path, rows, calendar=Calendar())
    assert values(by_clock, "yearly_hours")["A"] == pytest.approx(66 * 365.25 / 2.75)
    assert values(at_work, "yearly_hours")["A"] == pytest.approx(2 * 365.25 / 2.75)
    assert note(by_clock, "Time between start and end is work")[0] is False
    berlin = find(tmp_path, rows, calendar=Calendar(timezone="Europe/Berlin"))  # 17:00 to 11:00 there
    assert values(berlin, "yearly_hours")["A"] == pytest.approx(2 * 365.25 / 2.75)
    long_days = Calendar(opens=0, closes=24, days=("sat",))
    assert values(find(tmp_path, rows, calendar=long_days), "yearly_hours")["A"] == pytest.approx(24 * 365.25 / 2.75)


def four_weeks_of_four_people():
    """40 hours a week each: 24 on research and first contact, 16 on selling."""
    rows = []
    for day in range(26):
        if day % 7 > 4:
            continue
        for who in ("Ann", "Bob", "Cleo", "Dan"):
            when = f"2026-01-{5 + day:02d}T"
            case = f"{who}{day}"
            rows += [
                (case, "Research and first contact", when + "08:00:00", when + "12:48:00", who),
                (case, "Selling", when + "12:48:00", when + "16:00:00", who),
            ]
    return [
        ("z", "open", "2026-01-05T00:00:00", "2026-01-05T00:00:00", ""),
        *rows,
        ("z", "close", "2026-02-02T00:00:00", "2026-02-02T00:00:00", ""),
    ]


def test_the_articles_figure_60_percent_of_a_teams_time_and_200_thousand_a_year(tmp_path):
    """People x loaded yearly cost x share of time x recoverable share, each as declared."""
    people, share, recoverable = 4, 0.6, 0.8
    loaded_yearly_cost = 200_000 / (people * share * recoverable)
    hours_a_year = 40 * 365.25 / 7
    finding = find(
        tmp_path,
        four_weeks_of_four_people(),
        hourly_cost=loaded_yearly_cost / hours_a_year,
        people=people,
        automatable={"Research and first contact": recoverable},
    )
    subject = "Research and first contact"
    assert values(finding, "hours_share")[subject] == pytest.approx(0.6)
    assert values(finding, "capacity_share")[subject] == pytest.approx(0.6)
    assert one(finding, "logged_share").value == pytest.approx(1.0)
    assert values(finding, "yearly_cost")[subject] == pytest.approx(people * loaded_yearly_cost * share)
    assert values(finding, "opportunity_value")[subject] == pytest.approx(200_000)
    top = one(finding, "top_opportunity_value")
    assert (top.value, top.unit) == (pytest.approx(200_000), "USD/year")
    assert top.lower <= 200_000 <= top.upper


def test_ranges_of_cost_and_share_widen_the_interval(tmp_path):
    from proveout.instruments.process.settings import CostRange, ShareRange

    log, subject = four_weeks_of_four_people(), "Research and first contact"
    fixed = find(tmp_path, log, hourly_cost="55 EUR/hour", automatable={subject: 0.5})
    ranged = find(
        tmp_path,
        log,
        hourly_cost=CostRange(low="45 EUR/hour", high="67.2222 EUR/hour"),
        automatable={subject: ShareRange(low=0.25, high=1.0)},
    )
    narrow, wide = one(fixed, "top_opportunity_value"), one(ranged, "top_opportunity_value")
    assert narrow.unit == wide.unit == "EUR/year"
    assert wide.value == pytest.approx(narrow.value, rel=1e-4)  # the middles of both ranges are the fixed figures
    assert wide.lower < 0.6 * narrow.value
    assert wide.upper > 1.5 * narrow.value
    assert narrow.upper - narrow.lower < 0.2 * narrow.value


def test_without_a_cost_there_are_hours_and_no_money(tmp_path):
    finding = find(tmp_path, four_weeks_of_four_people())
    assert not [estimate for estimate in finding.estimates if "USD" in estimate.unit]
    assert all(estimate.unit == "hour/year" for estimate in finding.estimates if estimate.name == "opportunity_hours")
    assert values(finding, "opportunity_hours")
    assert any("no hourly cost is declared" in exhibit.title for exhibit in finding.exhibits)


def test_shares_nobody_declared_come_from_the_log(tmp_path):
    finding = find(tmp_path, four_weeks_of_four_people())
    possible, hours_found = values(finding, "opportunity_hours"), values(finding, "yearly_hours")
    for name, value in hours_found.items():
        assert 0 < possible[name] / value < (0.2 * 0.6) ** 0.5 + 1e-9


def test_a_log_with_neither_starts_nor_people_yields_no_hours_and_says_why(tmp_path):
    rows = [("1", "A", "2026-01-05T08:00:00"), ("1", "B", "2026-01-07T08:00:00")]
    columns = COLUMNS | {"start": "", "resource": ""}
    finding = find(tmp_path, rows, header=("case", "activity", "end"), **columns, hourly_cost=50)
    assert not {"yearly_hours", "yearly_cost", "opportunity_value", "estimated_hours_share"} & {
        estimate.name for estimate in finding.estimates
    }
    passed, text = note(finding, "Hours of people can be known")
    assert passed is False
    assert "neither start times nor people" in text


def test_teams_are_told_apart(tmp_path):
    header = ("case", "activity", "start", "end", "who", "team")
    rows = [
        ("1", "A", "2026-01-05T08:00:00", "2026-01-05T11:00:00", "Ann", "Sales"),
        ("1", "B", "2026-01-06T08:00:00", "2026-01-06T09:00:00", "Ann", "Sales"),
        ("1", "A", "2026-01-12T06:00:00", "2026-01-12T08:00:00", "Bob", "Support"),
    ]
    finding = find(tmp_path, rows, header=header, team="team")
    assert values(finding, "hours_share") == pytest.approx({"Sales: A": 0.75, "Sales: B": 0.25, "Support: A": 1.0})
