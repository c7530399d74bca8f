"""How often a score from one arm beats one from the other: for scores of which only the order counts, in teams."""

import numpy as np

from proveout.core.errors import NotFinite, TooLittle
from proveout.core.estimate import Estimate
from proveout.stats.randomisation import PORTION, TIE, randomisation_p

PRIOR = 0.5
"""Teams of either arm that are added at chance level, so that few arms which are entirely apart are not certain."""


def win_probability(
    scores: np.ndarray, teams: np.ndarray, ways: np.ndarray, *, level: float = 0.95
) -> tuple[Estimate, float]:
    r"""The probability that somebody with the system gives a higher score than somebody without, ties counting half.

    Every person counts the same, so that the value is Mann and Whitney's :math:`U/(n_1 n_0)`, and large teams weigh
    more. With its variance v under an assignment (`win_statistics`),

    .. math:: T = \frac{\hat A - \frac12}{\frac12\sqrt\varphi}, \quad
        \varphi = \frac{v}{\tilde A(1-\tilde A)}, \quad p = \frac1M\#\{m: |T_m| \ge |T_1|\}

    The interval is Wilson's with the largest :math:`|T|` that the test keeps in place of a quantile, so that it holds
    1/2 exactly where the test does not reject:

    .. math:: \{\theta: (\hat A - \theta)^2 \le c^2\varphi\,\theta(1-\theta)\}, \quad
        c = \max\{|T_m|: \#\{k: |T_k| \ge |T_m|\} > \alpha M\}

    Args:
        scores: Shape (n,), on any scale of which only the order counts; finite.
        teams: Shape (n,), from 0 to G - 1: whose score it is; a team of its own for each person assigned alone.
        ways: Shape (M, G), bool, from `randomisation.assignments` or the balanced draws; row 0 is the one that was
            made. Teams without a score must not be among them.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate with unit ``share``, 1/2 where neither arm is more satisfied; `n` is the number of teams. And the
        two-sided p-value of the randomisation test, exact where the system changes nobody's score.

    Raises:
        TooLittle: Fewer than two teams in an arm, nothing varies, or so few assignments that none could be unlikely.
        NotFinite: A score is no number.

    Assumes: assignment as recorded; for the interval independent teams besides. Strata are in the draws, not in the
    variance.
    Source: Zou, Zou and Qiu (2023), Pharmaceutical Statistics 22, 418-439, and Davies Smith, Jairath and Zou (2024),
    arXiv 2401.12420, for win fractions, by person and in clusters; Pauly, Asendorf and Konietschke (2016), Biometrical
    Journal 58, 1319-1337, for studentised permutation and intervals from it; Wilson (1927), JASA 22, 209-212.
    Oracle: tests/oracles/test_win_probability.py. Calibrated: tests/calibration/test_win_probability.py, on what
    tests/calibration/satisfaction.py draws.
    """
    counts = _counted(scores, teams, ways.shape[1])
    wins, spread = win_statistics(ways, counts, prior=PRIOR)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistics = np.where(np.abs(wins - 0.5) <= TIE, 0.0, (wins - 0.5) / (0.5 * np.sqrt(spread)))
    value, z2 = float(wins[0]), _largest_kept(ways, statistics, 1 - level) ** 2 * float(spread[0])
    if z2 <= TIE:
        raise TooLittle("the teams do not differ at all", "ask more teams, on a scale with more steps")
    centre, half = value + z2 / 2, (z2 * value * (1 - value) + z2 * z2 / 4) ** 0.5
    estimate = Estimate(
        name="win_probability",
        value=value,
        lower=max(0.0, min(value, (centre - half) / (1 + z2))),
        upper=min(1.0, max(value, (centre + half) / (1 + z2))),
        unit="share",
        n=len(counts),
        level=level,
        method=f"wins of {int(counts.sum()):,} people, studentised randomisation test over {len(ways):,} assignments",
    )
    return estimate, randomisation_p(statistics)


def _counted(scores: np.ndarray, teams: np.ndarray, n_teams: int) -> np.ndarray:
    """People by team and step of the scale, shape (G, K)."""
    y = np.asarray(scores, float)
    if not np.isfinite(y).all():
        raise NotFinite("a score is not a number", "leave out what is no answer")
    steps, step = np.unique(y, return_inverse=True)
    if len(steps) < 2:
        raise TooLittle("all scores are alike", "ask on a scale with more steps, or more people")
    counts = np.zeros((n_teams, len(steps)))
    np.add.at(counts, (np.asarray(teams, int), step), 1)
    return counts


