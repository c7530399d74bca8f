"""The documented process held against what happened: coverage, conformance, rules, and the steps of AI."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact, partly_counted
from proveout.core.evidence import Check, Finding
from proveout.core.exhibit import Exhibit, Table
from proveout.core.initiative import Initiative
from proveout.core.question import Answers, texts
from proveout.core.wording import figure, says_something
from proveout.instruments.workflow.automaton import Automaton, Deviation, automaton
from proveout.instruments.workflow.documented import Documented, from_bpmn, from_steps
from proveout.instruments.workflow.exhibits import drawn, of_ai, of_deviations, of_rules
from proveout.instruments.workflow.queries import MOST_VARIANTS
from proveout.instruments.workflow.rules import Kept, applies, keeps
from proveout.instruments.workflow.settings import Settings
from proveout.stats.clustered_share import clustered_proportion
from proveout.stats.mean import t_mean
from proveout.stats.proportion import wilson

MOST_IGNORED = 0.2
"""Of the rows; who ignores more looks at another process."""
FEWEST = 20
"""Cases without which nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One way in which cases went.

    Args:
        n: How many cases.
        told: Its activities as the log names them, without case.
        steps: The same as the document names them; what it does not name, as the log does.
    """

    n: int
    told: tuple[str, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """All variants, explained by the documented process.

    Args:
        costs: By variant, extra and skipped steps.
        deviations: By deviation in how many cases it occurs, and how often.
    """

    costs: tuple[int, ...]
    deviations: dict[Deviation, tuple[int, int]]


def measure(settings: Settings, answers: Answers, initiative: Initiative) -> Finding:
    """What is documented, what happened, and how far apart they are.

    Raises:
        TooLittle: Fewer than 20 cases.
        ProveoutError: The document cannot be read, or never comes to its end.
    """
    for failure in answers.failures.values():
        return Finding(outcome=failure.outcome, reason=failure.message, remedy=failure.remedy)
    documented = _documented(settings, answers)
    known = automaton(documented.net)
    variants, names = _variants(settings, answers, documented)
    n_cases = sum(variant.n for variant in variants)
    if n_cases < FEWEST:
        unused = _unused(answers)
        raise TooLittle(
            f"{n_cases} cases; {FEWEST} are the least{f' ({unused})' if unused else ''}",
            "mend what is left out; write times as 2026-01-31 14:00" if unused else "take a log with more cases",
        )
    happened = _happened(variants)
    explained = _explained(known, variants)
    kept = _kept(settings, variants, answers)
    ai, said = _of_ai(settings, documented)
    return Finding(
        estimates=(
            *_coverage(variants, documented, happened, settings.level),
            *_conformance(known, variants, explained, settings.level),
            *(_rule(one, settings.level) for one in kept),
            *ai,
        ),
        checks=(
            *_read(settings, answers, documented, n_cases),
            *_names(settings, documented, happened, names),
            *_rules(kept, names),
            *said,
        ),
        exhibits=tuple(_exhibits(settings, documented, variants, happened, explained, kept)),
    )


def _documented(settings: Settings, answers: Answers) -> Documented:
    if settings.steps:
        return from_steps(settings.steps)
    found = texts(answers.tables["bpmn"]["text"])
    if not found:
        raise TooLittle(f"there is no file {settings.bpmn}", "export the documented process as BPMN 2.0 XML")
    return from_bpmn(found[0] or "", settings.bpmn, settings.process)


def _variants(settings: Settings, answers: Answers, documented: Documented) -> tuple[list[Variant], list[str]]:
    """The variants, the most frequent first, and the activities of the log."""
    tables = answers.tables
    names = {
        int(a): name or "" for name, a in zip(texts(tables["names"]["activity"]), tables["names"]["a"], strict=True)
    }
    steps = {label.casefold(): label for label in documented.net.labels}
    renamed = {told.strip().casefold(): step for told, step in settings.names.items()}

    def step_of(name: str) -> str:
        wanted = renamed.get(name.casefold(), name)
        return steps.get(wanted.casefold(), wanted)

    as_step = {a: step_of(name) for a, name in names.items()}
    told = {a: name.casefold() for a, name in names.items()}
    found: dict[int, tuple[int, list[int]]] = {}
    table = tables["steps"]
    for c, n, a in zip(table["c"].tolist(), table["n_cases"].tolist(), table["a"].tolist(), strict=True):
        found.setdefault(c, (n, []))[1].append(a)
    variants = [
        Variant(n=n, told=tuple(told[a] for a in trace), steps=tuple(as_step[a] for a in trace))
        for n, trace in found.values()
    ]
    return variants, list(names.values())


def _happened(variants: Sequence[Variant]) -> Counter[str]:
    """By step, as the document names it, how often it happened."""
    found = Counter[str]()
    for variant in variants:
        for step in variant.steps:
            found[step] += variant.n
    return found


def _explained(known: Automaton, variants: Sequence[Variant]) -> Explained:
    cases: Counter[Deviation] = Counter()
    times: Counter[Deviation] = Counter()
    costs = known.costs([variant.steps for variant in variants])
    for variant, cost in zip(variants, costs, strict=True):
        for deviation, often in Counter(known.deviations(variant.steps)).items() if cost else ():
            cases[deviation] += variant.n
            times[deviation] += variant.n * often
    deviations = {one: (n, times[one]) for one, n in sorted(cases.items(), key=lambda pair: (-pair[1], str(pair[0])))}
    return Explained(costs=tuple(costs), deviations=deviations)


def _coverage(
    variants: Sequence[Variant], documented: Documented, happened: Counter[str], level: float
) -> Iterator[Estimate]:
    """Events whose activity is documented, cases being the units of chance."""
    steps = set(documented.net.labels)
    n = np.array([variant.n for variant in variants])
    sizes = np.repeat([len(variant.steps) for variant in variants], n)
    there = np.repeat([sum(step in steps for step in variant.steps) for variant in variants], n)
    yield clustered_proportion(sizes, there, level=level).named("documented_share")
    lived = sum(step in happened for step in steps)
    yield exact("lived_share", lived / len(steps), unit="share", n=len(steps), method=f"{lived} of {len(steps)} steps")


def _conformance(
    known: Automaton, variants: Sequence[Variant], explained: Explained, level: float
) -> Iterator[Estimate]:
    n = np.array([variant.n for variant in variants])
    lengths = np.array([len(variant.steps) for variant in variants])
    costs = np.array(explained.costs)
    fitness = t_mean(np.repeat(1 - costs / (lengths + known.shortest), n), level=level)
    bounded = replace(fitness, lower=max(0.0, fitness.lower or 0.0), upper=min(1.0, fitness.upper or 1.0))
    yield bounded.named("fitness", unit="share")
    yield wilson(int(n[costs == 0].sum()), int(n.sum()), level=level).named("conforming_share")
    often = t_mean(np.repeat(costs, n), level=level)
    yield replace(often, lower=max(0.0, often.lower or 0.0)).named("deviations_per_case")


def _kept(settings: Settings, variants: Sequence[Variant], answers: Answers) -> list[Kept]:
    found = []
    for index, rule in enumerate(settings.rules):
        table = answers.tables.get(f"rule {index}")
        if table is not None:
            n, n_broken = int(table["n"][0]), int(table["n_broken"][0] or 0)
            found.append(Kept(rule=rule, n=n, n_kept=n - n_broken))
            continue
        own = [variant for variant in variants if applies(rule, variant.told)]
        n_kept = sum(variant.n for variant in own if keeps(rule, variant.told))
        found.append(Kept(rule=rule, n=sum(variant.n for variant in own), n_kept=n_kept))
    return found


def _rule(one: Kept, level: float) -> Estimate:
    """Where it never applied, nobody knows whether it would be kept."""
    if one.n:
        return wilson(one.n_kept, one.n, level=level).named("rule_kept_share", subject=one.rule.title)
    unknown = partly_counted("rule_kept_share", 0, 1, 1, method="no case to which it applies; nobody knows")
    return replace(unknown, subject=one.rule.title, n=None)


def _rules(kept: Sequence[Kept], names: Sequence[str]) -> Iterator[Check]:
    there = {name.casefold() for name in names}
    for one in kept:
        rule = one.rule
        unknown = [name for name in (rule.first, rule.then) if name and name.strip().casefold() not in there]
        if unknown:
            note = f"the log has no activity {', '.join(unknown)}; rules name activities as the log does: "
            note += ", ".join(names[:8]) + (" ..." if len(names) > 8 else "")
            yield Check(name=f"The rule {rule.title!r} can be checked", passed=False, note=note)
        elif not one.n:
            note = "no case to which it applies"
            yield Check(name=f"The rule {rule.title!r} applies", passed=None, note=note)


def _of_ai(settings: Settings, documented: Documented) -> tuple[list[Estimate], list[Check]]:
    if not settings.ai_steps:
        note = "declare `ai_steps`, each with its fallback, its owner and who decides"
        return [], [Check(name="It is said in which steps AI takes part", passed=False, note=note)]
    n = len(settings.ai_steps)
    steps = {label.casefold() for label in documented.net.labels}
    there = {one.step: one.step.strip().casefold() in steps for one in settings.ai_steps}
    safe = [
        one
        for one in settings.ai_steps
        if there[one.step] and says_something(one.fallback) and says_something(one.owner)
    ]
    decided = [one for one in settings.ai_steps if there[one.step] and says_something(one.decided_by)]
    checks = []
    for one in settings.ai_steps:
        lacks = [] if there[one.step] else ["a place in the documented process"]
        lacks += [
            word for word, told in (("a fallback", one.fallback), ("an owner", one.owner)) if not says_something(told)
        ]
        if lacks:
            checks.append(
                Check(name=f"{one.step} goes on without AI", passed=False, note=f"it lacks {', '.join(lacks)}")
            )
        if not says_something(one.decided_by):
            note = "nobody decides; say who does, or that it is meant so"
            checks.append(Check(name=f"A person decides on {one.step}", passed=None, note=note))
    return [
        exact("ai_steps_documented_share", sum(there.values()) / n, unit="share", n=n),
        exact("ai_steps_with_fallback_share", len(safe) / n, unit="share", n=n, method="with a fallback and an owner"),
        exact("ai_steps_with_human_decision_share", len(decided) / n, unit="share", n=n),
    ], checks


def _read(settings: Settings, answers: Answers, documented: Documented, n_cases: int) -> Iterator[Check]:
    if unused := _unused(answers):
        yield Check(name="Every row of the log can be used", passed=False, note=unused)
    counts = answers.tables["counts"]
    if n_ignored := int(counts["n_ignored"][0]):
        share = n_ignored / int(counts["n_rows"][0])
        note = f"{figure(share, 'share')} of the rows are of {', '.join(settings.ignored[:5])}; they count neither way"
        passed = None if share <= MOST_IGNORED else False
        yield Check(name="Only what is no work is ignored", passed=passed, note=note)
    extent = {name: int(column[0]) for name, column in answers.tables["extent"].items()}
    if extent["n_cases"] > n_cases:
        note = f"{MOST_VARIANTS:,} of {extent['n_variants']:,} variants, the most frequent: {n_cases:,} cases of "
        yield Check(name="All cases are looked at", passed=None, note=f"{note}{extent['n_cases']:,}")
    for what in documented.left_out:
        yield Check(name="All of the document is understood", passed=None, note=f"left out: {what}")


def _unused(answers: Answers) -> str:
    """Which rows of the log are left out; empty where none are."""
    counts = answers.tables["counts"]
    odd = {"no_case": "no case", "no_activity": "no activity", "no_time": "no time that can be read"}
    told = [f"{int(counts[name][0]):,} with {words}" for name, words in odd.items() if counts[name][0]]
    such_as = texts(counts["such_as"])[0]
    if told and such_as:
        told[-1] += f", such as {such_as!r}"
    return f"left out of {int(counts['n_rows'][0]):,} rows: {', '.join(told)}" if told else ""


def _names(settings: Settings, documented: Documented, happened: Counter[str], names: Sequence[str]) -> Iterator[Check]:
    steps = set(documented.net.labels)
    missing = [step for step, _ in happened.most_common() if step not in steps]
    if missing:
        note = f"{', '.join(missing[:5])}{' ...' if len(missing) > 5 else ''}; document them, map them with `names`, "
        note += "or name them under `ignored` where they are no work"
        yield Check(name="Everything that happens is documented", passed=False, note=note)
    if never := [step for step in documented.net.labels if not happened[step]]:
        note = f"{', '.join(never[:5])}{' ...' if len(never) > 5 else ''} never happened"
        yield Check(name="Everything that is documented happens", passed=None, note=note)
    there = {name.casefold() for name in names}
    idle = [name for name in settings.names if name.strip().casefold() not in there]
    idle += [step for step in settings.names.values() if step.casefold() not in {label.casefold() for label in steps}]
    if idle:
        note = f"{', '.join(idle[:5])}: neither in the log nor in the document as it is spelt under `names`"
        yield Check(name="All names can be found", passed=False, note=note)


def _exhibits(
    settings: Settings, documented: Documented, variants: Sequence[Variant], happened: Counter[str],
    explained: Explained, kept: Sequence[Kept],
) -> Iterator[Exhibit]:  # fmt: skip
    n_cases = sum(variant.n for variant in variants)
    yield drawn(documented, happened, explained.deviations, n_cases, variants=[(v.n, v.steps) for v in variants])
    tables: list[Table | None] = [
        of_deviations(explained.deviations, n_cases),
        of_rules(kept),
        of_ai(settings, documented),
    ]
    yield from (table for table in tables if table)
