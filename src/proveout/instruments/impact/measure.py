"""Answers to what the rollout shows: whether it can be believed, and what it does to each KPI."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from proveout.core.better import turned
from proveout.core.duration import is_duration
from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check, Evidence, Finding, Outcome, Part, found_in
from proveout.core.exhibit import Table
from proveout.core.initiative import Initiative, Kpi
from proveout.core.looks import ALPHA
from proveout.core.outcomes import measured
from proveout.core.question import Answers, Columns
from proveout.core.rollout import Rollout
from proveout.core.wave import Progress, WaveState
from proveout.core.wording import figure
from proveout.instruments.impact import verdicts
from proveout.instruments.impact.effects import (
    Design,
    Lasting,
    harm_so_far,
    lasting_effect,
    single_series,
    worst_effect,
)
from proveout.instruments.impact.panel import FILLED, Observed, Teams, at_worst, elsewhere, observed, teams_of
from proveout.instruments.impact.queries import names
from proveout.instruments.impact.settings import Settings
from proveout.stats.group_sequential import left_over, spent

WEEKEND_DAYS = 3
"""A look counts when there are outcomes of the last period, or of the days before it: weekends have none."""
FEW_LEFT = 0.9
"""Share of the teams that must be observed throughout."""
OTHER_FILE = "the assignment file is not the one that was drawn"


def measure(settings: Settings, answers: Answers, initiative: Initiative) -> Finding:
    """The rollout first, then each KPI at the last look that has come."""
    rollout, progress = initiative.rollout, answers.progress
    if rollout is None:
        return Finding(
            outcome=Outcome.NOT_APPLICABLE, reason="no rollout is declared", remedy="declare one under `rollout`"
        )
    if failure := answers.failures.get("blocks"):
        return Finding(outcome=failure.outcome, reason=failure.message, remedy=failure.remedy)
    teams = teams_of(answers.tables["blocks"], progress)
    if not teams.names:
        raise TooLittle("nobody is in a wave yet", "run `proveout rollout plan`")
    if not teams.with_system.any():
        raise TooLittle("no wave has started", "run `proveout rollout advance`")
    design: Design = "randomised" if progress and rollout.order == "randomised" else "compared"
    parts = [_waves(teams, progress, moved(answers, rollout))]
    parts += [
        _kpi(Asked(kpi, rollout, teams, design, answers), index)
        for index, name in enumerate(rollout.outcomes)
        for kpi in initiative.kpis
        if kpi.id == name
    ]
    parts.append(_decision(parts, initiative.kpis))
    coming = next((day for day in rollout.calendar if day >= answers.as_of), None)
    return found_in(parts, changes_on=None if coming is None else coming + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Asked:
    """One KPI and what it is judged by."""

    kpi: Kpi
    rollout: Rollout
    teams: Teams
    design: Design
    answers: Answers

    @property
    def pilot(self) -> Evidence | None:
        """What the pilot found."""
        return next((piece for piece in self.answers.evidence if piece.instrument == "pilot"), None)

    @property
    def elsewhere(self) -> Columns | None:
        """What became of those who never get the system."""
        return self.answers.tables.get(names([*self.rollout.outcomes].index(self.kpi.id))["elsewhere"])

    @property
    def begun(self) -> date | None:
        """The day of the initiative's first record."""
        return self.answers.progress.begun if self.answers.progress else None


def moved(answers: Answers, rollout: Rollout) -> bool:
    """Whether the file is not the assignment that was drawn: who chooses the waves chooses the effect."""
    drawn = answers.progress.file if answers.progress else ""
    return bool(drawn) and answers.digests.get(rollout.assignment.source, drawn) != drawn


def _waves(teams: Teams, progress: Progress | None, other_file: bool) -> Part:
    """Who has the system, whether the design was kept, and a table of the waves."""
    served = teams.n_units[teams.serving].sum()
    estimates = [
        exact("n_teams", len(teams.names)),
        exact("n_started", int(teams.with_system.sum()), n=len(teams.names)),
        exact("reach", served / teams.n_units.sum(), unit="share", n=int(teams.n_units.sum())),
    ]
    checks = []
    if teams.n_late.any():
        late = {arm: int(teams.n_late[[one == arm for one in teams.arms]].sum()) for arm in sorted(set(teams.arms))}
        note = ", ".join(f"{n:,} in {arm}" for arm, n in late.items() if n)
        checks.append(Check(name="Who came after the draw is served and not compared", passed=True, note=note))
    if teams.torn:
        note = f"{teams.torn} team(s) stand in two waves; they are not compared"
        checks.append(Check(name="Each team is in one wave", passed=False, note=note))
    kept = _kept(progress, other_file)
    return Part(
        estimates=(*estimates, *kept.estimates),
        checks=(*checks, *kept.checks),
        exhibits=(_table(teams, progress),),
    )


