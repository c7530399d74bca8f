"""What the system did to one KPI, by what was assigned."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.core.pilot import Pilot
from proveout.instruments.pilot.before import Before, before_of
from proveout.instruments.pilot.blocks import Blocks, Outcomes
from proveout.instruments.pilot.outlook import Outlook, gain_of_weeks, outlook, shrunk, smallest_p
from proveout.instruments.pilot.shares import Table, plain, table_of, too_rare
from proveout.stats.anytime import anytime_difference, anytime_ratio, best_tuning
from proveout.stats.balance import Moments
from proveout.stats.cluster_regression import Coefficient, cr2_coefficient
from proveout.stats.difference import Tested, welch
from proveout.stats.group_sequential import Looks, Spending, left_over, look_interval, looks, repeated_p
from proveout.stats.randomisation import assignments, centred, linear_statistics, studentised_differences

LEAST_ERROR = 1e-12
"""Of less a quantile of the normal distribution cannot be told from infinity."""
FEWEST_FORESEEN = 10
"""Units that arrive: the interval is made shortest for at least so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The blocks with outcomes at the last look.

    Args:
        kept: Shape (G,), which blocks those are; the others are as long as there are such.
        ways: Shape (M, G), possible assignments; row 0 is the one that was made.
        strata: Shape (G,), codes.
        values: Shape (G, K): mean of each block up to each look, in the KPI's unit.
        earlier: What there is from before the start, used or not.
        shares: Length K: the share of the planned time at each look.
        pilot: The design.
    """

    kept: np.ndarray
    ways: np.ndarray
    strata: np.ndarray
    values: np.ndarray
    earlier: Before
    shares: tuple[float, ...]
    pilot: Pilot

    @property
    def before(self) -> np.ndarray | None:
        """Shape (G,): the same before the start, centred; None when it is not used."""
        return self.earlier.covariate

    @property
    def treated(self) -> np.ndarray:
        """Shape (G,), 0 or 1."""
        return self.ways[0].astype(float)

    def adjusted(self, values: np.ndarray) -> np.ndarray:
        """Values, shape (G, K), without what strata and the time before explain, whatever the arm."""
        rest = centred(values, self.strata)
        if self.before is None:
            return rest
        x = centred(self.before, self.strata)
        return rest - np.outer(x, x @ rest) / (x @ x) if x.any() else rest


def compare(blocks: Blocks, outcomes: Outcomes, pilot: Pilot, n_looks: int) -> Compared:
    """The comparison at the looks so far.

    Raises:
        TooLittle: Fewer than two blocks of an arm have outcomes, or only one assignment was possible.
    """
    n, y, d = (outcomes.sums[name][:, :n_looks] for name in ("n", "y", "d"))
    kept = (n[:, -1] > 0) & drawn(blocks, pilot)
    if not kept.any():
        raise TooLittle("nobody who was assigned has an outcome up to the look", "wait for the next look")
    for here, which in ((blocks.treated, "with"), (~blocks.treated, "without")):
        if not (kept & here).any():
            raise TooLittle(f"nobody {which} the system has an outcome", "get the outcomes of both arms")
    return Compared(
        kept=kept,
        ways=ways_of(blocks, kept, pilot),
        strata=blocks.strata[kept],
        values=_block_means(n[kept], y[kept], d[kept]) + outcomes.shift,
        earlier=before_of(blocks, outcomes, kept, pilot, n_looks),
        shares=tuple(pilot.share(day) for day in pilot.calendar[:n_looks]),
        pilot=pilot,
    )


def drawn(blocks: Blocks, pilot: Pilot) -> np.ndarray:
    """Shape (G,), bool: the blocks whose arms the draw could have made otherwise."""
    known = np.array([arm is not None for arm in blocks.arms])
    return known & blocks.first if pilot.method == "constrained" else known  # later ones were not among balanced draws


def ways_of(blocks: Blocks, kept: np.ndarray, pilot: Pilot) -> np.ndarray:
    """The assignments that the draw could have made of the blocks that are kept, shape (M, G), bool; row 0 was made.

    Raises:
        TooLittle: Only one was possible, or the arms are not among those that the declared draw makes.
    """
    if pilot.method != "constrained":
        return assignments(blocks.treated[kept], blocks.strata[kept], seed=pilot.known_seed)
    from proveout.stats.allocation import balanced_again

    first = blocks.first
    ways = balanced_again(
        blocks.treated[first],
        blocks.strata[first],
        blocks.covariates[first],
        pilot.treated_share,
        seed=pilot.known_seed,
    )
    return ways[:, kept[first]]


def _block_means(n: np.ndarray, y: np.ndarray, d: np.ndarray) -> np.ndarray:
    """Mean (or ratio of the sums) of each block; that of all where it has nothing yet, 0 where none has."""
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled, means = np.nan_to_num(y.sum(axis=0) / d.sum(axis=0)), y / d
    return np.where(n > 0, means, pooled)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What was found for one KPI.

    Args:
        absolute: In the KPI's unit.
        relative: As a share of the control arm; None where that means nothing.
        control: Mean of the control arm, adjusted, in the KPI's unit.
        p_value: Two-sided, allowing for the looks.
        test: What it comes from.
        path: Statistic and boundary at each look; None where units arrive one by one, or shares are compared once.
        one_sided: `absolute` and `relative` at twice the error, for bounds on one side.
        cr2: Least squares with clustered errors, at the last look; None where it cannot be had.
        outlook: What is expected of the interval at the end; None once that has come, or where nobody can say.
        n_ways: How many assignments could have been made; 0 where their number limits no interval.
        smallest_p: The smallest p-value that they can give, where that is more than one in so many.
    """

    absolute: Estimate
    relative: Estimate | None
    control: float
    p_value: float
    test: str
    path: Looks | None
    one_sided: tuple[Estimate, Estimate | None]
    cr2: Coefficient | None
    outlook: Outlook | None = None
    n_ways: int = 0
    smallest_p: float = 0.0


