"""A fixture of GrowthBook (RegressionAdjustedRatioStatistic, MIT): a ratio, and the same ratio before the start."""

import numpy as np

from proveout.stats.covariate_adjusted import JointMoments


def of_sums(sums, squares, products):
    """GrowthBook's sums over 100 users: after and before, numerator and denominator."""
    second = np.diag(squares)
    for (i, j), product in products.items():
        second[i, j] = second[j, i] = product
    means = np.array(sums) / 100
    return JointMoments(n=100, means=means, covariances=(second - 100 * np.outer(means, means)) / 99)


CONTROL = of_sums(
    [485.112236689623, 679.9093275844917, 192.59138069991536, 290.1398399750233],
    [2715.484666118136, 4939.424001640236, 460.076026390857, 920.9461385038898],
    {
        (0, 2): 1113.6215759318352,
        (1, 3): 2130.9404074446747,
        (2, 3): 634.239482353647,
        (0, 1): 3602.146836776702,
        (0, 3): 1559.2878434944676,
        (1, 2): 1460.3181079276983,
    },
)
TREATED = of_sums(
    [514.7757826608777, 705.4090874383759, 206.94157227402536, 302.54389139107326],
    [2994.897482705013, 5291.36604146392, 514.2903702246757, 994.4506208125663],
    {
        (0, 2): 1237.0953021125997,
        (1, 3): 2292.081739775257,
        (2, 3): 698.4173425817908,
        (0, 1): 3918.1561431600717,
        (0, 3): 1701.0287270040265,
        (1, 2): 1604.0759503266522,
    },
)


def relative_effect():
    """Effect and error as GrowthBook has them: as a share of the control's ratio before adjustment."""
    after, before = zip(*(gradients(arm) for arm in (CONTROL, TREATED)), strict=True)
    arms = (CONTROL, TREATED)
    theta = sum(x @ arm.covariances @ y for arm, x, y in zip(arms, before, after, strict=True))
    theta /= sum(x @ arm.covariances @ x for arm, x in zip(arms, before, strict=True))
    ratios = [arm.means[0] / arm.means[1] - theta * arm.means[2] / arm.means[3] for arm in arms]
    base = CONTROL.means[0] / CONTROL.means[1]
    effect = (ratios[1] - ratios[0]) / base
    ways = [-(after[0] - theta * before[0]) / base - effect * after[0] / base, (after[1] - theta * before[1]) / base]
    return effect, sum(way @ arm.covariances @ way / arm.n for arm, way in zip(arms, ways, strict=True)) ** 0.5


def gradients(arm):
    """Of the ratio after the start, and of that before it."""
    y, d, x, e = arm.means
    return np.array([1 / d, -y / d**2, 0, 0]), np.array([0, 0, 1 / e, -x / e**2])
