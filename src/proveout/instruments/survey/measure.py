"""Answers to scores: over all, by group, by wave, and whether they can be relied on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact, partly_counted
from proveout.core.evidence import Check, Finding, Part, found_in
from proveout.core.exhibit import Bar, Intervals, Table
from proveout.core.initiative import Initiative
from proveout.core.privacy import FEWEST
from proveout.core.question import Answers
from proveout.core.wording import figure
from proveout.instruments.survey import sheets as read_sheets
from proveout.instruments.survey.groups import EVERYBODY, Told, hidden_check, told
from proveout.instruments.survey.questionnaire import Questionnaire
from proveout.instruments.survey.scoring import FAIR_RESPONSE, as_support, scored, summary, turned
from proveout.instruments.survey.settings import Settings
from proveout.instruments.survey.sheets import Sheets, careless, missing_items
from proveout.stats.balance import Moments
from proveout.stats.difference import welch
from proveout.stats.mean import t_mean
from proveout.stats.reliability import cronbach_alpha, mcdonald_omega, within_group_agreement

AGREED = 0.7
"""r_WG from which the mean of a group stands for it (LeBreton and Senter 2008, ORM 11, 815-852)."""
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
    every, said = read_sheets.read(settings, answers)
    in_order = read_sheets.waves(every)
    now = every.at(np.array([wave == in_order[-1] for wave in every.waves]))
    if len(now) < FEWEST:
        raise TooLittle(f"{len(now)} people answered; with fewer than {FEWEST} figures would show persons", "ask again")
    groups, placed = told(settings, now, initiative.groups)
    scores = scored(now.values, settings.asked)
    parts = [
        Part(checks=(*said, *placed, *hidden_check(groups))),
        _scores(settings, scores, groups),
        _buy_in(settings, scores, groups),
        _response(groups),
        _reliability(settings, now),
        Part(checks=(missing_items(now, list(settings.asked.items)), *careless(now, settings))),
        _waves(settings, every, in_order),
        _comments(settings, now),
    ]
    return found_in(parts)


def _scores(settings: Settings, scores: Mapping[str, np.ndarray], groups: Sequence[Told]) -> Part:
    asked = settings.asked
    estimates, exhibits, checks = [], [], []
    for scale, values in scores.items():
        n = int(np.isfinite(values).sum())
        if n < FEWEST:
            note = f"{n} people answered enough of its items; with fewer than {FEWEST} the score would show persons"
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
            if group.shown and group.name != EVERYBODY and np.isfinite(values[group.who]).sum() >= FEWEST
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
    return f"from {low:g} to {high:g}; {asked.source}".rstrip("; ")


def _bar(label: str, found: Estimate) -> Bar:
    return Bar(label=label, value=found.value, lower=found.lower, upper=found.upper, note=f"{found.n}")


def _buy_in(settings: Settings, scores: Mapping[str, np.ndarray], groups: Sequence[Told]) -> Part:
    """Of each group that can stop the project, however well the others think of it."""
    asked, estimates, checks = settings.asked, [], []
    deciding = [group for group in groups if group.can_stop]
    if settings.of_buy_in and not deciding:
        note = "declare `group`, the column that says of which group an answer is; buy-in is that of each group"
        checks.append(Check(name="The buy-in of each group is known", passed=False, note=note))
    for scale in settings.of_buy_in:
        for group in deciding:
            if group.small:
                continue
            subject = f"{group.name}: {scale}"
            estimates.append(exact("stakeholder", 1, subject=subject, method="declared; it can stop the project"))
            own = scores[scale][group.who]
            if group.crowded:
                note = f"{group.n} answered, and there are {group.members}; find out who answered more than once"
                checks.append(Check(name=f"{subject}: its buy-in is known", passed=False, note=note))
            elif group.shown and np.isfinite(own).sum() >= FEWEST:
                found = as_support(own, asked, group.members)
                estimates.append(found.named("buy_in", subject=subject))
                checks += _united(group, scale, settings, own)
            else:
                note = f"{group.n} of {group.size or 'an unknown number'} answered, too few to show; ask again"
                checks.append(Check(name=f"{subject}: its buy-in is known", passed=False, note=note))
    small = [group.name for group in deciding if group.small]
    if small and settings.of_buy_in:
        note = f"{', '.join(small)}: of fewer than {FEWEST} people, so a survey cannot speak for them; they sign off"
        checks.append(Check(name="Every group can be surveyed", passed=None, note=note))
    return Part(estimates=tuple(estimates), checks=tuple(checks))


def _united(group: Told, scale: str, settings: Settings, scores: np.ndarray) -> Iterator[Check]:
    """Whether the group agrees: else its mean is the opinion of nobody."""
    asked = settings.asked
    if asked.highest - asked.lowest > 10:
        return
    agreed = within_group_agreement(
        scores[np.isfinite(scores)][:, None], n_answers=round(asked.highest - asked.lowest) + 1
    )
    note = f"r_WG is {figure(agreed)}; " + ("the mean stands for it" if agreed >= AGREED else "look who is against it")
    yield Check(name=f"{group.name}: {scale}: its people agree", passed=True if agreed >= AGREED else None, note=note)


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


def _reliability(settings: Settings, sheets: Sheets) -> Part:
    """Alpha of every scale, and omega where there are three items; the better model of the two counts."""
    asked = settings.asked
    right = turned(sheets.values, asked)
    place = {item: k for k, item in enumerate(asked.items)}
    estimates, checks = [], []
    for scale, items in asked.of_scale.items():
        if len(items) < 2:
            continue
        own = right[:, [place[item] for item in items]]
        whole = own[np.isfinite(own).all(axis=1)]
        if len(whole) < FEWEST:
            note = f"{len(whole)} people answered all its items; with fewer than {FEWEST} it would show persons"
            checks.append(Check(name=f"{scale}: it measures one thing", passed=None, note=note))
            continue
        try:
            found = cronbach_alpha(own, level=asked.level)
            estimates.append(found.named("alpha", subject=scale))
            found = mcdonald_omega(whole, level=asked.level) if len(items) > 2 else found
        except TooLittle as little:
            checks.append(Check(name=f"{scale}: it measures one thing", passed=None, note=little.message))
        else:
            estimates += [found.named("omega", subject=scale)] if found.name == "omega" else []
            estimates.append(found.named("reliability", subject=scale))
    return Part(estimates=tuple(estimates), checks=tuple(checks))


def _waves(settings: Settings, every: Sheets, in_order: list[str]) -> Part:
    """The last wave less the one before, on the same people where they are known."""
    if len(in_order) < 2:
        return Part()
    before, now = (every.at(np.array([wave == name for wave in every.waves])) for name in in_order[-2:])
    if len(before) < FEWEST:
        note = f"{len(before)} answered in {in_order[-2]}; fewer than {FEWEST} would show persons"
        return Part(checks=(Check(name="The waves can be compared", passed=None, note=note),))
    estimates = []
    scores = [scored(wave.values, settings.asked) for wave in (before, now)]
    for scale in settings.asked.of_scale:
        found, how = _change(before, now, scores[0][scale], scores[1][scale], settings.asked.level)
        if found is None:
            continue
        method = f"{in_order[-1]} less {in_order[-2]}, {how}"
        estimates.append(replace(found, name="change", subject=scale, unit=settings.asked.unit, method=method))
    return Part(estimates=tuple(estimates))


def _change(before: Sheets, now: Sheets, old: np.ndarray, new: np.ndarray, level: float) -> tuple[Estimate | None, str]:
    first = {p.casefold(): x for p, x in zip(before.people, old, strict=True) if p and np.isfinite(x)}
    pairs = [
        x - first[p.casefold()]
        for p, x in zip(now.people, new, strict=True)
        if p.casefold() in first and np.isfinite(x)
    ]
    if len(pairs) >= FEWEST:
        return t_mean(pairs, level=level), f"{len(pairs)} people who answered both times"
    old, new = old[np.isfinite(old)], new[np.isfinite(new)]
    if min(len(old), len(new)) < FEWEST:
        return None, ""
    try:
        found = welch(Moments.of(old), Moments.of(new), level=level).estimate
    except TooLittle:
        return None, ""
    return found, f"different people ({len(old)} and {len(new)}), Welch's interval"


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