def effect_of(compared: Compared, outcomes: Outcomes, *, level: float = 0.95) -> Effect:
    """Absolute and relative effect at the last look.

    Raises:
        TooLittle: Fewer than two blocks in an arm, nothing varies, or events are too few.
    """
    w, spending = compared.treated[:, None], compared.pilot.spending
    k = len(compared.shares)
    own = statistics_of(compared)
    where = (outcomes, compared.kept, compared.ways[0], k - 1)
    rare, table = too_rare(*where), table_of(*where) if plain(compared.pilot, compared.strata) else None
    single = len(compared.pilot.calendar) == 1
    if table and (rare or (single and compared.before is None and table.small)):
        return _of_shares(table, compared, None if single else own, level)
    if rare:
        raise rare
    cr2 = cr2_of(compared, outcomes, level=level)
    value, _ = _solved(compared, compared.values, -np.repeat(w, k, axis=1))
    moved = compared.values[:, -1] - value * w[:, 0]
    control = float(np.mean(moved))
    sides = [(_absolute(compared, value, at), _relative(compared, at)) for at in (level, 2 * level - 1)]
    return Effect(
        absolute=sides[0][0],
        relative=sides[0][1],
        control=control,
        p_value=repeated_p(own, compared.shares, kind=spending),
        test="repeated randomisation test",
        path=looks(own, compared.shares, alpha=1 - level, kind=spending),
        one_sided=sides[1],
        cr2=cr2,
        outlook=_outlook(compared, outcomes, level),
        n_ways=len(compared.ways),
        smallest_p=smallest_p(compared.ways),
    )


def _outlook(compared: Compared, outcomes: Outcomes, level: float) -> Outlook | None:
    pilot, w, share = compared.pilot, compared.treated, compared.shares[-1]
    if share >= 1:
        return None
    _, error = _solved(compared, compared.values, -np.repeat(w[:, None], len(compared.shares), axis=1))
    of_a_team = error**2 * w.sum() * (1 - w).sum() / len(w)
    totals, weights = (part[compared.kept] for part in outcomes.weeks[:2])
    gain = gain_of_weeks(totals, weights, compared.ways[0], of_a_team, share)
    df = len(w) - len(np.unique(compared.strata)) - 1 - (compared.before is not None)
    return outlook(error, df, pilot, gain=gain, n_ways=len(compared.ways), level=level)


