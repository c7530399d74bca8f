"""Simulated rollouts with known truth: how often the lasting effect is right, beside a model of one constant effect.

    python tests/calibration/rollouts.py 1000

prints the tables of docs/explanation/sustained-impact.md.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from proveout.stats.difference_in_differences import callaway_santanna, combined_effect
from proveout.stats.staggered import staggered_effect, staggered_p
from proveout.stats.waves import Panel, exposure_weights

TEAMS, PERIODS = 20, 13
STARTS = np.repeat([2, 4, 6, 8, 99], 4)
EXPOSURES = range(3, 5)
"""Seen for every wave before the data end; all of them have others waiting."""

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


def panel(rng: np.random.Generator, effect: Callable[[np.ndarray], np.ndarray], *, likeness: float = 0.5) -> Panel:
    """Twenty teams in random order; `likeness` is the share of the variance that lasts."""
    starts = rng.permutation(STARTS)
    exposure = np.arange(PERIODS) - starts[:, None]
    lasting = rng.normal(0, likeness**0.5, (TEAMS, 1))
    passing = rng.normal(0, (1 - likeness) ** 0.5, (TEAMS, PERIODS))
    gain = np.where(exposure >= 0, effect(np.maximum(exposure, 0)), 0.0)
    return Panel(10 + lasting + 0.1 * np.arange(PERIODS) + passing + gain, starts, np.zeros(TEAMS, int))


def lasting(panel: Panel) -> np.ndarray:
    """The weights of the lasting effect."""
    return np.mean([exposure_weights(panel, e) for e in EXPOSURES], axis=0)


def constant_effect(panel: Panel) -> float:
    """Least squares with teams, periods and one constant effect: the usual model of a stepped wedge."""

    def centred(x: np.ndarray) -> np.ndarray:
        return x - x.mean(axis=0) - x.mean(axis=1, keepdims=True) + x.mean()

    there = centred(panel.with_system)
    return float((there * panel.values).sum() / (there**2).sum())


def tally(effect: Callable[[np.ndarray], np.ndarray], trials: int, *, seed: int = 0) -> Tally:
    """Many rollouts of one truth."""
    rng = np.random.default_rng(seed)
    truth = float(np.mean([effect(np.array(e)) for e in EXPOSURES]))
    rows = []
    for _ in range(trials):
        one = panel(rng, effect)
        interval = staggered_effect(one, lasting(one))
        lower, upper = interval.lower or -np.inf, interval.upper or np.inf
        model = constant_effect(one)
        rows.append((lower <= truth <= upper, not lower <= 0 <= upper, interval.value, model, model < 0))
    covered, found, ours, constant, negative = np.mean(rows, axis=0)
    return Tally(truth, covered, found, ours, constant, negative)


def compared(trials: int, *, seed: int = 0) -> dict[str, tuple[float, float]]:
    """Without an effect: errors of the test over orders, and of Callaway and Sant'Anna's interval, by likeness."""
    table = {}
    for likeness in (0.2, 0.5, 0.8):
        rng = np.random.default_rng(seed)
        wrong = np.zeros(2)
        for _ in range(trials):
            one = panel(rng, EFFECTS["none"], likeness=likeness)
            weights = lasting(one)
            other = combined_effect(callaway_santanna(one, weights[None]), np.ones(1))
            wrong += [staggered_p(one, weights, draws=999) <= 0.05, not (other.lower or 0) <= 0 <= (other.upper or 0)]
        table[f"{likeness:.1f}"] = (wrong[0] / trials, wrong[1] / trials)
    return table


def main() -> None:
    """Print both tables."""
    trials = int(sys.argv[1])
    print("| effect | truth | found on average | interval holds the truth | told from nothing | one constant effect |")
    for name, effect in EFFECTS.items():
        t = tally(effect, trials)
        said = f"{t.constant:.2f}, negative in {t.constant_negative:.0%}"
        print(f"| {name} | {t.truth:.2f} | {t.ours:.2f} | {t.covered:.1%} | {t.found:.1%} | {said} |")
    print("\n| no effect: share that lasts | test over orders | Callaway and Sant'Anna |")
    for name, (ours, other) in compared(trials).items():
        print(f"| {name} | {ours:.1%} | {other:.1%} |")


if __name__ == "__main__":
    main()
