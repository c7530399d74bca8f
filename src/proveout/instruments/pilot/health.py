"""Whether the arms can be compared at all. Where they cannot, there is no effect to speak of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from proveout.core.duration import is_duration
from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check
from proveout.core.initiative import Kpi
from proveout.core.pilot import Pilot
from proveout.core.question import Columns
from proveout.instruments.pilot.before import EARLY
from proveout.instruments.pilot.blocks import Blocks, Outcomes
from proveout.instruments.pilot.effects import Compared
from proveout.instruments.pilot.unseen import SAYS_NOTHING
from proveout.stats.randomisation import centred, randomisation_p, studentised_differences
from proveout.stats.sample_ratio import sample_ratio_evidence, sample_ratio_p

MISMATCH = 0.001
"""A p-value below it ends the comparison (Fabijan et al., 2019)."""
CONCENTRATION = 100.0
"""How near to the plan a mismatch is looked for where units arrive: fit for hundreds to thousands of them."""
DOUBTFUL = 0.01
MIXED = 0.5
"""Where those without use it more than half as much as those with it, there is nothing left to compare."""
FEWEST_USERS = 0.2
"""Share of those with the system who use it: with fewer, harm to users shows as a fifth of itself at most, and every
guardrail holds (our judgement)."""
AGAIN = 0.05
"""Share of the rows that may repeat another of the same unit and minute (or day, of fractions, beyond coincidence): of
more, a table was loaded twice."""
CLOSE = 5
"""Values of one unit and day are like one another as if there were a fifth as many (our judgement)."""
VERDICT = "is healthy enough for a verdict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Figures and assumptions; `ill` says in sentences why there is no verdict, empty when there may be one."""

    estimates: tuple[Estimate, ...]
    checks: tuple[Check, ...]
    ill: tuple[str, ...]

    def __add__(self, other: "Health") -> "Health":
        """Both together."""
        return Health(
            estimates=self.estimates + other.estimates, checks=self.checks + other.checks, ill=self.ill + other.ill
        )


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
    p = as_planned(counts, pilot)
    estimates.append(ratio_estimate(p, "assigned", pilot, n=sum(counts)))
    shares = f"{counts[0]:,} to {counts[1]:,} where {pilot.treated_share:.0%} were to get the system (p = {p_text(p)})"
    checks = [Check(name="The arms are as large as planned", passed=p >= DOUBTFUL, note=shares), *assigned_once(blocks)]
    if p < MISMATCH:
        ill += (f"the arms are not as large as they were planned: {shares}",)
    users_of = {name: int(column[0]) for name, column in users.items()}
    used, checked, swapped = _exposures(blocks, pilot, users_of)
    early, too_early = of_uses(blocks, pilot, users_of)
    return Health(estimates=(*estimates, *used), checks=(*checks, *checked, *early), ill=ill + swapped + too_early)


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
    estimates, nobody = use_estimates(used)
    note = f"{used[False][0]} of {used[False][1]} units without the system used it"
    checks = [
        Check(
            name="Only the pilot arm used the system",
            passed=None if nobody else used[False][0] == 0,
            note=note + nobody,
        ),
        Check(
            name="Those who have the system use it",
            passed=shares[True] >= 0.5,
            note=f"{used[True][0]} of {used[True][1]} units of the pilot arm used it; the effect is that of having it",
        ),
    ]
    return placed(estimates, checks, mixed(shares, f"{note}, {used[True][0]} of {used[True][1]} with"), users)


def placed(
    estimates: list[Estimate], checks: list[Check], ill: tuple[str, ...], users: Mapping[str, int]
) -> tuple[list[Estimate], list[Check], tuple[str, ...]]:
    """What uses show where some cannot be placed: those that can still count against the pilot, and clear nobody."""
    undated, strangers = users["undated"], users["n"]
    if not (undated or strangers):
        return estimates, checks, ill
    said = f"{undated:,} uses have no time that can be read, {strangers:,} users were never assigned"
    checks = [*checks, Check(name="Every use can be placed", passed=False, note=said)]
    if strangers == users["n_users"] or not any(one.value for one in estimates):
        return [], checks, ()
    return [one for one in estimates if not undated or one.name != "contamination_share"], checks, ill


def use_estimates(used: Mapping[bool, tuple[int, int]]) -> tuple[list[Estimate], str]:
    """Shares of those with the system (True) and without who used it; where nobody did, why that clears nobody."""
    (n1, of1), (n0, of0) = used[True], used[False]
    exposed = exact("exposed_share", n1 / of1 if of1 else 0.0, unit="share", n=of1)
    if n1 + n0 == 0:
        return [exposed], "; nobody at all used it since the start, so that this shows nothing"
    return [exposed, exact("contamination_share", n0 / of0 if of0 else 0.0, unit="share", n=of0)], ""


