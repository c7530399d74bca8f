"""Small logs of use, asked through the real data room."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from scipy.stats import binomtest
from tests.asking import measured

from proveout.core.errors import TooLittle
from proveout.core.initiative import Initiative, Source
from proveout.instruments.usage.settings import People, Settings

MONDAY = date(2026, 3, 2)
TODAY = date(2026, 4, 29)  # a Wednesday; the last complete week ends on 26 April


def find(folder: Path, *, today: date = TODAY, **tables: list[tuple]):
    settings = {}
    for name, rows in tables.items():
        if name in ("events", "access", "eligible", "trained"):
            with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows([("person", "at", "kind", "team")[: len(rows[0]) if rows else 2], *rows])
            settings[name] = People(source=name)
        else:
            settings[name] = rows
    sources = {path.stem: Source(location=path.name) for path in folder.glob("*.csv")}
    initiative = Initiative(initiative="test", sources=sources)
    return measured("usage", Settings(**settings), initiative, folder, today, failing=())


def figure(finding, name):
    return next(e for e in finding.estimates if e.name == name)


def check(finding, name):
    return next((c.passed, c.note) for c in finding.checks if c.name == name)


def weekly(person: str, weeks: range) -> list[tuple]:
    return [(person, datetime(2026, 3, 3, 10) + timedelta(weeks=week)) for week in weeks]


def team() -> dict[str, list[tuple]]:
    """Twenty with access since 2 March: ten every week, five in the first two weeks, five never."""
    events = [use for i in range(10) for use in weekly(f"p{i}", range(8))]
    events += [use for i in range(10, 15) for use in weekly(f"p{i}", range(2))]
    return {"events": events, "access": [(f"p{i}", MONDAY) for i in range(20)]}


def test_the_way_from_access_to_staying(tmp_path: Path):
    found = find(tmp_path, **team())
    active = figure(found, "weekly_active_share")
    assert (active.value, active.n) == (0.5, 20)
    assert active.lower < 0.35
    assert active.upper > 0.65
    assert figure(found, "activated_share").value == 0.75
    assert figure(found, "never_used_share").value == 0.25
    assert figure(found, "retained_share").value == pytest.approx(10 / 15)
    assert figure(found, "activation_days").value == 1
    assert figure(found, "weeks_without_use").value == 0
    assert found.changes_on == date(2026, 5, 4)


def test_the_week_that_runs_does_not_count_and_days_of_it_change_nothing(tmp_path: Path):
    before = find(tmp_path, **team())
    tables = team()
    tables["events"] += [(f"p{i}", datetime(2026, 4, 28)) for i in range(20)]
    assert find(tmp_path, **tables).estimates == before.estimates
    assert find(tmp_path, today=date(2026, 4, 27), **team()).estimates == before.estimates
    assert figure(find(tmp_path, today=date(2026, 5, 4), **tables), "weekly_active_share").value > 0.5


def test_whoever_came_lately_is_judged_by_the_weeks_they_had(tmp_path: Path):
    tables = team()
    tables["access"] += [(f"new{i}", date(2026, 4, 20)) for i in range(10)]
    tables["events"] += [(f"new{i}", datetime(2026, 4, 21)) for i in range(10)]
    assert figure(find(tmp_path, **tables), "weekly_active_share").value == pytest.approx(20 / 30)


def test_whoever_has_not_begun_is_waited_for(tmp_path: Path):
    access = [(f"p{i}", MONDAY) for i in range(10)]
    events = [(f"p{i}", datetime(2026, 3, 4 + i)) for i in range(4)]
    found = find(tmp_path, access=access, events=events)
    assert "activation_days" not in {e.name for e in found.estimates}  # half have not begun
    events += [(f"p{i}", datetime(2026, 3, 20)) for i in range(4, 7)]
    assert figure(find(tmp_path, access=access, events=events), "activation_days").value == 18


@pytest.mark.parametrize("name", ["1234567890123456789{:02}", "{:04}", "{}e5"])
def test_people_whose_names_look_like_numbers(tmp_path: Path, name: str):
    tables = {table: [(name.format(int(person[1:])), at) for person, at in rows] for table, rows in team().items()}
    assert find(tmp_path, **tables).estimates == find(tmp_path, **team()).estimates


def test_built_for_nobody(tmp_path: Path):
    access = [(f"p{i}", MONDAY) for i in range(12)]
    found = find(tmp_path, access=access, events=[("p0", datetime(2026, 3, 3)), ("p1", datetime(2026, 3, 4))])
    assert figure(found, "weekly_active_share").value == 0
    assert 0.2 < figure(found, "weekly_active_share").upper < 0.3  # twelve people are no certainty
    assert figure(found, "weeks_without_use").value == 7
    assert check(found, "Somebody is there") == (False, "nobody has used it for 7 week(s)")
    none = find(tmp_path, access=access, events=[])
    assert figure(none, "weeks_without_use").value == 8
    assert figure(none, "never_used_share").value == 1


def test_training_and_those_who_are_meant_to_use_it(tmp_path: Path):
    tables = team()
    tables["eligible"] = [(f"p{i}", "", "sales" if i < 12 else "service") for i in range(5, 30)]
    tables["trained"] = [(f"p{i}", date(2026, 2, 20) if i < 10 else date(2026, 3, 9)) for i in range(15)]
    found = find(tmp_path, **tables, group="kind")
    assert figure(found, "access_share").value == 15 / 25
    assert figure(found, "trained_share").value == 10 / 25
    assert figure(found, "untrained_access_share").value == 0.5
    assert check(found, "Whoever has access is meant to use it") == (False, "5 people have access and are not")
    groups = next(e for e in found.exhibits if e.title == "By group")
    assert [row[:2] for row in groups.rows] == [("sales", 7), ("service", 8)]


def test_uses_that_are_odd_are_counted_and_named(tmp_path: Path):
    tables = team()
    tables["events"] += [
        ("stranger", datetime(2026, 3, 5)),
        ("p16", datetime(2026, 2, 1)),
        ("p17", "soon"),
        ("", "2026-03-05"),
    ]
    tables["events"] += [("p18", datetime(2027, 1, 1))]
    found = find(tmp_path, **tables)
    assert check(found, "Everybody who uses it was given access") == (False, "1 people use it without access")
    assert check(found, "Nobody used it before they had access") == (False, "1 people used it before")
    assert "2 of 95 uses name no person" in check(found, "Every use can be counted")[1]
    assert check(found, "No use is in the future") == (False, "the last is of 2027-01-01")


def test_a_few_who_carry_the_figures(tmp_path: Path):
    tables = team()
    tables["events"] += [("p0", datetime(2026, 4, 20, 8, minute)) for minute in range(60)] * 5
    assert check(find(tmp_path, **tables), "It is not a few who use it")[0] is False


def test_nobody_had_access(tmp_path: Path):
    with pytest.raises(TooLittle, match="nobody had access"):
        find(tmp_path, access=[], events=[("p0", MONDAY)])
    with pytest.raises(TooLittle, match="nobody had access"):
        find(tmp_path, access=[("p0", date(2026, 4, 28))], events=[])


def test_pictures(tmp_path: Path):
    titles = [exhibit.title for exhibit in find(tmp_path, **team()).exhibits]
    assert titles == [
        "From those meant to those who stay",
        "Active people per week, of those with access",
        "Who is still there, by weeks since their first use",
    ]


def test_who_is_still_there_by_weeks_since_their_first_use(tmp_path: Path):
    """Of fifteen who began in the week of 2 March ten stay all eight weeks; five are gone after two."""
    (line,) = find(tmp_path, **team()).exhibits[-1].lines
    assert [age for age, *_ in line.points] == list(range(8))
    assert [value for _, value, *_ in line.points] == pytest.approx([1, 1, *[10 / 15] * 6])
    for _, value, lower, upper in line.points:
        ends = binomtest(round(15 * value), 15).proportion_ci(method="wilson")
        assert (lower, upper) == pytest.approx((ends.low, ends.high))


def test_whoever_began_lately_is_not_missed_in_weeks_that_have_not_come(tmp_path: Path):
    tables = team()
    tables["events"] += [(f"p{i}", datetime(2026, 4, 14)) for i in range(15, 20)]
    (line,) = find(tmp_path, **tables).exhibits[-1].lines
    shares = {age: value for age, value, *_ in line.points}
    assert shares[1] == pytest.approx(15 / 20)  # the five of April did not come back
    assert shares[2] == pytest.approx(10 / 15)  # and their third week has not come


def test_people_who_are_all_alike_are_no_certainty(tmp_path: Path):
    access = [(f"p{i}", MONDAY) for i in range(10)]
    active = figure(
        find(tmp_path, access=access, events=[u for i in range(10) for u in weekly(f"p{i}", range(7))]),
        "weekly_active_share",
    )
    assert active.value == 0.75
    assert active.lower < 0.5
    assert active.upper > 0.9


def test_of_one_person_nothing_is_known(tmp_path: Path):
    active = figure(find(tmp_path, access=[("p0", MONDAY)], events=weekly("p0", range(7))), "weekly_active_share")
    assert (active.value, active.lower, active.upper, active.unknown) == (0.75, 0, 1, True)


def test_teams_that_begin_together_know_less_than_their_people(tmp_path: Path):
    events = [use for i in range(20) for use in weekly(f"p{i}", range(8))]
    access = [(f"p{i}", MONDAY, "", f"t{i // 5}") for i in range(40)]
    alone = figure(find(tmp_path, events=events, access=access), "weekly_active_share")
    found = find(tmp_path, events=events, access=access, team="team")
    together = figure(found, "weekly_active_share")
    assert alone.value == together.value == 0.5
    assert together.upper - together.lower > 1.5 * (alone.upper - alone.lower)
    assert check(found, "Teams are many enough to judge by") == (True, "8 teams of those with access")
    one = [(f"p{i}", MONDAY, "", "t") for i in range(40)]
    assert (
        check(find(tmp_path, events=events, access=one, team="team"), "Teams are many enough to judge by")[0] is False
    )


def test_without_access_whoever_is_meant_is_let_in(tmp_path: Path):
    found = find(tmp_path, events=team()["events"], eligible=team()["access"])
    assert figure(found, "weekly_active_share").value == 0.5
    assert figure(found, "activation_days").value == 1
    assert "access_share" not in {e.name for e in found.estimates}
    with pytest.raises(ValueError, match="access"):
        Settings(events=People(source="events"))


def test_days_that_no_calendar_has_are_no_days(tmp_path: Path):
    tables = team()
    tables["events"] += [
        (f"p{i}", text) for i, text in enumerate(("infinity", "-infinity", "20260-01-01", "0044-03-15 (BC)"))
    ]
    assert "4 of 94 uses" in check(find(tmp_path, **tables), "Every use can be counted")[1]
    tables["access"] += [("late", "9999-12-31"), ("never", "infinity"), ("some", "soon")]
    found = find(tmp_path, **tables)
    assert check(found, "Everybody's access has a day") == (False, "2 people have access of no known day")
    assert figure(found, "activated_share").n == 22


def test_zones_are_heeded(tmp_path: Path):
    access = [(f"p{i}", MONDAY) for i in range(2)]
    uses = [("p0", "2026-04-27T00:30:00+02:00"), ("p1", "2026-04-26T23:30:00-05:00")]
    shares = figure(find(tmp_path, access=access, events=uses), "activated_share")
    assert shares.value == 0.5  # in UTC one is of the last complete week, the other of the week that runs


def test_uses_of_which_none_can_be_told_are_no_verdict(tmp_path: Path):
    access = [(f"p{i}", MONDAY) for i in range(10)]
    with pytest.raises(TooLittle, match="none of 2 uses"):
        find(tmp_path, access=access, events=[("p0", "21.04.2026"), ("p1", "22/04/2026")])
    with pytest.raises(TooLittle, match="none of 10 people who use it is among the 10"):
        find(tmp_path, access=access, events=[(f"P{i}", "2026-04-21") for i in range(10)])
    admin = find(tmp_path, access=access, events=[("admin", "2026-04-21")])
    assert figure(admin, "weekly_active_share").value == 0


def test_nobody_ever_and_no_day_is_not_zero_weeks(tmp_path: Path):
    found = find(tmp_path, access=[(f"p{i}", "") for i in range(9)], events=[])
    assert "weeks_without_use" not in {e.name for e in found.estimates}
    assert check(found, "Somebody is there") == (False, "nobody has ever used it")


def test_weeks_without_anybody_are_drawn(tmp_path: Path):
    access = [(f"p{i}", MONDAY) for i in range(12)]
    found = find(tmp_path, access=access, events=[("p0", datetime(2026, 3, 3)), ("p1", datetime(2026, 4, 1))])
    line = next(e for e in found.exhibits if e.title.startswith("Active people"))
    assert [round(12 * point[1]) for point in line.points] == [1, 0, 0, 0, 1, 0, 0, 0]
