"""Whether the items of a scale measure one thing, and whether the people of a group agree."""

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate

STEPS, NEAR = 2_000, 1e-9
LEAST_UNIQUE = 1e-4
"""Of an item's variance: less than that of its own means that the model does not fit (a Heywood case)."""
DRAWS, MOST_RESAMPLED = 500, 5_000


def cronbach_alpha(values: np.ndarray, *, level: float = 0.95) -> Estimate:
    r"""Cronbach's alpha, the least reliability of a sum of items.

    .. math:: \alpha = \frac{k}{k-1}\Bigl(1 - \frac{\sum s_i^2}{s_T^2}\Bigr), \quad
        1 - (1-\hat\alpha)\,F^{-1}_{1/2 \pm level/2}\bigl(n-1, (n-1)(k-1)\bigr)

    Args:
        values: Shape (n, k), k >= 2 items; reversed items turned round before. NaN where an answer is missing: each
            covariance is then of the people who answered both items.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate, at most 1; negative where items contradict one another. `n` counts those who answered all items.

    Raises:
        TooLittle: Fewer than two people or items, or nobody differs.

    Assumes: items that differ by a constant at most (else it is a lower bound), normal scores for the interval.
    Source: Cronbach (1951), Psychometrika 16, 297-334; Feldt (1965), Psychometrika 30, 357-370, for the interval.
    Oracle: tests/oracles/test_reliability.py; published figures in tests/real/test_survey.py.
    Calibrated: tests/calibration/test_reliability.py.
    """
    from scipy.special import fdtri

    x = np.asarray(values, float)
    n, k = len(_matrix(x[np.isfinite(x).all(axis=1)])), x.shape[1]
    covariances = np.cov(x, rowvar=False) if n == len(x) else _pairwise(x)
    total = float(covariances.sum())
    if not total > 0:
        raise TooLittle("all people have the same sum", "ask people who differ")
    alpha = k / (k - 1) * (1 - float(np.trace(covariances)) / total)
    high, low = (float(fdtri(n - 1, (n - 1) * (k - 1), 0.5 + side * level / 2)) for side in (1, -1))
    return Estimate(
        name="alpha",
        value=alpha,
        lower=min(alpha, 1 - (1 - alpha) * high),
        upper=max(alpha, 1 - (1 - alpha) * low),
        n=n,
        level=level,
        method="Cronbach's alpha, Feldt's interval",
    )


def mcdonald_omega(values: np.ndarray, *, level: float = 0.95, seed: int = 0) -> Estimate:
    r"""McDonald's omega: the share of a sum's variance that one common factor explains.

    .. math:: \omega = \frac{(\sum\lambda_i)^2}{(\sum\lambda_i)^2 + \sum\psi_i}

    with the loadings and unique variances of the one-factor model, fitted by maximum likelihood.

    Args:
        values: Shape (n, k), n > k people, k >= 3 items, finite; reversed items turned round before.
        level: Coverage of the interval, in (0, 1).
        seed: Of the resamples.

    Returns:
        Estimate in [0, 1], with a BCa bootstrap interval over people (of more than 5,000 over 5,000 blocks of them).

    Raises:
        TooLittle: Fewer than three items, not more people than items, or items that do not vary.

    Assumes: one factor. Source: McDonald (1999), Test Theory, equation 6.20; Rubin and Thayer (1982), Psychometrika
    47, 69-76, for the fit. Oracle: tests/oracles/test_reliability.py (likelihood maximised by SciPy; three items
    solved by hand). Calibrated: tests/calibration/test_reliability.py.
    """
    from proveout.stats.bca import bca

    x = _matrix(values)
    n, k = x.shape
    if k < 3 or n <= k:
        raise TooLittle(f"{k} items and {n} people: omega needs three items, and more people than items", "ask more")

    def omega(weights: np.ndarray) -> np.ndarray:
        return _omega(_covariances(x, weights))

    blocks = np.arange(n) % MOST_RESAMPLED if n > MOST_RESAMPLED else None
    found = bca(omega, n, clusters=blocks, draws=DRAWS, seed=seed, level=level)
    return Estimate(
        name="omega",
        value=found.value,
        lower=found.lower,
        upper=found.upper,
        n=n,
        level=level,
        method=f"McDonald's omega of one factor, {found.method}",
    )


