"""Both arms against each other, judged by the draw: who answers, and who is the more satisfied."""

from dataclasses import dataclass

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import exact
from proveout.core.evidence import Check, Part
from proveout.core.exhibit import Bar, Intervals
from proveout.core.pilot import Pilot
from proveout.core.privacy import FEWEST
from proveout.core.question import Columns, texts
from proveout.stats.allocation import balanced_again
from proveout.stats.randomisation import assignments, centred, randomisation_p, studentised_differences
from proveout.stats.win_probability import win_probability

UNLIKELY = 0.05
"""Response that is unlike with a smaller p-value is no chance."""
ANSWERED = "As many answer with the system as without"
SATISFIED = "Satisfaction can be compared by the draw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What got an arm as a whole, teams or people, as far as it could have got another; G of them.

    Args:
        names: Length G.
        treated: Shape (G,), bool.
        strata: Shape (G,), codes.
        covariates: Shape (G, 2): size and baseline as they were at the draw; NaN where not known.
        n: Shape (G,): people who were asked.
        answered: Shape (G,): of them those who gave a score.
    """

    names: tuple[str, ...]
    treated: np.ndarray
    strata: np.ndarray
    covariates: np.ndarray
    n: np.ndarray
    answered: np.ndarray

    def ways(self, kept: np.ndarray, pilot: Pilot) -> np.ndarray:
        """The assignments that the draw could have made of those that are kept, shape (M, G); row 0 was made.

        Raises:
            TooLittle: Only one was possible, or the arms are not those of the declared draw.
        """
        if pilot.method != "constrained":
            return assignments(self.treated[kept], self.strata[kept], seed=pilot.known_seed)
        seed = pilot.known_seed
        return balanced_again(self.treated, self.strata, self.covariates, pilot.treated_share, seed=seed)[:, kept]


def against_each_other(drawn: Columns, placed: Columns, pilot: Pilot, level: float) -> tuple[Part, ...]:
    """The tests of the draw and the win probability, or why there are none."""
    if pilot.randomise == "teams" and not (_floats(drawn["n"]) > 1).any():
        return (_untold(SATISFIED, "arms were drawn by team, but the assignment names none"),)
    split = sum(a != b for a, b in zip(texts(drawn["arm"]), texts(drawn["other_arm"]), strict=True))
    if split:
        return (_untold(SATISFIED, f"{split} team(s) have people in both arms, where whole teams are assigned"),)
    found = _drawn(drawn, pilot)
    if min(found.answered[side].sum() for side in (found.treated, ~found.treated)) < FEWEST:
        return (_untold(SATISFIED, f"an arm has fewer than {FEWEST} answers, which would show persons"),)
    return _response(found, pilot), _satisfaction(found, placed, pilot, level)


def _untold(name: str, why: str) -> Part:
    return Part(checks=(Check(name=name, passed=None, note=why),))


def _drawn(table: Columns, pilot: Pilot) -> Drawn:
    _, strata = np.unique([label or "" for label in texts(table["stratum"])], return_inverse=True)
    first = _floats(table["batch"]) <= 1
    here = first | (pilot.method != "constrained")  # later ones were not among the balanced draws
    return Drawn(
        names=tuple(name or "" for name, one in zip(texts(table["block"]), here, strict=True) if one),
        treated=np.array([arm == pilot.treated for arm in texts(table["arm"])], dtype=bool)[here],
        strata=(np.zeros_like(strata) if pilot.arriving else strata)[here],
        covariates=np.column_stack([_floats(table["size"]), _floats(table["baseline"])])[here],
        n=_floats(table["n"])[here],
        answered=_floats(table["n_answered"])[here],
    )


def _response(drawn: Drawn, pilot: Pilot) -> Part:
    """Whether having the system decides who answers."""
    shares = drawn.answered / drawn.n
    try:
        ways = drawn.ways(np.ones(len(shares), dtype=bool), pilot)
        p = randomisation_p(studentised_differences(ways, centred(shares, drawn.strata)))
    except TooLittle as error:
        return _untold(ANSWERED, f"{error.message}; {error.remedy}")
    means = [shares[side].mean() for side in (drawn.treated, ~drawn.treated)]
    note = f"{means[0]:.1%} with the system and {means[1]:.1%} without, on average of what was drawn (p = {p:.2g})"
    return Part(
        estimates=(exact("response_p", p, n=len(shares), method=f"randomisation test, {len(ways):,} assignments"),),
        checks=(Check(name=ANSWERED, passed=p >= UNLIKELY, note=note),),
    )


def _satisfaction(drawn: Drawn, placed: Columns, pilot: Pilot, level: float) -> Part:
    """Whether those who answered are the more satisfied where they have the system."""
    kept = drawn.answered > 0
    place = {drawn.names[i]: position for position, i in enumerate(np.flatnonzero(kept))}
    rows = [i for i, name in enumerate(texts(placed["block"])) if name in place]
    people = _floats(placed["n"])[rows].astype(int)
    teams = np.repeat([place[texts(placed["block"])[i] or ""] for i in rows], people)
    try:
        found, p = win_probability(
            np.repeat(_floats(placed["score"])[rows], people), teams, drawn.ways(kept, pilot), level=level
        )
    except TooLittle as error:
        return _untold(SATISFIED, f"{error.message}; {error.remedy}")
    note = f"somebody with the system gives the higher score in {found.value:.0%} of pairs, ties halved (p = {p:.2g})"
    bar = Bar(label="Win probability", value=found.value, lower=found.lower, upper=found.upper, note=f"p = {p:.2g}")
    return Part(
        estimates=(found, exact("win_probability_p", p, n=found.n, method=found.method)),
        checks=(Check(name=SATISFIED, passed=True, note=note),),
        exhibits=(
            Intervals(
                title="How often somebody with the system is the more satisfied of two",
                unit="share",
                bars=(bar,),
                reference=0.5,
                reference_label="as often as not",
            ),
        ),
    )


def _floats(column: np.ndarray) -> np.ndarray:
    """Numbers, NaN where there is none."""
    return np.ma.filled(np.ma.asarray(column).astype(float), np.nan)
