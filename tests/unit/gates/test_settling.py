"""What would settle an undecided criterion."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from proveout.core.estimate import Estimate
from proveout.core.evidence import Evidence, Finding
from proveout.core.initiative import Initiative, Phase
from proveout.core.pilot import Pilot
from proveout.core.policy import Comparison, Policy
from proveout.core.question import Rows, SourceName
from proveout.gates import judge
from proveout.gates.settling import observations_needed, what_settles
from proveout.stats.mean import t_mean
from proveout.stats.proportion import wilson

from .test_judging import PREVALENCE


def said(block: str, *estimates: Estimate) -> Evidence:
    found = Finding(estimates=estimates or (wilson(1, 2),))
    day = datetime(2026, 3, 29, tzinfo=UTC)
    return Evidence(
        block=block, instrument="any", version="1", key="k", finding=found, as_of=day.date(), measured_at=day
    )


@pytest.mark.parametrize(("successes", "n", "threshold"), [(6, 10, 0.5), (9, 10, 0.8), (3, 12, 0.3), (80, 100, 0.75)])
def test_so_many_observations_decide_a_share_and_fewer_do_not(successes: int, n: int, threshold: float) -> None:
    estimate = wilson(successes, n)
    side = Comparison.AT_LEAST
    needed = observations_needed(estimate, side, threshold)
    assert needed is not None
    assert needed > n
    p = successes / n

    def straddles(n: int) -> bool:
        found = wilson(round(p * n * 1000), n * 1000)  # the same share; the interval of n is what counts
        return _wilson_at(found.value, n)[0] < threshold < _wilson_at(found.value, n)[1]

    assert straddles(needed - 1)
    assert not straddles(needed + 1)


def _wilson_at(p: float, n: int) -> tuple[float, float]:
    z2 = 1.959963984540054**2
    centre, half = (p + z2 / (2 * n)) / (1 + z2 / n), (z2 * (p * (1 - p) / n + z2 / (4 * n * n))) ** 0.5 / (1 + z2 / n)
    return centre - half, centre + half


def test_a_mean_needs_the_square_of_the_ratio() -> None:
    estimate = Estimate(name="m", value=4.0, lower=2.0, upper=6.0, n=10, method="Student's t interval")
    assert observations_needed(estimate, Comparison.AT_LEAST, 3.0) == 40
    assert observations_needed(estimate, Comparison.AT_MOST, 5.0) == 40
    assert observations_needed(estimate, Comparison.AT_LEAST, 4.5) == 160
    assert observations_needed(estimate, Comparison.AT_LEAST, 4.0) is None
    assert observations_needed(replace(estimate, lower=None), Comparison.AT_LEAST, 3.0) is None


def test_the_advice_is_a_sentence() -> None:
    criterion = replace(PREVALENCE, threshold=0.5)
    assert what_settles(criterion, wilson(9, 12), said("talks")) == (
        "About 4 more observations in `talks` (12 so far) would decide it, if the value stays at 75%."
    )
    near = what_settles(replace(PREVALENCE, threshold=0.501), wilson(6, 12), said("talks"))
    assert near == "50% is too close to the threshold for more observations to tell. Interview more people."


def test_an_interval_that_is_no_sampling_error_is_not_answered_with_more_observations() -> None:
    draws = Estimate(name="npv", value=1.0, lower=-5.0, upper=9.0, n=100_000, level=0.9, method="Monte Carlo")
    assert what_settles(PREVALENCE, draws, said("case")) == "Interview more people."
    assert what_settles(PREVALENCE, replace(wilson(1, 2), n=None), said("case")) == "Interview more people."
    assert "more observation" in what_settles(replace(PREVALENCE, threshold=3.0), t_mean([2, 4, 5]), said("case"))


UP = replace(PREVALENCE, threshold=0.99, phase=Phase.PILOT)
AVAILABLE = Estimate(
    name="availability", value=0.9958, lower=0.9898, upper=0.9988, unit="share", n=4800,
    method="errors clustered by day (40); Korn and Graubard",
)  # fmt: skip


def test_where_an_interval_rests_on_days_days_are_asked_for() -> None:
    """By hand: 4,800 * (0.0060 / 0.0058)^2 - 4,800 = 337 requests, at 120 a day 2.8 days."""
    assert what_settles(UP, AVAILABLE, said("service", AVAILABLE)) == (
        "About 3 more days like the 40 so far in `service` would decide it, if the value stays at 99.6%."
    )


def test_of_a_pilot_that_is_over_nothing_more_is_asked_for() -> None:
    assert what_settles(UP, AVAILABLE, said("service", AVAILABLE), over=True) == UP.remedy
    pilot = Pilot(start=date(2026, 3, 2), end=date(2026, 3, 29), assignment=Rows(source=SourceName("arms")))
    asked = replace(UP, estimate="availability", instrument="any")
    policy = Policy(policy="p", version="1", criteria=(asked,))

    def settle(day: date) -> str:
        gates = judge(
            Initiative(pilot=pilot), policy, [said("service", AVAILABLE)], as_of=day, instruments={"any": "it"}
        )
        return next(ruling.settle for gate in gates for ruling in gate.rulings)

    assert "more days" in settle(pilot.end) and settle(pilot.end + timedelta(days=1)) == asked.remedy


NOW = Estimate(name="effect", subject="hours", value=1.5, lower=-0.5, upper=3.5, n=12, method="randomisation test")
WORTH = replace(PREVALENCE, estimate="effect", threshold=1.0)


def foreseen(half: float, method: str = "12 teams, on 2026-04-26") -> Estimate:
    return replace(NOW, name="effect_at_end", lower=NOW.value - half, upper=NOW.value + half, method=method)


def test_where_the_end_is_registered_it_is_said_whether_it_can_decide() -> None:
    hardly = what_settles(WORTH, NOW, said("pilot", NOW, foreseen(1.0)))
    assert hardly == (
        "At the registered end the interval is expected to be about ±1 (12 teams, on 2026-04-26): that can hardly"
        " decide it, if the value stays at 1.5. About 48 of the same kind instead of 12 would tell 1.5 from 1: plan"
        " the next pilot so."
    )
    can = what_settles(WORTH, NOW, said("pilot", NOW, foreseen(0.4)))
    assert "can decide it" in can and can.endswith("Wait for it; the looks are registered.")
    other = replace(foreseen(0.4), subject="errors")
    assert what_settles(WORTH, NOW, said("pilot", NOW, other)) == "Interview more people."


def test_once_the_end_has_come_nobody_is_told_to_go_on() -> None:
    last = what_settles(WORTH, NOW, said("pilot", NOW, foreseen(2.0, "12 teams, all looks have come")))
    assert last == (
        "The registered end has come (12 teams, all looks have come), and going on is no part of the design."
        " About 192 of the same kind instead of 12 would tell 1.5 from 1: plan the next pilot so."
    )
    near = replace(WORTH, threshold=1.4999)
    assert what_settles(near, NOW, said("pilot", NOW, foreseen(2.0))).endswith("Interview more people.")
    opened = replace(NOW, lower=None, upper=None)
    assert what_settles(WORTH, opened, said("pilot", replace(opened, name="effect_at_end"))).endswith(
        "Interview more people."
    )


def test_where_observations_come_in_it_is_said_in_how_many_days_there_are_enough() -> None:
    """At 1.5 the half of 2 with 12 must fall to 0.5: 16 times as many are 192; at 4 a day 45 days from now."""
    rate = Estimate(name="arrivals_per_day", subject="hours", value=4.0, lower=4.0, upper=4.0, level=1.0)
    there = replace(foreseen(0.4), n=300)
    can = what_settles(WORTH, NOW, said("pilot", NOW, there, rate))
    assert " The 192 that it takes are there in about 45 day(s) at the present rate of 4 a day. Wait for it" in can
    hardly = what_settles(WORTH, NOW, said("pilot", NOW, replace(foreseen(1.0), n=48), rate))
    assert "About 192 of the same kind instead of 48 would tell 1.5 from 1, and come in about 48 day(s) at" in hardly
    assert "a day" not in what_settles(WORTH, NOW, said("pilot", NOW, there, replace(rate, subject="errors")))
