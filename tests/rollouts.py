"""A rollout with a known truth: teams with levels of their own, a common trend, an effect by time since the start."""

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from proveout.core.initiative import Change, Initiative, Kpi, Source
from proveout.core.question import Rows
from proveout.core.rollout import HOLDBACK, Rollout, wave_name
from proveout.core.wave import Progress, Wave, WaveState

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


def write_rows(path: Path, columns: tuple[str, ...], rows: list[tuple]) -> None:
    """A CSV file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *rows])
