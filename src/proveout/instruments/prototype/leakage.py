"""Does the prototype know what it will not know in use? Fields that say too much, and cases that it has seen."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check, Part
from proveout.core.exhibit import Table
from proveout.core.question import Answers
from proveout.core.wording import figure
from proveout.instruments.prototype import queries
from proveout.instruments.prototype.cases import FEWEST, Cases
from proveout.instruments.prototype.fields import Fields, empty, scored
from proveout.instruments.prototype.settings import Settings
from proveout.stats.proportion import difference, ratio
from proveout.stats.roc import auc

ALONE, ALONE_IN_A_REGRESSION = 0.9, 0.98
"""A single field above this tells the outcome; whether a number is above the median is easier to tell."""
STRONG, LOST = 0.8, 0.1
"""A field that is above the first by itself, and without which all others together lose the second."""
FILLED = 0.1
"""A field filled less than this often for one outcome, relative to the other, is filled because of it."""
LEFT_OUT, MOST_LEFT_OUT = 3, 8
"""So many of the strongest fields are left out in turn; and so many where they are strong by themselves."""
MOST_SHOWN = 15
TAKE_OUT = (
    "take it out and look again, as others may hide behind it, or if it is known at the decision name it under "
    "`known_at_decision`"
)
TOO_GOOD = "find out whether it was made from the truth; if it was not, name it under `known_at_decision`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """What one field says of the outcome."""

    name: str
    alone: Estimate
    lost: float | None = None
    reason: str = ""
    vouched: bool = False

    @property
    def suspect(self) -> bool:
        """Whether it says too much, and nobody vouches for it."""
        return bool(self.reason) and not self.vouched


def leakage(settings: Settings, answers: Answers, seen: Fields | None, cases: Cases) -> Part:
    """Suspects, counted; a count of none is no evidence where nothing could be looked at."""
    probed = _probe(settings, seen) if seen is not None and seen.alone else []
    repeats, checks = _repeats(settings, answers)
    said_after = {name.casefold(): name for name in settings.known_after}
    declared = [said_after[name.casefold()] for name in settings.fields if name.casefold() in said_after]
    faultless, vouched_for = _faultless(settings, cases)
    fields = {one.name: one.reason for one in probed if one.suspect}
    fields |= dict.fromkeys(declared, "declared as filled after the decision")
    checks += [_suspected(name, f"{reason}; {TAKE_OUT}") for name, reason in fields.items()]
    checks += [_suspected(name, f"{reason}; take these cases out of the test") for name, reason in repeats.items()]
    checks += [_suspected(name, f"{reason}; {TOO_GOOD}") for name, reason in faultless.items()]
    suspects = fields | repeats | faultless
    checks += vouched_for
    checks += [_vouched(one) for one in probed if one.reason and one.vouched]
    unseen = _unseen(settings, answers, seen)
    checks += unseen
    if unseen and not suspects:
        return Part(checks=tuple(checks), exhibits=_table(probed))
    method = f"{len(probed)} field(s) looked at" + (f"; suspected: {', '.join(suspects)}" if suspects else "")
    count = exact("leakage_suspects", len(suspects), method=method)
    return Part(estimates=(count,), checks=tuple(checks), exhibits=_table(probed))


def _faultless(settings: Settings, cases: Cases) -> tuple[dict[str, str], list[Check]]:
    """Answers and scores that are never wrong: they are as likely made from the truth as good. Or who vouches."""
    vouched = {name.casefold() for name in settings.known_at_decision}
    found: dict[str, str] = {}
    checks = []
    for what in ("answer", "score"):
        name, said = settings.roles.get(what), getattr(cases, what)
        if name is None or said is None or not _never_wrong(said, cases, is_score=what == "score"):
            continue
        reason = f"the prototype's {what} is right in each of {len(cases):,} cases"
        if name.casefold() in vouched:
            note = f"{reason}; it is vouched for under `known_at_decision`, which no data can show"
            checks.append(Check(name=f"No leakage by {name}", passed=None, note=note))
        else:
            found[name] = reason
    return found, checks


def _never_wrong(said: np.ndarray, cases: Cases, *, is_score: bool) -> bool:
    known = ~np.isnan(said)
    said, truth = said[known], cases.truth[known]
    if len(said) < FEWEST or len(np.unique(truth)) < 2:
        return False
    if is_score and cases.binary:
        yes, no = said[truth == 1], said[truth == 0]
        return bool(yes.min() > no.max())
    return bool((said == truth).all())


def _suspected(name: str, note: str) -> Check:
    return Check(name=f"No leakage by {name}", passed=False, note=note)


def _vouched(one: Probed) -> Check:
    note = f"{one.reason}; it is vouched for under `known_at_decision`, which no data can show"
    return Check(name=f"No leakage by {one.name}", passed=None, note=note)


def _unseen(settings: Settings, answers: Answers, seen: Fields | None) -> list[Check]:
    """Why fields could not be looked at."""
    name = "Every field that the prototype sees was looked at"
    if not settings.fields:
        return [Check(name=name, passed=None, note="declare `fields`, the columns that the prototype sees")]
    found = queries.fields(settings, answers)
    lacking = [column for column in settings.fields if column not in found]
    if lacking:
        note = f"no column {', '.join(lacking)} in the predictions; add it, or declare `cases`, a table that has it"
        return [Check(name=name, passed=False, note=note)]
    if seen is None or not seen.alone:
        return [Check(name=name, passed=None, note="too few cases of one outcome; test on more")]
    return []


def _probe(settings: Settings, seen: Fields) -> list[Probed]:
    """Every field alone; the strongest ones also by what all others lose without them. Strongest first."""
    most = ALONE_IN_A_REGRESSION if settings.kind == "regression" else ALONE
    vouched = {name.casefold() for name in settings.known_at_decision}
    areas = {name: auc(scores, seen.outcome) for name, scores in seen.alone.items()}
    ranked = sorted(areas, key=lambda name: -areas[name].value)
    n_strong = sum(areas[name].value >= STRONG for name in ranked)
    lost = _lost(seen, ranked[: min(max(LEFT_OUT, n_strong), MOST_LEFT_OUT)]) if len(ranked) > 1 else {}
    found = []
    for name in ranked:
        area = areas[name]
        reason = ""
        if area.value >= most:
            reason = f"by itself it tells the outcome of {figure(area.value, 'share')} of pairs (chance is 50%)"
        elif settings.kind != "regression" and area.value >= STRONG and lost.get(name, 0.0) >= LOST:
            reason = f"by itself it tells {figure(area.value, 'share')} of pairs, and without it all other fields lose "
            reason += f"{figure(lost[name], 'share')}"
        elif filled := _filled_for_one(seen, name):
            reason = filled
        one = Probed(name=name, alone=area, lost=lost.get(name), reason=reason, vouched=name.casefold() in vouched)
        found.append(one)
    return found


def _lost(seen: Fields, names: list[str]) -> Mapping[str, float]:
    """By field, how much smaller the area of an additive model is without it; not less than 0."""
    try:
        whole = auc(scored([*seen.columns.values()], seen.outcome, seen.clusters), seen.outcome).value
        lost = {}
        for name in names:
            others = [column for other, column in seen.columns.items() if other != name]
            rest = auc(scored(others, seen.outcome, seen.clusters), seen.outcome).value
            lost[name] = max(0.0, whole - rest)
    except TooLittle:
        return {}
    return lost


def _filled_for_one(seen: Fields, name: str) -> str:
    """Why a field seems to be filled because of the outcome; empty where it does not."""
    there = ~empty(seen.columns[name])
    if there.sum() < FEWEST or there.all():
        return ""
    counts = [(int((there & (seen.outcome == c)).sum()), int((seen.outcome == c).sum())) for c in (0, 1)]
    (x_a, n_a), (x_b, n_b) = sorted(counts, key=lambda pair: pair[0] / pair[1])
    upper = ratio(x_a, n_a, x_b, n_b).upper
    if upper is None or upper >= FILLED:
        return ""
    return f"it is filled in {figure(x_b / n_b, 'share')} of cases of one outcome and {figure(x_a / n_a, 'share')} else"


REPEATS = ("keys of the training data", "rows of the training data")


def _repeats(settings: Settings, answers: Answers) -> tuple[dict[str, str], list[Check]]:
    """Cases that the prototype was built on: by key, and by all fields beyond what chance repeats."""
    found: dict[str, str] = {}
    checks = []
    keys, rows = (answers.tables.get(f"repeated {what}") for what in ("keys", "rows"))
    if settings.training and keys is None and rows is None:
        note = "declare `key`, or `fields` that both have, so that cases of the training can be found in the test"
        checks.append(Check(name="No case of the test was trained on", passed=None, note=note))
    if keys is not None:
        n, n_known = (int(keys[name][0]) for name in ("n", "n_known"))
        if n_known:
            found[REPEATS[0]] = f"{n_known:,} of {n:,} cases stand in the training data"
        else:
            note = f"none of {n:,} cases stands in the training data by its key"
            checks.append(Check(name="No case of the test was trained on", passed=True, note=note))
    if rows is not None and int(rows["n"][0]) and np.ma.filled(rows["n_trained"], 0)[0]:
        n, n_known, n_trained, n_alike = (
            int(rows[name][0]) for name in ("n", "n_known", "n_trained", "n_trained_alike")
        )
        beyond = difference(n_known, n, n_alike, n_trained)
        if beyond.lower is not None and beyond.lower > 0:
            found[REPEATS[1]] = (
                f"{n_known:,} of {n:,} cases equal a row of the training data in all fields, "
                f"and only {n_alike:,} of {n_trained:,} training rows equal each other"
            )
    return found, checks


def _table(probed: list[Probed]) -> tuple[Table, ...]:
    if not probed:
        return ()
    suspects_first = sorted(probed, key=lambda one: not one.suspect)[:MOST_SHOWN]
    rows = tuple(
        (one.name, one.alone.value, one.alone.lower, one.alone.upper, one.lost, _said(one)) for one in suspects_first
    )
    note = "area under the ROC curve on cases that were not fitted; 50% is chance"
    return (
        Table(
            title="What each field says of the outcome",
            columns=("field", "alone", "from", "to", "lost without it", ""),
            units=("", "share", "share", "share", "share", ""),
            rows=rows,
            note=note if len(probed) <= MOST_SHOWN else f"{note}; {len(probed)} fields, the strongest shown",
        ),
    )


def _said(one: Probed) -> str:
    if one.reason and one.vouched:
        return "vouched for"
    return "suspect" if one.suspect else ""
