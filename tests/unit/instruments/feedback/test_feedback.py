"""Items and scores from small files, asked through the real data room."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from proveout import data
from proveout.core.errors import TooLittle
from proveout.core.initiative import Initiative, Source
from proveout.core.pilot import Pilot, Rows
from proveout.core.question import Answers
from proveout.instruments import instrument
from proveout.instruments.feedback.settings import Items, Ratings, Settings

TODAY = date(2026, 4, 1)
START = datetime(2026, 3, 2, 9)
CODED = Items(source="items", kind="kind", severity="severity", severe=("P1",), release="release", theme="theme")
CODED_BY_KIND = Items(source="items", id="kind")
PILOT = Pilot(start=date(2026, 3, 2), end=date(2026, 3, 29), assignment=Rows(source="arms"))


def write(path: Path, rows: list[tuple]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def find(
    folder: Path,
    items: list[tuple] | None = None,
    scores: list[tuple] | None = None,
    arms: dict | list | None = None,
    coded: Items = CODED,
    pilot: Pilot = PILOT,
):
    if items is not None:
        write(folder / "items.csv", [("at", "closed_at", "kind", "severity", "release", "theme"), *items])
    if scores is not None:
        write(folder / "scores.csv", [("person", "at", "score"), *scores])
    if arms is not None:
        rows = list(arms.items()) if isinstance(arms, dict) else arms
        header = ("unit", "arm", "team", "stratum", "size", "baseline")
        write(folder / "arms.csv", [header[: len(rows[0])], *rows])
    declared, tool = (
        Settings(
            items=coded if items is not None else None, ratings=Ratings(source="scores") if scores is not None else None
        ),
        instrument("feedback"),
    )
    initiative = Initiative(initiative="test", pilot=pilot if arms is not None else None)
    sources = {path.stem: Source(location=path.name) for path in folder.glob("*.csv")}

    def answered(found, failures):
        return Answers(tables=found, failures=failures, as_of=TODAY)

    found, failures = data.ask(
        tool.questions(declared, initiative),
        sources,
        folder,
        follow_up=lambda found, failures: tool.follow_up(declared, answered(found, failures), initiative),
    )
    assert failures == {}
    return tool.measure(declared, answered(found, failures), initiative)


def figure(finding, name, subject=""):
    return next(e for e in finding.estimates if (e.name, e.subject) == (name, subject))


def check(finding, name):
    return next((c.passed, c.note) for c in finding.checks if c.name == name)


def items() -> list[tuple]:
    """Twenty reported day by day; fifteen closed after two days; the open ones are severe."""
    found = []
    for i in range(20):
        at = START + timedelta(days=i)
        done = at + timedelta(days=2) if i < 15 else ""
        theme = "speed" if i % 2 else "words"
        found.append((at, done, "bug" if i % 3 else "wish", "P2" if i < 15 else "P1", f"1.{i // 10}", theme))
    return found


def test_what_is_closed_and_how_soon(tmp_path: Path):
    found = find(tmp_path, items())
    assert figure(found, "closed_share").value == 0.75
    assert figure(found, "items").value == 20
    assert figure(found, "severe_open").value == 5
    assert figure(found, "time_to_close_days").value == 2
    assert found.changes_on == date(2026, 4, 2)
    tables = {exhibit.title: exhibit for exhibit in found.exhibits}
    assert [row[1:4] for row in tables["What was reported"].rows[:2]] == [("bug", 13, 3), ("wish", 7, 2)]
    assert [row[:2] for row in tables["What was reported"].rows[2:]] == [("theme", "speed"), ("theme", "words")]
    assert [row[0] for row in tables["By release"].rows] == ["1.0", "1.1"]
    assert tables["By release"].rows[1][2:4] == (10, 5)
    assert [point[1] for point in tables["Items reported per week"].points] == [7, 7, 6]


def test_items_that_are_odd_are_counted_and_left_out(tmp_path: Path):
    odd = [("soon", "", "", "", "", ""), (START, START - timedelta(days=1), "", "", "", "")]
    odd += [(datetime(2027, 1, 1), "", "", "", "", ""), (START, "later", "", "", "", "")]
    found = find(tmp_path, [*items(), *odd])
    passed, note = check(found, "Every item can be dated")
    assert passed is False
    for said in ("1 have no time", "1 are from days to come", "1 are closed before", "1 have a closing time"):
        assert said in note
    assert figure(found, "items").value == 21


def test_what_will_be_closed_is_open_today(tmp_path: Path):
    found = find(tmp_path, [(START, datetime(2026, 5, 1), "", "", "", "")] * 3 + items())
    assert figure(found, "closed_share").value == pytest.approx(15 / 23)


def people(n: int, answering: dict[str, int], means: dict[str, float]) -> tuple[list[tuple], dict[str, str]]:
    random, arms, scores = np.random.default_rng(1), {}, []
    for arm in ("pilot", "control"):
        for i in range(n):
            arms[f"{arm}{i}"] = arm
            if i < answering[arm]:
                score = int(np.clip(round(random.normal(means[arm], 0.7)), 1, 5))
                scores.append((f"{arm}{i}", START + timedelta(hours=i), score))
    return scores, arms


def test_satisfaction_by_arm_with_bounds_for_the_silent(tmp_path: Path):
    scores, arms = people(60, {"pilot": 57, "control": 54}, {"pilot": 4.2, "control": 3.0})
    found = find(tmp_path, scores=scores, arms=arms)
    assert figure(found, "response_rate", "pilot").value == 57 / 60
    assert figure(found, "satisfaction", "pilot").lower > figure(found, "satisfaction", "control").value
    gap = figure(found, "satisfaction_difference")
    assert gap.lower > 0.3
    half = people(60, {"pilot": 30, "control": 25}, {"pilot": 4.2, "control": 3.0})
    silent = find(tmp_path, scores=half[0], arms=half[1])
    assert figure(silent, "satisfaction_difference").lower < 0  # the silent half might think anything
    assert check(silent, "Those who answered speak for the others")[0] is None


def test_people_of_a_team_are_one_voice_where_teams_were_drawn(tmp_path: Path):
    """Eight teams of ten that agree among themselves: two moods per arm are no proof, though eighty people answer."""
    moods = {"pilot": (4, 4, 2, 3), "control": (2, 3, 4, 2)}
    arms = [(f"{arm}{t}.{i}", arm, f"{arm}{t}") for arm in moods for t in range(4) for i in range(10)]
    scores = [(unit, START, moods[arm][int(team[-1])]) for unit, arm, team in arms]
    found = find(tmp_path, scores=scores, arms=arms)
    gap = figure(found, "satisfaction_difference")
    assert (gap.value, gap.n) == (0.5, 8)
    assert gap.lower < -0.9
    assert figure(found, "satisfaction", "pilot").n == 4
    assert check(found, "People of a team are taken together") == (True, "8 teams, of which each counts the same")
    alone = find(tmp_path, scores=scores, arms=[row[:2] for row in arms])
    assert figure(alone, "satisfaction_difference").lower > 0
    assert check(alone, "People of a team are taken together")[0] is None
    silent = find(tmp_path, scores=[row for row in scores if not row[0].startswith("pilot0")], arms=arms)
    assert figure(silent, "satisfaction_difference").lower < gap.lower
    rate = figure(silent, "response_rate", "pilot")
    assert rate.value == 0.75
    assert rate.lower < 0.3  # one team of four, not ten people of forty


def test_the_last_answer_of_each_person_counts(tmp_path: Path):
    scores = [(f"p{i}", START, 1) for i in range(10)] + [(f"p{i}", START + timedelta(days=3), 5) for i in range(10)]
    found = find(tmp_path, scores=scores)
    assert figure(found, "satisfaction").value == 5
    assert figure(found, "satisfaction").n == 10
    assert figure(found, "satisfaction").lower < 4.5  # ten alike are no certainty


def test_scores_of_one_moment_are_not_taken_in_their_order(tmp_path: Path):
    scores = [(f"p{i}", START, 1 + i % 5) for i in range(100)]
    mean = figure(find(tmp_path, scores=scores), "satisfaction")
    assert 0.3 < mean.upper - mean.lower < 2
    assert mean.lower < 3 < mean.upper


def test_small_groups_are_not_shown(tmp_path: Path):
    scores, arms = people(20, {"pilot": 20, "control": 3}, {"pilot": 4, "control": 3})
    found = find(tmp_path, scores=scores, arms=arms)
    assert [e.subject for e in found.estimates if e.name == "satisfaction"] == ["pilot"]
    assert "control: fewer than 5" in check(found, "Enough people answered")[1]
    assert not [e for e in found.estimates if e.name == "satisfaction_difference"]


def test_answers_off_the_scale_are_counted(tmp_path: Path):
    scores = [(f"p{i}", START, 4) for i in range(6)] + [("a", START, 9), ("b", START, "good"), ("", START, 3)]
    note = check(find(tmp_path, scores=scores), "Every answer can be read")[1]
    assert note == "of 9 answers 1 are no numbers, 1 lie outside the scale, 1 name nobody"


def test_nothing_at_all(tmp_path: Path):
    with pytest.raises(TooLittle, match="no item that can be dated"):
        find(tmp_path, [])
    with pytest.raises(ValueError, match="items"):
        Settings()
    with pytest.raises(ValueError, match="lowest"):
        Ratings(source="x", scale=(5.0, 1.0))


def test_days_that_no_calendar_has_and_zones(tmp_path: Path):
    odd = [("infinity", "", "", "", "", ""), ("20260-01-01", "", "", "", "", ""), (START, "infinity", "", "", "", "")]
    found = find(tmp_path, [*items(), *odd])
    assert figure(found, "items").value == 21
    for said in ("2 have no time", "1 have a closing time that cannot be read"):
        assert said in check(found, "Every item can be dated")[1]
    zoned = [("2026-03-02T10:00:00+02:00", "2026-03-02T09:00:00+00:00", "", "", "", "")] * 9
    assert figure(find(tmp_path, zoned), "time_to_close_days").value == pytest.approx(1 / 24)


def test_a_day_without_a_time_is_not_before_the_morning(tmp_path: Path):
    found = find(tmp_path, [("2026-03-02 10:00:00", "2026-03-02", "", "", "", "")] * 6)
    assert figure(found, "closed_share").value == 1
    assert figure(found, "time_to_close_days").value == 0


def test_what_is_severe_is_told_in_any_case(tmp_path: Path):
    rows = [(START, "", "", word, "", "") for word in ("p1", " P1 ", "P2", "")]
    found = find(tmp_path, rows)
    assert figure(found, "severe_open").value == 2
    assert check(found, "It can be told what is severe") == (False, "2 items are P1; 1 open ones say no severity")
    assert check(find(tmp_path, [(START, "", "", "high", "", "")]), "It can be told what is severe")[0] is None
    with pytest.raises(ValueError, match="needs `severity`"):
        Items(source="items", severe=("P1",))


def test_the_status_decides_where_it_is_given(tmp_path: Path):
    coded = Items(source="items", status="kind", done=("Done", "rejected"))
    done = START + timedelta(days=1)
    rows = [(START, done, "done", "", "", ""), (START, "", "Rejected", "", "", ""), (START, done, "open", "", "", "")]
    found = find(tmp_path, rows, coded=coded)
    assert figure(found, "closed_share").value == 2 / 3
    for said in ("1 are closed at no time that is known", "1 have a closing time and a status that is open"):
        assert said in check(found, "Every item can be dated")[1]
    with pytest.raises(ValueError, match="go together"):
        Items(source="items", status="kind")
    with pytest.raises(ValueError, match="nothing says what is closed"):
        Items(source="items", closed_at="")


def test_an_item_counts_once(tmp_path: Path):
    rows = [
        (START, "", "7", "", "", ""),
        (START, START + timedelta(days=1), "7", "", "", ""),
        (START, "", "8", "", "", ""),
    ]
    found = find(tmp_path, rows, coded=CODED_BY_KIND)
    assert figure(found, "closed_share").value == 0.5
    assert check(found, "Every item can be dated") == (
        True,
        "2 items; 1 row(s) tell earlier states of the same items; only the last state counts",
    )
    found = find(tmp_path, [*rows, (START + timedelta(days=3), "", "8", "", "", "")], coded=CODED_BY_KIND)
    passed, note = check(found, "Every item can be dated")
    assert passed is False
    assert "of 3 items 1 repeat the id of another and were reported at another time" in note


def test_answers_of_people_who_are_in_no_arm_or_in_two(tmp_path: Path):
    scores, arms = people(20, {"pilot": 20, "control": 20}, {"pilot": 4, "control": 3})
    name = "Whoever answered is in one arm of the pilot"
    found = find(tmp_path, scores=[*scores, ("guest", START, 5)], arms=arms)
    assert check(found, name) == (False, "of 41 who answered 1 are in no arm, 0 in more than one")
    assert [e.n for e in found.estimates if e.name == "satisfaction"] == [20, 20]
    torn = find(tmp_path, scores=scores, arms=[*arms.items(), ("pilot0", "control")])
    assert check(torn, name) == (False, "of 40 who answered 0 are in no arm, 1 in more than one")
    assert sorted(e.n or 0 for e in torn.estimates if e.name == "satisfaction") == [19, 20]
    with pytest.raises(TooLittle, match="of 20 who answered 20 are in no arm"):
        find(tmp_path, scores=[(f"x{i}", START, 4) for i in range(20)], arms=arms)


def test_answers_of_days_to_come_do_not_count(tmp_path: Path):
    scores = [(f"p{i}", START, 3) for i in range(8)] + [("p0", datetime(2027, 1, 1), 5)]
    found = find(tmp_path, scores=scores)
    assert figure(found, "satisfaction").value == 3
    assert "1 are from days to come" in check(found, "Every answer can be read")[1]


def test_many_releases_take_no_longer(tmp_path: Path):
    rows = [
        (START + timedelta(minutes=i % 9000), START + timedelta(days=9, seconds=i), "", "", f"r{i}", "")
        for i in range(30_000)
    ]
    found = find(tmp_path, rows)
    assert figure(found, "closed_share").value == 1
    assert len(next(e for e in found.exhibits if e.title == "By release").rows) == 12


ITERATED = Items(source="items", release="release", theme="theme", closed_in="kind")


def iterated(*, mended: bool) -> list[tuple]:
    """Two releases of 14 days; 2.0 closes three items on speed, of which there were two a day; one a day on words."""
    release, found = START + timedelta(days=14), []
    for day in range(14):
        at = START + timedelta(days=day)
        found += [(at, release, "2.0" if day < 3 else "-", "", "1.0", "speed"), (at, release, "-", "", "1.0", "speed")]
        found.append((at, "", "", "", "1.0", "words"))
    for day in range(14):
        at = release + timedelta(days=day)
        found += [(at, "", "", "", "2.0", "speed")] * (int(day == 6) if mended else 2)
        found.append((at, "", "", "", "2.0", "words"))
    return found


@pytest.mark.parametrize("mended", [True, False])
def test_what_each_iteration_changed(tmp_path: Path, mended: bool):
    scores = [(f"p{i}", START + timedelta(days=day), 2 + (day == 20) * mended) for i in range(120) for day in (5, 20)]
    found = find(tmp_path, iterated(mended=mended), scores, coded=ITERATED)
    ratio, change = figure(found, "themes_rate_ratio", "2.0"), figure(found, "score_change", "2.0")
    table = next(e for e in found.exhibits if e.title == "What each iteration changed")
    assert table.rows[1][:4] == ("2.0", "2026-03-16", 3, "speed")
    assert table.rows[0][0] == "1.0"
    assert not [e for e in found.estimates if e.subject == "1.0"]  # nothing before it
    assert (ratio.upper < 0.3) if mended else (ratio.lower < 1 < ratio.upper)
    assert change.value == (1 if mended else 0)
    assert (change.lower > 0) is mended


def test_without_closed_in_a_release_closed_what_was_closed_in_its_time(tmp_path: Path):
    coded = Items(source="items", release="release", theme="theme")
    found = find(tmp_path, iterated(mended=True), coded=coded)
    table = next(e for e in found.exhibits if e.title == "What each iteration changed")
    assert [row[2] for row in table.rows] == [0, 28]
    assert not [e for e in found.estimates if e.name == "score_change"]
