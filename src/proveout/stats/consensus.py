"""What several people who disagree say together, and how good each of them is."""

from dataclasses import dataclass

import numpy as np

from proveout.core.errors import TooLittle

SMOOTHING = 0.01
"""Added to every count of a person's answers, so that nobody is taken for infallible."""
CONVERGED = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class Consensus:
    """What is likely true of each case, and how each person answers.

    Args:
        shares: Shape (cases, labels): how likely each label is; rows add up to 1.
        prevalence: Shape (labels,).
        confusion: Shape (people, labels, labels): how often a person says the column where the row is true.
    """

    shares: np.ndarray
    prevalence: np.ndarray
    confusion: np.ndarray

    @property
    def labels(self) -> np.ndarray:
        """The likeliest label of each case; of ties the first."""
        return self.shares.argmax(axis=1)


def majority(case: np.ndarray, label: np.ndarray, *, n_labels: int) -> np.ndarray:
    """The share of the people who gave each label to each case.

    Args:
        case: Shape (m,), codes from 0.
        label: Shape (m,), codes from 0.
        n_labels: How many labels there are.

    Returns:
        Shape (cases, n_labels); rows add up to 1.

    Raises:
        TooLittle: No ratings.

    Source: counting. Oracle: tests/oracles/test_consensus.py.
    """
    if not len(case):
        raise TooLittle("no ratings", "let people judge cases")
    n = int(case.max()) + 1
    counts = np.bincount(case * n_labels + label, minlength=n * n_labels).reshape(n, n_labels).astype(float)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def dawid_skene(
    case: np.ndarray, person: np.ndarray, label: np.ndarray, *, n_labels: int, iterations: int = 50
) -> Consensus:
    r"""Truth and each person's mistakes, found together: who often differs from the likely truth counts less.

    .. math:: P(t_i = j) \propto p_j \prod_{k,l} (\pi^{(k)}_{jl})^{n_{ikl}}

    By expectation and maximisation, begun with the shares of the people.

    Args:
        case: Shape (m,), codes from 0: which case was judged.
        person: Shape (m,), codes from 0: by whom.
        label: Shape (m,), codes from 0: as what.
        n_labels: How many labels there are.
        iterations: At most.

    Returns:
        The consensus.

    Raises:
        TooLittle: No ratings.

    Assumes: people who judge independently given the truth, each with habits that do not depend on the case.
    Source: Dawid and Skene (1979), Applied Statistics 28, 20-28. Oracle: tests/oracles/test_consensus.py.
    """
    shares = majority(case, label, n_labels=n_labels)
    people = int(person.max()) + 1
    for _ in range(iterations):
        prevalence = shares.mean(axis=0)
        confusion = np.full((people, n_labels, n_labels), SMOOTHING)
        np.add.at(confusion, (person[:, None], np.arange(n_labels)[None, :], label[:, None]), shares[case])
        confusion /= confusion.sum(axis=2, keepdims=True)
        odds = np.tile(np.log(np.maximum(prevalence, 1e-300)), (len(shares), 1))
        np.add.at(odds, case, np.log(confusion[person, :, label]))
        likely = np.exp(odds - odds.max(axis=1, keepdims=True))
        before, shares = shares, likely / likely.sum(axis=1, keepdims=True)
        if np.abs(shares - before).max() < CONVERGED:
            break
    return Consensus(shares=shares, prevalence=prevalence, confusion=confusion)


def leave_one_out(case: np.ndarray, label: np.ndarray, *, n_labels: int) -> np.ndarray:
    """How right each rating is by the majority of the other people: 1, 0, or the chance of it where others tie.

    Args:
        case: Shape (m,), codes from 0.
        label: Shape (m,), codes from 0.
        n_labels: How many labels there are.

    Returns:
        Shape (m,); NaN where nobody else judged the case.

    Raises:
        TooLittle: No ratings.

    Source: counting. Oracle: tests/oracles/test_consensus.py.
    """
    n = int(case.max()) + 1 if len(case) else 0
    if not n:
        raise TooLittle("no ratings", "let people judge cases")
    counts = np.bincount(case * n_labels + label, minlength=n * n_labels).reshape(n, n_labels)
    others = counts[case] - np.eye(n_labels, dtype=int)[label]
    most = others.max(axis=1)
    leading = others == most[:, None]
    credit = leading[np.arange(len(case)), label] / leading.sum(axis=1)
    return np.where(most > 0, credit, np.nan)
