"""Whether as many units came into each arm as were sent there."""

from collections.abc import Sequence
from math import exp, lgamma, log

import numpy as np

from proveout.core.errors import TooLittle

MOST_EXACT = 1_000_000
"""Beyond so many units both tests are one, and the exact one takes a number in memory for each of them."""
TIE = 1e-7
"""Outcomes whose probabilities differ by less, relatively, are equally likely: rounding must not split them."""


def sample_ratio_p(counts: Sequence[int], shares: Sequence[float]) -> float:
    r"""p-value of the counts if every unit had come into an arm with the planned probability.

    With two arms of up to a million units together the exact binomial test: the probability of all counts that are no
    likelier than those seen. Else Pearson's :math:`\chi^2 = \sum (n_i - n\pi_i)^2/n\pi_i`.

    Args:
        counts: Shape (k,), k >= 2: units per arm.
        shares: Shape (k,): planned, positive; they are scaled to add up to 1.

    Returns:
        In (0, 1]. Below 0.001 something is wrong with the assignment or the counting.

    Raises:
        TooLittle: No units, or fewer than two arms.

    Assumes: units assigned independently (use the number of teams where teams were).
    Source: Clopper and Pearson (1934) for the exact test; Fabijan et al. (2019), KDD '19, 2156-2164, for its use.
    Oracle: tests/oracles/test_sample_ratio.py.
    """
    n, planned = np.asarray(counts, float), np.asarray(shares, float)
    total = int(n.sum())
    if total == 0 or len(n) < 2:
        raise TooLittle(f"{total} units in {len(n)} arm(s)", "assign units to two arms")
    planned = planned / planned.sum()
    if len(n) == 2 and total <= MOST_EXACT:
        return _exact_binomial(int(n[0]), total, float(planned[0]))
    from scipy.special import gammaincc

    expected = total * planned
    return float(gammaincc((len(n) - 1) / 2, ((n - expected) ** 2 / expected).sum() / 2))


def _exact_binomial(k: int, n: int, p: float) -> float:
    from scipy.special import gammaln

    i = np.arange(n + 1)
    mass = gammaln(n + 1) - gammaln(i + 1) - gammaln(n - i + 1) + i * log(p) + (n - i) * log(1 - p)
    return min(1.0, float(np.exp(mass[mass <= mass[k] + TIE]).sum()))


def sample_ratio_evidence(counts: Sequence[int], shares: Sequence[float], *, concentration: float = 10_000.0) -> float:
    r"""Evidence against the planned shares that may be looked at after every unit.

    .. math:: E = \frac{\Gamma(\sum\alpha)}{\Gamma(\sum\alpha + n)}
        \prod_i\frac{\Gamma(\alpha_i + n_i)}{\Gamma(\alpha_i)} \Big/ \prod_i\pi_i^{n_i}, \quad \alpha_i = c\,\pi_i

    Args:
        counts: Shape (k,), units per arm so far.
        shares: Shape (k,), planned, positive; they are scaled to add up to 1.
        concentration: c, how near to the plan a mismatch is looked for; fixed beforehand.

    Returns:
        Above 1/alpha the plan is rejected, with an error of at most alpha over all looks.

    Assumes: units assigned independently.
    Source: Lindon and Malek (2022), NeurIPS 35, equation 5. Oracle: tests/oracles/test_sample_ratio.py.
    """
    planned = [share / sum(shares) for share in shares]
    a = [concentration * share for share in planned]
    total = sum(counts)
    evidence = lgamma(sum(a)) - lgamma(sum(a) + total)
    for n, alpha, share in zip(counts, a, planned, strict=True):
        evidence += lgamma(alpha + n) - lgamma(alpha) - n * log(share)
    return exp(min(evidence, 700.0))
