"""A small pilot on disk, asked and measured as `flow` does it."""

import csv
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from proveout import data
from proveout.core.evidence import Finding
from proveout.core.initiative import Change, Initiative, Kpi, Source
from proveout.core.pilot import Pilot, Rows
from proveout.core.question import Answers, SourceName
from proveout.core.registration import Registration
from proveout.instruments.pilot import queries
from proveout.instruments.pilot.measure import measure
from proveout.instruments.pilot.settings import Settings

START, END = date(2026, 3, 2), date(2026, 3, 29)
PILOT = Pilot(
    start=START,
    end=END,
    assignment=Rows(source=SourceName("arms")),
    outcomes={"hours": Rows(source=SourceName("outcomes"))},
)
KPI = Kpi(id="hours", unit="hour", direction="down", minimum_worthwhile=Change(absolute=-1.0))


def write(path: Path, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


class World:
    """Files of a pilot, and what the instrument finds in them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.arms: list[list[object]] = []
        self.rows: list[list[object]] = []
        self.uses: list[list[object]] | None = None
        self.columns = ["unit", "day", "value"]
        self.arm_columns = ["unit", "team", "arm", "stratum", "assigned_at"]

    def teams(self, n: int, effect: float, *, size: int = 5, seed: int = 0, level: float = 20.0) -> "World":
        """Teams of people, every other one treated, four weeks before and four weeks after the start."""
        random = np.random.default_rng(seed)
        for team in range(n):
            lasting, treated = random.normal(), team % 2 == 1
            for person in range(size):
                unit, own = f"{team}-{person}", lasting + random.normal()
                self.arms.append([unit, f"t{team:03}", "pilot" if treated else "control", "all", "2026-02-20"])
                for day in range(-28, 28):
                    value = level + own + random.normal(0, 2) + (effect if treated and day >= 0 else 0)
                    self.rows.append([unit, START + timedelta(days=day), value])
        return self

    def find(
        self,
        *,
        today: date = END + timedelta(days=1),
        kpi: Kpi = KPI,
        registration: Registration | None = None,
        **design: object,
    ) -> Finding:
        """Ask and measure."""
        return measure(Settings(), self.answers(today, kpi, registration, **design), self.initiative(kpi, **design))

    def initiative(self, kpi: Kpi = KPI, **design: object) -> Initiative:
        """The declaration."""
        names = ["arms", "outcomes", *(["uses"] if self.uses is not None else [])]
        exposures = Rows(source=SourceName("uses")) if self.uses is not None else None
        return Initiative(
            initiative="test",
            kpis=(kpi,),
            sources={SourceName(name): Source(location=f"{name}.csv") for name in names},
            pilot=replace(PILOT, exposures=exposures, **design),
        )

    def answers(self, today: date, kpi: Kpi, registration: Registration | None, **design: object) -> Answers:
        """What the data say."""
        write(self.folder / "arms.csv", self.arm_columns, self.arms)
        write(self.folder / "outcomes.csv", self.columns, self.rows)
        if self.uses is not None:
            write(self.folder / "uses.csv", ["unit", "at"], self.uses)
        return self.asked(today, kpi, registration, **design)

    def asked(self, today: date, kpi: Kpi, registration: Registration | None, **design: object) -> Answers:
        """What the files say as they are."""
        initiative = self.initiative(kpi, **design)
        tables, failures = data.ask(queries.questions(Settings(), initiative), initiative.sources, self.folder)
        return Answers(tables=tables, failures=failures, as_of=today, registration=registration)


@pytest.fixture
def world(tmp_path: Path) -> Callable[[], World]:
    """An empty world in a folder of its own."""
    return lambda: World(tmp_path)
