"""What stands beside the decisions: what turned out to be right, and what a model says."""

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.evidence import Check, Part
from proveout.core.question import Answers
from proveout.instruments.agreement.decisions import FEWEST, Decisions, quoted
from proveout.instruments.agreement.settings import Settings
from proveout.stats.consensus import clustered_share, dawid_skene, majority
from proveout.stats.mean import t_mean


def beside(name: str, found: Decisions, answers: Answers) -> tuple[np.ndarray, tuple[Check, ...]]:
    """By case the code of the label beside it: -1 where there is none, the number of labels for one nobody uses.

    On an interval scale numbers, NaN where there is none.
    """
    table = answers.tables[name]
    cases, at, row = np.intersect1d(found.cases, np.asarray(table["i"]).astype(int), return_indices=True)
    said = [str(text) for text in np.asarray(table["d"])[row]]
    several = int((np.asarray(table["n"])[row] > 1).sum())
    checks = []
    if several:
        note = f"{several:,} of {len(cases):,} cases have several; the first in the alphabet counts"
        checks.append(Check(name=f"Each case has one {name}", passed=False, note=note))
    if len(cases) < len(found.cases):
        note = f"{len(cases):,} of {len(found.cases):,} cases"
        checks.append(Check(name=f"Each case has a {name}", passed=None if len(cases) else False, note=note))
    if not found.labels:
        return _numbers(said, at, len(found.cases)), tuple(checks)
    code = {label.lower(): k for k, label in enumerate(found.labels)}
    codes = np.full(len(found.cases), -1)
    codes[at] = [code.get(text.lower(), len(code)) for text in said]
    strange = sorted({text for text in said if text.lower() not in code})
    if strange:
        note = f"{quoted(strange)}: nobody decided so; spell them as people do"
        checks.append(Check(name=f"Each {name} is a decision that people make", passed=False, note=note))
    return codes, tuple(checks)


def _numbers(said: list[str], at: np.ndarray, n: int) -> np.ndarray:
    values = np.full(n, np.nan)
    for place, text in zip(at, said, strict=True):
        try:
            values[place] = float(text)
        except ValueError:
            continue
    return values


def truthful(settings: Settings, found: Decisions, answers: Answers) -> Part:
    """How often consensus is right: the majority, and people weighed by how reliable they are."""
    right, checks = beside("truth", found, answers)
    try:
        return _errors(found, right, checks) if settings.scale == "interval" else _accuracy(found, right, checks)
    except TooLittle as little:
        note = f"{little.message}; {little.remedy}"
        return Part(checks=(*checks, Check(name="Consensus can be held against the truth", passed=False, note=note)))


def _accuracy(found: Decisions, right: np.ndarray, checks: tuple[Check, ...]) -> Part:
    known = right >= 0
    _enough(known)
    k = len(found.labels)
    voted = np.column_stack([majority(found.counts), np.zeros(len(found.cases))])[np.arange(len(right)), right]
    weighed = dawid_skene(found.unit, found.person, found.label, n_labels=k).answers == right
    estimates = tuple(
        clustered_share(np.flatnonzero(known), score[known].astype(float)).named("consensus_accuracy", subject=subject)
        for subject, score in (("majority", voted), ("weighed by person", weighed))
    )
    return Part(estimates=estimates, checks=checks)


def _errors(found: Decisions, right: np.ndarray, checks: tuple[Check, ...]) -> Part:
    known = np.isfinite(right)
    _enough(known)
    mean = np.bincount(found.unit, weights=found.value) / np.bincount(found.unit)
    off = t_mean(np.abs(mean - right)[known])
    return Part(estimates=(off.named("consensus_error"),), checks=checks)


def _enough(known: np.ndarray) -> None:
    if known.sum() < FEWEST:
        raise TooLittle(
            f"{int(known.sum())} of the cases have a known truth; {FEWEST} are the least",
            "find out what was right on more cases",
        )
