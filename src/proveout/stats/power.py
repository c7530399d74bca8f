"""What a comparison of two groups can see, before it is made."""

from collections.abc import Sequence
from math import comb

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.stats.panel import Parts, effective_periods

MOST_TEAMS = 100_000
"""A pilot that needs more is none."""


def design_effect(size: float, icc: float, *, cv: float = 0.0) -> float:
    r"""By what factor clusters blow up the variance of a mean.

    .. math:: DE = 1 + \bigl((1 + CV^2)\,\bar m - 1\bigr)\rho

    Args:
        size: Mean number of units per cluster, at least 1.
        icc: Intraclass correlation, 0 to 1.
        cv: Coefficient of variation of the cluster sizes, at least 0.

    Returns:
        The design effect; never below 1.

    Source: Eldridge, Ashby and Kerry (2006), Int. J. Epidemiology 35, 1292-1300. Reproduces Killip, Mahfoud and
    Pearce (2004), Ann. Fam. Med. 2, 204-208: tests/oracles/test_power.py.
    """
    return max(1.0, 1 + ((1 + cv**2) * size - 1) * icc)


def mean_design_effect(size: float, icc: float, *, cv: float = 0.0) -> float:
    r"""By what factor clusters blow up the variance of the mean of their means, each cluster counting the same.

    .. math:: DE = \bar m\rho + (1 + CV^2)(1 - \rho)

    as :math:`(1 + CV^2)/\bar m` is, to the second order, the mean of :math:`1/m`.

    Args:
        size: Mean number of units per cluster, at least 1.
        icc: Intraclass correlation, 0 to 1.
        cv: Coefficient of variation of the cluster sizes, at least 0.

    Returns:
        Variance of a cluster's mean, mean over clusters, times `size`, for units of variance 1.

    Source: Kerry and Bland (2001), Stat. Med. 20, 377-390, for clusters that weigh the same.
    Oracle: tests/oracles/test_power.py (lognormal sizes).
    """
    return size * icc + (1 + cv**2) * (1 - icc)