def hardly_used(found: Health, share: float | None = None) -> str:
    """Why a guardrail that holds says nothing; empty where enough of those with the system used it, or none can say.

    Args:
        found: Of the assignment, with the share of those with the system who used it, if that is known.
        share: In a design in time, of the units that had it, who used it at all: in one period few may need it.
    """
    exposed = next((one.value for one in found.estimates if one.name == "exposed_share"), None)
    used = exposed if exposed is None or share is None else share
    if used is None or used >= FEWEST_USERS:
        return ""
    return f"only {used:.0%} of those with the system used it, fewer than {FEWEST_USERS:.0%}: {SAYS_NOTHING}"


def assigned_once(blocks: Blocks) -> Iterator[Check]:
    """Units that stand in the assignment more than once, with one arm: each counts once."""
    counts = blocks.counts
    if counts["n_repeated"] and not (counts["n_both"] or counts["n_moved"]):
        note = f"{counts['n_repeated']:,} line(s) repeat a unit with the same arm and team; each unit counts once"
        yield Check(name="Every unit is assigned once", passed=False, note=note)


def of_uses(blocks: Blocks, pilot: Pilot, users: Mapping[str, int]) -> tuple[list[Check], tuple[str, ...]]:
    """Whether uses began too early, and whether their times can be ordered; whatever the design."""
    if pilot.exposures is None:
        return [], ()
    early, of = blocks.counts["n_early"], int(blocks.n_units.sum())
    when = "before the start" if pilot.in_time else "before they were assigned"
    note = f"{early:,} of {of:,} unit(s) did: they are no clean comparison" if early else f"0 of {of:,} unit(s) did"
    check = Check(name=f"Nobody used the system {when}", passed=early == 0, note=note)
    checks = [check]
    if not pilot.in_time:
        between = blocks.counts["n_between"]
        note = f"{between:,} of {of:,} unit(s) did, after they were assigned; `start` is the first day with the system"
        checks.append(Check(name="Nobody used the system before the start", passed=between == 0, note=note))
    ill = tuple(mixed_zones(users, "times of uses"))
    if early > EARLY * of:
        ill += (f"{early:,} of {of:,} unit(s) used the system {when}: more than {EARLY:.0%}",)
    return checks, ill


def mixed_zones(counts: Mapping[str, int], what: str) -> Iterator[str]:
    """Times that name a zone beside times, or bare days, that do not."""
    zoned, of = counts["n_zoned"], counts["n_timed"]
    if 0 < zoned < of:
        said = f"{zoned:,} of {of:,} {what} name a zone, the others do not"
        yield f"{said}: they cannot be ordered; write all of them with a zone, or none"


def mixed(shares: dict[bool, float], note: str) -> tuple[str, ...]:
    """Arms that are swapped, or that both used it."""
    if shares[False] > shares[True]:
        return (f"the arms seem to be swapped: {note}",)
    if shares[False] > MIXED * shares[True]:
        return (f"the arms were not kept apart: {note}",)
    return ()


def of_rows(outcomes: Outcomes, kpi: Kpi) -> Health:
    """One KPI's rows, whatever the design: which cannot be, and which do not count."""
    own = Health(estimates=(), checks=(*left_out(outcomes, kpi),), ill=(*faults_of_values(outcomes, kpi),))
    return own + repeated(outcomes, kpi)


def alike_before(p: float | None, kpi: Kpi, what: str = "arms", why: str = "") -> Health:
    """Whether arms or waves were alike before the start; None where there is no time before."""
    name = f"{kpi.id}: the {what} were alike before"
    if p is None:
        note = why or "few have outcomes from before the start, or these do not differ; a baseline narrows the interval"
        return Health(estimates=(), checks=(Check(name=name, passed=None, note=note),), ill=())
    note = f"randomisation test of the time before: p = {p_text(p)}"
    said = f"the {what} were not alike before the start (p = {p_text(p)}): the draw was not random"
    return Health(
        estimates=(p_estimate("balance_p", p, kpi.id),),
        checks=(Check(name=name, passed=p >= DOUBTFUL, note=note),),
        ill=(said,) if p < MISMATCH else (),
    )


def as_planned(counts: Sequence[int], pilot: Pilot) -> float:
    """p-value of the sizes; where units arrive, one that holds however often it is looked at."""
    shares = (pilot.treated_share, 1 - pilot.treated_share)
    if pilot.arriving:
        return 1 / max(1.0, sample_ratio_evidence(counts, shares, concentration=CONCENTRATION))
    return sample_ratio_p(counts, shares)