def _kept(progress: Progress | None, other_file: bool) -> Part:
    """Whether design and assignment are those that were registered, and what was done by hand."""
    name = "The design is the one that was registered"
    if progress is None:
        note = "nothing is registered; `proveout rollout plan` does it"
        return Part(checks=(Check(name=name, passed=None, note=note),))
    changes = (*progress.changes, *((OTHER_FILE,) if other_file else ()))
    note = "; ".join(changes) or f"registered on {progress.registered}"
    checks = [Check(name=name, passed=not changes, note=note)]
    back = sorted({step.wave for step in progress.steps if step.after is WaveState.ROLLED_BACK})
    if back:
        note = (
            f"wave {', '.join(map(str, back))}: it counts from its last start on, held against what was there "
            "before its first"
        )
        checks.append(Check(name="No wave was rolled back", passed=False, note=note))
    by_hand = [step for step in progress.steps if step.override]
    if by_hand:
        note = "; ".join(f"wave {s.wave} on {s.on} by {s.by}: {s.reason}" for s in by_hand)
        checks.append(Check(name="No wave went on against what it waited for", passed=False, note=note))
    return Part(estimates=(exact("design_changes", len(changes)),), checks=tuple(checks))


def _table(teams: Teams, progress: Progress | None) -> Table:
    states = {wave.name: wave for wave in progress.waves} if progress else {}
    rows = []
    for arm in sorted(set(teams.arms), key=lambda arm: (arm == "holdback", len(arm), arm)):
        mine = [i for i, one in enumerate(teams.arms) if one == arm]
        start = min((day for i in mine if (day := teams.starts[i])), default=None)
        units = int(teams.n_units[mine].sum())
        state = str(states[arm].state) if arm in states else "started" if start else "waits"
        rows.append((arm, state, str(start or ""), len(mine), units))
    return Table(title="Waves", columns=("wave", "state", "since", "teams", "units"), rows=tuple(rows))


def _kpi(asked: Asked, index: int) -> Part:
    kpi, rollout, answers, name = asked.kpi, asked.rollout, asked.answers, names(index)
    failed = next((answers.failures[q] for q in name.values() if q in answers.failures), None)
    if failed:
        check = Check(name=f"{kpi.id} can be read", passed=False, note=failed.message)
        return Part(estimates=(measured(kpi, False),), checks=(check,))
    counts = answers.tables[name["counts"]]
    latest = _day(counts)
    look = _look(rollout, latest, answers.as_of)
    until = look if kpi.role == "goal" else min(answers.as_of - timedelta(days=1), rollout.sustain_until)
    checks = [*_read(kpi, counts)]
    hurt = ()
    try:
        _refuse_impossible(kpi, counts)
        hurt = _hurt(asked, answers.tables[name["means"]]) if kpi.role == "goal" else ()
        if moved(answers, rollout):
            raise TooLittle(OTHER_FILE, "`proveout rollout plan` restores what was drawn")
        if until is None:
            raise TooLittle(_not_yet(rollout, latest), "wait for it: looks that nobody planned are wrong too often")
        seen = observed(answers.tables[name["means"]], asked.teams, rollout, until, to_the_end=kpi.role == "goal")
        found = _goal(asked, seen, until) if kpi.role == "goal" else _guardrail(asked, seen, until)
    except TooLittle as error:
        note = f"{error.message}; {error.remedy}" if error.remedy else error.message
        checks.append(Check(name=f"{kpi.id} can be compared", passed=None, note=note))
        return Part(estimates=(measured(kpi, False), *hurt), checks=tuple(checks))
    left = _left(asked, seen)
    return Part(
        estimates=(measured(kpi, True), *hurt, *left.estimates, *found.estimates),
        checks=(*checks, *left.checks, *found.checks),
        exhibits=found.exhibits,
    )


