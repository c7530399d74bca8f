"""The documented process held against what happened: coverage, conformance, rules, and the steps of AI."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact, partly_counted
from proveout.core.evidence import Check, Finding
from proveout.core.exhibit import Exhibit, Table
from proveout.core.initiative import Initiative
from proveout.core.question import Answers, texts
from proveout.core.wording import figure, says_something
from proveout.instruments.workflow.automaton import Automaton, automaton
from proveout.instruments.workflow.bpmn import from_bpmn
from proveout.instruments.workflow.documented import Documented, from_steps
from proveout.instruments.workflow.exhibits import drawn, of_ai, of_deviations, of_rules
from proveout.instruments.workflow.explained import Explained, Variant, explained, told
from proveout.instruments.workflow.precision import Way, openness
from proveout.instruments.workflow.rules import Kept, checked, kept, share
from proveout.instruments.workflow.settings import OF_ORDER, Settings, alike
from proveout.stats.bounded import scale_mean
from proveout.stats.clustered_share import clustered_proportion
from proveout.stats.proportion import wilson

MOST_IGNORED = 0.2
"""Of the rows; who ignores more looks at another process."""
MOST_TIED = 0.05
"""Of neighbouring events of a case, at one moment; with more of them their order is not known."""
FEWEST = 20
"""Cases without which nothing is said."""


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
    found = explained(known, variants)
    ways = [(variant.n, variant.told) for variant in variants]
    n_unseen = int(answers.tables["extent"]["n_cases"][0]) - n_cases
    rules = kept(settings, ways, answers.tables, (*names, *documented.net.labels), n_unseen=n_unseen)
    ai, said = _of_ai(settings, documented)
    return Finding(
        estimates=(
            *_coverage(variants, documented, happened, answers, settings.level),
            *_conformance(known, found, answers, settings.level),
            *openness(known, _nearest(found), len(documented.net.labels)),
            *_rules(rules, answers, settings.level),
            *ai,
        ),
        checks=(
            *_read(settings, answers, documented),
            *_looked_at(answers, found),
            *_names(settings, documented, happened, names),
            *checked(rules, names),
            *said,
        ),
        exhibits=tuple(_exhibits(settings, documented, variants, happened, found, rules)),
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
    steps = {alike(label): label for label in documented.net.labels}
    renamed = {alike(told): step for told, step in settings.names.items()}
    spelling: dict[str, str] = {}

    def step_of(name: str) -> str:
        wanted = renamed.get(alike(name), name)
        return steps.get(alike(wanted)) or spelling.setdefault(alike(wanted), wanted)

    as_step = {a: step_of(name) for a, name in names.items()}
    told = {a: alike(name) for a, name in names.items()}
    found: dict[int, tuple[int, float, list[int]]] = {}
    table = tables["steps"]
    for c, n, days, a in zip(*(table[name].tolist() for name in ("c", "n_cases", "days", "a")), strict=True):
        found.setdefault(c, (n, days, []))[2].append(a)
    variants = [
        Variant(n=n, told=tuple(told[a] for a in trace), steps=tuple(as_step[a] for a in trace), days=days)
        for n, days, trace in found.values()
    ]
    return variants, list(names.values())


def _happened(variants: Sequence[Variant]) -> Counter[str]:
    """By step, as the document names it, how often it happened."""
    found = Counter[str]()
    for variant in variants:
        for step in variant.steps:
            found[step] += variant.n
    return found


def _coverage(
    variants: Sequence[Variant], documented: Documented, happened: Counter[str], answers: Answers, level: float
) -> Iterator[Estimate]:
    """Events whose activity is documented, cases being the units of chance."""
    steps = set(documented.net.labels)
    n = np.array([variant.n for variant in variants])
    sizes = np.repeat([len(variant.steps) for variant in variants], n)
    there = np.repeat([sum(step in steps for step in variant.steps) for variant in variants], n)
    found = clustered_proportion(sizes, there, level=level).named("documented_share")
    n_events, counts = int(sizes.sum()), answers.tables["counts"]
    found = _open(found, n_events, int(answers.tables["extent"]["n_events"][0] or 0), "events of rare variants")
    excess = int(counts["n_ignored"][0]) - round(MOST_IGNORED * int(counts["n_rows"][0]))
    if excess > 0:
        words = f"ignored rows above {figure(MOST_IGNORED, 'share')} of all"
        found = _open(found, n_events, n_events + excess, words, upwards=False)
    yield found
    lived = sum(step in happened for step in steps)
    yield exact("lived_share", lived / len(steps), unit="share", n=len(steps), method=f"{lived} of {len(steps)} steps")


def _conformance(known: Automaton, found: Explained, answers: Answers, level: float) -> Iterator[Estimate]:
    if not found.variants:
        for name in ("fitness", "conforming_share"):
            yield partly_counted(name, 0, 1, 1, method="no case could be explained in time; nobody knows")
        return
    n = np.array([variant.n for variant in found.variants])
    lengths = np.array([len(variant.steps) for variant in found.variants])
    costs = np.array([alignment.cost for alignment in found.alignments])
    n_cases, n_all, rare = int(n.sum()), int(answers.tables["extent"]["n_cases"][0]), "cases of rare variants"
    fitness = scale_mean(np.repeat(1 - costs / (lengths + known.shortest), n), low=0, high=1, level=level)
    fitness = fitness.named("fitness", unit="share")
    conforming = wilson(int(n[costs == 0].sum()), n_cases, level=level)
    tied = _tied(answers) > MOST_TIED
    for one in (fitness, conforming.named("conforming_share")):
        one = _open(one, n_cases, n_all, rare)
        yield _any_order(one) if tied else one
    often = scale_mean(np.repeat(costs, n), low=0, high=int((lengths + known.shortest).max()), level=level)
    often = replace(often, upper=None) if n_cases < n_all else often
    often = replace(often, lower=0.0) if tied else often
    yield often.named("deviations_per_case")


def _rules(rules: Sequence[Kept], answers: Answers, level: float) -> Iterator[Estimate]:
    tied = _tied(answers) > MOST_TIED
    for one in rules:
        found = share(one, level)
        yield _any_order(found) if tied and one.rule.kind in OF_ORDER else found


def _any_order(found: Estimate) -> Estimate:
    """Whatever deviates may do so only as rows stand."""
    return replace(found, upper=1.0, method=f"{found.method}; open upwards, as the order is not known")


def _nearest(found: Explained) -> list[Way]:
    """The documented cases that those of the log come nearest to."""
    return [(variant.n, one.documented) for variant, one in zip(found.variants, found.alignments, strict=True)]


def _open(found: Estimate, n_seen: int, n: int, words: str, *, upwards: bool = True) -> Estimate:
    """A share of what was seen, as one of all: what was not seen counts as none of it, and as all of it."""
    if n <= n_seen:
        return found
    share = n_seen / n
    lower = share * (found.lower or 0.0)
    upper = share * (1.0 if found.upper is None else found.upper) + 1 - share if upwards else found.upper
    method = f"{found.method}; {figure(1 - share, 'share')} are {words}, of which nobody knows"
    upper = None if upper is None else max(upper, found.value)  # rounding
    return replace(found, lower=min(lower, found.value), upper=upper, method=method)


def _of_ai(settings: Settings, documented: Documented) -> tuple[list[Estimate], list[Check]]:
    if not settings.ai_steps:
        note = "declare `ai_steps`, each with its fallback, its owner and who decides"
        return [], [Check(name="It is said in which steps AI takes part", passed=False, note=note)]
    n = len(settings.ai_steps)
    steps = {alike(label) for label in documented.net.labels}
    there = {one.step: alike(one.step) in steps for one in settings.ai_steps}
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


def _read(settings: Settings, answers: Answers, documented: Documented) -> Iterator[Check]:
    if unused := _unused(answers):
        yield Check(name="Every row of the log can be used", passed=False, note=unused)
    counts = answers.tables["counts"]
    if n_ignored := int(counts["n_ignored"][0]):
        share = n_ignored / int(counts["n_rows"][0])
        note = f"{figure(share, 'share')} of the rows are of {', '.join(settings.ignored[:5])}; they count neither way"
        note += (
            ""
            if share <= MOST_IGNORED
            else f", but above {figure(MOST_IGNORED, 'share')} they may be work not documented"
        )
        passed = None if share <= MOST_IGNORED else False
        yield Check(name="Only what is no work is ignored", passed=passed, note=note)
    if n_copies := int(counts["n_counted"][0]) - int(answers.tables["extent"]["n_events"][0] or 0):
        note = (
            f"{n_copies:,} say again what another says: the same activity of a case, by the same person, at the same "
        )
        note += "moment; they count once, so look at how the log is exported"
        yield Check(name="Every event is there once", passed=False, note=note)
    n_zoned, n_timed = (int(counts[name][0]) for name in ("n_zoned", "n_timed"))
    if 0 < n_zoned < n_timed:
        note = f"{n_zoned:,} of {n_timed:,} times name their offset; the others are taken to be UTC"
        yield Check(name="One time zone", passed=False, note=note)
    for what in documented.left_out:
        yield Check(name="All of the document is understood", passed=None, note=f"left out: {what}")


def _looked_at(answers: Answers, found: Explained) -> Iterator[Check]:
    if (tied := _tied(answers)) > MOST_TIED:
        note = (
            f"{figure(tied, 'share')} of neighbouring events of a case are at one moment, in the order of their rows; "
        )
        note += "write times of day, such as 2026-01-31 14:00"
        yield Check(name="The order of events is known", passed=False, note=note)
    extent = {name: int(column[0]) for name, column in answers.tables["extent"].items()}
    if found.n_cases < extent["n_cases"]:
        note = f"{len(found.variants):,} of {extent['n_variants']:,} variants, the most frequent: {found.n_cases:,} of "
        note += f"{extent['n_cases']:,} cases; the others may have gone in any way, and the intervals allow for it"
        yield Check(name="All cases are looked at", passed=False, note=note)


def _tied(answers: Answers) -> float:
    """Of neighbouring events of a case, the share at one moment, whose order is not known."""
    n_cases, n_events, n_moments = (
        int(answers.tables["extent"][name][0] or 0) for name in ("n_cases", "n_events", "n_moments")
    )
    return (n_events - n_moments) / (n_events - n_cases) if n_events > n_cases else 0.0


def _unused(answers: Answers) -> str:
    """Which rows of the log are left out; empty where none are."""
    counts = answers.tables["counts"]
    odd = {
        "no_case": "no case",
        "no_activity": "no activity",
        "to_come": "a day to come",
        "no_time": "no time that can be read",
    }
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
    there = {alike(name): name for name in names}
    yield from _lumped(settings, there)
    idle = [name for name in settings.names if alike(name) not in there]
    idle += [step for step in settings.names.values() if alike(step) not in {alike(label) for label in steps}]
    if idle:
        note = f"{', '.join(idle[:5])}: neither in the log nor in the document as it is spelt under `names`"
        yield Check(name="All names can be found", passed=False, note=note)


def _lumped(settings: Settings, there: Mapping[str, str]) -> Iterator[Check]:
    """Steps that stand for several activities of the log, whose order then counts no more."""
    lumped: dict[str, list[str]] = {}
    as_told = {alike(told): step for told, step in settings.names.items()}
    for key, name in there.items():
        lumped.setdefault(alike(as_told.get(key, name)), []).append(name)
    several = [names for step, names in lumped.items() if len(names) > 1]
    if several:
        note = "; ".join(f"{', '.join(sorted(names)[:5])} are one step" for names in several[:5])
        note += "; the order among them is not looked at, so map to one step only what is the same work"
        yield Check(name="Each step stands for one activity", passed=None, note=note)


def _exhibits(
    settings: Settings, documented: Documented, variants: Sequence[Variant], happened: Counter[str],
    found: Explained, rules: Sequence[Kept],
) -> Iterator[Exhibit]:  # fmt: skip
    n_cases = sum(variant.n for variant in variants)
    yield drawn(documented, happened, n_cases, variants=[(v.n, v.steps) for v in variants])
    tables: list[Table | None] = [
        of_deviations(told(found), found.n_cases),
        of_rules(rules),
        of_ai(settings, documented),
    ]
    yield from (table for table in tables if table)
