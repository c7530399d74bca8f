"""How the rows of a table keep to its rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check
from proveout.core.question import Answers
from proveout.instruments.quality.contract import Limit
from proveout.instruments.quality.plan import Plan
from proveout.instruments.quality.rules import Dimension, GroupRule, Rule
from proveout.instruments.quality.seen import first_row, rows
from proveout.stats.proportion import wilson

DIMENSIONS: tuple[Dimension, ...] = ("completeness", "validity", "consistency", "uniqueness", "timeliness")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A rule held against the rows: of `n` to which it applies, `n_faulty` break it."""

    rule: Rule | GroupRule
    n: int
    n_faulty: int


def held(known: Plan, answers: Answers) -> tuple[Held, ...]:
    """Every rule that could be counted."""
    row = first_row(answers, known.scan)
    n_rows = int(row["n_rows"])
    position = {name: i for i, name in enumerate(known.columns)}
    found = [
        Held(rule=rule, n=n_rows, n_faulty=n_rows - int(row[f"filled_{position[rule.fields[0]]}"]))
        for rule in known.fills
    ]
    found += [
        Held(rule=_never_filled(name), n=n_rows, n_faulty=n_rows) for name in known.required if name in known.absent
    ]
    found += [Held(rule=_not_there(name), n=n_rows, n_faulty=n_rows) for name in known.fields if name in known.absent]
    found += [
        Held(rule=rule, n=_applies(row, k, rule, position), n_faulty=int(row[f"faulty_{k}"]))
        for k, rule in enumerate(known.rules)
    ]
    for k, rule in enumerate(known.groups):
        for counted in rows(answers, f"{known.table.id}: group {k}"):
            found.append(Held(rule=rule, n=int(counted["n"]), n_faulty=int(counted["n_faulty"])))
    for k, bounded in enumerate(known.limits):
        for counted in rows(answers, f"{known.table.id}: limit {k}"):
            if bounded.counts_faults and counted["figure"] is not None and 0 <= counted["figure"] <= n_rows:
                found.append(Held(rule=_promise(bounded), n=n_rows, n_faulty=int(counted["figure"])))
    return tuple(found)


def _promise(bounded: Limit) -> Rule:
    return Rule(
        id=bounded.words, dimension=bounded.dimension, fields=bounded.fields, faulty="true", words=bounded.words,
        origin="contract",
    )  # fmt: skip


def _applies(row: Mapping[str, Any], k: int, rule: Rule, position: Mapping[str, int]) -> int:
    counted = row.get(f"applies_{k}")
    return int(row[f"filled_{position[rule.fields[0]]}"] if counted is None else counted)


def _never_filled(name: str) -> Rule:
    words = f"{name} is filled, and there is no such column"
    return Rule(id=f"{name} filled", dimension="completeness", fields=(name,), faulty="true", words=words)


def _not_there(name: str) -> Rule:
    words = f"{name} is a column of the table"
    return Rule(id=f"{name} is there", dimension="validity", fields=(name,), faulty="true", words=words)


def shares(known: Plan, found: Sequence[Held]) -> Iterable[Estimate]:
    """By dimension, the share of the rows that keep the rule that is kept least."""
    for dimension in DIMENSIONS:
        asked = [one for one in found if one.rule.dimension == dimension and one.n]
        if not asked:
            continue
        worst = min(asked, key=lambda one: (1 - one.n_faulty / one.n, one.rule.id))
        method = f"weakest of {len(asked)}: {worst.rule.words} ({worst.n_faulty:,} of {worst.n:,} rows do not)"
        yield share(dimension, worst.n - worst.n_faulty, worst.n, known, method)


def share(name: str, good: int, n: int, known: Plan, method: str) -> Estimate:
    """A share of rows: exact for a whole table, with an interval for a sample."""
    if not known.table.sample:
        return exact(name, good / n, unit="share", subject=known.table.id, n=n, method=method)
    found = wilson(good, n).named(name, subject=known.table.id)
    return Estimate(
        name=name, value=found.value, lower=found.lower, upper=found.upper, unit="share", subject=known.table.id,
        n=n, level=found.level, method=f"{method}; {found.method}",
    )  # fmt: skip


def unknown(name: str, table: str) -> Estimate:
    """A share that was asked for and could not be had: it may be anything, so that no gate passes without it."""
    return Estimate(
        name=name, value=0.0, lower=0.0, upper=1.0, unit="share", subject=table, level=1.0,
        method="unknown: the checks say why",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """How old the newest row is, against how old it may be."""

    estimates: tuple[Estimate, ...] = ()
    checks: tuple[Check, ...] = ()
    changes_on: date | None = None


def age(known: Plan, answers: Answers) -> Age:
    """Fresh rows give 1; else the share that the allowed age is of the real one."""
    if known.max_age_days is None:
        return Age()
    name = f"{known.table.id}: the newest row is at most {known.max_age_days:,g} days old"
    row = first_row(answers, known.scan)
    newest = row.get("newest")
    if not known.time or newest is None:
        note = f"no row has a time up to {answers.as_of}; set `time` to the column that says when, as 2026-01-31"
        return Age(
            estimates=(unknown("timeliness", known.table.id),), checks=(Check(name=name, passed=False, note=note),)
        )
    last = date.fromisoformat(str(newest)[:10])
    days = (answers.as_of - last).days
    fresh = days <= known.max_age_days
    method = f"newest row {days:,} days old ({last}), {known.max_age_days:,g} allowed"
    value = 1.0 if fresh else known.max_age_days / days
    changes = last + timedelta(days=int(known.max_age_days) + 1) if fresh else answers.as_of + timedelta(days=1)
    return Age(
        estimates=(exact("timeliness", value, unit="share", subject=known.table.id, method=method),),
        checks=(Check(name=name, passed=fresh, note=method),),
        changes_on=changes,
    )