def _refuse_impossible(kpi: Kpi, counts: Columns) -> None:
    """Look for values that cannot be.

    Raises:
        TooLittle: There are some.
    """
    impossible, negative = (int(counts[name].tolist()[0]) for name in ("impossible", "negative"))
    remedy = "correct these rows, or leave them out in the query and say why"
    if impossible:
        what = "infinite (or beyond 1e100), not a number, or a weight below 0"
        raise TooLittle(f"{impossible:,} value(s) or weight(s) are {what}", remedy)
    if negative and is_duration(kpi.unit):
        raise TooLittle(f"{negative:,} value(s) are times below 0", remedy)


def _day(counts: Columns) -> date | None:
    latest = counts["latest"].tolist()[0]
    return date.fromisoformat(str(latest)[:10]) if latest else None


def _look(rollout: Rollout, latest: date | None, today: date) -> date | None:
    """The last look of the calendar that has come, with data up to it."""
    if latest is None:
        return None
    lag = timedelta(days=max(WEEKEND_DAYS, rollout.period_days - 1))
    return next((day for day in reversed(rollout.calendar) if day < today and latest >= day - lag), None)


def _not_yet(rollout: Rollout, latest: date | None) -> str:
    newest = f"the newest outcome is of {latest}" if latest else "no outcome has a day"
    return f"the first look is after {rollout.calendar[0]}, with outcomes of its last period; {newest}"


def level_of(rollout: Rollout, look: date) -> float:
    """What the calendar leaves for this look: its own part of the error, so that all looks together keep to it."""
    so_far = rollout.calendar[: rollout.calendar.index(look) + 1]
    return 1 - left_over([rollout.share(day) for day in so_far], alpha=ALPHA)


def _read(kpi: Kpi, counts: Columns) -> list[Check]:
    found = []
    for column, words in (
        ("unreadable", "value(s) that are no numbers"),
        ("undated", "row(s) without a day that can be read"),
        ("strangers", "unit(s) that are in no wave"),
    ):
        if n := int(counts[column].tolist()[0]):
            found.append(Check(name=f"{kpi.id}: all outcomes can be read", passed=False, note=f"{n:,} {words}"))
    return found


def _left(asked: Asked, seen: Observed) -> Part:
    """How many teams were observed throughout, and which periods do not count."""
    kpi, checks = asked.kpi, []
    if seen.left_out:
        days = [asked.rollout.start + timedelta(days=p * asked.rollout.period_days) for p in seen.left_out]
        closed = not any(seen.left_out.values())
        note = f"{len(days)} period(s) do not count, such as the one from {days[0]}: " + (
            "nobody has outcomes there" if closed else f"fewer than {FILLED:.0%} of the teams have outcomes there"
        )
        checks.append(Check(name=f"{kpi.id}: periods without a gap", passed=closed, note=note))
    complete = seen.cells.complete
    share = float(complete.mean())
    if share < FEW_LEFT:
        lost = ", ".join(_lost(asked.teams, seen)[:3])
        note = f"{(~complete).sum()} of {len(complete)} team(s) have periods without outcomes, such as {lost}"
        checks.append(Check(name=f"{kpi.id}: teams are seen throughout", passed=False, note=note))
    estimate = exact("complete_share", share, subject=kpi.id, unit="share", n=len(complete))
    return Part(estimates=(estimate,), checks=tuple(checks))


def _goal(asked: Asked, seen: Observed, look: date) -> Part:
    kpi, rollout, design = asked.kpi, asked.rollout, asked.design
    level = level_of(rollout, look)
    if seen.compared is None:
        return _alone(asked, seen, level)
    found = lasting_effect(seen.compared, rollout, design, level=level)
    judged = verdicts.of_goal(kpi, found, seen, asked.pilot)
    filled = None if seen.cells.complete.all() else at_worst(seen.cells, falls=kpi.direction == "down")
    worst = worst_effect(filled, rollout, design, level=level) if filled else found.one_sided
    lost = verdicts.of_loss(kpi, worst, seen, _lost(asked.teams, seen))
    met = verdicts.periods_met(kpi, seen, rollout, design)
    promise = verdicts.of_promise(kpi, met, rollout, asked.begun) if met else Part()
    unpromised = Check(name=f"{kpi.id}: what is promised is declared", passed=False, note="declare `target`")
    return Part(
        estimates=(*judged.estimates, *lost.estimates, *promise.estimates),
        checks=(*judged.checks, *lost.checks, *(() if met else (unpromised,))),
        exhibits=(verdicts.curve_of(kpi, found, rollout), *promise.exhibits),
    )


def _lost(teams: Teams, seen: Observed) -> list[str]:
    return [name for name, late, kept in zip(teams.names, teams.late, seen.kept, strict=True) if not late and not kept]


