"""Simulated pilots in stepped waves, and switchbacks, with known truth, measured as the instrument does.

    python tests/calibration/pilots_in_time.py 1000

prints the tables of docs/explanation/calibration.md, from so many pilots per line.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from proveout.core.pilot import Pilot, Rows
from proveout.core.question import SourceName
from proveout.core.schedule import Switchback, Waves
from proveout.instruments.pilot.blocks import Blocks
from proveout.instruments.pilot.health import MISMATCH
from proveout.instruments.pilot.in_time import Observed, Timed, completed, effect_of
from proveout.instruments.pilot.in_turn import comparisons
from proveout.instruments.pilot.stepped import stepped, timed
from proveout.instruments.pilot.switching import Switching, allowing, carried_over, switching
from proveout.instruments.pilot.switching import timed as plain
from proveout.stats.allocation import draw
from proveout.stats.group_sequential import looks
from proveout.stats.switchback import pair_strata

START, WEEKS, BEFORE, EVERY = date(2026, 3, 2), 9, 6, 3
END = START + timedelta(weeks=WEEKS, days=-1)
ROWS = Rows(source=SourceName("arms"))
Profile = Callable[[np.ndarray], np.ndarray]
EFFECTS: dict[str, Profile] = {
    "none": lambda e: 0.0 * e,
    "constant": lambda e: 1.0 + 0.0 * e,
    "grows with use": lambda e: (e + 1.0) / 4,
    "fades": lambda e: 2.0 * 0.7**e,
}


def weekly(n: int) -> tuple[date, ...]:
    """Looks after so many equal parts of the pilot, the last day left out."""
    return tuple(START + timedelta(weeks=WEEKS * (k + 1) // n, days=-1) for k in range(n - 1))


@dataclass(frozen=True)
class World:
    """What a line is made of.

    Args:
        teams: How many.
        lasting: Share of a team's variance in a week that lasts.
        effect: One of `EFFECTS`.
        looks: How many.
        missing: Share of the teams' weeks without outcomes.
        share: The effect is a share of what is without the system, not an amount.
    """

    teams: int
    lasting: float
    effect: str = "none"
    looks: int = 1
    missing: float = 0.0
    share: bool = False

    @property
    def pilot(self) -> Pilot:
        """Its design: three waves and a holdback."""
        starts = tuple(START + timedelta(weeks=EVERY * k) for k in range(3))
        return Pilot(start=START, end=END, assignment=ROWS, looks=weekly(self.looks), waves=Waves(starts=starts))

    def noise(self, random: np.random.Generator, columns: int) -> np.ndarray:
        """Teams with levels of their own, a rise over time, and what passes."""
        lasting = random.normal(0, self.lasting**0.5, (self.teams, 1))
        passing = random.normal(0, (1 - self.lasting) ** 0.5, (self.teams, columns))
        return 20 + lasting + 0.1 * np.arange(columns) + passing


def blocks_of(arms: np.ndarray, treated: np.ndarray) -> Blocks:
    """The assignment, one unit a team."""
    n = len(arms)
    return Blocks(
        names=tuple(map(str, range(n))),
        arms=tuple(arms),
        treated=treated,
        strata=np.zeros(n, dtype=int),
        n_units=np.ones(n, dtype=int),
        n_late=np.zeros(n, dtype=int),
        n_exposed=np.zeros(n, dtype=int),
        first=np.ones(n, dtype=bool),
        covariates=np.zeros((n, 2)),
        counts={},
    )


def observed_of(
    values: np.ndarray, pilot: Pilot, before: int, period_days: int, seen: np.ndarray | None = None
) -> Observed:
    """Every team in every period, or what was seen."""
    seen = np.ones(values.shape, dtype=bool) if seen is None else seen
    periods = np.arange(values.shape[1]) - before
    days = [(day - pilot.start).days + 1 for day in pilot.calendar]
    return Observed(
        kept=np.ones(len(values), dtype=bool),
        periods=periods,
        values=completed(values, seen),
        seen=seen,
        present=seen.astype(float),
        ends=tuple(before + d // period_days for d in days),
    )


def in_waves(world: World, random: np.random.Generator) -> tuple[Timed, float]:
    """One pilot: what is compared, and the truth."""
    pilot = world.pilot
    arms = random.permutation(np.resize(np.array(pilot.arms, dtype=object), world.teams))
    starts = np.array([EVERY * pilot.arms.index(arm) if pilot.spans(arm) else 99 for arm in arms])
    since = np.arange(WEEKS + BEFORE) - BEFORE - starts[:, None]
    gain = np.where(since >= 0, EFFECTS[world.effect](np.maximum(since, 0)), 0.0)
    noise = world.noise(random, WEEKS + BEFORE)
    values = noise * (1 + gain) if world.share else noise + gain
    seen = random.random(values.shape) >= world.missing if world.missing else None
    blocks = blocks_of(arms, np.zeros(world.teams, dtype=bool))
    waves = stepped(observed_of(values, pilot, BEFORE, 7, seen), blocks, pilot)
    return timed(waves), float(gain[since >= 0].mean())


@dataclass(frozen=True)
class Turns:
    """A line of a switchback.

    Args:
        teams: How many.
        pairs: Times two periods.
        effect: Mean over teams.
        spread: Between teams.
        looks: One or two.
        carried: What the system leaves in the whole of the next period.
        left_out: Days that the design leaves out, as if that were enough.
    """

    teams: int
    pairs: int
    effect: float = 0.0
    spread: float = 0.0
    looks: int = 1
    carried: float = 0.0
    left_out: int = 1

    @property
    def pilot(self) -> Pilot:
        """Its design."""
        days = 14 * self.pairs
        looks = (START + timedelta(days=14 * (self.pairs // 2) - 1),) if self.looks == 2 else ()
        turns = Switchback(carry_over_days=self.left_out)
        end = START + timedelta(days=days - 1)
        return Pilot(start=START, end=end, assignment=ROWS, looks=looks, switchback=turns, seed=self.teams)


def in_turn(world: Turns, random: np.random.Generator) -> tuple[Switching, float]:
    """One switchback: its cells, and the truth. Weeks are unlike, and each team resembles its week before."""
    pilot, n = world.pilot, world.teams
    assert pilot.switchback is not None
    strata = pair_strata(np.zeros(n), world.pairs)
    first = draw(strata.ravel(), 0.5, seed=int(random.integers(2**31))).reshape(strata.shape)
    arms = np.array([pilot.switchback.arm(row) for row in first], dtype=object)
    there = np.stack([first, ~first], axis=2).reshape(n, -1)
    own = random.normal(world.effect, world.spread, (n, 1))
    noise = random.normal(0, 1, there.shape)
    noise[:, 1:] = 0.5 * noise[:, :-1] + noise[:, 1:]
    values = 20 + random.normal(0, 2, (n, 1)) + random.normal(0, 1, there.shape[1]) + noise + own * there
    values[:, 1:] += world.carried * there[:, :-1]
    blocks = blocks_of(arms, np.zeros(n, dtype=bool))
    return switching(observed_of(values, pilot, 0, 7), blocks, pilot), float(own.mean())


def turned(world: Turns, random: np.random.Generator) -> tuple[Timed, float]:
    """What is compared in one switchback as long as nothing is seen to be carried over, and the truth."""
    turns, truth = in_turn(world, random)
    return (plain(turns) if world.left_out else allowing(turns)), truth


def judged(world: Turns, trials: int, *, seed: int = 0) -> tuple[int, int]:
    """How many of many switchbacks are told from nothing as the instrument does it, and how many have no verdict."""
    random, found, vetoed = np.random.default_rng(seed), 0, 0
    for _ in range(trials):
        turns, _ = in_turn(world, random)
        ill = carried_over(turns, plain(turns).value)[0] < MISMATCH
        vetoed += ill
        found += not ill and all(told(one, world.pilot) for one in comparisons(turns, world.pilot))
    return found, vetoed


def simulated(world: World | Turns, random: np.random.Generator) -> tuple[Timed, float]:
    """One pilot of either kind."""
    return in_waves(world, random) if isinstance(world, World) else turned(world, random)


def told(compared: Timed, pilot: Pilot) -> bool:
    """Whether some look tells it from nothing at 5%."""
    statistics = compared.statistics(compared.values, compared.there, compared.ends)(0.0)
    return looks(statistics, [pilot.share(day) for day in pilot.calendar]).rejected_at is not None


def errors(world: World | Turns, trials: int, *, seed: int = 0) -> int:
    """How many of many pilots are told from nothing."""
    random = np.random.default_rng(seed)
    return sum(told(simulated(world, random)[0], world.pilot) for _ in range(trials))


@dataclass
class Tally:
    """Of many pilots: how many were told from nothing, how many intervals held the truth, and what was found."""

    found: int = 0
    held: int = 0
    ours: float = 0.0
    truth: float = 0.0


def tally(world: World | Turns, trials: int, *, seed: int = 0) -> Tally:
    """Many pilots of one world."""
    random, total = np.random.default_rng(seed), Tally()
    for _ in range(trials):
        compared, truth = simulated(world, random)
        effect = effect_of(compared, world.pilot, len(world.pilot.calendar))
        one = effect.relative if isinstance(world, World) and world.share else effect.absolute
        assert one is not None
        total.found += effect.p_value <= 0.05
        total.held += (one.lower is None or one.lower <= truth) and (one.upper is None or one.upper >= truth)
        total.ours += one.value / trials
        total.truth += truth / trials
    return total


def seed_of(world: World | Turns) -> int:
    """Another one for each line."""
    return 1_000 * world.teams + world.looks + (round(100 * world.lasting) if isinstance(world, World) else 0)


NULLS = [World(teams, lasting, looks=looks) for teams in (8, 12, 20) for lasting in (0.2, 0.8) for looks in (1, 3)]
TRUTHS = [World(16, 0.5, effect, looks=3) for effect in ("constant", "grows with use", "fades")]
FURTHER = {
    "a constant one, and a fifth of the weeks are missing": World(16, 0.5, "constant", missing=0.2),
    "+100% of what is without it": World(12, 0.8, "constant", share=True),
}
TURNS = [Turns(teams, pairs, looks=k) for teams, pairs in ((1, 10), (4, 6), (12, 4)) for k in (1, 2)]
SWITCHED = {
    "the same for all": Turns(8, 4, 1.0, looks=2),
    "differs between teams": Turns(8, 4, 1.0, 0.5, looks=2),
}
CARRIED = [
    Turns(teams, pairs, carried=carried, left_out=0)
    for teams, pairs in ((8, 4), (12, 4), (20, 4), (4, 6))
    for carried in (0.0, -1.0, 1.0)
]
TOO_FEW = (-0.25, -0.5, -0.75, -1.0)
"""Carried over all the same, where a day is left out."""
STRONG = [replace(world, effect=1.0, left_out=days) for world in CARRIED[::3] for days in (0, 1)]


def tables(trials: int) -> Iterator[str]:
    """Lines of Markdown."""
    yield "| no effect: teams, share that lasts | one look | three looks |\n|---|---:|---:|"
    for one, three in zip(NULLS[::2], NULLS[1::2], strict=True):
        shares = [errors(world, trials, seed=seed_of(world)) / trials for world in (one, three)]
        yield f"| {one.teams}, {one.lasting} | {shares[0]:.1%} | {shares[1]:.1%} |"
    yield "\n| 16 teams, 3 looks: effect | truth | found on average | interval holds it | told from nothing |"
    yield "|---|---:|---:|---:|---:|"
    for world in TRUTHS:
        t = tally(world, trials)
        yield f"| {world.effect} | {t.truth:.2f} | {t.ours:.2f} | {t.held / trials:.1%} | {t.found / trials:.1%} |"
    yield "\n| one look: effect | truth | found on average | interval holds it |\n|---|---:|---:|---:|"
    for name, world in FURTHER.items():
        t = tally(world, trials)
        yield f"| {name} | {t.truth:.2f} | {t.ours:.2f} | {t.held / trials:.1%} |"
    yield "\n| no effect: teams, times two periods | one look | two looks |\n|---|---:|---:|"
    for one, two in zip(TURNS[::2], TURNS[1::2], strict=True):
        shares = [errors(world, trials, seed=seed_of(world)) / trials for world in (one, two)]
        yield f"| {one.teams}, {one.pairs} | {shares[0]:.1%} | {shares[1]:.1%} |"
    yield from carried_tables(trials)
    yield "\n| 8 teams, 4 times two periods, 2 looks: effect | truth | found on average | interval holds it |"
    yield "|---|---:|---:|---:|"
    for name, world in SWITCHED.items():
        t = tally(world, trials)
        yield f"| {name} | {t.truth:.2f} | {t.ours:.2f} | {t.held / trials:.1%} |"


def carried_tables(trials: int) -> Iterator[str]:
    """Lines of Markdown: what is carried over, allowed for and not."""
    yield "\n| no effect, no days left out: teams, times two periods | nothing carried over | -1 | 1 |"
    yield "|---|---:|---:|---:|"
    for row in range(0, len(CARRIED), 3):
        worlds = CARRIED[row : row + 3]
        shares = [f"{errors(world, trials, seed=seed_of(world) + k) / trials:.1%}" for k, world in enumerate(worlds)]
        yield f"| {worlds[0].teams}, {worlds[0].pairs} | {' | '.join(shares)} |"
    yield from left_out_tables(trials)


def left_out_tables(trials: int) -> Iterator[str]:
    """Lines of Markdown: days left out that suffice, and that do not at all."""
    heads = " | ".join(map(str, TOO_FEW))
    yield f"\n| no effect, days left out: teams, times two periods | none carried over | {heads} |"
    yield f"|---|{'---:|' * (len(TOO_FEW) + 1)}"
    for world in [replace(world, left_out=1) for world in CARRIED[::3]]:
        found = [judged(replace(world, carried=left), trials, seed=seed_of(world)) for left in (0.0, *TOO_FEW)]
        shares = [f"{told / trials:.1%} ({vetoed / trials:.1%})" for told, vetoed in found]
        yield f"| {world.teams}, {world.pairs} | {' | '.join(shares)} |"
    yield "\n| an effect of 1 is told: teams, times two periods | no days left out | days left out |\n|---|---:|---:|"
    for without, kept in zip(STRONG[::2], STRONG[1::2], strict=True):
        shares = [judged(world, trials, seed=seed_of(world))[0] / trials for world in (without, kept)]
        yield f"| {without.teams}, {without.pairs} | {shares[0]:.1%} | {shares[1]:.1%} |"


if __name__ == "__main__":
    for text in tables(int(sys.argv[1]) if len(sys.argv) > 1 else 100):
        print(text, flush=True)
