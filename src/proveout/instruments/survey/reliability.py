"""Whether the items of a scale measure one thing, and whether the people of a group agree."""

from collections.abc import Iterator, Mapping

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.evidence import Check, Part
from proveout.core.privacy import FEWEST
from proveout.core.wording import figure
from proveout.instruments.survey.questionnaire import Questionnaire
from proveout.instruments.survey.scoring import turned
from proveout.instruments.survey.sheets import Sheets
from proveout.stats.reliability import contrary_items, cronbach_alpha, mcdonald_omega, within_group_agreement

AGREED = 0.7
"""r_WG from which the mean of a group stands for it (LeBreton and Senter 2008, ORM 11, 815-852)."""
MOST_ANSWERS = 11
"""On a finer scale, answers given at random are no sensible bar."""


def reliability(asked: Questionnaire, sheets: Sheets) -> Part:
    """Alpha of every scale of two items, and omega where there are three."""
    parts = [_of_one(scale, own, asked) for scale, own in _of_scale(asked, sheets.values).items() if own.shape[1] > 1]
    return Part(
        estimates=tuple(estimate for part in parts for estimate in part.estimates),
        checks=tuple(check for part in parts for check in part.checks),
    )


def _of_one(scale: str, own: np.ndarray, asked: Questionnaire) -> Part:
    """Omega counts, the better model; but not where an item runs against the others."""
    whole = own[np.isfinite(own).all(axis=1)]
    name = f"{scale}: it measures one thing"
    if len(whole) < FEWEST:
        note = f"{len(whole)} people answered all its items; with fewer than {FEWEST} it would show persons"
        return Part(checks=(Check(name=name, passed=None, note=note),))
    try:
        alpha = cronbach_alpha(own, level=asked.level)
    except TooLittle as little:
        return Part(checks=(Check(name=name, passed=None, note=little.message),))
    found, counts = [alpha.named("alpha", subject=scale)], alpha
    checks: list[Check] = []
    try:
        omega = mcdonald_omega(whole, level=asked.level) if own.shape[1] > 2 else None
        contrary = [asked.of_scale[scale][k] for k in contrary_items(whole)] if omega else []
    except TooLittle as little:
        omega, contrary = None, []
        checks.append(Check(name=name, passed=None, note=f"{little.message}; alpha counts"))
    if omega is not None:
        found.append(omega.named("omega", subject=scale))
        counts = alpha if contrary else omega
    if contrary:
        note = f"{', '.join(contrary)}: those who agree to the others do not to it; was it turned round (`reversed`)?"
        checks.append(Check(name=f"{scale}: its items run the same way", passed=False, note=note))
    return Part(estimates=(*found, counts.named("reliability", subject=scale)), checks=tuple(checks))


def united(subject: str, scale: str, asked: Questionnaire, values: np.ndarray) -> Iterator[Check]:
    """Whether a group agrees on the items of a scale: else its mean is the opinion of nobody."""
    n_answers = round(asked.highest - asked.lowest) + 1
    own = _of_scale(asked, values)[scale]
    whole = own[np.isfinite(own).all(axis=1)]
    if n_answers > MOST_ANSWERS or len(whole) < FEWEST:
        return
    agreed = within_group_agreement(whole, n_answers=n_answers)
    note = f"r_WG is {figure(agreed)}; " + ("the mean stands for it" if agreed >= AGREED else "look who is against it")
    yield Check(name=f"{subject}: its people agree", passed=True if agreed >= AGREED else None, note=note)


def _of_scale(asked: Questionnaire, values: np.ndarray) -> Mapping[str, np.ndarray]:
    """By scale the answers to its items, reversed ones turned round."""
    right, place = turned(values, asked), {item: k for k, item in enumerate(asked.items)}
    return {scale: right[:, [place[item] for item in items]] for scale, items in asked.of_scale.items()}