def _alone(asked: Asked, seen: Observed, level: float) -> Part:
    """All at once, against others elsewhere or their own past: what is left when nobody waits."""
    cells, others = seen.cells.only(seen.cells.complete), elsewhere(asked.elsewhere, seen.cells.periods)
    effect, plain, one_sided = (
        single_series(cells, others, asked.rollout, level=one) for one in (level, 0.95, 2 * level - 1)
    )
    found = Lasting(effect=effect, plain=plain, one_sided=one_sided, design="single-series")
    return verdicts.of_goal(asked.kpi, found, seen, None)


def _guardrail(asked: Asked, seen: Observed, until: date) -> Part:
    if seen.compared is None:
        raise TooLittle("all teams have the system: nobody is left to compare a guardrail with", "keep a holdback")
    effects = harm_so_far(seen.compared, asked.rollout, asked.design, error=harm_error(asked.rollout, until))
    return verdicts.of_guardrail(asked.kpi, effects, seen)


def _hurt(asked: Asked, table: Columns) -> tuple[Estimate, ...]:
    """Whether a goal is shown to get worse so far; how large its effect is waits for the looks."""
    kpi, rollout, answers = asked.kpi, asked.rollout, asked.answers
    until = min(answers.as_of - timedelta(days=1), rollout.sustain_until)
    try:
        seen = observed(table, asked.teams, rollout, until, to_the_end=False)
        if seen.compared is None or not kpi.direction or moved(answers, rollout):
            return ()
        effects = harm_so_far(seen.compared, rollout, asked.design, error=harm_error(rollout, until))
    except TooLittle:
        return ()
    ends = [turned(harm, kpi).upper for _, harm in effects]
    method = "whether the effect so far is below 0, with the error of a guardrail"
    return (
        exact("harm_shown", float(any(end is not None and end < 0 for end in ends)), subject=kpi.id, method=method),
    )


def harm_error(rollout: Rollout, until: date) -> float:
    """This period's part of the error: harm is looked for in each, and falsely shown in one rollout of twenty."""
    now, before = (
        spent(rollout.share(day), ALPHA, "pocock") for day in (until, until - timedelta(days=rollout.period_days))
    )
    return now - before


def _decision(parts: Sequence[Part], kpis: Sequence[Kpi]) -> Part:
    """What the figures suggest to do next; people decide."""
    found = {(e.name, e.subject): e for part in parts for e in part.estimates}
    goals, rails = ([kpi.id for kpi in kpis if kpi.role == role] for role in ("goal", "guardrail"))
    worth = [found.get(("effect_to_worthwhile", kpi)) for kpi in goals]
    known = [one for one in worth if one]
    margins = [found.get(("guardrail_margin", kpi)) for kpi in rails]
    lasting = [found.get(("lasting_margin", kpi)) for kpi in goals]
    at_worst = [e for (name, _), e in found.items() if name == "worthwhile_at_worst"]
    harmed = any(one and _below(one, 0) for one in margins)
    reach = found["reach", ""].value
    passed: bool | None = None
    if harmed:
        said, passed = "adjust or roll back: a guardrail got worse by more than can be borne", False
    elif not known or len(known) < len(worth):
        said = "go on measuring: not every goal has an effect yet"
    elif all(_below(one, 1) for one in known):
        said, passed = "adjust or retire: no goal gains what would be worthwhile", False
    elif not all(_above(one, 1) for one in known):
        said = "adjust: what it gains is not clearly worthwhile for every goal"
    elif not all(one and _above(one, 0) for one in margins):
        said = "go on measuring: not every guardrail is known to hold"
    elif not all(_above(one, 1) for one in at_worst):
        said = "go on measuring: those who were lost from the data can have made the effect"
    elif not all(one and _above(one, 0) for one in lasting):
        said = "sustain, and look for what fades: that enough is left half a year on is not known"
    else:
        verb, passed = "expand" if reach < 1 else "sustain", True
        said = f"{verb}: every goal gains what is worthwhile; {figure(reach, 'share')} have the system"
    return Part(checks=(Check(name="Next decision (sustain, expand, adjust, retire)", passed=passed, note=said),))


def _above(estimate: Estimate, threshold: float) -> bool:
    return estimate.lower is not None and estimate.lower >= threshold


def _below(estimate: Estimate, threshold: float) -> bool:
    return estimate.upper is not None and estimate.upper < threshold
