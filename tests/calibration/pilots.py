"""Simulated pilots with known truth: teams of unequal size whose people are alike, measured as the instrument does.

    python tests/calibration/pilots.py 2000

prints the tables of docs/explanation/calibration.md, from so many pilots per line.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from proveout.core.pilot import Pilot, Rows
from proveout.core.question import SourceName
from proveout.instruments.pilot.blocks import SUMS, Blocks, Outcomes
from proveout.instruments.pilot.effects import Compared, compare, cr2_of, statistics_of
from proveout.stats.asymptotic_sequence import asymptotic_p
from proveout.stats.balance import Moments
from proveout.stats.difference import welch
from proveout.stats.group_sequential import looks
from proveout.stats.posterior import posterior
from proveout.stats.randomisation import randomisation_p

MEAN_SIZE, CV = 8, 0.65
WEEKS = 12
START = date(2026, 3, 2)
MADE = Pilot(start=START, end=START + timedelta(weeks=WEEKS, days=-1), assignment=Rows(source=SourceName("arms")))


@dataclass(frozen=True)
class World:
    """What a line of the tables is made of; effect in standard deviations of a unit's outcome."""

    teams: int
    icc: float
    effect: float = 0.0
    r: float = 0.0  # correlation with the time before; 0: none is used
    looks: int = 1

    @property
    def pilot(self) -> Pilot:
        """Its design."""
        days = [START + timedelta(weeks=k + 1, days=-1) for k in range(WEEKS)] if self.looks > 1 else []
        return Pilot(start=MADE.start, end=MADE.end, assignment=MADE.assignment, looks=tuple(days), seed=self.teams)


@dataclass(frozen=True)
class Data:
    """One pilot: units' values after each look, shape (n, K), before, team and arm of each."""

    y: np.ndarray
    x: np.ndarray
    team: np.ndarray
    treated: np.ndarray