def ratio_estimate(p: float, subject: str, pilot: Pilot, *, n: int) -> Estimate:
    """How likely sizes of arms as unlike are by chance."""
    method = "sequential test, of Dirichlet mixtures" if pilot.arriving else "exact test"
    return p_estimate("sample_ratio_p", p, subject, n=n, method=method)


def faults_of_values(outcomes: Outcomes, kpi: Kpi) -> Iterator[str]:
    """Values that cannot be."""
    counts = outcomes.counts
    if counts["infinite"]:
        yield f"{counts['infinite']:,} value(s) are infinite (or beyond 1e100) or not a number"
    if counts["negative"] and is_duration(kpi.unit):
        yield f"{counts['negative']:,} value(s) are times below 0"
    if counts["weight_faults"]:
        yield f"{counts['weight_faults']:,} weight(s) are infinite (or beyond 1e100), not a number, or below 0"
    yield from mixed_zones(counts, "times")


def repeated(outcomes: Outcomes, kpi: Kpi) -> Health:
    """Rows that say the same of the same unit at the same time: a failed check, and beyond `AGAIN` an illness."""
    again, of = outcomes.counts["n_again"], outcomes.counts["n_telling"]
    if not again:
        return Health(estimates=(), checks=(), ill=())
    when = "minute" if _timed(outcomes.counts) else "day"
    note = (
        f"{again:,} of {of:,} say what another row says of the same unit and {when}; rows that came twice count twice"
    )
    chance = by_coincidence(outcomes.counts)
    check = Check(name=f"{kpi.id}: no row comes twice", passed=False if again > chance * of else None, note=note)
    ill = (f"{again:,} of {of:,} rows repeat another of the same unit, {when} and value",)
    return Health(estimates=(), checks=(check,), ill=ill if again > (AGAIN + chance) * of else ())


def by_coincidence(counts: Mapping[str, int]) -> float:
    """Share of the rows that may well be like another of their unit and day though none came twice; of a minute, none.

    Each of m rows of a day is like one of the others with a chance of (m - 1) / 2 per value that there is.
    """
    if _timed(counts) or not counts["n_values"]:
        return 0.0
    each = counts["n_telling"] / max(1, counts["n_moments"])
    return CLOSE * max(0.0, each - 1) / 2 / counts["n_values"]


def _timed(counts: Mapping[str, int]) -> bool:
    return 2 * counts["n_to_the_minute"] > counts["n_telling"]


def left_out(outcomes: Outcomes, kpi: Kpi) -> Iterator[Check]:
    """Rows that do not count, and why."""
    counts = outcomes.counts
    said = {
        "missing": "without a value",
        "unreadable": "whose value is no number",
        "weightless": "without a weight that is a number",
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
    if counts["before_faults"]:
        note = f"{counts['before_faults']:,} value(s) of `before` are infinite (or beyond 1e100) or no number: left out"
        yield Check(name=f"{kpi.id}: every value from before counts", passed=False, note=note)


def of_before(compared: Compared, kpi: Kpi) -> Health:
    """Whether the arms were alike before the start, and why that time is not used where it is not."""
    earlier = compared.earlier
    p = None
    if earlier.means is not None:
        p = randomisation_p(studentised_differences(compared.ways, centred(earlier.means, compared.strata)))
    found = alike_before(p, kpi, why=f"they cannot be compared: {earlier.unused}" if earlier.unused else "")
    if not earlier.unused:
        return found
    note = f"it does not narrow the interval: {earlier.unused}"
    return replace(
        found, checks=(*found.checks, Check(name=f"{kpi.id}: the time before is used", passed=None, note=note))
    )


def p_estimate(name: str, p: float, subject: str, *, n: int | None = None, method: str = "exact test") -> Estimate:
    """A p-value as a figure."""
    return exact(name, p, subject=subject, n=n, method=method)


def p_text(p: float) -> str:
    """As people read it."""
    return f"{p:.3f}" if p >= 0.001 else f"{p:.1e}"


def no_verdict(what: str, ill: tuple[str, ...]) -> Check:
    """Said where there might have been an effect."""
    return Check(name=f"{what} {VERDICT}", passed=False, note="; ".join(ill))


def too_little(kpi: Kpi, error: TooLittle) -> Check:
    """Why one KPI has no effect."""
    return Check(name=f"{kpi.id} can be compared", passed=False, note=f"{error.message}; {error.remedy}")
