"""Answers to scores: over all, by group, by wave, and whether they can be relied on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np

from proveout.core.digest import digest
from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact, partly_counted
from proveout.core.evidence import Check, Finding, Outcome, Part, found_in
from proveout.core.exhibit import Bar, Intervals, Table
from proveout.core.initiative import Initiative
from proveout.core.privacy import FEWEST
from proveout.core.question import Answers
from proveout.instruments.survey.barriers import barriers
from proveout.instruments.survey.doubts import careless, missing_items
from proveout.instruments.survey.groups import EVERYBODY, Told, told, without_the_few
from proveout.instruments.survey.questionnaire import Questionnaire
from proveout.instruments.survey.reliability import reliability, united
from proveout.instruments.survey.scoring import FAIR_RESPONSE, as_support, scored, summary
from proveout.instruments.survey.settings import Settings
from proveout.instruments.survey.sheets import Sheets, read
from proveout.instruments.survey.waves import changed, in_order

OF_USABILITY = ("sus", "umux-lite")
"""From 0 to 100, with the same norms."""


def measure(settings: Settings, answers: Answers, initiative: Initiative) -> Finding:
    """Scores of the last wave, and what became of them since the one before.

    Raises:
        TooLittle: Fewer than five people answered.
        ProveoutError: A column is missing, or no answer can be read.
    """
    for failure in answers.failures.values():
        return Finding(outcome=failure.outcome, reason=failure.message, remedy=failure.remedy)
    if settings.closes is not None and answers.as_of <= settings.closes:
        return Finding(
            outcome=Outcome.TOO_LITTLE,
            reason=f"the survey is open until {settings.closes}",
            remedy="check again when it is closed",
            changes_on=settings.closes + timedelta(days=1),
        )
    every, said = read(settings, answers)
    order, unplaced = in_order(settings, every)
    now = every.of_wave(order[-1])
    if len(now) < FEWEST:
        raise TooLittle(f"{len(now)} people answered; with fewer than {FEWEST} figures would show persons", "ask again")
    groups, placed = told(settings, now, initiative.groups)
    scores, hidden = without_the_few(scored(now.values, settings.asked), groups)
    parts = [
        Part(checks=(*said, *unplaced, *placed, *hidden, *_closed(settings), _asked(settings))),
        _scores(settings, scores, groups),
        _buy_in(settings, scores, groups, now),
        _response(groups),
        reliability(settings.asked, now),
        Part(checks=(missing_items(now, list(settings.asked.items)), *careless(now, scores, settings))),
        Part(checks=tuple(barriers(settings, groups, now))),
        _waves(settings, every, order, initiative),
        _comments(settings, now),
    ]
    return found_in(parts)


def _closed(settings: Settings) -> list[Check]:
    if settings.closes is not None:
        return []
    note = "figures before and after one more answer show that answer; declare the last day as `closes`"
    return [Check(name="The survey is closed", passed=None, note=note)]


def _asked(settings: Settings) -> Check:
    """Which words: so that one who reads the record can tell whether two surveys asked the same."""
    asked = settings.asked
    version = digest((asked.items, asked.reversed, asked.scales))[:8]
    return Check(
        name="It is known what was asked",
        passed=True if asked.source else None,
        note=f"{len(asked.items)} items ({asked.language}), version {version}; {asked.source or 'your own'}",
    )


def _scores(settings: Settings, scores: Mapping[str, np.ndarray], groups: Sequence[Told]) -> Part:
    asked = settings.asked
    estimates, exhibits, checks = [], [], []
    for scale, values in scores.items():
        if np.isfinite(values).sum() < FEWEST:
            note = f"fewer than {FEWEST} answered enough of its items; the score would show persons"
            checks.append(Check(name=f"{scale}: enough people answered", passed=None, note=note))
            continue
        whole = summary(values, asked).named("score", subject=scale, unit=asked.unit)
        by_group = [
            (
                group.name,
                summary(values[group.who], asked).named(
                    "group_score", subject=f"{group.name}: {scale}", unit=asked.unit
                ),
            )
            for group in groups
            if group.one and group.name != EVERYBODY and np.isfinite(values[group.who]).sum() >= FEWEST
        ]
        estimates += [whole.named("usability")] if settings.questionnaire in OF_USABILITY else []
        estimates += [whole, *(found for _, found in by_group)]
        bars = tuple(_bar(name, found) for name, found in [("all", whole), *by_group])
        norm = next(iter(asked.norms.items()), None)
        title = f"{asked.title or 'Score'}: {scale}" if len(scores) > 1 else asked.title or "Score"
        exhibits.append(
            Intervals(
                title=title,
                unit=asked.unit,
                bars=bars,
                reference=norm[1] if norm else None,
                reference_label=norm[0] if norm else "",
                note=_range(asked),
            )
        )
    return Part(estimates=tuple(estimates), checks=tuple(checks), exhibits=tuple(exhibits))


def _range(asked: Questionnaire) -> str:
    low, high = asked.ends
    norms = ", ".join(f"{name} {value:g}" for name, value in asked.norms.items())
    return "; ".join(part for part in (f"from {low:g} to {high:g}", norms, asked.source) if part)


def _bar(label: str, found: Estimate) -> Bar:
    return Bar(label=label, value=found.value, lower=found.lower, upper=found.upper, note=f"{found.n}")


def _buy_in(settings: Settings, scores: Mapping[str, np.ndarray], groups: Sequence[Told], sheets: Sheets) -> Part:
    """Of each group that can stop the project, however well the others think of it."""
    asked, estimates, checks = settings.asked, [], []
    deciding = [group for group in groups if group.can_stop]
    unplaced = len(sheets) - sum(group.n for group in groups)
    if settings.of_buy_in and not deciding:
        checks.append(
            Check(name="The buy-in of each group is known", passed=False, note=_nobody_decides(settings, groups))
        )
    for scale in settings.of_buy_in:
        for group in deciding:
            if group.small:
                continue
            subject = f"{group.name}: {scale}"
            estimates.append(exact("stakeholder", 1, subject=subject, method="declared; it can stop the project"))
            own = scores[scale][group.who]
            if why := _unknown(group, int(np.isfinite(own).sum())):
                checks.append(Check(name=f"{subject}: its buy-in is known", passed=False, note=why))
                continue
            estimates.append(as_support(own, asked, group.members, unplaced).named("buy_in", subject=subject))
            checks += united(subject, scale, asked, sheets.values[group.who])
    if settings.of_buy_in and not isinstance(settings.questionnaire, str):
        note = "these items are your own: nobody has shown that they tell support; aim-iam-fim asks in three minutes"
        checks.append(Check(name="Buy-in is asked by a published questionnaire", passed=None, note=note))
    small = [group.name for group in deciding if group.small]
    if small and settings.of_buy_in:
        note = f"{', '.join(small)}: of fewer than {FEWEST} people, so a survey cannot speak for them; they sign off"
        checks.append(Check(name="Every group can be surveyed", passed=None, note=note))
    return Part(estimates=tuple(estimates), checks=tuple(checks))


def _nobody_decides(settings: Settings, groups: Sequence[Told]) -> str:
    if not settings.answers.group:
        return "declare `group`, the column that says of which group an answer is; buy-in is that of each group"
    if not groups:
        return f"no answer says in {settings.answers.group} of which group it is; buy-in is that of each group"
    return "no group can stop the project (`can_stop: false`); leave it out where the project needs the group"


def _unknown(group: Told, n: int) -> str:
    """Why the buy-in of a group is not known from n scores; empty where it is."""
    if group.crowded:
        return f"{group.n} answered, and there are {group.members}; find out who answered more than once"
    if not group.one:
        return "declare them under `groups`; what few people wrote is not repeated"
    if n < FEWEST:
        return f"fewer than {FEWEST} of {group.size or 'an unknown number'} answered its items; ask again"
    return ""


def _response(groups: Sequence[Told]) -> Part:
    estimates = []
    for group in groups:
        silent = group.n == 0 and group.can_stop and (group.size or 0) >= FEWEST
        if group.size and (group.shown or silent):
            subject = "" if group.name == EVERYBODY else group.name
            if group.n > group.size:
                method = f"{group.n} sheets of {group.size} people; nobody knows how many people that are"
                found = partly_counted("response_rate", 0, group.size, group.size, method=method)
            else:
                found = exact("response_rate", group.n / group.size, unit="share", n=group.size)
            estimates.append(replace(found, subject=subject))
    low = [e.subject or EVERYBODY for e in estimates if e.upper is not None and e.upper < FAIR_RESPONSE]
    checks = []
    if low:
        note = f"{', '.join(low)}: fewer than half answered; those who did not may think otherwise"
        checks.append(Check(name="Those who answered speak for the others", passed=None, note=note))
    if any(group.size is None for group in groups):
        note = "declare `groups` with their sizes, or `invited`"
        checks.append(Check(name="It is known who was asked", passed=None, note=note))
    return Part(estimates=tuple(estimates), checks=tuple(checks))


def _waves(settings: Settings, every: Sheets, order: list[str], initiative: Initiative) -> Part:
    """The last wave less the one before."""
    if len(order) < 2:
        return Part()
    before, now = (every.of_wave(wave) for wave in order[-2:])
    if len(before) < FEWEST:
        note = f"{len(before)} answered in {order[-2]}; fewer than {FEWEST} would show persons"
        return Part(checks=(Check(name="The waves can be compared", passed=None, note=note),))
    shown = [
        (wave, without_the_few(scored(wave.values, settings.asked), told(settings, wave, initiative.groups)[0])[0])
        for wave in (before, now)
    ]
    return changed(shown[0], shown[1], settings.asked)


def _comments(settings: Settings, sheets: Sheets) -> Part:
    if not settings.answers.comment:
        return Part()
    note = f"{sum(map(bool, sheets.comments))} people wrote something"
    if not settings.show_comments:
        note += "; it is not shown: names may stand in it. `show_comments: true` shows it, with people's consent"
        return Part(checks=(Check(name="What people wrote", passed=True, note=note),))
    rows = tuple((comment,) for comment in sheets.comments if comment)
    return Part(
        checks=(Check(name="What people wrote", passed=True, note=note),),
        exhibits=(Table(title="What people wrote", columns=("",), rows=rows[:50]),) if rows else (),
    )
