"""Which names of teams are probably one team."""

import pytest

from proveout.flow.alike import alike, said


@pytest.mark.parametrize(
    ("names", "groups"),
    [
        (["Team-02", "team 02", "team_02", "Team02"], [("Team-02", "Team02", "team 02", "team_02")]),
        (["team-04", "team-04 ", "x"], [("team-04", "team-04 ")]),
        (["Ärzte", "A\u0308rzte"], [("A\u0308rzte", "Ärzte")]),
        (["1-1", "11", "team 1.1", "team 11", "A", "B"], []),
        (["-", "--", ""], []),
    ],
)
def test_case_blanks_and_punctuation_make_no_team(names, groups):
    assert alike(names) == groups


def test_teams_that_were_drawn_already_are_left_alone_until_another_comes():
    assert alike([], ["a", "A"]) == []
    assert alike(["b"], ["a", "A", "B"]) == [("B", "b")]


def test_a_few_are_shown():
    groups = [(f"a{i}", f"A{i}") for i in range(7)]
    assert said(groups).endswith("'a4' and 'A4'; and 2 more")