def draw(world: World, random: np.random.Generator) -> Data:
    """One pilot."""
    spread = np.sqrt(np.log(1 + CV**2))
    sizes = np.maximum(2, np.round(random.lognormal(np.log(MEAN_SIZE) - spread**2 / 2, spread, world.teams))).astype(
        int
    )
    team = np.repeat(np.arange(world.teams), sizes)
    treated = np.zeros(world.teams, dtype=bool)
    treated[random.permutation(world.teams)[: world.teams // 2]] = True

    def two(size: int, variance: float) -> np.ndarray:
        """Two values of each that are correlated by r."""
        both = random.normal(size=(2, size))
        return np.sqrt(variance) * np.stack([both[0], world.r * both[0] + np.sqrt(1 - world.r**2) * both[1]])

    lasting = two(world.teams, world.icc)[:, team] + two(len(team), 1 - world.icc)
    y = lasting[1] + world.effect * treated[team]
    if world.looks == 1:
        return Data(y[:, None], lasting[0], team, treated)
    weeks = random.normal(0, 2.0, (len(team), WEEKS))
    running = weeks.cumsum(axis=1) / np.arange(1, WEEKS + 1)
    return Data(y[:, None] + running, lasting[0], team, treated)


def measured(data: Data, world: World):
    """As the instrument has it: sums per team and look."""
    n = np.bincount(data.team).astype(float)
    x = data.x - data.x.mean()

    def sums(values: np.ndarray) -> np.ndarray:
        return np.stack([np.bincount(data.team, weights=column) for column in values.T], axis=1)

    k = data.y.shape[1]
    wide = np.repeat(x[:, None], k, axis=1)
    ones = np.ones_like(data.y)
    parts = {
        "n": ones, "n_known": ones * (world.r > 0), "y": data.y, "d": ones, "x": wide, "yy": data.y**2,
        "yd": data.y, "dd": ones, "xx": wide**2, "xy": wide * data.y, "xd": wide, "n_rows": ones, "zeros": data.y == 0,
    }  # fmt: skip
    assert set(parts) == set(SUMS)
    outcomes = Outcomes(
        sums={name: sums(part) for name, part in parts.items()},
        shift=0.0,
        counts={},
        ratio=False,
        latest=None,
        waited=None,
        weeks=(np.empty((len(n), 0)), np.empty((len(n), 0)), np.empty((len(n), 0))),
    )
    teams = len(n)
    blocks = Blocks(
        names=tuple(map(str, range(teams))),
        arms=tuple("pilot" if arm else "control" for arm in data.treated),
        treated=data.treated,
        strata=np.zeros(teams, dtype=int),
        n_units=n.astype(int),
        n_late=np.zeros(teams, dtype=int),
        n_exposed=np.zeros(teams, dtype=int),
        first=np.ones(teams, dtype=bool),
        covariates=np.zeros((teams, 2)),
        counts={},
    )
    return compare(blocks, outcomes, world.pilot, k), outcomes


def by_people(compared: Compared, outcomes: Outcomes) -> np.ndarray:
    """The randomisation statistic of the design notes, shape (M,): people count alike, not teams; its error is that of
    a ratio over teams, and what the time before foretells of a person is taken out with one slope for all."""
    s = {name: sums[:, -1] for name, sums in outcomes.sums.items()}
    y = s["y"] - s["x"] * (s["xy"].sum() / s["xx"].sum() if compared.before is not None else 0)
    n = s["n"]
    y = y - n * y.sum() / n.sum()
    parts = np.stack([y, n, y * y, y * n, n * n], axis=1)
    over_treated = compared.ways.astype(float) @ parts
    means, errors = [], []
    for sums, teams in (
        (over_treated, int(compared.ways[0].sum())),
        (parts.sum(axis=0) - over_treated, int((~compared.ways[0]).sum())),
    ):
        total, people, squares, products, sizes = sums.T
        mean = total / people
        means.append(mean)
        errors.append((squares - 2 * mean * products + mean**2 * sizes) / people**2 * teams / (teams - 1))
    return (means[0] - means[1]) / np.sqrt(errors[0] + errors[1])


def users_p(data: Data) -> np.ndarray:
    """p-values of Welch's t-test on users at each look, as experiment platforms have it: teams do not exist."""
    from scipy.stats import ttest_ind

    arm = data.treated[data.team]
    return ttest_ind(data.y[arm], data.y[~arm], equal_var=False).pvalue


PLATFORMS = ("asymptotic", "user_weeks", "chance")
METHODS = ("users", "cr2", "randomisation", "people", "sequential", *PLATFORMS)


def platforms(data: Data) -> dict[str, bool]:
    """Whether what experiment platforms show at some look says that there is an effect: for users who are all there
    from the start, for their weeks as if each were a new user, and as a chance to win beyond 95% either way."""
    arm = data.treated[data.team]
    found: dict[str, bool] = dict.fromkeys(PLATFORMS, False)
    looks = np.arange(1, data.y.shape[1] + 1)
    weeks = np.diff(data.y * looks, axis=1, prepend=0)
    for k in looks:
        users, rows = data.y[:, k - 1], weeks[:, :k]
        plain = welch(Moments.of(users[~arm]), Moments.of(users[arm]))
        by_week = welch(Moments.of(rows[~arm].ravel()), Moments.of(rows[arm].ravel()))
        found["asymptotic"] |= asymptotic_p(plain, planned=max(50, len(users))) <= 0.05
        found["user_weeks"] |= asymptotic_p(by_week, planned=max(50, weeks.size)) <= 0.05
        found["chance"] |= abs(posterior(plain).chance_to_win - 0.5) > 0.45
    return found


def rejections(world: World, trials: int, seed: int) -> dict[str, int]:
    """How many of the pilots are told from chance at 5%, by method."""
    random = np.random.default_rng(seed)
    found: dict[str, int] = dict.fromkeys(METHODS, 0)
    for _ in range(trials):
        data = draw(world, random)
        compared, outcomes = measured(data, world)
        statistics = statistics_of(compared)
        found["users"] += bool((users_p(data) < 0.05).any())
        if world.looks > 1:
            for method, said in platforms(data).items():
                found[method] += said
        found["sequential"] += looks(statistics, compared.shares).rejected_at is not None
        found["randomisation"] += randomisation_p(statistics[:, -1]) <= 0.05
        found["people"] += randomisation_p(by_people(compared, outcomes)) <= 0.05
        coefficient = cr2_of(compared, outcomes)
        found["cr2"] += coefficient is not None and coefficient.p_value < 0.05
    return found


NULLS = [(teams, icc) for teams in (8, 12, 20) for icc in (0.1, 0.3)]
POWERS = [World(teams, icc, 0.8, r) for teams, icc in ((12, 0.1), (20, 0.3)) for r in (0.0, 0.6, 0.55)]
"""The design notes do not say how much their time before foretells; 0.55 is what their two figures with it agree on."""


LOOKED = (
    "| no effect, 12 weekly looks | t-test on users | asymptotic sequence on users | on their weeks "
    "| chance to win beyond 95% | group-sequential randomisation test |"
)
POWERFUL = "| effect of 0.8 standard deviations | CR2 | randomisation test | the same, people counting alike |"


def tables(trials: int) -> Iterator[str]:
    """Lines of Markdown."""
    yield "| no effect: teams, likeness | t-test on users | CR2 | randomisation test |\n|---|---:|---:|---:|"
    for teams, icc in NULLS:
        yield line(f"{teams}, {icc}", World(teams, icc), trials, ("users", "cr2", "randomisation"))
    yield f"\n{LOOKED}\n|---|---:|---:|---:|---:|---:|"
    for teams, icc in NULLS:
        name = f"{teams}, {icc}"
        yield line(name, World(teams, icc, looks=WEEKS), trials, ("users", *PLATFORMS, "sequential"))
    yield f"\n{POWERFUL}\n|---|---:|---:|---:|"
    for world in POWERS:
        name = f"{world.teams}, {world.icc}" + (f", time before (r = {world.r})" if world.r else "")
        yield line(name, world, trials, ("cr2", "randomisation", "people"))
    yield "\n| effect of 0.8, 12 weekly looks | group-sequential | one look, at the end |\n|---|---:|---:|"
    for teams in (12, 20):
        yield line(f"{teams}, 0.1", World(teams, 0.1, 0.8, looks=WEEKS), trials, ("sequential", "randomisation"))


def line(name: str, world: World, trials: int, methods: tuple[str, ...]) -> str:
    """One line."""
    found = rejections(world, trials, seed=world.teams)
    return f"| {name} | " + " | ".join(f"{found[method] / trials:.1%}" for method in methods) + " |"


if __name__ == "__main__":
    for text in tables(int(sys.argv[1]) if len(sys.argv) > 1 else 200):
        print(text, flush=True)
