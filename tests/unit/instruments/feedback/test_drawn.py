"""Both arms judged by the draw, from small files, asked through the real data room."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.unit.instruments.feedback.test_feedback import PILOT, START, check, figure, find, people

from proveout.stats.allocation import balanced

BY_PERSON = replace(PILOT, randomise="units")
COMPARED, ANSWERED = "Satisfaction can be compared by the draw", "As many answer with the system as without"


def in_teams(moods: dict[str, tuple[int, ...]], size: int = 10) -> tuple[list[tuple], list[tuple]]:
    """Scores and arms of teams each of which is of one mind."""
    arms = [
        (f"{arm}{t}.{i}", arm, f"{arm}{t}")
        for arm, scores in moods.items()
        for t in range(len(scores))
        for i in range(size)
    ]
    return [(unit, START, moods[arm][int(team.removeprefix(arm))]) for unit, arm, team in arms], arms


def names(found) -> set[str]:
    return {e.name for e in found.estimates}


def test_people_who_were_drawn_one_by_one(tmp_path: Path):
    scores, arms = people(60, {"pilot": 57, "control": 54}, {"pilot": 4.2, "control": 3.0})
    found = find(tmp_path, scores=scores, arms=arms, pilot=BY_PERSON)
    won = figure(found, "win_probability")
    pairs = [[score for unit, _, score in scores if unit.startswith(arm)] for arm in ("pilot", "control")]
    assert won.value == pytest.approx(np.mean([(a > b) + (a == b) / 2 for a in pairs[0] for b in pairs[1]]))
    assert won.n == 111
    assert won.lower > 0.7
    assert figure(found, "win_probability_p").value < 0.001
    assert figure(found, "response_p").value > 0.2
    assert check(found, COMPARED)[0] is True
    assert check(found, ANSWERED) == (True, check(found, ANSWERED)[1])
    assert "How often somebody with the system" in found.exhibits[-1].title


def test_teams_count_as_a_whole_where_they_were_drawn(tmp_path: Path):
    """10.5 of 16 pairs of teams; people alone would be sure of it."""
    scores, arms = in_teams({"pilot": (4, 4, 2, 3), "control": (2, 3, 4, 2)})
    found = find(tmp_path, scores=scores, arms=arms)
    won = figure(found, "win_probability")
    assert (won.value, won.n) == (10.5 / 16, 8)
    assert "70 assignments" in won.method
    assert won.lower < 0.5
    assert figure(found, "win_probability_p").value > 0.2
    alone = figure(find(tmp_path, scores=scores, arms=arms, pilot=BY_PERSON), "win_probability")
    assert (alone.value, alone.n) == (won.value, 80)
    assert alone.lower > 0.5


def test_only_draws_within_strata_are_looked_at(tmp_path: Path):
    scores, arms = in_teams({"pilot": (4, 4, 2, 3, 5, 1), "control": (2, 3, 4, 2, 1, 3)})
    pairs = [(*row, f"pair {row[2][-1]}") for row in arms]
    found = find(tmp_path, scores=scores, arms=pairs, pilot=replace(PILOT, method="matched-pairs"))
    assert "64 assignments" in figure(found, "win_probability").method


def test_only_balanced_draws_are_looked_at(tmp_path: Path):
    random = np.random.default_rng(4)
    covariates = np.column_stack([random.integers(5, 15, 12), random.normal(30, 5, 12).round(1)]).astype(float)
    made, ways = balanced(np.zeros(12, dtype=int), covariates, 0.5, seed=9)
    arms = [
        (f"{t}.{i}", "pilot" if made[t] else "control", f"team {t:02}", "", *covariates[t])
        for t in range(12)
        for i in range(6)
    ]
    scores = [(row[0], START, 1 + (int(row[2][-2:]) + i) % 5) for i, row in enumerate(arms)]
    pilot = replace(PILOT, method="constrained", seed=9)
    found = find(tmp_path, scores=scores, arms=arms, pilot=pilot)
    assert f"{len(ways):,} assignments" in figure(found, "win_probability").method
    other = find(tmp_path, scores=scores, arms=arms, pilot=replace(pilot, seed=8))
    assert "the arms are not those that the declared draw gives" in check(other, COMPARED)[1]
    assert check(other, ANSWERED)[0] is None


def test_very_many_people_are_judged_in_buckets(tmp_path: Path):
    n = 2_500
    random = np.random.default_rng(6)
    arms = {f"p{i}": "pilot" if i % 2 else "control" for i in range(n)}
    scores = [(unit, START, int(random.integers(1, 6))) for unit in arms]
    won = figure(find(tmp_path, scores=scores, arms=arms, pilot=BY_PERSON), "win_probability")
    assert won.n == 400
    assert 0.03 < won.upper - won.lower < 0.06  # of so many people alone it is 0.045
    assert f"wins of {n:,} people" in won.method


def test_an_arm_that_answers_less_is_seen(tmp_path: Path):
    scores, arms = people(60, {"pilot": 57, "control": 25}, {"pilot": 4.0, "control": 4.0})
    found = find(tmp_path, scores=scores, arms=arms, pilot=BY_PERSON)
    assert figure(found, "response_p").value < 0.001
    assert check(found, ANSWERED)[0] is False
    assert "95.0% with the system and 41.7% without" in check(found, ANSWERED)[1]


@pytest.mark.parametrize(
    ("moods", "why"),
    [
        ({"pilot": (4,), "control": (2,)}, "only one assignment|each needs two|each arm needs two"),
        ({"pilot": (4, 3), "control": (2, 1)}, r"of 6 possible assignments .*p = 0\.33"),
        ({"pilot": (4, 4, 4, 4), "control": (4, 4, 4, 4)}, "all scores are alike"),
        ({"pilot": (9, 9, 9, 4), "control": (2, 2, 2, 2)}, "1 and 4 team"),
    ],
)
def test_no_number_where_there_is_too_little(tmp_path: Path, moods, why):
    """Scores of 9 lie outside the scale, and are nobody's."""
    import re

    scores, arms = in_teams(moods)
    found = find(tmp_path, scores=scores, arms=arms)
    assert not names(found) & {"win_probability", "win_probability_p"}
    passed, note = check(found, COMPARED)
    assert passed is None
    assert re.search(why, note), note


def test_teams_that_are_not_known_or_in_both_arms(tmp_path: Path):
    scores, arms = in_teams({"pilot": (4, 4, 2, 3), "control": (2, 3, 4, 2)})
    alone = find(tmp_path, scores=scores, arms=[row[:2] for row in arms])
    assert check(alone, COMPARED) == (None, "arms were drawn by team, but the assignment names none")
    mixed = [(unit, "control" if unit == "pilot0.0" else arm, team) for unit, arm, team in arms]
    assert "1 team(s) have people in both arms" in check(find(tmp_path, scores=scores, arms=mixed), COMPARED)[1]


def test_small_groups_are_not_compared(tmp_path: Path):
    scores, arms = people(20, {"pilot": 20, "control": 3}, {"pilot": 4, "control": 3})
    found = find(tmp_path, scores=scores, arms=arms, pilot=BY_PERSON)
    assert not names(found) & {"win_probability", "win_probability_p", "response_p"}
    assert "fewer than 5 answers" in check(found, COMPARED)[1]
