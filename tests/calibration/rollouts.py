"""Simulated rollouts with known truth: how often the lasting effect is right, beside a model of one constant effect.

    python -m tests.calibration.rollouts 300

prints the tables of docs/explanation/sustained-impact.md.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from tests.rollouts import LEADS, START, WEEKS_BEFORE, rollout, weekly

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.core.rollout import Rollout
from proveout.instruments.impact.effects import (
    ahead_weights,
    estimator_of,
    harm_so_far,
    lasting_window,
    slope_weights,
)
from proveout.instruments.impact.measure import harm_error
from proveout.instruments.impact.panel import Cells, Compared, compared
from proveout.instruments.impact.planned import foreseen
from proveout.stats.difference_in_differences import callaway_santanna, combined_effect
from proveout.stats.staggered import staggered_effect, staggered_p
from proveout.stats.waves import Panel

TEAMS, PERIODS = 20, 13
STARTS = np.repeat([2, 4, 6, 8, 99], 4)
PLAN = rollout(lasting_from_days=21)
"""From the fourth week on the effect counts as the lasting one."""

EFFECTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "none": lambda e: 0.0 * e,
    "constant": lambda e: 1.0 + 0.0 * e,
    "grows with use": lambda e: (e + 1.0) ** 2 / 10,
    "fades": lambda e: 2.0 * 0.7**e,
}


@dataclass(frozen=True)
class Tally:
    """Of many rollouts: the share of intervals that held the truth, that left 0 out, and what was found."""

    truth: float
    covered: float
    found: float
    ours: float
    constant: float
    constant_negative: float


def waves(values: np.ndarray, starts: np.ndarray, *, before: int = 0) -> Compared:
    """Teams in waves; the first columns are of so many periods before the start."""
    late = starts >= values.shape[1]
    since = np.where(late, np.inf, starts - before)
    cells = Cells(
        values=values,
        strata=np.zeros(len(values), int),
        periods=np.arange(values.shape[1]) - before,
        starts=np.minimum(starts, values.shape[1]),
        since=since,
        ended=np.full(len(values), np.inf),
    )
    seen = compared(cells)
    assert seen
    return seen


def made(
    rng: np.random.Generator, effect: Callable[[np.ndarray], np.ndarray], *, likeness: float = 0.5
) -> tuple[Compared, np.ndarray]:
    """Twenty teams in random order, and the weights of what lasts; `likeness` is the share of variance that lasts."""
    starts = rng.permutation(STARTS)
    exposure = np.arange(PERIODS) - starts[:, None]
    lasting = rng.normal(0, likeness**0.5, (TEAMS, 1))
    passing = rng.normal(0, (1 - likeness) ** 0.5, (TEAMS, PERIODS))
    gain = np.where(exposure >= 0, effect(np.maximum(exposure, 0)), 0.0)
    seen = waves(10 + lasting + 0.1 * np.arange(PERIODS) + passing + gain, starts)
    return seen, seen.weights(lasting_window(seen, PLAN).newest)


def true_mean(seen: Compared, weights: np.ndarray, effect: Callable[[np.ndarray], np.ndarray]) -> float:
    """What the weights see of an effect."""
    return float((weights * effect(np.where(weights != 0, seen.exposure, 0.0))).sum())


def constant_effect(panel: Panel) -> float:
    """Least squares with teams, periods and one constant effect: the usual model of a stepped wedge."""

    def centred(x: np.ndarray) -> np.ndarray:
        return x - x.mean(axis=0) - x.mean(axis=1, keepdims=True) + x.mean()

    there = centred(panel.with_system)
    return float((there * panel.values).sum() / (there**2).sum())


def tally(effect: Callable[[np.ndarray], np.ndarray], trials: int, *, seed: int = 0) -> Tally:
    """Many rollouts of one truth."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(trials):
        seen, weights = made(rng, effect)
        truth = true_mean(seen, weights, effect)
        interval = staggered_effect(seen.panel, weights, whole_before=True)
        lower, upper = interval.lower or -np.inf, interval.upper or np.inf
        model = constant_effect(seen.panel)
        rows.append((truth, lower <= truth <= upper, not lower <= 0 <= upper, interval.value, model, model < 0))
    return Tally(*map(float, np.mean(rows, axis=0)))


def levels(trials: int, *, seed: int = 0) -> dict[str, tuple[float, float]]:
    """Without an effect: errors of the test over orders, and of Callaway and Sant'Anna's interval, by likeness."""
    table = {}
    for likeness in (0.2, 0.5, 0.8):
        rng = np.random.default_rng(seed)
        wrong = np.zeros(2)
        for _ in range(trials):
            seen, weights = made(rng, EFFECTS["none"], likeness=likeness)
            other = combined_effect(callaway_santanna(seen.panel, weights[None]), np.ones(1))
            wrong += [
                staggered_p(seen.panel, weights, draws=999, whole_before=True) <= 0.05,
                not (other.lower or 0) <= 0 <= (other.upper or 0),
            ]
        table[f"{likeness:.1f}"] = (wrong[0] / trials, wrong[1] / trials)
    return table


@dataclass(frozen=True)
class Passed:
    """Of many rollouts, the share that passed each of the two bounds, and both."""

    worthwhile: float
    lasts: float
    both: float


