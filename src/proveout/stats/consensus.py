"""What several people's decisions come to, and how near each of them is to it."""

from dataclasses import dataclass

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate

SMOOTHING = 0.01
"""Added to every cell of every person's confusion table, so that nothing a person never did is impossible."""
SETTLED = 1e-8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Consensus:
    """What the decisions come to when people are weighed by how reliable they are.

    Args:
        probabilities: Shape (n, k), of each label of each case.
        answers: Shape (n,), the likeliest label.
        confusion: Shape (people, k, k), how often a person says the second when the first is right.
        prevalence: Shape (k,), how common each label is.
    """

    probabilities: np.ndarray
    answers: np.ndarray
    confusion: np.ndarray
    prevalence: np.ndarray


def majority(counts: np.ndarray) -> np.ndarray:
    """The most frequent label of each case; labels that tie share the case.

    Args:
        counts: Shape (n, k), how many people gave the case each label.

    Returns:
        Shape (n, k), rows that add up to 1; a row of NaN where nobody decided.

    Source: plurality; nobody is drawn by lot. Oracle: tests/oracles/test_consensus.py.
    """
    c = np.asarray(counts)
    most = c.max(axis=1, keepdims=True)
    top = (c == most) & (most > 0)
    with np.errstate(invalid="ignore"):
        return top / np.where(most > 0, top.sum(axis=1, keepdims=True), np.nan)


def dawid_skene(
    case: np.ndarray, person: np.ndarray, label: np.ndarray, *, n_labels: int, iterations: int = 50
) -> Consensus:
    r"""Consensus by expectation maximisation: cases tell who is reliable, and who is reliable tells the cases.

    .. math:: P(z_u = t) \propto \pi_t \prod_{i \in u} \theta^{(i)}_{t,\,l_{ui}}, \quad
        \theta^{(i)}_{tl} \propto s + \sum_{u:\,l_{ui}=l} P(z_u = t), \quad \pi_t = \text{mean of } P(z_u = t)

    It starts from the shares of the votes; s = 0.01.

    Args:
        case: Shape (m,), codes of cases, from 0.
        person: Shape (m,), codes of people, from 0.
        label: Shape (m,), codes of labels, 0 to n_labels - 1.
        n_labels: How many labels there are.
        iterations: At most so many; fewer when nothing moves any more.

    Returns:
        Probabilities of labels by case, and what each person tends to say.

    Raises:
        TooLittle: No decisions.

    Assumes: given the right label, people decide independently and alike on all cases; most do better than chance.
    Source: Dawid and Skene (1979), Applied Statistics 28, 20-28. Oracle: tests/oracles/test_consensus.py.
    """
    if not len(case):
        raise TooLittle("no decisions", "let people decide cases")
    n, people, k = int(case.max()) + 1, int(person.max()) + 1, n_labels
    votes = np.bincount(case * k + label, minlength=n * k).reshape(n, k)
    p = votes / np.maximum(votes.sum(axis=1, keepdims=True), 1)
    said = person * k + label
    confusion, prevalence = np.zeros((people, k, k)), np.zeros(k)
    for _ in range(iterations):
        prevalence = p.mean(axis=0)
        for t in range(k):
            confusion[:, t] = np.bincount(said, weights=p[case, t], minlength=people * k).reshape(people, k)
        confusion += SMOOTHING
        confusion /= confusion.sum(axis=2, keepdims=True)
        logs = np.column_stack(
            [np.bincount(case, weights=np.log(confusion[person, t, label]), minlength=n) for t in range(k)]
        )
        logs += np.log(np.maximum(prevalence, np.finfo(float).tiny))
        likely = np.exp(logs - logs.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        moved, p = np.abs(likely - p).max(), likely
        if moved < SETTLED:
            break
    return Consensus(probabilities=p, answers=p.argmax(axis=1), confusion=confusion, prevalence=prevalence)


def against_others(
    case: np.ndarray, label: np.ndarray, *, n_labels: int, answer: np.ndarray | None = None
) -> np.ndarray:
    """How far each decision is what the majority of the other people decided on the same case.

    Args:
        case: Shape (m,), codes of cases, from 0; each person decides a case once.
        label: Shape (m,), codes of labels, 0 to n_labels - 1.
        n_labels: How many labels there are.
        answer: Shape (m,), what is held against the others in the place of the decision itself, such as a model's.

    Returns:
        Shape (m,): 1 when it is, 0 when it is not, 1 by the number of labels that tie; NaN where nobody else decided.

    Source: leave-one-out. Oracle: tests/oracles/test_consensus.py.
    """
    k, m = n_labels, len(case)
    if not m:
        return np.zeros(0)
    votes = np.bincount(case * k + label, minlength=(int(case.max()) + 1) * k).reshape(-1, k)[case]
    votes[np.arange(m), label] -= 1
    held = label if answer is None else answer
    return majority(votes)[np.arange(m), held]


def clustered_share(case: np.ndarray, score: np.ndarray, *, level: float = 0.95) -> Estimate:
    r"""Mean of scores from 0 to 1 that come in cases, such as several people's on each.

    Wilson's interval with the number of independent scores that the cases amount to,
    :math:`n^* = \bar x(1-\bar x)/V` with the CR2 variance :math:`V` over cases, and Student's quantile for z.

    Args:
        case: Shape (m,), codes of cases.
        score: Shape (m,), 0 to 1.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate with unit ``share``; `n` is the number of cases. Where all scores are 0 or all 1, the cases count.

    Raises:
        TooLittle: Fewer than two cases.
        ValueError: A score outside 0 to 1.

    Assumes: independent cases; the people as they are, so that it speaks for these people on more cases of the kind.
    Source: Korn and Graubard (1998), Survey Methodology 24, 193-201, for the effective number; Wilson (1927), JASA 22,
    209-212; Bell and McCaffrey (2002), Survey Methodology 28, 169-181, for CR2.
    Oracle: tests/oracles/test_consensus.py. Calibrated: tests/calibration/test_consensus.py.
    """
    from scipy.special import stdtrit

    x = np.asarray(score, float)
    if len(x) and (x.min() < 0 or x.max() > 1):
        raise ValueError(f"scores from {x.min():g} to {x.max():g} are no shares")
    _, codes, sizes = np.unique(case, return_inverse=True, return_counts=True)
    n, m = len(sizes), len(x)
    if n < 2:
        raise TooLittle(f"{n} case(s): an interval needs two", "let people decide more cases")
    p = float(x.mean())
    residual = np.bincount(codes, weights=x) - sizes * p
    variance = float((residual**2 / (1 - sizes / m)).sum()) / m**2
    effective = p * (1 - p) / variance if variance > 0 else float(n)
    t2 = float(stdtrit(n - 1, 0.5 + level / 2)) ** 2
    centre = (p + t2 / (2 * effective)) / (1 + t2 / effective)
    half = (t2 * (p * (1 - p) / effective + t2 / (4 * effective**2))) ** 0.5 / (1 + t2 / effective)
    return Estimate(
        name="share",
        value=p,
        lower=max(0.0, min(centre - half, p)),
        upper=min(1.0, max(centre + half, p)),
        unit="share",
        n=n,
        level=level,
        method=f"Wilson score interval clustered by {n:,} cases",
    )
