"""Texts that people or models judged by a rubric."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace

import numpy as np

from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.evidence import Check, Part
from proveout.core.exhibit import Bar, Intervals
from proveout.core.question import Answers
from proveout.core.wording import figure, reading
from proveout.instruments.prototype import queries
from proveout.instruments.prototype.cases import FEWEST, NO, YES, labels
from proveout.instruments.prototype.metrics import shifted
from proveout.instruments.prototype.settings import Settings
from proveout.stats.agreement import cohen_kappa
from proveout.stats.proportion import wilson

GOOD_AGREEMENT = 0.6
"""Kappa from which agreement is called substantial (Landis and Koch 1977)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """By case and item: people's verdicts and models', True for passed."""

    people: dict[tuple[str, str], list[bool]]
    models: dict[tuple[str, str], list[bool]]


def judged(settings: Settings, answers: Answers) -> Part:
    """The share of cases that pass every item, by people where there are any.

    Raises:
        TooLittle: Too few cases.
        ProveoutError: Columns are missing or verdicts cannot be read.
    """
    verdicts, checks = _verdicts(settings, answers)
    passed = {key: _majority(said) for key, said in {**verdicts.models, **verdicts.people}.items()}
    by_case: dict[str, list[bool]] = defaultdict(list)
    by_item: dict[str, list[bool]] = defaultdict(list)
    for (case, item), ok in passed.items():
        by_case[case].append(ok)
        by_item[item].append(ok)
    if len(by_case) < FEWEST:
        raise TooLittle(f"{len(by_case)} case(s) were judged; {FEWEST} are the least", "have more cases judged")
    whole = [found for found in by_case.values() if len(found) == len(by_item)]
    if lacking := len(by_case) - len(whole):
        note = f"{lacking:,} of {len(by_case):,} cases were not; they count as not passed"
        checks.append(Check(name="Every case was judged by every item", passed=False, note=note))
    n_passed = sum(all(found) for found in whole)
    share = replace(wilson(n_passed, len(by_case)), name="rubric_pass_share")
    estimates = [share]
    if settings.promise and settings.promise.at_least is not None:
        estimates.append(shifted(share, "promise_margin", by=settings.promise.at_least))
    else:
        note = "declare `promise`, which share was promised to pass before the test"
        checks.append(Check(name="Something was promised", passed=None, note=note))
    checks.append(_models_against_people(verdicts))
    bars = [_bar("all items", n_passed, len(by_case))]
    bars += [_bar(item or "the rubric", sum(found), len(found)) for item, found in by_item.items() if len(by_item) > 1]
    shown = Intervals(title="Share of cases that pass, by item", unit="share", bars=tuple(bars))
    return Part(estimates=tuple(estimates), checks=tuple(checks), exhibits=(shown,))


def _bar(label: str, n_passed: int, n: int) -> Bar:
    found = wilson(n_passed, n)
    return Bar(label=label, value=found.value, lower=found.lower, upper=found.upper, note=f"{n:,}")


def _majority(said: list[bool]) -> bool:
    """A tie does not pass."""
    return sum(said) * 2 > len(said)


def _verdicts(settings: Settings, answers: Answers) -> tuple[Verdicts, list[Check]]:
    rubric, table = settings.rubric, answers.tables.get("rubric")
    if rubric is None or table is None:
        there = ", ".join(one.name for one in queries.there(answers, "rubric").values())
        raise ProveoutError("the rubric does not have the columns that are declared", f"it has {there}")
    columns = {name: [*labels(table[name]).codes] for name in table}
    names = {name: labels(table[name]).names for name in table}

    def word(name: str, row: int) -> str:
        return names[name][columns[name][row]] if name in columns and columns[name][row] >= 0 else ""

    people: dict[tuple[str, str], list[bool]] = defaultdict(list)
    models: dict[tuple[str, str], list[bool]] = defaultdict(list)
    unread: Counter[str] = Counter()
    n_rows = len(table["case"])
    for row in range(n_rows):
        verdict, person = word("verdict", row).casefold(), word("person", row).casefold()
        if verdict not in (*YES, *NO) or not word("case", row):
            unread[verdict or "(empty)"] += 1
            continue
        is_person = not rubric.person or person in (*YES, "person", "human")
        (people if is_person else models)[word("case", row), word("item", row)].append(verdict in YES)
    if unread and sum(unread.values()) > n_rows / 2:
        commonest = unread.most_common(1)[0][0]
        raise ProveoutError(f"most verdicts cannot be read, such as {commonest!r}", "write yes or no, pass or fail")
    checks = []
    if unread:
        note = f"{sum(unread.values()):,} of {n_rows:,} are left out, such as {unread.most_common(1)[0][0]!r}"
        checks.append(Check(name="Every verdict can be read", passed=False, note=note))
    return Verdicts(people=dict(people), models=dict(models)), checks


def _models_against_people(verdicts: Verdicts) -> Check:
    """Whether models that judge agree with people who judged the same."""
    name = "Models judge as people do"
    if not verdicts.models:
        return Check(name="People judged", passed=True, note=f"{len(verdicts.people):,} verdicts, one a case and item")
    both = [key for key in verdicts.models if key in verdicts.people]
    n_models_only = len(verdicts.models) - len(both)
    if len(both) < FEWEST:
        note = f"people judged {len(both)} of {len(verdicts.models):,} that a model judged; have people judge "
        return Check(name=name, passed=False if not both else None, note=f"{note}{FEWEST} or more of the same")
    table = np.zeros((2, 2), dtype=int)
    for key in both:
        table[int(_majority(verdicts.people[key])), int(_majority(verdicts.models[key]))] += 1
    share = figure(float(np.trace(table) / table.sum()), "share")
    try:
        kappa = cohen_kappa(table)
    except TooLittle as little:
        return Check(name=name, passed=None, note=f"equal in {share} of {len(both):,}; {little.message}")
    note = f"equal in {share} of {len(both):,} judged by both, kappa {reading(kappa)}; "
    note += f"{n_models_only:,} more were judged by models only"
    lower = kappa.lower if kappa.lower is not None else -1.0
    upper = kappa.upper if kappa.upper is not None else 1.0
    passed = True if lower >= GOOD_AGREEMENT else False if upper < GOOD_AGREEMENT else None
    return Check(name=name, passed=passed, note=note)
