"""Labels that a model is confident are wrong."""

from collections.abc import Iterator

import numpy as np

from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.estimate import exact
from proveout.core.evidence import Check, Part
from proveout.core.exhibit import Table
from proveout.core.question import Answers, Columns
from proveout.core.wording import figure
from proveout.instruments.agreement.decisions import there
from proveout.instruments.agreement.queries import home
from proveout.instruments.agreement.settings import Settings
from proveout.stats.label_errors import label_errors

FEWEST_LABELLED = 50
ROUNDING = 0.01
"""By which the probabilities of a case may miss 1 in all."""
MOST_SHOWN = 5


def doubted(settings: Settings, answers: Answers) -> Part:
    """Candidates for wrong labels, the most doubtful first.

    Raises:
        TooLittle: Too few labelled cases.
        ProveoutError: A column is missing, or what should be probabilities are none.
    """
    there(settings, answers, home(settings, "label"))
    table, names = answers.tables["label"], tuple(settings.probabilities or ())
    given = np.ma.filled(np.ma.asarray(table["y"]).astype(float), -1).astype(int)
    p = np.column_stack([np.ma.filled(np.ma.asarray(table[f"p{k}"]).astype(float), np.nan) for k in range(len(names))])
    usable = (given >= 0) & np.isfinite(p).all(axis=1)
    if usable.sum() < FEWEST_LABELLED:
        raise TooLittle(
            f"{int(usable.sum())} of {len(given):,} cases have a label and all probabilities; "
            f"{FEWEST_LABELLED} are the least",
            f"spell labels as under `probabilities` ({', '.join(names)}), and give a probability of each",
        )
    y, p, case = given[usable], p[usable], np.asarray(table["c"])[usable]
    if p.min() < 0 or p.max() > 1:
        raise ProveoutError(
            f"probabilities from {p.min():g} to {p.max():g}", "give shares from 0 to 1, not scores or percentages"
        )
    found = label_errors(y, p)
    n = len(found.suspects)
    share = exact(
        "label_error_share",
        n / len(y),
        unit="share",
        n=len(y),
        method=f"{n:,} candidates by confident learning; candidates, not errors",
    )
    rows = tuple(
        (str(case[at]), names[y[at]], names[better], float(p[at, y[at]]))
        for at, better in zip(found.suspects[:MOST_SHOWN], found.suggested, strict=False)
    )
    suspects = Table(
        title="Labels to look at first",
        columns=("case", "label", "the model says", "probability of the label"),
        units=("", "", "", "share"),
        rows=rows,
        note=f"{n:,} candidates in all; people have to look, since many of them are right",
    )
    checks = (*_several(table), *_checks(given, usable, p, y, names), _looked_at(n, len(y)))
    return Part(estimates=(share,), checks=checks, exhibits=(suspects,) if rows else ())


def _several(table: Columns) -> Iterator[Check]:
    if n := int((np.asarray(table["n"]) > 1).sum()):
        note = f"{n:,} cases have several; the first in the alphabet counts"
        yield Check(name="Each case has one label", passed=False, note=note)


def _looked_at(n: int, of: int) -> Check:
    note = f"{n:,} of {of:,} labels are doubted by a confident model" if n else f"none of {of:,} labels is doubted"
    return Check(name="No label is doubted", passed=None if n else True, note=note)


def _checks(
    given: np.ndarray, usable: np.ndarray, p: np.ndarray, y: np.ndarray, names: tuple[str, ...]
) -> Iterator[Check]:
    if (given < 0).any():
        note = (
            f"{int((given < 0).sum()):,} of {len(given):,} cases have none, or one that is not among {', '.join(names)}"
        )
        yield Check(name="Every label is known", passed=False, note=note)
    if (lost := int(((given >= 0) & ~usable).sum())) > 0:
        note = f"{lost:,} of {len(given):,} cases lack one and are left out"
        yield Check(name="Every label has a probability in every case", passed=False, note=note)
    if (off := int((np.abs(p.sum(axis=1) - 1) > ROUNDING).sum())) > 0:
        note = f"in {off:,} of {len(y):,} cases they do not add up to 1"
        yield Check(name="Probabilities add up to 1", passed=False, note=note)
    right, base = float((p.argmax(axis=1) == y).mean()), float(np.bincount(y).max() / len(y))
    note = (
        f"it gives the label in {figure(right, 'share')} of cases, always saying the commonest in "
        f"{figure(base, 'share')}; one trained on the case itself doubts nothing"
    )
    yield Check(name="The model is worth listening to", passed=right > base, note=note)
