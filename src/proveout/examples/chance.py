"""Draws that come out alike on every Python."""

import random
from collections.abc import Sequence
from statistics import NormalDist


class Chance:
    """All from `random()`, which is promised not to change."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  invented data, no secrets

    def share(self) -> float:
        """Between 0 and 1."""
        return self._random.random()

    def happens(self, probability: float) -> bool:
        """Whether it does."""
        return self.share() < probability

    def normal(self, mean: float, sd: float) -> float:
        """Bell-shaped."""
        return NormalDist(mean, sd).inv_cdf(min(max(self.share(), 1e-9), 1 - 1e-9))

    def around(self, mean: float, spread: float = 0.4) -> float:
        """Positive, skewed to the right, with that mean."""
        return mean * 2.718281828459045 ** (self.normal(0, spread) - spread**2 / 2)

    def one_of(self, options: Sequence[str]) -> str:
        """Each as likely as the others."""
        return options[int(self.share() * len(options))]

    def path(self, paths: Sequence[tuple[float, str, float]]) -> tuple[str, float]:
        """The next step and the mean wait before it."""
        draw = self.share()
        for probability, step, wait in paths:
            draw -= probability
            if draw < 0:
                return step, wait
        return paths[-1][1], paths[-1][2]
