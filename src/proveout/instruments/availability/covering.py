"""Whom the data cover, whether those are like the rest, and which keys other systems know."""

from collections.abc import Sequence
from typing import Any

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check
from proveout.core.question import Answers
from proveout.instruments.availability.queries import join_keys
from proveout.instruments.availability.seen import Shares, absent, columns_of, failed, first_row, hint, rows, share
from proveout.instruments.availability.settings import Need
from proveout.stats.balance import (
    Moments,
    largest_difference,
    simultaneous,
    standardised_difference,
    standardised_difference_of_shares,
)

Comparison = tuple[str, Moments, Moments] | tuple[str, tuple[int, int], tuple[int, int]]
"""A label, and for those covered and the rest: moments of a number, or a count out of a total."""


def coverage(need: Need, there: tuple[str, ...], answers: Answers) -> Shares:
    """The share of the population's keys that the need holds, and how unlike the rest they are."""
    if need.population is None or absent([need.key], there):
        return Shares()
    name = f"{need.id}: its population can be read"
    for question in (f"{need.id}: population columns", f"{need.id}: population"):
        if failure := answers.failures.get(question):
            return Shares(checks=(failed(name, failure),))
    columns = columns_of(answers, f"{need.id}: population columns")
    if absent([need.population.key], columns):
        note = f"its source has no column {hint(need.population.key, columns)}"
        return Shares(checks=(Check(name=name, passed=False, note=note),))
    found = rows(answers.tables[f"{need.id}: population"])
    everybody = next(row for row in found if row["kind"] == "all")
    n_covered, n_rest = int(everybody["n_covered"]), int(everybody["n_rest"])
    if n_covered + n_rest == 0:
        return Shares(checks=(Check(name=name, passed=False, note="the population has no keys"),))
    covered = share(n_covered, n_covered + n_rest, need).named("coverage", subject=need.id)
    bias, checks = _bias(need, found, n_covered, n_rest, columns)
    return Shares(
        estimates=(covered, *bias), checks=tuple(checks), shares=((f"{need.id}: of its population", covered),)
    )


def _bias(
    need: Need, found: Sequence[dict[str, Any]], n_covered: int, n_rest: int, columns: tuple[str, ...]
) -> tuple[list[Estimate], list[Check]]:
    """The largest standardised difference between those covered and the rest."""
    missing = absent(need.like_the_rest, columns)
    checks = [
        Check(name=f"{need.id}: population can be compared", passed=False, note=f"no column {hint(name, columns)}")
        for name in missing
    ]
    if not need.like_the_rest or len(missing) == len(need.like_the_rest):
        return [], checks
    if n_rest == 0:
        return [exact("coverage_bias", 0, subject=need.id, method="nobody is left out")], checks
    compared = [
        comparison
        for index, name in enumerate(need.like_the_rest)
        if name not in missing
        for comparison in _comparisons(name, [row for row in found if row["field"] == index])
    ]
    try:
        return [_largest(compared, need)], checks
    except TooLittle as too_little:
        note = f"{n_covered:,} covered, {n_rest:,} left out: {too_little.message}"
        return [], [*checks, Check(name=f"{need.id}: those covered are like the rest", passed=None, note=note)]


def _comparisons(name: str, found: Sequence[dict[str, Any]]) -> list[Comparison]:
    """One comparison for a column of numbers, one per value for any other."""
    number = next(row for row in found if row["kind"] == "number")
    sides = [
        (number[f"n_{side}"], number[f"numbers_{side}"], number[f"mean_{side}"], number[f"variance_{side}"])
        for side in ("covered", "rest")
    ]
    if all(n == numbers and n > 1 for n, numbers, _, _ in sides) and any(variance for *_, variance in sides):
        a, b = (Moments(n=int(n), mean=mean, variance=variance) for n, _, mean, variance in sides)
        return [(name, a, b)]
    n_a, n_b = int(number["n_covered"]), int(number["n_rest"])
    values = [row for row in found if row["kind"] == "category"]
    return [(f"{name} = {row['value']}", (int(row["n_covered"]), n_a), (int(row["n_rest"]), n_b)) for row in values]


def _largest(compared: Sequence[Comparison], need: Need) -> Estimate:
    if not compared:
        raise TooLittle("the compared columns are empty", "name columns that are filled")
    level = simultaneous(0.95, len(compared))
    differences = [_difference(comparison, level) for comparison in compared]
    largest = largest_difference(differences)
    at = max(range(len(compared)), key=lambda index: abs(differences[index].value))
    method = f"{compared[at][0]} (Austin 2009); {largest.method}"
    return Estimate(
        name="coverage_bias",
        value=largest.value,
        lower=largest.lower,
        upper=largest.upper,
        subject=need.id,
        n=largest.n,
        level=largest.level,
        method=method,
    )


def _difference(comparison: Comparison, level: float) -> Estimate:
    _, a, b = comparison
    if isinstance(a, Moments) and isinstance(b, Moments):
        return standardised_difference(a, b, level=level)
    (k_a, n_a), (k_b, n_b) = a, b  # pyright: ignore[reportGeneralTypeIssues]
    return standardised_difference_of_shares(k_a, n_a, k_b, n_b, level=level)


def links(need: Need, there: tuple[str, ...], answers: Answers) -> Shares:
    """The share of the need's keys that each other system knows; the worst of them counts."""
    shares: list[tuple[str, Estimate]] = []
    checks: list[Check] = []
    for index, join in enumerate(need.joins):
        own, other = join_keys(need, join)
        name = f"{need.id} joins {join.source}"
        if absent([own], there):
            continue
        failures = [answers.failures.get(f"{need.id}: join {index}{part}") for part in (" columns", "")]
        if failure := next(filter(None, failures), None):
            checks.append(failed(name, failure))
            continue
        columns = columns_of(answers, f"{need.id}: join {index} columns")
        if absent([other], columns):
            note = f"source {join.source} has no column {hint(other, columns)}"
            checks.append(Check(name=name, passed=False, note=note))
            continue
        counts = first_row(answers, f"{need.id}: join {index}")
        if not counts["n_keys"]:
            checks.append(Check(name=name, passed=False, note=f"no row has a {own} to join by"))
            continue
        shares.append((f"{need.id}: in {join.source}", share(int(counts["n_found"]), int(counts["n_keys"]), need)))
    unlinked = len(shares) < len(need.joins)
    if not shares or unlinked:
        return Shares(checks=tuple(checks), shares=tuple(shares))
    worst = min((found for _, found in shares), key=lambda found: found.value)
    return Shares(estimates=(worst.named("join_share", subject=need.id),), checks=tuple(checks), shares=tuple(shares))