def win_statistics(ways: np.ndarray, counts: np.ndarray, *, prior: float) -> tuple[np.ndarray, np.ndarray]:
    r"""The win probability under every assignment, and its variance as a share of that of one person's win.

    The win fraction of a person is the share of the other arm that they beat, ties counting half: :math:`V_i` with the
    system, :math:`U_j` without; :math:`\hat A = \bar V = 1 - \bar U`. Of an arm with N people in G teams, of which
    :math:`S_g` are the sums of their win fractions, the variance is CR2's, once half a team (`prior`) that wins as
    often as it loses is added, :math:`N' = N(1 + \frac1{2G})`:

    .. math:: \tilde m = \frac{\sum_g S_g + (N'-N)/2}{N'}, \quad
        v = \sum_g \frac{(S_g - n_g\tilde m)^2}{(1-n_g/N')\,N'^2} +
        \frac12\Bigl(\frac{\frac12-\tilde m}{G+\frac12}\Bigr)^2

    and :math:`\varphi = (v_1+v_0)/\tilde A(1-\tilde A)` with :math:`\tilde A = (\tilde m_1 + 1 - \tilde m_0)/2`.

    Args:
        ways: Shape (M, G), bool.
        counts: Shape (G, K): people by team and step of the scale, in rising order; no team is empty.
        prior: Teams of either arm that are added at chance level; 0 gives CR2's variance of win fractions itself.

    Returns:
        Two of shape (M,): :math:`\hat A` and :math:`\varphi`, the latter 0 where nothing varies.

    Raises:
        TooLittle: Fewer than two teams in an arm.

    Source: as `win_probability`; Bell and McCaffrey (2002), Survey Methodology 28, 169-181, for CR2; `roc.auc` for the
    half team. Oracle: tests/oracles/test_win_probability.py (Brunner and Munzel's test of scipy, for people alone).
    """
    n1 = int(ways[0].sum())
    if min(n1, ways.shape[1] - n1) < 2:
        raise TooLittle(f"{n1} and {ways.shape[1] - n1} team(s) with scores: each arm needs two", "ask more teams")
    rows = max(1, PORTION // max(counts.shape))
    parts = [_portion(ways[start : start + rows].astype(float), counts, prior) for start in range(0, len(ways), rows)]
    wins, spread = (np.concatenate(found) for found in zip(*parts, strict=True))
    return wins, spread


def _portion(ways: np.ndarray, counts: np.ndarray, prior: float) -> tuple[np.ndarray, np.ndarray]:
    treated = ways @ counts
    arms = ((ways, treated), (1 - ways, counts.sum(axis=0) - treated))
    (mean1, variance1, wins), (mean0, variance0, _) = (
        _arm(own, mine, other, counts, prior) for (own, mine), (_, other) in (arms, arms[::-1])
    )
    near = (mean1 + 1 - mean0) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return wins, np.nan_to_num((variance1 + variance0) / (near * (1 - near)))


def _arm(
    own: np.ndarray, mine: np.ndarray, other: np.ndarray, counts: np.ndarray, prior: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of one arm's win fractions the mean and its variance, with the prior, and the mean without, each of shape (M,).

    Args:
        own: Shape (M, G), 1 for teams of this arm.
        mine: Shape (M, K), this arm's people by step.
        other: Shape (M, K), those of the other arm.
        counts: Shape (G, K).
        prior: As for `win_statistics`.
    """
    sizes, people, n_teams = counts.sum(axis=1), mine.sum(axis=1), own.sum(axis=1)
    beaten = (np.cumsum(other, axis=1) - other / 2) / other.sum(axis=1, keepdims=True)
    plain = (mine * beaten).sum(axis=1) / people
    added = prior * people / n_teams
    mean, total = (plain * people + added / 2) / (people + added), people + added
    rest = np.where(own > 0, 1 - sizes / total[:, None], 1.0)
    squares = (own * (beaten @ counts.T - sizes * mean[:, None]) ** 2 / rest).sum(axis=1)
    return mean, squares / total**2 + prior * ((0.5 - mean) / (n_teams + prior)) ** 2, plain


def _largest_kept(ways: np.ndarray, statistics: np.ndarray, alpha: float) -> float:
    """The largest size of the statistic that the test does not reject."""
    least = (1 + bool((ways == ~ways[0]).all(axis=1).any())) / len(ways)  # two where arms could have been the other way
    if least > alpha:
        raise TooLittle(
            f"of {len(ways):,} possible assignments each is too likely to tell anything (p = {least:.2f} at least)",
            "assign more teams",
        )
    size = np.sort(np.abs(statistics))[::-1]
    as_large = np.searchsorted(-size, -size * (1 - TIE), side="right") / len(size)
    return float(size[as_large > alpha][0])
