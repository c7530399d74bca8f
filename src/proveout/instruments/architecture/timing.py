"""How long one call keeps a server busy, with the checks of what was measured."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check
from proveout.core.question import Columns
from proveout.core.wording import figure
from proveout.instruments.architecture.settings import Component
from proveout.stats.ratio import ratio_of_sums

FEW, SKEWED = 30, 1.0
"""Calls below which, and variation beyond which, Student's interval is too short to rely on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The time of a call: its mean in seconds, its variation, and the 95th percentile where it was measured."""

    mean: Estimate
    cv: float
    p95: float | None = None
    checks: tuple[Check, ...] = ()


def timing(component: Component, tables: Mapping[str, Columns]) -> Timing:
    """As declared, or as measured.

    Raises:
        TooLittle: Nothing was measured from which a mean with an interval could be told.
    """
    service = component.service
    if service.mean_seconds is not None:
        mean = exact("mean", service.mean_seconds, unit="second", method="declared")
        return Timing(mean=mean, cv=1.0 if service.cv is None else service.cv)
    found = {name: column[0] for name, column in tables[component.id].items()}
    n_rows, n_filled, n = (int(found[name]) for name in ("n_rows", "n_filled", "n"))
    where = f"{component.id}: the times in {service.column}"
    if n < 2:
        told = f", such as {str(found['bad'])!r}" if n_filled > n else ""
        raise TooLittle(
            f"{where}: {n} of {n_rows:,} rows hold a time in seconds{told}",
            "measure at least two calls, or declare mean_seconds until then",
        )
    mean, variance = float(found["mean"]), float(found["variance"])
    if mean <= 0:
        raise TooLittle(f"{where}: all {n:,} are 0", "write them in seconds, with their fractions")
    # over units of size 1, the ratio of sums is the mean, and its interval Student's
    interval = ratio_of_sums(n, n, n * mean, n, n * mean, (n - 1) * variance + n * mean**2)
    whole = replace(interval, name="mean", value=mean, lower=max(0.0, interval.lower or 0.0), unit="second")
    cv = variance**0.5 / mean
    return Timing(
        mean=replace(whole, method=f"mean of {n:,} measured calls, Student's t interval"),
        cv=cv,
        p95=float(found["p95"]),
        checks=(*_left_out(component, n_rows, n_filled, n, str(found["bad"])), *_skewed(component, n, cv)),
    )


def _left_out(component: Component, n_rows: int, n_filled: int, n: int, bad: str) -> list[Check]:
    if n == n_rows:
        return []
    parts = [f"{n_rows - n_filled:,} without a time"] if n_filled < n_rows else []
    parts += [f"{n_filled - n:,} with something that is no time in seconds, such as {bad!r}"] if n < n_filled else []
    note = f"left out of {n_rows:,} rows: {', '.join(parts)}. Calls that never ended take longest of all"
    return [Check(name=f"Every call of {component.id} has its time", passed=False, note=note)]


def _skewed(component: Component, n: int, cv: float) -> list[Check]:
    if n >= FEW or cv <= SKEWED:
        return []
    note = f"{n} calls whose times vary by {figure(cv)} times their mean; the interval is too short, measure more"
    return [Check(name=f"Enough calls of {component.id} were measured", passed=None, note=note)]