def smallest_p(clusters: int) -> float:
    r"""Smallest two-sided p that a randomisation of that many clusters in halves can give.

    .. math:: 2 / \binom{G}{G/2} \text{ for even } G, \quad 1 / \binom{G}{(G-1)/2} \text{ for odd } G

    Two assignments that mirror one another are equally extreme when the arms are equally large.

    Args:
        clusters: What is assigned: teams, or units where there are none; at least 2.

    Returns:
        A p-value in (0, 1].

    Raises:
        TooLittle: Fewer than two clusters.

    Source: counting. Published: 4 .3333, 6 .1, 8 .0286, 10 .0079, 12 .0022; tests/oracles/test_power.py.
    """
    if clusters < 2:
        raise TooLittle(f"{clusters} cluster(s) cannot be divided in two arms", "plan more of them")
    return min(1.0, (2 if clusters % 2 == 0 else 1) / comb(clusters, clusters // 2))


def two_sample_power(effect: float, n_per_group: float, *, alpha: float = 0.05) -> float:
    r"""Power of the two-sided two-sample t test, exact for normal data.

    .. math:: 1 - F_{\nu,\delta}(t_{1-\alpha/2}) + F_{\nu,\delta}(-t_{1-\alpha/2}), \quad
        \delta = d\sqrt{n/2},\; \nu = 2n - 2

    Args:
        effect: Cohen's d, the difference in standard deviations.
        n_per_group: Units in each group, above 1; it need not be whole.
        alpha: Two-sided error of the first kind, in (0, 1).

    Returns:
        Power, 0 to 1.

    Source: Cohen (1988), Statistical Power Analysis, 2nd ed., section 2. Oracle: tests/oracles/test_power.py.
    """
    from scipy.special import nctdtr, stdtrit

    df, shift = 2 * n_per_group - 2, abs(effect) * (n_per_group / 2) ** 0.5
    critical = stdtrit(df, 1 - alpha / 2)
    return float(1 - nctdtr(df, shift, critical) + nctdtr(df, shift, -critical))


def units_per_group(effect: float, *, power: float = 0.8, alpha: float = 0.05) -> float:
    """How many units each group needs for the two-sample t test to see an effect; not rounded up.

    Args:
        effect: Cohen's d, not 0.
        power: Wanted power, in (alpha, 1).
        alpha: Two-sided error of the first kind, in (0, 1).

    Returns:
        Units per group.

    Raises:
        ValueError: No effect to look for.

    Source: root of `two_sample_power`. Reproduces Cohen's .2/.5/.8: 393.4057/63.7656/25.5246 (tables: 393/64/26);
    tests/oracles/test_power.py.
    """
    if effect == 0:
        raise ValueError("no number of units shows an effect of 0")
    low, high = 1.01, 2.0
    while two_sample_power(effect, high, alpha=alpha) < power:
        low, high = high, high * 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if two_sample_power(effect, middle, alpha=alpha) < power else (low, middle)
    return high


def cases_per_group(before: float, after: float, *, power: float = 0.8, alpha: float = 0.05) -> float:
    r"""How many cases each group needs for a change of a share to show; not rounded up.

    .. math:: n = \frac{(z_{1-\alpha/2} + z_{power})^2\,\bigl(p_1(1-p_1) + p_2(1-p_2)\bigr)}{(p_1 - p_2)^2}

    Args:
        before: Share of cases without the change, in (0, 1).
        after: Share with it, in (0, 1), another one.
        power: Wanted power, in (alpha, 1).
        alpha: Two-sided error of the first kind.

    Returns:
        Cases per group.

    Raises:
        ValueError: No change to look for.

    Assumes: cases are independent; where the same people handle many of them, more are needed.
    Source: Chow, Shao and Wang (2008), Sample Size Calculations in Clinical Research, 2nd ed., section 4.2: .65 and .85
    give 70; tests/oracles/test_power.py.
    """
    from scipy.special import ndtri

    if before == after:
        raise ValueError("no number of cases shows that nothing changes")
    spread = before * (1 - before) + after * (1 - after)
    return float((ndtri(1 - alpha / 2) + ndtri(power)) ** 2 * spread / (before - after) ** 2)


def effect_variance(
    unit_variance: float,
    units: int,
    *,
    clusters: int = 0,
    icc: float = 0.0,
    cv: float = 0.0,
    r: float = 0.0,
    treated_share: float = 0.5,
) -> float:
    r"""Variance of the difference of two arms.

    .. math:: Var(\hat\tau) = \frac{1}{p(1-p)\,G\bar m}\,\sigma^2\, DE\,(1 - r^2)

    Args:
        unit_variance: Variance of a unit's outcome over the whole pilot, :math:`\sigma^2`.
        units: Units in both arms together.
        clusters: Clusters in both arms together; 0 when units are assigned one by one.
        icc: Intraclass correlation of the units' outcomes.
        cv: Coefficient of variation of the cluster sizes.
        r: Correlation of outcome and baseline covariate, 0 for none.
        treated_share: p, in (0, 1).

    Returns:
        A variance, in the square of the outcome's unit.

    Source: Eldridge, Ashby and Kerry (2006); Teerenstra et al. (2012), Stat. Med. 31, 2169-2178.
    Oracle: tests/oracles/test_power.py.
    """
    inflation = design_effect(units / clusters, icc, cv=cv) if clusters else 1.0
    return unit_variance * inflation * (1 - r**2) / (treated_share * (1 - treated_share) * units)


def minimal_detectable_effect(
    variance: float,
    df: float,
    *,
    variance_df: float,
    alpha: float = 0.05,
    power: float = 0.8,
    level: float = 0.95,
    errors: float | None = None,
) -> Estimate:
    r"""The smallest true difference that is found with the wanted power.

    .. math:: MDE = (t_{1-\alpha/2,\nu} + t_{power,\nu})\sqrt{Var(\hat\tau)}, \quad
        \text{interval: } MDE\,\sqrt{\nu_V/\chi^2_{\nu_V,\,(1\pm level)/2}}

    The sum of two central t quantiles stands for the noncentral t; tests/oracles/test_power.py says how near it is.

    Args:
        variance: `effect_variance`, from an estimated variance of units.
        df: Degrees of freedom of the test: clusters (or units) less 2, less one per covariate; at least 1.
        variance_df: Degrees of freedom behind the estimated variance; at least 1.
        alpha: Two-sided error of the first kind.
        power: Wanted power.
        level: Coverage of the interval.
        errors: How many standard errors it takes where the test is another one than t, with the same alpha and power.

    Returns:
        Estimate in the outcome's unit; the interval covers what the variance estimate leaves open.

    Raises:
        TooLittle: No degree of freedom.

    Assumes: roughly normal unit means; correlations (ICC, r) as estimated.
    Source: Bloom (1995), Evaluation Review 19, 547-556. Oracle: tests/oracles/test_power.py (published examples).
    Calibrated: tests/calibration/test_power.py.
    """
    from scipy.special import chdtri, stdtrit

    if df < 1 or variance_df < 1:
        raise TooLittle("too few units or clusters to compare two arms", "plan at least three of them")
    test = f"t with {df:g} degrees of freedom" if errors is None else f"{errors:.3g} standard errors"
    value = float((errors or stdtrit(df, 1 - alpha / 2) + stdtrit(df, power)) * variance**0.5)
    narrow, wide = (
        float((variance_df / chdtri(variance_df, tail)) ** 0.5) for tail in (0.5 - level / 2, 0.5 + level / 2)
    )
    return Estimate(
        name="minimal_detectable_effect",
        value=value,
        lower=min(value, value * narrow),
        upper=max(value, value * wide),
        n=int(variance_df) + 1,
        level=level,
        method=f"{power:.0%} power at two-sided {alpha:.0%}, {test}",
    )


def teams_needed(
    worthwhile: float,
    *,
    team_size: float,
    unit_variance: float,
    icc: float,
    cv: float = 0.0,
    r: float = 0.0,
    alpha: float = 0.05,
    power: float = 0.8,
) -> int:
    """The smallest number of teams, in both arms together, that shows an effect which is worth while.

    Args:
        worthwhile: The effect to be found, positive, in the outcome's unit.
        team_size: Mean number of units per team, at least 1.
        unit_variance: Variance of a unit's outcome over the whole pilot.
        icc: Intraclass correlation of the units' outcomes.
        cv: Coefficient of variation of the team sizes.
        r: Correlation of outcome and baseline covariate, 0 for none; a covariate costs a degree of freedom.
        alpha: Two-sided error of the first kind.
        power: Wanted power.

    Returns:
        Teams; enough of them, too, for a randomisation test to give a p-value of at most alpha.

    Raises:
        TooLittle: The effect is not positive, or no number of teams up to `MOST_TEAMS` shows it.

    Source: smallest root of `minimal_detectable_effect` and `smallest_p`. Oracle: tests/oracles/test_power.py.
    """
    of_one_team = 4 * unit_variance * design_effect(team_size, icc, cv=cv) * (1 - r**2) / team_size

    def shows(teams: int) -> bool:
        df = teams - 2 - (r != 0)
        found = minimal_detectable_effect(of_one_team / teams, df, variance_df=df, alpha=alpha, power=power).value
        return found <= worthwhile and smallest_p(teams) <= alpha

    low = high = 3 + (r != 0)
    while worthwhile <= 0 or not shows(high):
        low, high = high + 1, high * 2
        if high > MOST_TEAMS:
            raise TooLittle(
                f"no number of teams up to {MOST_TEAMS} shows an effect of {worthwhile:g}",
                "declare a larger effect as worth while, or measure with less spread",
            )
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if shows(middle) else (middle + 1, high)
    return high


def duration_curve(
    parts: Parts,
    weeks: Sequence[float],
    *,
    teams: int,
    team_size: float,
    icc: float,
    cv: float = 0.0,
    baseline: Sequence[float] = (),
    alpha: float = 0.05,
    power: float = 0.8,
) -> list[float]:
    r"""The smallest detectable effect by how long the pilot runs; more weeks lead to a floor, not to 0.

    .. math:: Var(\hat\tau) = \frac{4}{G\bar m}\Bigl(\sigma^2_b\,DE + \frac{\sigma^2_w}{T_{eff}}\Bigr)(1 - r^2),
        \quad r^2 = \frac{L}{L + \sigma^2_w/T_{eff}}\cdot\frac{L}{L + \sigma^2_w/T_{eff,0}},
        \quad L = \sigma^2_b\,DE

    Args:
        parts: Variance of a unit in one week: its lasting level, and around it.
        weeks: How long the pilot may run; `math.inf` gives the floor.
        teams: In both arms together, at least 3, or 4 with a baseline.
        team_size: Mean number of units per team.
        icc: Intraclass correlation of the units' lasting levels.
        cv: Coefficient of variation of the team sizes.
        baseline: For each of the weeks, how many weeks of baseline there are; empty for none.
        alpha: Two-sided error of the first kind.
        power: Wanted power.

    Returns:
        For each of the weeks the effect, in the outcome's unit.

    Raises:
        TooLittle: No degree of freedom.

    Assumes: what differs between teams and units lasts (cluster and individual autocorrelation 1).
    Source: Hooper et al. (2016), Stat. Med. 35, 4718-4728; Frison and Pocock (1992), Stat. Med. 11, 1685-1704.
    Oracle: tests/oracles/test_power.py (published examples).
    """
    lasting = parts.between * design_effect(team_size, icc, cv=cv)
    df = teams - 2 - bool(baseline)
    curve = []
    for after, before in zip(weeks, baseline or [0.0] * len(weeks), strict=True):
        total = lasting + _passing(parts, after)
        unexplained = 1 - lasting / total * lasting / (lasting + _passing(parts, before)) if before else 1.0
        variance = 4 / (teams * team_size) * total * unexplained
        curve.append(minimal_detectable_effect(variance, df, variance_df=max(df, 1), alpha=alpha, power=power).value)
    return curve


def _passing(parts: Parts, weeks: float) -> float:
    return parts.within / effective_periods(weeks, parts.autocorrelation)
