"""How unlike the arms are before the start: said where people can still act."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from proveout.core.pilot import Pilot, Rows
from proveout.core.question import SourceName
from proveout.core.schedule import Switchback, Waves
from proveout.flow.balance import balance_of, likely_of
from proveout.flow.drawing import places
from proveout.flow.roster import Member
from proveout.flow.seating import Batch, seats_of
from proveout.flow.steps import after_draw
from proveout.show.terminal import print_drawn

ROWS = Rows(source=SourceName("arms"))
START, END, LOOK = date(2026, 3, 2), date(2026, 4, 26), date(2026, 3, 22)


def pilot(**design: Any) -> Pilot:
    return Pilot(start=START, end=END, assignment=ROWS, looks=(LOOK,), **design)


def members(teams: int = 12) -> list[Member]:
    """Teams of 2 to 4; the first of them have the largest values from before."""
    sizes = [2 + i % 3 for i in range(teams)]
    return [
        Member(unit=f"u{i}_{k}", team=f"t{i:02}", block=f"t{i:02}", stratum="", size=sizes[i], baseline=20.0 - i)
        for i in range(teams)
        for k in range(sizes[i])
    ]


def seats(made: Pilot, who: list[Member]):
    batch = Batch(number=1, seed=3)
    return seats_of(who, (), batch, lambda new: places(new, made, batch), by_team=made.randomise == "teams")


def test_teams_count_once_each_and_the_difference_is_in_their_standard_deviations() -> None:
    made, who = pilot(), members()
    drawn = seats(made, who)
    first = {seat.team: seat for seat in drawn}.values()
    with_it, without = (
        np.array([seat.baseline for seat in first if (seat.arm == "pilot") is side]) for side in (True, False)
    )
    (size, baseline) = balance_of(drawn, made)
    assert (size.of, baseline.of) == ("size", "baseline")
    assert (baseline.treated, baseline.control) == pytest.approx((with_it.mean(), without.mean()))
    spread = ((with_it.var(ddof=1) + without.var(ddof=1)) / 2) ** 0.5
    assert baseline.difference == pytest.approx((with_it.mean() - without.mean()) / spread)


def test_draws_within_pairs_come_out_more_alike_than_those_of_all() -> None:
    plain, paired = (
        next(one for one in likely_of(members(), pilot(method=method)) if one.of == "baseline")
        for method in ("stratified", "matched-pairs")
    )
    assert paired.median < plain.median < plain.nine_in_ten
    assert plain.nine_in_ten == pytest.approx(1.05, abs=0.25)  # 1.645 (1/6 + 1/6)^(1/2), and some for few teams


@pytest.mark.parametrize(
    "design",
    [
        {"switchback": Switchback(carry_over_days=1)},
        {"waves": Waves(starts=(START,))},
        {"arriving": True, "randomise": "units"},
    ],
)
def test_nothing_is_said_where_each_is_compared_with_itself_or_nobody_was_there(design: dict[str, Any]) -> None:
    made = pilot(**design) if "arriving" in design else Pilot(start=START, end=END, assignment=ROWS, **design)
    assert likely_of(members(), made) == () == balance_of(seats(made, members()), made)


def test_units_of_one_size_have_no_balance_of_it() -> None:
    alone = [
        Member(unit=f"u{i}", team="", block=f"u{i}", stratum="", size=1.0, baseline=float(i % 5)) for i in range(20)
    ]
    made = pilot(randomise="units")
    assert [one.of for one in balance_of(seats(made, alone), made)] == ["baseline"]


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2026, 2, 1), "by 2026-03-02, the first day with the system; the first look is after 2026-03-22"),
        (date(2026, 3, 10), "the first look is after 2026-03-22: run `proveout check` then"),
        (date(2026, 4, 1), "the last look is after 2026-04-26"),
        (date(2026, 5, 1), "all looks have come: `proveout check` judges the pilot"),
    ],
)
def test_what_comes_next_and_when(today: date, said: str) -> None:
    assert said in after_draw(pilot(), today)


def test_a_dry_run_says_what_is_likely_and_the_draw_what_came_of_it(tmp_path: Path) -> None:
    from tests.unit.flow.test_design import scheduled

    from proveout.flow.assign import assign, prepare, standing
    from proveout.flow.design import size_up

    workspace = scheduled(tmp_path, "  seed: 1\n")
    path = tmp_path / "initiative.yml"
    later = path.read_text("utf-8").replace("2026-03-02", "2126-03-02").replace("2026-04-26", "2126-04-26")
    path.write_text(later, encoding="utf-8")
    people = (tmp_path / "people.csv").read_text("utf-8").split()
    rows = [f"{line},{'baseline' if not i else i // 4}" for i, line in enumerate(people)]
    (tmp_path / "people.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    plan = prepare(workspace)
    assert size_up(workspace).next == standing(workspace).next
    assert "assign --dry-run" in size_up(workspace).next
    texts = []
    for dry in (True, False):
        console = Console(record=True, width=400)
        print_drawn(plan.drawn, console, dry=dry)
        texts.append(console.export_text())
    dry, made = texts
    assert "baseline in draws of this kind" in dry and "before the start:" not in dry
    assert "baseline before the start:" in made and "in draws of this kind" not in made
    assert "Next: `proveout pilot assign` draws and registers" in dry
    assert "where the time before is not used, `method: constrained` or `matched-pairs` makes them more alike" in dry
    assert "Next: hand out the arms with `proveout pilot serve`" in made
    assign(workspace, plan)
    assert size_up(workspace).next == standing(workspace).next == plan.drawn.next
    assert standing(workspace).drawn.balance == plan.drawn.balance