def contrary_items(values: np.ndarray) -> list[int]:
    r"""Items that run against the others: their loading :math:`\lambda_i` on the one factor is negative.

    Args:
        values: Shape (n, k), n > k people, k >= 3 items, finite; reversed items turned round before.

    Returns:
        Their places. The sum of all loadings counts as positive; an item that does not vary runs against none.

    Raises:
        TooLittle: Fewer than three items, or not more people than items.

    Assumes: one factor, as `mcdonald_omega`, which such an item makes meaningless: the loadings partly cancel out.
    Source: Rubin and Thayer (1982), Psychometrika 47, 69-76. Oracle: tests/oracles/test_reliability.py.
    """
    x = _matrix(values)
    varying = np.flatnonzero(x.std(axis=0) > 0)
    if x.shape[1] < 3 or len(x) <= x.shape[1]:
        raise TooLittle(f"{x.shape[1]} items and {len(x)} people: more people than items are needed", "ask more")
    if len(varying) < 2:
        return []
    loadings, _ = _one_factor(np.corrcoef(x[:, varying], rowvar=False)[None])
    return [int(k) for k, loading in zip(varying, loadings[0], strict=True) if loading < 0]


def within_group_agreement(values: np.ndarray, *, n_answers: int) -> float:
    r"""How far a group agrees, against answers given at random: :math:`r_{WG(J)}`.

    .. math:: \frac{J(1 - \bar s^2/\sigma_E^2)}{J(1 - \bar s^2/\sigma_E^2) + \bar s^2/\sigma_E^2}, \quad
        \sigma_E^2 = (A^2 - 1)/12

    Args:
        values: Shape (n, J), n >= 2 people of one group, finite.
        n_answers: A, how many answers there are.

    Returns:
        0 (no more than chance) to 1; .7 is the usual bar.

    Raises:
        TooLittle: Fewer than two people.

    Source: James, Demaree and Wolf (1984), Journal of Applied Psychology 69, 85-98, equation 2.
    Oracle: tests/oracles/test_reliability.py.
    """
    x = np.asarray(values, float)
    if len(x) < 2:
        raise TooLittle(f"{len(x)} person: agreement needs two", "ask more people")
    ratio = float(x.var(axis=0, ddof=1).mean()) / ((n_answers**2 - 1) / 12)
    agreed = x.shape[1] * max(0.0, 1 - ratio)
    return agreed / (agreed + ratio) if agreed else 0.0


def _pairwise(x: np.ndarray) -> np.ndarray:
    there = np.isfinite(x)
    pairs = [[there[:, i] & there[:, j] for j in range(x.shape[1])] for i in range(x.shape[1])]
    return np.array(
        [[np.cov(x[both, i], x[both, j])[0, 1] for j, both in enumerate(row)] for i, row in enumerate(pairs)]
    )


def _matrix(values: np.ndarray) -> np.ndarray:
    x = np.asarray(values, float)
    if x.ndim != 2 or x.shape[1] < 2 or len(x) < 2:
        raise TooLittle(f"answers of shape {x.shape}: two people and two items are the least", "ask more people")
    return x


def _covariances(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Shape (b, k, k): one for each row of weights."""
    total = weights.sum(axis=1)
    means = weights @ x / total[:, None]
    products = np.stack([weights @ (x[:, [i]] * x) for i in range(x.shape[1])], axis=1) / total[:, None, None]
    return products - means[:, :, None] * means[:, None, :]


def _omega(covariances: np.ndarray) -> np.ndarray:
    """Shape (b,); NaN where an item does not vary."""
    spread = np.sqrt(np.maximum(np.einsum("bii->bi", covariances), 0.0))
    sound = (spread > 0).all(axis=1)
    found = np.full(len(covariances), np.nan)
    if not sound.any():
        return found
    spread = spread[sound]
    loadings, unique = _one_factor(covariances[sound] / (spread[:, :, None] * spread[:, None, :]))
    common = (loadings * spread).sum(axis=1) ** 2
    found[sound] = common / (common + (unique * spread**2).sum(axis=1))
    return found


def _one_factor(correlations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Loadings and unique variances, shape (b, k), by expectation and maximisation."""
    values, vectors = np.linalg.eigh(correlations)
    first = vectors[:, :, -1] * np.sqrt(values[:, -1:])
    loadings = first * np.sign(first.sum(axis=1, keepdims=True) + 1e-300) * 0.9
    unique = np.maximum(1 - loadings**2, 0.05)
    for _ in range(STEPS):
        scaled = loadings / unique
        beta = scaled / (1 + (loadings * scaled).sum(axis=1, keepdims=True))
        along = np.einsum("bij,bj->bi", correlations, beta)
        expected = 1 - (beta * loadings).sum(axis=1) + (beta * along).sum(axis=1)
        updated = along / expected[:, None]
        unique = np.maximum(1 - updated * along, LEAST_UNIQUE)
        moved = float(np.abs(updated - loadings).max())
        loadings = updated
        if moved < NEAR:
            break
    return loadings, unique
