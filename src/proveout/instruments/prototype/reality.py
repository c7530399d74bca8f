"""Demo against reality: is the test like the cases that the prototype will meet, and later than its training?"""

from datetime import date

import numpy as np

from proveout.core.estimate import exact
from proveout.core.evidence import Check, Part
from proveout.core.exhibit import Bar, Bars
from proveout.core.question import Answers
from proveout.instruments.prototype import queries
from proveout.instruments.prototype.cases import Cases
from proveout.instruments.prototype.fields import compared
from proveout.instruments.prototype.settings import Settings
from proveout.stats.distance import jensen_shannon
from proveout.stats.two_sample import classifier_two_sample, codes

MOST_SHOWN = 12


def likeness(settings: Settings, answers: Answers) -> Part:
    """How well the test can be told from the population."""
    name = "The test can be compared with the population"
    if settings.population is None:
        note = "declare `population`, a table of the cases that the prototype will meet"
        return Part(checks=(Check(name=name, passed=None, note=note),))
    for question in ("population columns", "population"):
        if failure := answers.failures.get(question):
            return Part(checks=(Check(name=name, passed=False, note=f"{failure.message}; {failure.remedy}"),))
    fields = compared(answers, settings)
    if not fields:
        note = "the predictions and the population share no column; declare `fields` that both have"
        return Part(checks=(Check(name=name, passed=False, note=note),))
    kinds = queries.kinds(settings, answers)
    lacking = [field for field in settings.fields if field not in fields and kinds.get(field) != "time"]
    checks = ()
    if lacking:
        note = f"the population has no column {', '.join(lacking)}; only {', '.join(fields)} could be compared"
        checks = (Check(name="Every field is compared with the population", passed=False, note=note),)
    found = classifier_two_sample([own for own, _ in fields.values()], [theirs for _, theirs in fields.values()])
    distances = sorted(((_distance(*pair), field) for field, pair in fields.items()), reverse=True)
    n_own, n_theirs = (len(next(iter(fields.values()))[side]) for side in (0, 1))
    bars = tuple(Bar(label=field, value=distance) for distance, field in distances[:MOST_SHOWN])
    shown = Bars(
        title="How far the test is from the population",
        unit="",
        bars=bars,
        note=f"Jensen-Shannon distance by field, 0 is alike and 1 is apart; {n_own:,} cases, {n_theirs:,} of the "
        "population",
    )
    return Part(estimates=(found.named("sample_population_auc"),), checks=checks, exhibits=(shown,))


def _distance(own: np.ndarray, theirs: np.ndarray) -> float:
    """Between the shares of bins and categories of one field."""
    both = codes(np.ma.concatenate([own, theirs]))
    n = int(both.max()) + 1
    p, q = (np.bincount(side, minlength=n) / len(side) for side in (both[: len(own)], both[len(own) :]))
    return float(jensen_shannon(p, q))


def to_come(cases: Cases, as_of: date) -> tuple[Part, date | None]:
    """Cases after the day that counts as today, and the first day on which they are fewer."""
    days = np.array([], dtype="datetime64[D]") if cases.time is None else cases.time.astype("datetime64[D]")
    later = days[days > np.datetime64(as_of)]
    if not len(later):
        return Part(), None
    note = f"{len(later):,} of {len(days):,} cases are after {as_of}, the last one on {later.max()}; "
    note += "what is known of them cannot have been observed, so look at `columns.time`"
    return Part(checks=(Check(name="No case lies in the future", passed=False, note=note),)), later.min().item()


def lateness(settings: Settings, answers: Answers, cases: Cases) -> Part:
    """The share of cases that are later than the last one of the training."""
    name = "The test is later than the training"
    if settings.training is None:
        note = "declare `training`, a table of the cases that the prototype was built on, with their `time`"
        return Part(checks=(Check(name=name, passed=None, note=note),))
    for question in ("training columns", "training time"):
        if failure := answers.failures.get(question):
            return Part(checks=(Check(name=name, passed=False, note=f"{failure.message}; {failure.remedy}"),))
    table = answers.tables.get("training time")
    if cases.time is None or table is None:
        what = "`columns.time`, when a case was" if cases.time is None else "`training.time`, when a training case was"
        return Part(checks=(Check(name=name, passed=None, note=f"declare {what}"),))
    n_timed, n_bad = int(table["n_timed"][0]), int(table["n_bad"][0])
    timed = ~np.isnat(cases.time)
    if not n_timed or not timed.any():
        where = "the training data" if not n_timed else "the predictions"
        return Part(checks=(Check(name=name, passed=False, note=f"no time of {where} can be read; use ISO 8601"),))
    last = np.ma.getdata(table["last"]).astype("datetime64[us]")[0]
    n_later = int((cases.time[timed] > last).sum())
    checks = []
    if n_bad or not timed.all():
        note = f"{n_bad:,} training cases and {int((~timed).sum()):,} of the test have no time that can be read; "
        note += "the latter do not count as later"
        checks.append(Check(name="Every case has a time", passed=False, note=note))
    n = len(timed)
    day = str(last)[:10]
    method = f"{n_later:,} of {n:,} cases are later than the last of the training ({day}); counted"
    share = exact("later_than_training", n_later / n, unit="share", n=n, method=method)
    return Part(estimates=(share,), checks=tuple(checks))