FATES: dict[str, tuple[Callable[[np.ndarray], np.ndarray], int]] = {
    "none": (lambda e: 0.0 * e, 24),
    "what is worthwhile, for good": (lambda e: 1.0 + 0.0 * e, 24),
    "twice that, for good": (lambda e: 2.0 + 0.0 * e, 24),
    "twice that, for good, 48 teams": (lambda e: 2.0 + 0.0 * e, 48),
    "three times that, for good": (lambda e: 3.0 + 0.0 * e, 24),
    "three times that, 5% less each week": (lambda e: 3 * 0.95**e, 24),
    "twice that, gone after 20 weeks": (lambda e: np.where(e < 20, 2.0, 0.0), 24),
    "2.5 times that, harm after 10 weeks": (lambda e: np.where(e < 10, 2.5, -1.0), 24),
}
"""By name, the effect by weeks since the start, in what is worthwhile, and the teams."""


def year(
    effect: Callable[[np.ndarray], np.ndarray], declared: Rollout, *, seed: int, teams: int = 24, noise: float = 1.0
) -> tuple[Compared, np.ndarray, np.ndarray]:
    """A rollout of 28 weeks after 8 without: the waves, the values, and the column in which each team starts."""
    values, _, since = weekly(effect, declared, seed=seed, teams=teams, noise=noise)
    first = np.argmax(since >= 0, axis=1)
    starts = np.where((since >= 0).any(axis=1), first, values.shape[1])
    return waves(values, starts, before=WEEKS_BEFORE), values, starts


def above(estimate: Estimate, threshold: float) -> bool:
    return estimate.lower is not None and estimate.lower >= threshold


def passes(fate: str, trials: int) -> Passed:
    """How often the gate's two bounds on a goal are passed."""
    (effect, teams), declared, rows = FATES[fate], rollout(), []
    for seed in range(trials):
        seen, _, _ = year(effect, declared, seed=seed, teams=teams)
        window, estimate = lasting_window(seen, declared), estimator_of(seen, "randomised", 0)
        newest, slope = seen.weights(window.newest), slope_weights(seen, window.lasting)
        assert slope is not None
        worthwhile = above(estimate(newest, 0.9), 1.0)
        lasts = above(estimate(ahead_weights(newest, slope, declared), 0.9), 0.0)
        rows.append((worthwhile, lasts, worthwhile and lasts))
    return Passed(*map(float, np.mean(rows, axis=0)))


def rolled_back(harm: float, borne: float, trials: int, *, noise: float = 1.0) -> tuple[float, float]:
    """Of rollouts that are looked at every week for harm: the share rolled back, and the week on average."""
    declared, weeks = rollout(), []
    for seed in range(trials):
        _, values, starts = year(lambda e: -harm + 0.0 * e, declared, seed=seed, noise=noise)
        weeks.append(next((w for w in range(1, 29) if _shown(values, starts, w, borne, declared)), 0))
    found = [week for week in weeks if week]
    return len(found) / trials, float(np.mean(found)) if found else 0.0


def _shown(values: np.ndarray, starts: np.ndarray, week: int, borne: float, declared: Rollout) -> bool:
    seen = waves(values[:, : WEEKS_BEFORE + week], starts, before=WEEKS_BEFORE)
    error = harm_error(declared, START + timedelta(weeks=week, days=-1))
    try:
        found = harm_so_far(seen, declared, "randomised", error=error)
    except TooLittle:
        return False
    return any(wide.upper is not None and wide.upper + borne < 0 for _, wide in found)


def foretold(trials: int, *, teams: int = 24) -> tuple[float, float]:
    """What the plan says of an effect of twice what is worthwhile: the chances of both bounds, on average."""
    declared, said = rollout(), []
    for seed in range(trials):
        values, arms, _ = weekly(lambda e: 0.0 * e, declared, seed=seed, teams=teams, noise=1.0)
        team, week = np.nonzero(np.isfinite(values[:, :WEEKS_BEFORE]))
        table = {"place": team, "period": week - WEEKS_BEFORE, "value": values[team, week]}
        numbers = np.array([declared.names.index(arm) + 1 for arm in arms])
        seen = foreseen(LEADS, table, numbers, declared, error=0.05)
        said.append((seen.worthwhile, seen.lasts))
    worthwhile, lasts = np.mean(said, axis=0)
    return float(worthwhile), float(lasts)


def main() -> None:
    """Print the tables."""
    trials = int(sys.argv[1])
    print("| effect | truth | found on average | interval holds the truth | told from nothing | one constant effect |")
    for name, effect in EFFECTS.items():
        t = tally(effect, trials)
        said = f"{t.constant:.2f}, negative in {t.constant_negative:.0%}"
        print(f"| {name} | {t.truth:.2f} | {t.ours:.2f} | {t.covered:.1%} | {t.found:.1%} | {said} |", flush=True)
    print("\n| no effect: share that lasts | test over orders | Callaway and Sant'Anna |")
    for name, (ours, other) in levels(trials).items():
        print(f"| {name} | {ours:.1%} | {other:.1%} |", flush=True)
    print("\n| effect | worthwhile | lasts | both |")
    for name in FATES:
        p = passes(name, trials)
        print(f"| {name} | {p.worthwhile:.1%} | {p.lasts:.1%} | {p.both:.1%} |", flush=True)
    print("\n| foretold by the plan | worthwhile | lasts |")
    for teams in (24, 48):
        print(f"| {teams} teams | {' | '.join(f'{x:.0%}' for x in foretold(trials // 10, teams=teams))} |", flush=True)
    print("\n| harm | borne | rolled back | in week |")
    for harm, borne in ((0.0, 1.0), (0.0, 0.0), (1.0, 1.0), (2.0, 1.0)):
        share, week = rolled_back(harm, borne, trials // 10)
        print(f"| {harm:g} | {borne:g} | {share:.0%} | {week:.0f} |", flush=True)


if __name__ == "__main__":
    main()