def _of_shares(table: Table, compared: Compared, own: np.ndarray | None, level: float) -> Effect:
    """Two shares; with `own`, the statistics at the looks, the test that allows for them decides."""
    shares, spending = compared.shares, compared.pilot.spending
    p = table.p_value if own is None else repeated_p(own, shares, kind=spending)
    sides = [table.sides(p, at, _left(shares, 1 - at, spending)) for at in (level, 2 * level - 1)]
    return Effect(
        absolute=sides[0][0],
        relative=sides[0][1],
        control=table.x0 / table.n0,
        p_value=p,
        test=table.test if own is None else "repeated randomisation test",
        path=None if own is None else looks(own, shares, alpha=1 - level, kind=spending),
        one_sided=sides[1],
        cr2=None,
    )


def _left(shares: Sequence[float], alpha: float, kind: Spending) -> float:
    """The error that is left for the last look."""
    left = left_over(shares, alpha=alpha, kind=kind)
    if left < LEAST_ERROR:
        raise TooLittle("no error may be spent at a look so early", "wait for the next look")
    return left


def statistics_of(compared: Compared) -> np.ndarray:
    """The studentised difference at each look under every assignment, shape (M, K).

    Raises:
        TooLittle: Fewer than two blocks in an arm.
    """
    return studentised_differences(compared.ways, compared.adjusted(compared.values))


def _solved(compared: Compared, fixed: np.ndarray, moving: np.ndarray) -> tuple[float, float]:
    """The theta at which the arms are alike at the last look, and its rough error."""
    a, b = compared.adjusted(fixed)[:, -1], compared.adjusted(moving)[:, -1]
    w = compared.adjusted(np.repeat(compared.treated[:, None], fixed.shape[1], axis=1))[:, -1]
    slope = float(w @ b)
    if slope == 0:
        raise TooLittle("the arms cannot be told apart within the strata", "assign units of both arms in a stratum")
    theta = -float(w @ a) / slope
    rest = a + theta * b
    return theta, float(np.sqrt((rest @ rest) * (w @ w)) / abs(slope) / max(1, len(w) - 2) ** 0.5)


def _absolute(compared: Compared, value: float, level: float) -> Estimate:
    moving = -np.repeat(compared.treated[:, None], len(compared.shares), axis=1)
    _, spread = _solved(compared, compared.values, moving)
    return _interval(compared, compared.values, moving, value, spread, level)


def _interval(
    compared: Compared, fixed: np.ndarray, moving: np.ndarray, value: float, spread: float, level: float
) -> Estimate:
    """Of theta, at the last look; the effect may have been another at the looks before."""
    statistics = linear_statistics(compared.ways, *(compared.adjusted(part)[:, -1:] for part in (fixed, moving)))
    return look_interval(
        lambda theta: statistics(theta)[:, 0],
        compared.shares,
        value=value,
        spread=spread,
        n=len(compared.values),
        method=f"randomisation test, {len(compared.shares)} look(s), {len(compared.ways):,} assignments",
        level=level,
        kind=compared.pilot.spending,
    )


def _relative(compared: Compared, level: float) -> Estimate | None:
    """A constant factor: treated values are divided by it until the arms are alike."""
    if (compared.values < 0).any():
        return None
    w = compared.treated[:, None]
    fixed, moving = compared.values * (1 - w), compared.values * w
    try:
        inverse, spread = _solved(compared, fixed, moving)
    except TooLittle:
        return None  # all that have the system are at 0
    if not (inverse > 0 and spread > 0):
        return None
    found = _interval(compared, fixed, moving, inverse, spread, level)
    lower = -1.0 if found.upper is None else 1 / found.upper - 1
    upper = None if found.lower is None or found.lower <= 0 else 1 / found.lower - 1
    return replace(found, value=1 / inverse - 1, lower=lower, upper=upper, unit="share")


def cr2_of(compared: Compared, outcomes: Outcomes, *, level: float = 0.95) -> Coefficient | None:
    """The effect at the last look with units counting alike, errors clustered by block; None without one."""
    s = {name: sums[compared.kept, len(compared.shares) - 1] for name, sums in outcomes.sums.items()}
    design = _design(compared)
    if outcomes.ratio or design is None:
        return None
    z, xz = s["y"], s["xy"]
    p = design.shape[1] + (compared.before is not None)
    m, v = np.zeros((len(z), p, p)), np.zeros((len(z), p))
    q = design.shape[1]
    m[:, :q, :q] = s["n"][:, None, None] * design[:, :, None] * design[:, None, :]
    v[:, :q] = z[:, None] * design
    if compared.before is not None:
        m[:, q, :q] = m[:, :q, q] = s["x"][:, None] * design
        m[:, q, q], v[:, q] = s["xx"], xz
    contrast = np.zeros(p)
    contrast[1] = 1.0
    try:
        return cr2_coefficient(m, v, contrast, level=level)
    except TooLittle:
        return None


