"""Whether the arms can be compared at all. Where they cannot, there is no effect to speak of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check
from proveout.core.initiative import Kpi
from proveout.core.pilot import Pilot
from proveout.core.question import Columns
from proveout.instruments.pilot.blocks import Blocks, Outcomes
from proveout.instruments.pilot.effects import Compared
from proveout.stats.exact_table import fisher_p
from proveout.stats.proportion import difference
from proveout.stats.randomisation import centred, randomisation_p, studentised_differences
from proveout.stats.sample_ratio import sample_ratio_p

MISMATCH = 0.001
"""A p-value below it ends the comparison (Fabijan et al., 2019)."""
DOUBTFUL = 0.01
MOST_EXACT = 2_000
"""Units in an arm up to which Fisher's test is used; those missing among more are compared with the arms' sizes."""
MIXED = 0.5
"""Where those without use it more than half as much as those with it, there is nothing left to compare."""
VERDICT = "is healthy enough for a verdict"
TIMES = ("second", "minute", "hour", "day", "week", "month", "year")
"""Units of which nothing can be less than 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Figures and assumptions; `ill` says in sentences why there is no verdict, empty when there may be one."""

    estimates: tuple[Estimate, ...]
    checks: tuple[Check, ...]
    ill: tuple[str, ...]


def of_assignment(blocks: Blocks, pilot: Pilot, users: Columns) -> Health:
    """Arms as they were drawn, and who used the system.

    Raises:
        TooLittle: There are no two arms to compare.
    """
    named = np.array([arm is not None for arm in blocks.arms])
    arms = sorted({arm for arm in blocks.arms if arm is not None})
    if len(arms) < 2 or pilot.treated not in arms:
        found = ", ".join(arms) or "none"
        raise TooLittle(
            f"the assignment has the arms {found}; one called {pilot.treated!r} and another are needed",
            "run `proveout pilot assign`, or name the arm with the system in `treated`",
        )
    if len(arms) > 2:
        raise TooLittle(
            f"the assignment has {len(arms)} arms: {', '.join(arms)}",
            "let the query of `assignment` leave the two that are to be compared",
        )
    ill = tuple(faults_of_assignment(blocks, pilot))
    treated, control = (blocks.n_units[named & (blocks.treated == arm)].sum() for arm in (True, False))
    estimates = [
        exact("n_units", int(n), subject=arm)
        for n, arm in ((treated, pilot.treated), (control, next(arm for arm in arms if arm != pilot.treated)))
    ]
    counts = (int(treated), int(control))
    if pilot.randomise == "teams":
        teams = [int((named & (blocks.treated == arm)).sum()) for arm in (True, False)]
        estimates += [exact("n_teams", n, subject=e.subject) for n, e in zip(teams, estimates, strict=True)]
        counts = (teams[0], teams[1])
    p = sample_ratio_p(counts, (pilot.treated_share, 1 - pilot.treated_share))
    estimates.append(p_estimate("sample_ratio_p", p, "assigned", n=sum(counts)))
    shares = f"{counts[0]:,} to {counts[1]:,} where {pilot.treated_share:.0%} were to get the system (p = {p_text(p)})"
    checks = [Check(name="The arms are as large as planned", passed=p >= DOUBTFUL, note=shares)]
    if p < MISMATCH:
        ill += (f"the arms are not as large as they were planned: {shares}",)
    used, checked, swapped = _exposures(blocks, pilot, {name: int(column[0]) for name, column in users.items()})
    return Health(estimates=(*estimates, *used), checks=(*checks, *checked), ill=ill + swapped)


def faults_of_assignment(blocks: Blocks, pilot: Pilot) -> Iterator[str]:
    """What cannot be: units in two arms, or in none."""
    counts = blocks.counts
    if counts["n_both"]:
        yield f"{counts['n_both']} unit(s) are in two arms"
    if pilot.randomise == "teams" and counts["blocks_in_both"] and not counts["n_both"]:
        yield f"{counts['blocks_in_both']} team(s) have units in both arms, where whole teams are assigned"
    if pilot.randomise == "teams" and counts["n_without_team"]:
        yield f"{counts['n_without_team']} unit(s) have no team, where whole teams are assigned"
    if counts["n_moved"]:
        yield f"{counts['n_moved']} unit(s) are in two teams"
    if counts["n_without_arm"]:
        yield f"{counts['n_without_arm']} unit(s) have no arm"


def _exposures(
    blocks: Blocks, pilot: Pilot, users: Mapping[str, int]
) -> tuple[list[Estimate], list[Check], tuple[str, ...]]:
    if pilot.exposures is None:
        note = "no exposures are declared, so nobody can say who used the system; declare `exposures`"
        return [], [Check(name="Only the pilot arm used the system", passed=None, note=note)], ()
    used = {}
    for arm in (True, False):
        here = blocks.treated == arm
        used[arm] = int(blocks.n_exposed[here].sum()), int(blocks.n_units[here].sum())
    shares = {arm: n / of if of else 0.0 for arm, (n, of) in used.items()}
    estimates = [
        exact("exposed_share", shares[True], unit="share", n=used[True][1]),
        exact("contamination_share", shares[False], unit="share", n=used[False][1]),
    ]
    note = f"{used[False][0]} of {used[False][1]} units without the system used it"
    checks = [
        Check(name="Only the pilot arm used the system", passed=used[False][0] == 0, note=note),
        Check(
            name="Those who have the system use it",
            passed=shares[True] >= 0.5,
            note=f"{used[True][0]} of {used[True][1]} units of the pilot arm used it; the effect is that of having it",
        ),
    ]
    early = blocks.counts["n_early"]
    if early:
        name = "Nobody used the system before they were assigned"
        checks.append(Check(name=name, passed=False, note=f"{early} unit(s) did: they are no clean comparison"))
    if users["undated"] or users["n"]:
        said = f"{users['undated']:,} uses have no time that can be read, {users['n']:,} users were never assigned"
        checks.append(Check(name="Every use can be placed", passed=False, note=said))
        if users["undated"] or users["n"] == users["n_users"]:
            return [], checks, ()
    return estimates, checks, mixed(shares, f"{note}, {used[True][0]} of {used[True][1]} with")


def mixed(shares: dict[bool, float], note: str) -> tuple[str, ...]:
    """Arms that are swapped, or that both used it."""
    if shares[False] > shares[True]:
        return (f"the arms seem to be swapped: {note}",)
    if shares[False] > MIXED * shares[True]:
        return (f"the arms were not kept apart: {note}",)
    return ()


def of_outcome(compared: Compared, blocks: Blocks, outcomes: Outcomes, kpi: Kpi, pilot: Pilot) -> Health:
    """One KPI: who has outcomes, and whether the arms were alike before."""
    estimates, checks, ill = [], [], [*faults_of_values(outcomes, kpi)]
    last = len(compared.shares) - 1
    seen = outcomes.sums["n"][:, last]
    due = blocks.n_units - (0 if pilot.arriving else blocks.n_late)
    arms = [blocks.treated, ~blocks.treated]
    counted = [(int(seen[arm].sum()), int(due[arm].sum())) for arm in arms]
    tests = [("units", [n for n, _ in counted], [of for _, of in counted])]
    if pilot.randomise == "teams":
        tests.append(("teams", [int((seen[arm] > 0).sum()) for arm in arms], [int(arm.sum()) for arm in arms]))
    for what, found, assigned in tests:
        p = _as_likely(found, assigned)
        estimates.append(p_estimate("sample_ratio_p", p, f"{kpi.id}: {what} with outcomes", n=sum(found)))
        if p < MISMATCH:
            ill.append(
                f"{what} with outcomes are {found[0]:,} to {found[1]:,}, assigned {assigned[0]:,} to {assigned[1]:,}"
            )
    (n1, of1), (n0, of0) = counted
    gap = difference(of1 - n1, of1, of0 - n0, of0).named("missing_gap", subject=kpi.id)
    apart = abs(max(0, of1 - n1) / of1 - max(0, of0 - n0) / of0)
    estimates += [gap, exact("missing_imbalance", apart, subject=kpi.id, unit="share", n=of1 + of0, method="counted")]
    checks.append(
        Check(
            name=f"{kpi.id}: outcomes are missing alike in both arms",
            passed=gap.exact or not ((gap.lower or 0) > 0 or (gap.upper or 0) < 0),
            note=f"{of1 - n1:,} of {of1:,} with the system and {of0 - n0:,} of {of0:,} without have none",
        )
    )
    p = _balance(compared, outcomes)
    if p is None:
        note = "there are no outcomes from before the start; a baseline would show it, and narrow the interval"
        checks.append(Check(name=f"{kpi.id}: the arms were alike before", passed=None, note=note))
    else:
        estimates.append(p_estimate("balance_p", p, kpi.id))
        note = f"randomisation test of the time before: p = {p_text(p)}"
        checks.append(Check(name=f"{kpi.id}: the arms were alike before", passed=p >= DOUBTFUL, note=note))
        if p < MISMATCH:
            ill.append(f"the arms were not alike before the start (p = {p_text(p)}): the draw was not random")
    return Health(estimates=tuple(estimates), checks=(*checks, *left_out(outcomes, kpi)), ill=tuple(ill))


def _as_likely(found: list[int], assigned: list[int]) -> float:
    """p-value of those without outcomes, if both arms lost them alike."""
    missing = [max(0, of - n) for n, of in zip(found, assigned, strict=True)]
    if not any(missing):
        return 1.0
    if max(assigned) > MOST_EXACT:
        return sample_ratio_p(missing, assigned)
    return fisher_p(missing[0], assigned[0], missing[1], assigned[1])


def faults_of_values(outcomes: Outcomes, kpi: Kpi) -> Iterator[str]:
    """Values that cannot be."""
    counts = outcomes.counts
    if counts["infinite"]:
        yield f"{counts['infinite']:,} value(s) are infinite or not a number"
    if counts["negative"] and kpi.unit.split("/")[0].strip().rstrip("s") in TIMES:
        yield f"{counts['negative']:,} value(s) are times below 0"
    if 0 < counts["zoned"] < counts["timed"]:
        said = f"{counts['zoned']:,} of {counts['timed']:,} times name a zone, the others do not"
        yield f"{said}: they cannot be ordered; write all of them with a zone, or none"


def left_out(outcomes: Outcomes, kpi: Kpi) -> Iterator[Check]:
    """Rows that do not count, and why."""
    counts = outcomes.counts
    said = {
        "missing": "without a value",
        "unreadable": "whose value is no number",
        "undated": "without a day that can be read",
        "without_unit": "without a unit",
        "afterwards": "after the last day",
    }
    reasons = [f"{counts[name]:,} {words}" for name, words in said.items() if counts[name]]
    if counts["strangers"]:
        reasons.append(f"those of {counts['strangers']:,} units that were never assigned")
    if reasons:
        name = f"{kpi.id}: every outcome counts"
        yield Check(name=name, passed=False, note=f"of {counts['n_rows']:,} rows left out: {', '.join(reasons)}")


def _balance(compared: Compared, outcomes: Outcomes) -> float | None:
    last = len(compared.shares) - 1
    n, x, known = (outcomes.sums[name][compared.kept, last] for name in ("n", "x", "n_known"))
    if known.sum() < n.sum() / 2 or not np.ptp(x / n) > 0:
        return None
    return randomisation_p(studentised_differences(compared.ways, centred(x / n, compared.strata)))


def p_estimate(name: str, p: float, subject: str, *, n: int | None = None) -> Estimate:
    """A p-value as a figure."""
    return exact(name, p, subject=subject, n=n, method="exact test")


def p_text(p: float) -> str:
    """As people read it."""
    return f"{p:.3f}" if p >= 0.001 else f"{p:.1e}"


def no_verdict(what: str, ill: tuple[str, ...]) -> Check:
    """Said where there might have been an effect."""
    return Check(name=f"{what} {VERDICT}", passed=False, note="; ".join(ill))


def too_little(kpi: Kpi, error: TooLittle) -> Check:
    """Why one KPI has no effect."""
    return Check(name=f"{kpi.id} can be compared", passed=False, note=f"{error.message}; {error.remedy}")
