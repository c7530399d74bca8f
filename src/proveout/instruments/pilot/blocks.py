"""The answers as arrays: what was assigned, and what each of it yielded up to each look."""

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from proveout.core.pilot import Pilot
from proveout.core.question import Columns, texts

SUMS = ("n", "n_known", "y", "d", "x", "yy", "yd", "dd", "xx", "xy", "xd", "n_rows", "zeros")


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """What was assigned as a whole: teams, units, or buckets of units; G of them.

    Args:
        names: Length G.
        arms: Length G; None where none is known.
        treated: Shape (G,), bool.
        strata: Shape (G,), codes; one for all where units arrive, each of which may have been drawn alone.
        n_units: Shape (G,).
        n_late: Shape (G,): units that came after the start.
        n_exposed: Shape (G,): units that used the system since the start.
        first: Shape (G,): whether it was among those drawn at first.
        covariates: Shape (G, 2): size and baseline as they were at the draw; NaN where not known.
        counts: Totals of faults by name.
    """

    names: tuple[str, ...]
    arms: tuple[str | None, ...]
    treated: np.ndarray
    strata: np.ndarray
    n_units: np.ndarray
    n_late: np.ndarray
    n_exposed: np.ndarray
    first: np.ndarray
    covariates: np.ndarray
    counts: dict[str, int]

    def places(self, column: np.ndarray) -> np.ndarray:
        """Shape (N,), int: which block each name in a column that came back is."""
        place = {name: i for i, name in enumerate(self.names)}
        return np.array([place[name or ""] for name in texts(column)], dtype=int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """One KPI's sums per block and look, of values shifted towards zero.

    Args:
        sums: By name of `SUMS`, shape (G, K); 0 where a block has nothing yet.
        shift: What was taken from every value.
        counts: Rows and faults by name.
        ratio: Whether the KPI is a ratio of sums.
        latest: Day up to which outcomes are there (`queries.UP_TO`); None without days.
        waited: The same, as is enough for a look that has waited.
        weeks: Per block and week since the start, shape (G, W): sums of values and of weights, and how many units have
            outcomes; NaN where none.
        odd: A value and a day that cannot be read, for an example; empty for none.
    """

    sums: dict[str, np.ndarray]
    shift: float
    counts: dict[str, int]
    ratio: bool
    latest: datetime | None
    waited: datetime | None
    weeks: tuple[np.ndarray, np.ndarray, np.ndarray]
    odd: tuple[str, str] = ("", "")

    def until_week(self, n: int) -> "Outcomes":
        """Without the weeks that no look has reached, or that a look cuts."""
        totals, weights, seen = self.weeks
        return replace(self, weeks=(totals[:, :n], weights[:, :n], seen[:, :n]))


def blocks_of(table: Columns, pilot: Pilot) -> Blocks:
    """The assignment, block by block."""
    arms = tuple(texts(table["arm"]))
    _, strata = np.unique([label or "" for label in texts(table["stratum"])], return_inverse=True)
    counted = ("n_repeated", "n_late", "n_moved", "n_both", "n_without_arm", "n_without_team", "n_early", "n_between")
    nobody = np.zeros(len(arms))  # where uses were not asked for, or cannot be read
    counts = {name: int(floats(table.get(name, nobody)).sum()) for name in counted}
    mixed = [a != b for a, b in zip(arms, texts(table["other_arm"]), strict=True)]
    counts["blocks_in_both"] = sum(mixed)
    return Blocks(
        names=tuple(name or "" for name in texts(table["block"])),
        arms=arms,
        treated=np.array([arm == pilot.treated for arm in arms], dtype=bool),
        strata=np.zeros_like(strata) if pilot.arriving else strata,
        n_units=floats(table["n_units"]).astype(int),
        n_late=floats(table["n_late"]).astype(int),
        n_exposed=floats(table.get("n_exposed", nobody)).astype(int),
        first=floats(table["batch"]) <= 1,
        covariates=np.column_stack([floats(table["size"]), floats(table["baseline"])]),
        counts=counts,
    )


def outcomes_of(found: Outcomes, moments: Columns, weeks: Columns, blocks: Blocks, n_looks: int) -> Outcomes:
    """One KPI's outcomes, in the order of the blocks."""
    rows, looks = blocks.places(moments["block"]), floats(moments["look"]).astype(int) - 1
    sums = {}
    for name in SUMS:
        sums[name] = np.zeros((len(blocks.names), n_looks))
        sums[name][rows, looks] = floats(moments[name])
    shifts = floats(moments["shift"])
    shift = float(shifts[0]) if len(shifts) else 0.0
    return replace(found, sums=sums, shift=shift, weeks=_weekly(weeks, blocks))


def counted(counts: Columns) -> Outcomes:
    """What was counted of one KPI's rows, without their sums."""
    single = {name: column[0] for name, column in counts.items()}
    flags = ("ratio", "latest", "waited", "odd_value", "odd_day")
    return Outcomes(
        sums={},
        shift=0.0,
        counts={name: int(value) for name, value in single.items() if name not in flags},
        ratio=bool(single["ratio"]),
        latest=_moment(texts(counts["latest"])[0]),
        waited=_moment(texts(counts["waited"])[0]),
        odd=(texts(counts["odd_value"])[0] or "", texts(counts["odd_day"])[0] or ""),
        weeks=(np.empty((0, 0)), np.empty((0, 0)), np.empty((0, 0))),
    )


def _weekly(weeks: Columns, blocks: Blocks) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    numbers = floats(weeks["week"]).astype(int)
    found = np.full((3, len(blocks.names), int(numbers.max()) + 1 if len(numbers) else 0), np.nan)
    rows = blocks.places(weeks["block"])
    for part, name in zip(found, ("y", "d", "n"), strict=True):
        part[rows, numbers] = floats(weeks[name])
    return found[0], found[1], found[2]


def floats(column: np.ndarray) -> np.ndarray:
    """Numbers, NaN where there is none."""
    return np.ma.filled(np.ma.asarray(column).astype(float), np.nan)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None  # within the pilot, so that it is a day of this calendar
