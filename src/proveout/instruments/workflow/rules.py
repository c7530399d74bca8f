"""Rules that must hold in every case: how often they apply, and how often they are broken."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from proveout.core.estimate import Estimate, partly_counted
from proveout.core.evidence import Check
from proveout.core.question import Columns
from proveout.instruments.workflow.settings import Rule, Settings, alike, spelt
from proveout.stats.proportion import wilson

Trace = Sequence[str]
"""Activities of a case, as `alike` compares them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Of the cases to which a rule applies, those that keep it.

    Args:
        rule: Which.
        n: Cases to which it applies.
        n_kept: Of them those that keep it.
        n_unknown: Of them those of which nobody knows; of those that were not looked at, not even whether it applies.
        strange: Names in it that neither the log nor the document knows.
    """

    rule: Rule
    n: int
    n_kept: int
    n_unknown: int = 0
    strange: tuple[str, ...] = ()

    @property
    def told(self) -> bool:
        """Whether the data say anything of it."""
        return self.n > self.n_unknown and not self.strange


def kept(
    settings: Settings,
    variants: Sequence[tuple[int, Trace]],
    tables: Mapping[str, Columns],
    known: Iterable[str],
    *,
    n_unseen: int = 0,
) -> list[Kept]:
    """How often each rule applies and is kept.

    Args:
        settings: The rules, and what the log calls the steps.
        variants: How many cases went which way.
        tables: The answers on rules about people and times.
        known: All names of the log and of the document.
        n_unseen: Cases that are in no variant given.
    """
    there, found = {alike(name) for name in known}, []
    for index, rule in enumerate(settings.rules):
        strange = tuple(name for name in (rule.first, rule.then) if name and alike(name) not in there)
        if (table := tables.get(f"rule {index}")) is not None:
            n, n_broken, n_unknown = (int(table[name][0] or 0) for name in ("n", "n_broken", "n_unknown"))
        else:
            n, n_broken, n_unknown = *_counted(rule, settings.names, variants), n_unseen
            n += n_unseen
        n_kept = n - n_broken - n_unknown
        found.append(Kept(rule=rule, n=n, n_kept=n_kept, n_unknown=n_unknown, strange=strange))
    return found


def _counted(rule: Rule, names: Mapping[str, str], variants: Sequence[tuple[int, Trace]]) -> tuple[int, int]:
    """To how many cases it applies, and how many of them break it."""
    meant = {alike(told): alike(name) for name in (rule.first, rule.then) for told in spelt(name, names)}
    n = n_broken = 0
    for often, told in variants:
        trace = [meant.get(name, name) for name in told]
        if applies(rule, trace):
            n += often
            n_broken += 0 if keeps(rule, trace) else often
    return n, n_broken


def share(one: Kept, level: float) -> Estimate:
    """Where it never applied, nobody knows whether it would be kept; nor where its words mean nothing."""
    if not one.told:
        why = "a name in it is not known" if one.strange else "no case of which it could be told"
        unknown = partly_counted("rule_kept_share", 0, 1, 1, method=f"{why}; nobody knows")
        return replace(unknown, subject=one.rule.title, n=None)
    known = wilson(one.n_kept, one.n - one.n_unknown, level=level)
    if one.n_unknown:
        method = f"{known.method}, of {one.n_unknown:,} cases unknown: as if all kept it, and as if none did"
        lower = wilson(one.n_kept, one.n, level=level).lower
        upper = wilson(one.n_kept + one.n_unknown, one.n, level=level).upper
        known = replace(known, lower=lower, upper=upper, n=one.n, method=method)
    return known.named("rule_kept_share", subject=one.rule.title)


def checked(found: Sequence[Kept], names: Sequence[str]) -> Iterator[Check]:
    """Rules that say nothing, or not of all cases."""
    for one in found:
        if one.strange:
            note = f"neither the log nor the document knows {', '.join(one.strange)}; the log has: "
            note += ", ".join(names[:8]) + (" ..." if len(names) > 8 else "")
            note += "; spell it so, or drop the rule where there is no such thing"
            yield Check(name=f"The rule {one.rule.title!r} can be checked", passed=False, note=note)
        elif not one.n:
            note = "no case to which it applies"
            yield Check(name=f"The rule {one.rule.title!r} applies", passed=None, note=note)
        if one.n_unknown and one.rule.kind == "four-eyes":
            note = f"in {one.n_unknown:,} of {one.n:,} cases it is not said by whom"
            yield Check(name=f"It is known by whom, for the rule {one.rule.title!r}", passed=False, note=note)


def applies(rule: Rule, trace: Trace) -> bool:
    """Whether the rule says anything of the case."""
    first, then = alike(rule.first), alike(rule.then)
    if rule.kind == "response":
        return first in trace
    if rule.kind == "precedence":
        return then in trace
    if rule.kind in ("succession", "not-together"):
        return first in trace or then in trace
    return True


def keeps(rule: Rule, trace: Trace) -> bool:
    """Whether a case to which it applies keeps it; each time that it applies counts.

    Source: Pesic, Schonenberg and van der Aalst (2007), EDOC, 287-300 (Declare).
    """
    first, then = alike(rule.first), alike(rule.then)
    if rule.kind == "response":
        return _followed(trace, first, then)
    if rule.kind == "precedence":
        return _preceded(trace, first, then)
    if rule.kind == "succession":
        return _followed(trace, first, then) and _preceded(trace, first, then)
    if rule.kind == "absence":
        return first not in trace
    if rule.kind == "exactly":
        return sum(one == first for one in trace) == rule.times
    if rule.kind == "starts-with":
        return trace[0] == first
    if rule.kind == "ends-with":
        return trace[-1] == first
    return not (first in trace and then in trace)


def _followed(trace: Trace, first: str, then: str) -> bool:
    """Behind the last A comes a B."""
    last = max((i for i, one in enumerate(trace) if one == first), default=-1)
    return last < 0 or then in trace[last + 1 :]


def _preceded(trace: Trace, first: str, then: str) -> bool:
    """Before the first B comes an A."""
    return then not in trace or first in trace[: list(trace).index(then)]
