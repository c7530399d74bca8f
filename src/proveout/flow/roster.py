"""Who takes part in the pilot or the rollout, as the declared roster says."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from proveout import data
from proveout.core.errors import ProveoutError, SourceBroken, SourceUnreachable
from proveout.core.evidence import Outcome
from proveout.core.initiative import Initiative
from proveout.core.pilot import Pilot
from proveout.core.question import Query
from proveout.core.rollout import Rollout

ROSTER = """
select cast(x.unit as varchar) as unit, coalesce(cast(x.team as varchar), '') as team,
  coalesce(cast(x.stratum as varchar), '') as stratum, try_cast(x.size as double) as size,
  try_cast(x.baseline as double) as baseline, coalesce(cast(x.wave as varchar), '') as wave
from (select null as team, null as stratum, null as size, null as baseline, null as wave) as absent,
  lateral (select unit, team, stratum, size, baseline, wave from roster) as x
order by unit
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One unit of the roster; `block` is what gets an arm: its team, or itself."""

    unit: str
    team: str
    block: str
    stratum: str
    size: float
    baseline: float | None
    wave: str = ""


def roster(folder: Path, initiative: Initiative, design: Pilot | Rollout) -> tuple[Member, ...]:
    """Everybody on the roster of a pilot or a rollout; size and baseline are those of the block.

    Raises:
        ProveoutError: There is no roster, it cannot be read, or it names a unit twice, none, or no team.
    """
    if design.roster is None:
        raise ProveoutError("there is no `roster` to draw from", "declare one: unit, team, stratum")
    query = Query(name="roster", sql=ROSTER, reads={"roster": design.roster.read})
    tables, failures = data.ask([query], initiative.sources, folder)
    for failure in failures.values():
        kind = SourceUnreachable if failure.outcome is Outcome.UNREACHABLE else SourceBroken
        needed = "; a roster needs `unit` and `team`, others are welcome" if "not found" in failure.message else ""
        raise kind(failure.message, failure.remedy + needed)
    columns = {name: np.ma.asarray(column).tolist() for name, column in tables["roster"].items()}
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    _refuse(rows, design)
    blocks = [row["team"] if design.randomise == "teams" else row["unit"] for row in rows]
    sizes = Counter(blocks)
    means = {name: _means(rows, blocks, name) for name in ("size", "baseline")}
    strata = {block: row["stratum"] for block, row in zip(blocks, rows, strict=True)}
    return tuple(
        Member(
            unit=row["unit"],
            team=row["team"],
            block=block,
            stratum=strata[block],
            size=means["size"].get(block, float(sizes[block])),
            baseline=means["baseline"].get(block),
            wave=row["wave"],
        )
        for row, block in zip(rows, blocks, strict=True)
    )


def _means(rows: list[dict[str, object]], blocks: list[str], name: str) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for row, block in zip(rows, blocks, strict=True):
        value = row[name]
        if isinstance(value, float) and abs(value) < float("inf"):
            found.setdefault(block, []).append(value)
    return {block: sum(values) / len(values) for block, values in found.items()}


def _refuse(rows: list[dict[str, object]], design: Pilot | Rollout) -> None:
    if not rows and not (isinstance(design, Pilot) and design.arriving):
        raise ProveoutError("the roster is empty", "look whether its query yields anybody")
    units = Counter(row["unit"] for row in rows)
    if None in units:
        raise ProveoutError(f"{units[None]} row(s) of the roster name no unit", "fill in `unit`")
    twice = [str(unit) for unit, n in units.items() if n > 1]
    if twice:
        raise ProveoutError(
            f"{len(twice)} unit(s) stand on the roster more than once, such as {twice[0]}",
            "one row per unit; whoever works in two teams belongs to the one that counts",
        )
    if design.randomise == "teams":
        alone = [str(row["unit"]) for row in rows if not row["team"]]
        if alone:
            raise ProveoutError(
                f"{len(alone)} unit(s) have no team, such as {alone[0]}, and teams are what gets an arm",
                "fill in `team`, or declare `randomise: units`",
            )
        strata: dict[object, set[object]] = {}
        for row in rows:
            strata.setdefault(row["team"], set()).add(row["stratum"])
        torn = [str(team) for team, found in strata.items() if len(found) > 1]
        if torn:
            raise ProveoutError(f"team {torn[0]} stands in two strata", "give each team one stratum")


def declared_pilot(initiative: Initiative) -> Pilot:
    """The pilot.

    Raises:
        ProveoutError: None is declared.
    """
    if initiative.pilot is None:
        raise ProveoutError("no pilot is declared", "declare `pilot` in initiative.yml: start, end, roster, outcomes")
    return initiative.pilot
