"""How long answers take, what they cost, and how often there is none."""

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.core.evidence import Check, Part
from proveout.core.question import Answers, Columns
from proveout.core.wording import figure
from proveout.instruments.prototype.cases import FEWEST, labels, numbers
from proveout.instruments.prototype.settings import Settings
from proveout.stats.mean import t_mean
from proveout.stats.proportion import wilson
from proveout.stats.quantile import quantile

PERCENTILE = 0.95


def running(settings: Settings, answers: Answers) -> Part:
    """Latency and cost per what is allowed, and the share of calls that failed; of all rows, also without a truth."""
    table = answers.tables["cases"]
    estimates: list[Estimate] = []
    checks: list[Check] = []
    for role, allowed in (("latency_seconds", settings.allowed.latency_seconds), ("cost", settings.allowed.cost)):
        found, said = _per_allowed(role, allowed, table)
        estimates += found
        checks += said
    if "error" in table and len(table["n"]):
        failed = labels(table["error"]).codes >= 0
        n_failed = int(failed.sum())
        estimates.append(wilson(n_failed, len(failed)).named("failed_share"))
        if n_failed:
            first = labels(table["error"]).names[0]
            note = f"{n_failed:,} of {len(failed):,} failed, such as: {first[:100]}"
            checks.append(Check(name="Every call was answered", passed=False, note=note))
    return Part(estimates=tuple(estimates), checks=tuple(checks))


def _per_allowed(role: str, allowed: float | None, table: Columns) -> tuple[list[Estimate], list[Check]]:
    what = "latency" if role == "latency_seconds" else "cost"
    name = f"The {what} of an answer is measured"
    if allowed is None and role not in table:
        note = f"declare `columns.{role}` and `allowed.{role}`"
        return [], [Check(name=name, passed=None, note=note)]
    if allowed is None:
        return [], [Check(name=name, passed=None, note=f"declare `allowed.{role}`, what the work allows")]
    if role not in table:
        return [], [Check(name=name, passed=None, note=f"declare `columns.{role}`, a column of the predictions")]
    values = numbers(table[role])
    known = values[~np.isnan(values)]
    if (known < 0).any():
        return [], [Check(name=name, passed=False, note=f"{int((known < 0).sum()):,} values are below 0")]
    if len(known) < FEWEST:
        return [], [Check(name=name, passed=False, note=f"{len(known)} value(s); {FEWEST} are the least")]
    checks = []
    if len(known) < len(values):
        note = f"{len(values) - len(known):,} of {len(values):,} rows have none"
        checks.append(Check(name=f"Every row has a {what}", passed=None, note=note))
    try:
        return [_ratio(role, known, allowed)], checks
    except TooLittle as little:
        return [], [*checks, Check(name=name, passed=None, note=f"{little.message}; {little.remedy}")]


def _ratio(role: str, values: np.ndarray, allowed: float) -> Estimate:
    if role == "latency_seconds":
        ordered = np.sort(values)
        found = quantile(lambda k: float(ordered[k - 1]), len(ordered), PERCENTILE)
        name, what = "latency_ratio", f"95 of 100 answers come within {figure(found.value)} seconds"
    else:
        found = t_mean(values)
        name, what = "cost_per_decision_ratio", f"{figure(found.value)} on average"
    ends = (found.lower, found.value, found.upper)
    lower, value, upper = (None if end is None else max(0.0, end / allowed) for end in ends)
    assert value is not None  # noqa: S101 an estimate has one
    method = f"{what}, {figure(allowed)} allowed; {found.method}"
    return Estimate(name=name, value=value, lower=lower, upper=upper, n=found.n, level=found.level, method=method)
