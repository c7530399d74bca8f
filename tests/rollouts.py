"""A rollout with a known truth: teams with levels of their own, a common trend, an effect by time since the start."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from proveout.core.evidence import Finding
from proveout.core.initiative import Change, Initiative, Kpi, Source
from proveout.core.question import Answers, Rows
from proveout.core.rollout import HOLDBACK, Rollout, wave_name
from proveout.core.wave import Progress, Wave, WaveState
from proveout.instruments.impact.measure import measure
from proveout.instruments.impact.settings import Settings

START = date(2026, 3, 2)
WEEKS_BEFORE = 8


def rollout(**changes) -> Rollout:
    """Four waves of four weeks each; a year's third to see what lasts."""
    declared = {
        "start": START,
        "sustain_until": START + timedelta(weeks=28) - timedelta(days=1),
        "n_waves": 3,
        "lasting_from_days": 56,
        "assignment": Rows(source="waves"),
        "outcomes": {"leads": Rows(source="leads")},
    }
    return Rollout(**declared | changes)


LEADS = Kpi(
    id="leads",
    title="Leads",
    unit="lead/week",
    direction="up",
    target=Change(absolute=1.5),
    minimum_worthwhile=Change(absolute=1.0),
)


@dataclass(frozen=True)
class World:
    """Who is in which wave, and what the outcome is.

    Args:
        effect: From weeks since the start (0, 1, ...) to what is gained.
    """

    effect: Callable[[np.ndarray], np.ndarray]
    teams: int = 24
    per_team: int = 3
    weeks: int = 28
    seed: int = 4
    noise: float = 1.0

    def waves(self, declared: Rollout) -> dict[str, str]:
        """By team, its wave: dealt out at random."""
        names = [*(wave_name(i + 1) for i in range(declared.n_waves)), HOLDBACK]
        dealt = np.random.default_rng(self.seed).permutation(np.arange(self.teams) % len(names))
        return {f"team {i:02}": names[wave] for i, wave in enumerate(dealt)}

    def progress(self, declared: Rollout) -> Progress:
        """As if every wave had started on its day."""
        waves = tuple(
            Wave(
                number=i,
                name=wave_name(i),
                state=WaveState.PROMOTED,
                started=declared.planned_start(i),
            )
            for i in range(1, declared.n_waves + 1)
        )
        held = Wave(number=declared.n_waves + 1, name=HOLDBACK)
        return Progress(waves=(*waves, held), registered=START, begun=START - timedelta(days=100))

    def write(self, folder: Path, declared: Rollout, *, skip: Iterable[tuple[str, int]] = ()) -> None:
        """waves.csv and leads.csv; `skip` names (team, week) without outcomes."""
        rng, skipped = np.random.default_rng(self.seed + 1), set(skip)
        arms, seats, rows = self.waves(declared), [], []
        for team, arm in arms.items():
            level = rng.normal(20, 2)
            number = declared.n_waves + 1 if arm == HOLDBACK else int(arm.split()[1])
            start = 10**6 if arm == HOLDBACK else (declared.planned_start(number) - START).days // 7
            units = [f"{team} unit {u}" for u in range(self.per_team)]
            seats += [(unit, team, arm, "", 1) for unit in units]
            for week in range(-WEEKS_BEFORE, self.weeks):
                since = np.array(week - start)
                gain = float(self.effect(since)) if week >= start else 0.0
                if (team, week) in skipped:
                    continue
                for unit in units:
                    value = level + 0.1 * week + gain + rng.normal(0, self.noise)
                    rows.append((unit, START + timedelta(days=7 * week + 2), round(value, 4)))
        write_rows(folder / "waves.csv", ("unit", "team", "arm", "stratum", "batch"), seats)
        write_rows(folder / "leads.csv", ("unit", "day", "value"), rows)

    def initiative(self, declared: Rollout, *kpis: Kpi) -> Initiative:
        """The declaration that goes with the files."""
        return Initiative(
            initiative="leads",
            rollout=declared,
            kpis=kpis or (LEADS,),
            sources={"waves": Source(location="waves.csv"), "leads": Source(location="leads.csv")},
        )


def wave_of(declared: Rollout, rng: np.random.Generator, *, teams: int = 24) -> tuple[np.ndarray, list[str]]:
    """The wave of each team, dealt out at random and counted from 0, and their names."""
    names = [*(wave_name(i + 1) for i in range(declared.n_waves)), HOLDBACK]
    return rng.permutation(np.arange(teams) % len(names)), names


def weekly(
    effect: Callable[[np.ndarray], np.ndarray],
    declared: Rollout,
    *,
    seed: int = 1,
    noise: float = 0.5,
    spread: float = 1.0,
    weeks: int = 28,
    teams: int = 24,
    unlike: float = 0.0,
) -> tuple[np.ndarray, list[str], np.ndarray]:
    """Means of teams by week, their waves, and weeks since the start; `unlike` is how far effects differ by team."""
    rng = np.random.default_rng(seed)
    wave, names = wave_of(declared, rng, teams=teams)
    starts = np.array([(declared.planned_start(i + 1) - START).days // 7 for i in range(declared.n_waves)] + [10**6])
    period = np.arange(-WEEKS_BEFORE, weeks)
    since = period - starts[wave][:, None]
    values = 20 + rng.normal(0, spread, (teams, 1)) + 0.1 * period + rng.normal(0, noise, (teams, len(period)))
    gain = np.where(since >= 0, effect(np.maximum(since, 0)), 0.0) * (1 + unlike * rng.normal(size=(teams, 1)))
    return values + gain, [names[w] for w in wave], since


def told(
    values: np.ndarray,
    arms: Sequence[str],
    declared: Rollout,
    *,
    kpi: Kpi = LEADS,
    progress: Progress | None = None,
    as_of: date = START + timedelta(weeks=28),
    latest: date | None = None,
) -> Finding:
    """The finding on means by team and week, of which the first are of `WEEKS_BEFORE` weeks before the start."""
    n, (teams, weeks) = len(arms), np.nonzero(np.isfinite(values))
    blocks = {
        "block": np.array([f"team {i:02}" for i in range(n)], object),
        "arm": np.array(arms, object),
        "other_arm": np.array(arms, object),
        "stratum": np.array([""] * n, object),
        "late": np.zeros(n, bool),
        "n_late": np.zeros(n, int),
        "n_units": np.full(n, 5),
        "started_at": np.array([None] * n, object),
    }
    counts = {
        name: np.array([0]) for name in ("unreadable", "undated", "strangers", "n_rows", "impossible", "negative")
    }
    counts["latest"] = np.array([str(latest or as_of - timedelta(days=1))], object)
    means = {"place": teams, "period": weeks - WEEKS_BEFORE, "value": values[teams, weeks]}
    answers = Answers(
        tables={"blocks": blocks, "impact_0_counts": counts, "impact_0_means": means},
        as_of=as_of,
        progress=progress or World(lambda since: since).progress(declared),
    )
    return measure(Settings(), answers, Initiative(initiative="leads", rollout=declared, kpis=(kpi,)))


def write_rows(path: Path, columns: tuple[str, ...], rows: list[tuple]) -> None:
    """A CSV file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *rows])
