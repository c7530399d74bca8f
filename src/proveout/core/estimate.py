"""The atom: a figure with its uncertainty."""

import math
from dataclasses import dataclass, replace

from proveout.core.errors import NotFinite

AT_END = "_at_end"
"""After the name of a figure: what is expected of it once all that is registered is in."""
ARRIVALS = "arrivals_per_day"
"""Name of the figure that says how many observations of a subject come in a day, where they do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A value with its interval.

    An exact figure has ``lower == value == upper``; an open side is ``None``.

    Args:
        name: What is estimated, unique within an instrument, such as ``pain_prevalence``.
        value: The point estimate, finite.
        lower: Lower end of the interval, or None when that side is open.
        upper: Upper end of the interval, or None when that side is open.
        unit: Unit of value and ends, as Pint spells it; ``share`` for 0 to 1, empty for a pure number.
        subject: Which of several things of that name: a KPI, a pain, a need; empty for only one.
        n: Number of independent units behind it, if there are any.
        level: Coverage of the interval, in (0, 1]; 1 for an exact figure.
        method: How it was computed, in a few words.

    Raises:
        NotFinite: A figure is not finite.
        ValueError: The interval does not hold the value.
    """

    name: str
    value: float
    lower: float | None
    upper: float | None
    unit: str = ""
    subject: str = ""
    n: int | None = None
    level: float = 0.95
    method: str = ""

    def __post_init__(self) -> None:
        for figure in (self.value, self.lower, self.upper, self.level):
            if figure is not None and not math.isfinite(figure):
                raise NotFinite(
                    f"{self.name}: {figure} is not a finite figure",
                    "look for numbers in the data that cannot be, such as 1e308 for missing",
                )
        if self.lower is not None and self.lower > self.value:
            raise ValueError(f"{self.name}: the lower end {self.lower} is above the value {self.value}")
        if self.upper is not None and self.upper < self.value:
            raise ValueError(f"{self.name}: the upper end {self.upper} is below the value {self.value}")
        if not 0 < self.level <= 1:
            raise ValueError(f"{self.name}: the level {self.level} is outside (0, 1]")

    @property
    def exact(self) -> bool:
        """Whether the figure is known without uncertainty."""
        return self.lower == self.value == self.upper

    @property
    def unknown(self) -> bool:
        """Whether nothing is known but the bounds that hold for sure."""
        return self.level == 1 and not self.exact

    def named(self, name: str, *, subject: str = "", unit: str | None = None) -> "Estimate":
        """The same figure under another name, for another subject, in another unit label."""
        return replace(self, name=name, subject=subject, unit=self.unit if unit is None else unit)


def partly_counted(name: str, n_good: int, n_open: int, n: int, *, method: str) -> Estimate:
    """A counted share, open upwards by what nobody knows: it is as likely good as bad."""
    share = n_good / n
    return Estimate(
        name=name, value=share, lower=share, upper=(n_good + n_open) / n, unit="share", n=n, level=1.0, method=method
    )


def exact(
    name: str, value: float, *, unit: str = "", subject: str = "", n: int | None = None, method: str = "counted"
) -> Estimate:
    """A figure that is counted, not estimated: an interval of zero width."""
    value = float(value)
    return Estimate(
        name=name, value=value, lower=value, upper=value, unit=unit, subject=subject, n=n, level=1.0, method=method
    )
