"""Simulated scores of teams whose people are alike: how often the win probability errs, and what others would say.

    python tests/calibration/satisfaction.py 2000

prints the table of docs/explanation/calibration.md, from so many pilots per line.
"""

import sys
from dataclasses import dataclass

import numpy as np

from proveout.stats.randomisation import assignments
from proveout.stats.win_probability import win_probability

MEAN_SIZE, CV = 8, 0.65
CUTS = np.array([-1.4, -0.8, 0.0, 0.85])
"""Of a normal distribution, between the steps of a scale of five: 8, 13, 29, 30 and 20 of a hundred."""
ERROR = 0.05


@dataclass(frozen=True)
class World:
    """One line of the table; effect and spread of the treated on the scale of the latent variable."""

    teams: int
    icc: float
    effect: float = 0.0
    spread: float = 1.0
    n_treated: int | None = None

    @property
    def truth(self) -> float:
        """The win probability of two people of different teams."""
        from scipy.stats import norm

        of_a, of_b = (
            np.diff(norm.cdf((CUTS - at) / wide), prepend=0, append=1)
            for at, wide in ((0.0, 1.0), (self.effect, self.spread))
        )
        return float(of_b @ (np.cumsum(of_a) - of_a / 2))


def draw(world: World, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores, teams, and the arm of each team; sizes as in pilots.py, at least one."""
    sizes = np.maximum(1, np.round(random.gamma(CV**-2, MEAN_SIZE * CV**2, world.teams))).astype(int)
    treated = np.zeros(world.teams, dtype=bool)
    treated[random.permutation(world.teams)[: world.n_treated or world.teams // 2]] = True
    team = np.repeat(np.arange(world.teams), sizes)
    latent = world.icc**0.5 * random.normal(size=world.teams)[team]
    latent += (1 - world.icc) ** 0.5 * random.normal(size=len(team))
    moved = np.where(treated[team], world.effect + world.spread * latent, latent)
    return np.searchsorted(CUTS, moved) + 1, team, treated


def brunner_munzel(scores: np.ndarray, team: np.ndarray, treated: np.ndarray) -> float:
    """p of people taken for independent."""
    from scipy.stats import brunnermunzel

    return float(brunnermunzel(scores[~treated[team]], scores[treated[team]]).pvalue)


@dataclass(frozen=True)
class Found:
    """Shares of the pilots of one line."""

    covered: float
    rejected: float
    by_people: float
    width: float


def measured(world: World, trials: int, *, draws: int = 1_000) -> Found:
    """So many pilots, from a seed that the line fixes."""
    random = np.random.default_rng(world.teams)
    held, told, people, width = 0, 0, 0, 0.0
    for _ in range(trials):
        scores, team, treated = draw(world, random)
        ways = assignments(treated, np.zeros(world.teams), draws=draws, seed=int(random.integers(1 << 30)))
        if len(ways) > draws + 1:  # few enough to be enumerated, too many to look at in every trial
            ways = ways[np.r_[0, random.integers(len(ways), size=draws)]]
        found, p = win_probability(scores, team, ways)
        held += found.lower <= world.truth <= found.upper
        told += p <= ERROR
        people += brunner_munzel(scores, team, treated) <= ERROR
        width += found.upper - found.lower
    return Found(held / trials, told / trials, people / trials, width / trials)


LINES = (
    *(World(teams, icc) for teams in (8, 12, 20) for icc in (0.1, 0.3)),
    *(World(teams, icc, n_treated=teams // 3) for teams, icc in ((12, 0.1), (12, 0.3))),
    *(World(teams, 0.3, effect=0.0506, spread=1.8) for teams in (8, 12, 20)),
    *(World(teams, icc, effect=effect) for effect in (0.8, 1.8) for teams in (8, 12, 20) for icc in (0.1, 0.3)),
)


def main(trials: int) -> None:
    """Prints the table."""
    columns = "truth | teams (with the system), likeness | interval holds it | and is as wide as | test rejects"
    print(f"| {columns} | Brunner and Munzel's test of people |\n|---|---|---:|---:|---:|---:|")
    for world in LINES:
        found = measured(world, trials)
        arms = f"{world.teams} ({world.n_treated or world.teams // 2}), {world.icc}"
        spread = ", spread 1.8 times" if world.spread > 1 else ""
        shares = f"{found.covered:.1%} | {found.width:.2f} | {found.rejected:.1%} | {found.by_people:.1%}"
        print(f"| {world.truth:.3f}{spread} | {arms} | {shares} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