def _design(compared: Compared) -> np.ndarray | None:
    """Intercept, arm and strata, shape (G, q); None where there are too many strata for that."""
    _, codes = np.unique(compared.strata, return_inverse=True)
    n_strata = int(codes.max()) + 1
    if 3 * n_strata > len(codes):
        return None
    dummies = np.eye(n_strata)[codes][:, 1:]
    return np.column_stack([np.ones(len(codes)), compared.treated, dummies])


def arriving_effect(compared: Compared, outcomes: Outcomes, *, level: float = 0.95) -> Effect:
    """Units that come in one after the other, each with one outcome or one ratio: valid at every moment.

    Raises:
        TooLittle: Too few units, or nothing varies.
    """
    a, b = (_arm(compared, outcomes, treated) for treated in (False, True))
    planned = _foreseen(compared, outcomes)

    def at(level: float) -> tuple[Tested, Estimate | None]:
        tuning = best_tuning(planned, 2, level=level)
        found = anytime_difference(a, b, tuning=tuning, level=level)
        if a.mean == 0:
            return found, None
        relative = anytime_ratio(a, b, tuning=tuning, level=level)
        if relative.lower is not None and not outcomes.counts["negative"]:
            relative = replace(relative, lower=max(-1.0, relative.lower))
        return found, relative

    (found, relative), (wide, wide_relative) = at(level), at(2 * level - 1)
    return Effect(
        absolute=found.estimate,
        relative=relative,
        control=a.mean,
        test="anytime-valid linear model",
        p_value=found.p_value,
        path=None,
        one_sided=(wide.estimate, wide_relative),
        cr2=None,
        outlook=shrunk(found.estimate, wide.estimate, share) if (share := compared.shares[-1]) < 1 else None,
    )


def _foreseen(compared: Compared, outcomes: Outcomes) -> int:
    """Units at the end, as the first look that saw any foretells: the tuning must stay what it was."""
    n = outcomes.sums["n"][compared.kept, : len(compared.shares)].sum(axis=0)
    first = int(np.argmax(n > 0))
    return max(FEWEST_FORESEEN, round(float(n[first]) / compared.shares[first]))


def _arm(compared: Compared, outcomes: Outcomes, treated: bool) -> Moments:
    """Mean (or ratio of sums) of the units of one arm, and the variance of one unit's linearised part."""
    rows, look = compared.ways[0] == treated, len(compared.shares) - 1
    n, y, d, yy, yd, dd = (
        float(outcomes.sums[name][compared.kept, look][rows].sum()) for name in ("n", "y", "d", "yy", "yd", "dd")
    )
    if n < 2:
        raise TooLittle("fewer than two units in an arm", "wait for more units")
    ratio = y / d
    spread = max(0.0, yy - 2 * ratio * yd + ratio**2 * dd) / (d / n) ** 2
    return Moments(n=int(n), mean=ratio + outcomes.shift, variance=spread / (n - 1))


def weekly_effects(compared: Compared, outcomes: Outcomes) -> list[tuple[int, Estimate]]:
    """Difference of the arms in each week since the start, less that before it, over blocks that are always there."""
    totals, weights = (part[compared.kept] for part in outcomes.weeks[:2])
    with np.errstate(divide="ignore", invalid="ignore"):
        means = totals / weights
    weeks = [week for week in range(means.shape[1]) if np.isfinite(means[:, week]).mean() > 0.5]
    steady = np.isfinite(means[:, weeks]).all(axis=1)
    before = np.zeros(len(means)) if compared.before is None else compared.before
    treated, found = compared.ways[0][steady], []
    for week in weeks:
        changed = (means[:, week] - before)[steady]
        arms = [changed[treated == arm] for arm in (False, True)]
        if min(map(len, arms)) < 2:
            return []
        try:
            found.append((week + 1, welch(*map(Moments.of, arms)).estimate))
        except TooLittle:
            continue
    return found
