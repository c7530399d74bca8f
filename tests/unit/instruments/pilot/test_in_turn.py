"""Switchback: the effect against a plain computation on the same rows, over looks; carry-over; health; bad input."""

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest
from tests.unit.instruments.pilot.conftest import World

from proveout.core.errors import TooLittle
from proveout.core.initiative import Change, Kpi
from proveout.core.pilot import Pilot
from proveout.core.question import Rows, SourceName
from proveout.core.schedule import Span, Switchback

START = date(2026, 3, 2)
TURNS = Switchback(carry_over_days=1, period_days=7)
PAIRS = 4
END = START + timedelta(weeks=2 * PAIRS, days=-1)
LOOKS = (START + timedelta(weeks=2, days=-1), START + timedelta(weeks=4, days=-1))
ROWS = Rows(source=SourceName("a"))


def in_turn(here: World, effect: float, *, teams: int = 8, seed: int = 0, after: float = 0.0, days: int = 1) -> World:
    """Teams of three; in each two weeks half of them have the system first; `after` so many days something is left."""
    random = np.random.default_rng(seed)
    first = np.stack([random.permutation(teams) < teams // 2 for _ in range(PAIRS)], axis=1)
    shocks = random.normal(0, 2, 2 * PAIRS + 2)
    for team in range(teams):
        lasting = random.normal(0, 3)
        turns = [on for pair in first[team] for on in (pair, not pair)]
        for person in range(3):
            here.arms.append([f"{team}-{person}", f"t{team:03}", TURNS.arm(first[team]), "all", "2026-02-20"])
            for day in range(-14, 14 * PAIRS):
                week = day // 7
                has, had = day >= 0 and turns[week], day >= 7 and turns[week - 1]
                gain = effect * has + after * (had and day % 7 < days)
                value = 30 + lasting + shocks[week] + random.normal(0, 1) + gain
                here.rows.append([f"{team}-{person}", START + timedelta(days=day), value])
    return here


def find(here: World, *, today: date = END + timedelta(days=1), kpi: Kpi | None = None, **design: object):
    chosen = {"end": END, "switchback": TURNS, **design}
    return here.find(today=today, **chosen, **({"kpi": kpi} if kpi else {}))


def figure(finding, name, subject="hours"):
    return next(e for e in finding.estimates if e.name == name and e.subject == subject)


def names(finding):
    return {estimate.name for estimate in finding.estimates}


def check(finding, words):
    return next(c for c in finding.checks if words in c.name)


def test_the_effect_is_the_mean_difference_of_the_periods_two_by_two(world):
    here = in_turn(world(), -2.0, seed=1)
    arm = {row[0]: (row[1], row[2].split()) for row in here.arms}
    cells: dict[tuple[str, int], list[float]] = {}
    for unit, day, value in here.rows:
        after = (day - START).days
        if after >= 0 and after % 7 >= 1:  # the first day of each period is left out
            cells.setdefault((arm[unit][0], after // 7), []).append(value)
    words = dict(arm.values())
    differences = {True: [], False: []}
    for team, pairs in words.items():
        for pair, word in enumerate(pairs):
            one, two = (np.mean(cells[team, 2 * pair + i]) for i in (0, 1))
            differences[word == "on-off"].append(one - two)
    expected = (np.mean(differences[True]) - np.mean(differences[False])) / 2
    found = find(here, looks=LOOKS)
    effect = figure(found, "effect")
    assert effect.value == pytest.approx(expected)
    assert effect.lower < -2 < effect.upper < -1
    assert figure(found, "effect_to_worthwhile").value == pytest.approx(-expected)
    assert figure(found, "p_value").value < 0.01
    relative = figure(found, "effect_relative")
    assert relative.lower < relative.value < relative.upper < 0
    assert relative.value == pytest.approx(expected / 30, abs=0.01)
    assert figure(found, "looks", "").value == 3


def test_what_comes_after_a_look_does_not_change_it(world):
    here = in_turn(world(), -2.0, teams=12, seed=2)
    today = LOOKS[1] + timedelta(days=1)
    first = find(here, looks=LOOKS, today=today)
    here.rows = [[u, d, v + 1_000 * (d > LOOKS[1]) * (u[0] == "1")] for u, d, v in here.rows]
    again = find(here, looks=LOOKS, today=today)
    assert names(first) == names(again) and "effect" in names(first)
    for one, other in zip(again.estimates, first.estimates, strict=True):
        assert one.value == pytest.approx(other.value, abs=1e-9), one.name


def test_a_look_has_not_come_while_its_last_period_fills(world):
    here = in_turn(world(), -2.0, seed=1)
    here.rows = [row for row in here.rows if row[1] <= END - timedelta(days=4)]
    assert figure(find(here), "goal_measured").value == 0


def test_one_team_that_stops_does_not_stop_the_pilot(world):
    here = in_turn(world(), -2.0, teams=16, seed=1)
    arms = [row[2] for row in here.arms]
    alone = next(row[0][:-1] for row in here.arms if arms.count(row[2]) == 3)
    here.rows = [row for row in here.rows if not row[0].startswith(alone) or row[1] <= LOOKS[0]]
    assert "effect" in names(find(here, looks=LOOKS[1:], today=LOOKS[1] + timedelta(days=1)))


def test_without_an_effect_none_is_found(world):
    found = find(in_turn(world(), 0.0, seed=13))
    assert figure(found, "effect").lower < 0 < figure(found, "effect").upper
    assert figure(found, "p_value").value > 0.05
    assert figure(found, "missing_gap").exact
    assert figure(found, "n_teams", "in turn").value == 8


def test_one_team_alone_is_drawn_against_itself(world):
    here = in_turn(world(), -3.0, teams=8, seed=4)
    here.arms = [[f"{u[0]}-x{u[2]}", t, a, t, d] for u, t, a, _, d in here.arms]
    here.rows = [[f"{u[0]}-x{u[2]}", d, v] for u, d, v in here.rows]
    found = find(here)
    assert figure(found, "effect").lower < -3 < figure(found, "effect").upper < 0


def test_what_is_left_of_the_period_before_is_left_out_as_declared_and_seen_where_it_is_not(world):
    kept = find(in_turn(world(), -2.0, teams=16, seed=15, after=-6.0, days=1))
    assert figure(kept, "effect").lower < -2 < figure(kept, "effect").upper
    assert check(kept, "nothing is carried over").passed
    wrong = find(in_turn(world(), -2.0, teams=16, seed=15, after=-6.0, days=5))
    assert check(wrong, "nothing is carried over").passed is False
    assert figure(wrong, "carry_over_p").value < 0.001
    assert "carried over" in check(wrong, "healthy enough").note
    assert "effect" not in names(wrong)


NONE_LEFT_OUT = Switchback(carry_over_days=0, period_days=7)


def test_where_no_days_are_left_out_the_effect_is_the_same_whatever_a_period_leaves_in_the_next(world):
    plain = find(in_turn(world(), -2.0, teams=16, seed=15))
    without = find(in_turn(world(), -2.0, teams=16, seed=15), switchback=NONE_LEFT_OUT)
    left = find(in_turn(world(), -2.0, teams=16, seed=15, after=0.1, days=7), switchback=NONE_LEFT_OUT)
    for of in (lambda e: e.value, lambda e: e.lower, lambda e: e.upper):
        assert of(figure(left, "effect")) == pytest.approx(of(figure(without, "effect")), abs=1e-6)
    assert figure(without, "effect").lower < -2 < figure(without, "effect").upper < 0
    width = [figure(f, "effect").upper - figure(f, "effect").lower for f in (plain, without)]
    assert 1.2 < width[1] / width[0] < 1.9
    assert "allowing for what each had in the period before" in figure(left, "effect").method
    assert "remains whatever a period leaves in the next" in check(left, "nothing is carried over").note


def test_days_that_are_left_out_are_trusted_until_a_test_doubts_that_they_are_enough(world):
    trusted = find(in_turn(world(), 0.0, teams=8, seed=3))
    assert figure(trusted, "carry_over_p").value >= 0.3
    assert "rests on the declaration that 1 day(s)" in check(trusted, "nothing is carried over").note
    assert "allowing" not in figure(trusted, "effect").method
    doubted = find(in_turn(world(), 0.0, teams=8, seed=3, after=-0.25, days=7))
    assert 0.001 <= figure(doubted, "carry_over_p").value < 0.3
    assert "may be too few" in check(doubted, "nothing is carried over").note
    both = figure(doubted, "effect")
    assert "the wider of it and the plain one" in both.method
    once = figure(trusted, "effect")
    assert both.upper - both.lower > 1.3 * (once.upper - once.lower)
    assert both.lower < 0 < both.upper
    assert figure(doubted, "p_value").value > 0.05


def test_two_periods_alone_do_not_allow_for_what_is_carried_over(world):
    here = in_turn(world(), -2.0, teams=16, seed=2)
    today = LOOKS[0] + timedelta(days=1)
    found = find(here, looks=LOOKS, today=today, switchback=NONE_LEFT_OUT)
    assert "effect" not in names(found)
    assert any("too few times two periods to allow for what is carried over" in c.note for c in found.checks)
    assert "effect" in names(find(here, looks=LOOKS, today=today))


def test_where_few_periods_show_little_of_what_is_carried_over_nothing_is_claimed(world):
    few = find(in_turn(world(), -2.0, teams=4, seed=15), looks=LOOKS, today=LOOKS[1] + timedelta(days=1))
    assert check(few, "nothing is carried over").passed is None
    assert "carry_over_p" not in names(few)


def test_a_guardrail_has_a_margin(world):
    kpi = Kpi(id="hours", unit="hour", direction="down", role="guardrail", minimum_worthwhile=Change(absolute=1.0))
    assert figure(find(in_turn(world(), 0.0, seed=6), kpi=kpi), "guardrail_margin").lower > 0


def test_periods_that_are_missing_are_borne_and_those_that_vanish_with_the_system_end_it(world):
    here = in_turn(world(), -2.0, teams=16, seed=7)
    rows = here.rows
    here.rows = [[u, d, v] for u, d, v in rows if not (u[0] == "3" and 7 <= (d - START).days < 14)]
    assert figure(find(here), "effect").lower < -2 < figure(find(here), "effect").upper
    spans = {row[0]: TURNS.spans(row[2], START, END) for row in here.arms}
    here.rows = [[u, d, v] for u, d, v in rows if u[-1] != "2" or not any(s.holds(d) for s in spans[u])]
    found = find(here)
    assert figure(found, "missing_gap").value == pytest.approx(1 / 3)
    assert "missing more often on one side" in check(found, "healthy enough").note
    assert "effect" not in names(found)


def test_outcomes_missing_on_one_side_end_it_where_too_few_teams_show_it_by_a_test(world):
    here = in_turn(world(), -2.0, teams=4, seed=7)
    spans = {row[0]: TURNS.spans(row[2], START, END) for row in here.arms}
    lost = {f"{team}-2" for team in range(2)}
    here.rows = [[u, d, v] for u, d, v in here.rows if u not in lost or not any(s.holds(d) for s in spans[u])]
    found = find(here)
    assert figure(found, "sample_ratio_p", "hours: units with outcomes").value > 0.001
    assert "missing more often on one side" in check(found, "healthy enough").note
    assert "effect" not in names(found)


def test_people_who_are_never_there_are_missing_alike(world):
    here = in_turn(world(), -2.0, seed=7)
    here.arms += [[f"{t}-3", f"t{t:03}", here.arms[3 * t][2], "all", "2026-02-20"] for t in range(8)]
    here.rows = [row for row in here.rows if not row[0].endswith("-2")]
    found = find(here)
    assert figure(found, "missing_gap").value == 0
    assert "effect" in names(found)


def test_who_uses_it_out_of_turn_is_counted(world):
    here = in_turn(world(), -2.0, seed=8)
    spans = {row[0]: TURNS.spans(row[2], START, END) for row in here.arms}
    here.uses = [[unit, span.first] for unit, turns in spans.items() for span in turns]
    clean = find(here)
    assert figure(clean, "contamination_share", "").value == 0
    assert figure(clean, "exposed_share", "").value == 1
    unit = here.arms[0][0]
    off = next(d for d in (START, START + timedelta(days=7)) if not any(s.holds(d) for s in spans[unit]))
    here.uses.append([unit, off])
    found = find(here)
    assert figure(found, "contamination_share", "").value == pytest.approx(1 / (24 * PAIRS))
    assert check(found, "out of turn").passed is False


@pytest.mark.parametrize("arm", ["pilot", "on-off", "on-off off-on on-off on-on", ""])
def test_an_assignment_without_schedules(world, arm):
    here = world()
    here.arms = [[f"u{i}", f"t{i}", arm, "all", "2026-02-20"] for i in range(8)]
    with pytest.raises(TooLittle, match="no schedule"):
        find(here)


def test_too_few_draws_show_nothing(world):
    here = in_turn(world(), -2.0, teams=2, seed=9)
    here.rows = [row for row in here.rows if row[1] < START + timedelta(weeks=4)]
    found = find(here, looks=LOOKS, today=LOOKS[1] + timedelta(days=1))
    assert "effect" not in names(found) or figure(found, "p_value").value > 0.05


def test_each_has_it_in_its_periods_and_never_after_the_pilot():
    pilot = Pilot(start=START, end=END, assignment=ROWS, switchback=TURNS)
    day = timedelta(days=1)
    assert pilot.spans("on-off off-on on-off on-off") == tuple(
        Span(START + 7 * week * day, START + (7 * week + 6) * day) for week in (0, 3, 4, 6)
    )
    assert pilot.spans("on-off") == pilot.spans("pilot") == pilot.spans("") == ()
    assert not pilot.serves("on-off off-on on-off off-on", END + day)


@pytest.mark.parametrize(
    ("end", "turns", "design", "said"),
    [
        (END, Switchback(carry_over_days=7), {}, "hold nothing"),
        (END - timedelta(days=3), TURNS, {}, f"end on {END - timedelta(weeks=2)}"),
        (END, TURNS, {"method": "constrained"}, "drawn within strata"),
        (END, TURNS, {"looks": (START + timedelta(days=8),)}, "nothing is to be seen"),
    ],
)
def test_switchbacks_that_do_not_fit_are_refused(end: date, turns: Switchback, design: dict[str, object], said: str):
    make: Callable[..., Pilot] = Pilot
    with pytest.raises(ValueError, match=said):
        make(start=START, end=end, assignment=ROWS, switchback=turns, **design)


def test_exhibits_show_looks_pairs_teams_and_periods(world):
    found = find(in_turn(world(), -2.0, seed=10), looks=LOOKS)
    assert [exhibit.title.partition(": ")[2] or exhibit.title for exhibit in found.exhibits] == [
        "Effect on each KPI, as a share of what is without the system",
        "effect over the looks",
        "effect in each two periods",
        "each team",
        "Who had it when",
    ]
