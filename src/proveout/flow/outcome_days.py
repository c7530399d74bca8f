"""Whether outcomes that are there before the draw name their days: afterwards the design is registered as it is."""

from collections.abc import Iterator
from pathlib import Path

from proveout import data
from proveout.core.errors import ProveoutError
from proveout.core.initiative import Initiative
from proveout.core.pilot import Pilot
from proveout.instruments.pilot import undated


def undated_outcomes(folder: Path, initiative: Initiative, pilot: Pilot) -> Iterator[ProveoutError]:
    """One for each KPI that could have no verdict; tables that are not there, or cannot be read, are passed over."""
    asked = [
        ask(f"outcome_{index}_{ask.__name__}", outcome)
        for index, outcome in enumerate(pilot.outcomes.values())
        for ask in (undated.rows, undated.first)
    ]
    tables, _ = data.ask(asked, initiative.sources, folder)
    for index, (kpi, outcome) in enumerate(pilot.outcomes.items()):
        rows, columns = (tables.get(f"outcome_{index}_{part}") for part in ("rows", "first"))
        if rows is None or columns is None or rows["dated"][0] or not rows["n_rows"][0]:
            continue
        if why := undated.why_not(int(rows["n_often"][0]), columns, outcome, pilot):
            yield ProveoutError(f"{kpi}: {why.message}", why.remedy)


def refuse_undated(folder: Path, initiative: Initiative, pilot: Pilot) -> None:
    """Before a design is registered.

    Raises:
        ProveoutError: Outcomes are there that could have no verdict.
    """
    for error in undated_outcomes(folder, initiative, pilot):
        raise ProveoutError(f"{error.message}; nothing is registered", error.remedy)
