"""Answers to figures."""

from collections.abc import Iterator, Sequence
from datetime import date

from proveout.core.estimate import Estimate, exact, partly_counted
from proveout.core.evidence import Check, Finding
from proveout.core.initiative import Initiative
from proveout.core.question import Answers
from proveout.instruments.integration import exhibits
from proveout.instruments.integration.judging import Judged, judge
from proveout.instruments.integration.settings import Settings, System
from proveout.instruments.integration.tried import Tried
from proveout.stats.quantile import quantile


def measure(settings: Settings, answers: Answers, initiative: Initiative) -> Finding:
    """Which operations are proved. What was never probed, or too long ago, is not proved: no record is no pass."""
    judged, changes_on = judge(settings, answers)
    agreed = [_has_agreed(one.system, answers.as_of) for one in judged]
    changes = [s.owner_agreed.on for s in settings.systems if s.owner_agreed and s.owner_agreed.on > answers.as_of]
    return Finding(
        estimates=(
            *_shares(judged, agreed),
            *_counts(judged),
            *(estimate for one in judged for estimate in _round_trips(one)),
        ),
        checks=tuple(_checks(judged, agreed)),
        exhibits=exhibits.show(judged),
        changes_on=min((day for day in (changes_on, *changes) if day), default=None),
    )


def _tried(judged: Sequence[Judged]) -> list[Tried]:
    return [tried for one in judged for tried in one.tried]


def _shares(judged: Sequence[Judged], agreed: Sequence[bool]) -> list[Estimate]:
    tried = _tried(judged)
    proved = sum(one.state == "proved" for one in tried)
    method = f"{proved} of {len(tried)} operations were probed, not long ago, and answered as agreed"
    owned = f"{sum(agreed)} of {len(agreed)} systems have an owner who agreed, on record"
    shares = [
        _share("proved_share", proved, sum(one.state == "unproved" for one in tried), len(tried), method),
        exact("owners_share", sum(agreed) / len(agreed), unit="share", n=len(agreed), method=owned),
    ]
    writes = [one.written_back for one in tried if one.written_back is not None]
    if writes:
        method = f"{sum(writes)} of {len(writes)} writes were read back"
        never = sum(one.written_back is False and one.state == "unproved" for one in tried)
        shares.append(_share("written_back_share", sum(writes), never, len(writes), method))
    return shares


def _share(name: str, n_good: int, n_open: int, n: int, method: str) -> Estimate:
    """A counted share; open upwards by what was not tried."""
    return partly_counted(name, n_good, n_open, n, method=f"{method}; {n_open} not tried" if n_open else method)


def _counts(judged: Sequence[Judged]) -> tuple[Estimate, Estimate]:
    """Failing operations and differences; with an open end while something was not tried or compared."""
    tried = _tried(judged)
    failing = sum(one.state == "failing" for one in tried)
    open_ = sum(one.state == "unproved" for one in tried)
    n = sum(len(one.differences) for one in tried) + sum(len(one.tables or ()) for one in judged)
    apart = sum(not one.compared for one in tried if one.system.kind != "sql")
    apart += sum(one.tables is None or not one.promises for one in judged if one.system.kind == "sql")
    return (
        _at_least("failing_operations", failing, failing + open_, f"{open_} operations are not proved either way"),
        _at_least(
            "contract_differences",
            n,
            None if apart else n,
            f"{apart} operations or tables were not compared, or not wholly",
        ),
    )


def _at_least(name: str, value: int, upper: int | None, open_: str) -> Estimate:
    if upper == value:
        return exact(name, value)
    top = None if upper is None else float(upper)
    return Estimate(name=name, value=value, lower=value, upper=top, level=1.0, method=f"counted; {open_}")


def _round_trips(judged: Judged) -> Iterator[Estimate]:
    """The 95th percentile over all operations of a system."""
    seconds = sorted(second for tried in judged.tried for second in tried.seconds)
    if seconds:
        found = quantile(lambda rank: seconds[rank - 1], len(seconds), 0.95)
        yield found.named("round_trip_seconds", subject=judged.system.id, unit="second")


def _has_agreed(system: System, as_of: date) -> bool:
    return bool(system.owner and system.owner_agreed and system.owner_agreed.on <= as_of)


def _checks(judged: Sequence[Judged], agreed: Sequence[bool]) -> Iterator[Check]:
    for one, has_agreed in zip(judged, agreed, strict=True):
        system = one.system
        for tried in one.tried:
            passed = {"proved": True, "failing": False, "unproved": None}[tried.state]
            yield Check(name=f"{tried.name} answers as agreed", passed=passed, note=tried.why)
            looked_at, n = tried.events
            if looked_at < n:
                note = (
                    f"{looked_at:,} of {n:,}, evenly spaced from the first to the last; nothing is known of the others"
                )
                yield Check(name=f"{tried.name}: all events were looked at", passed=False, note=note)
        if not has_agreed:
            note = "no owner is named" if not system.owner else f"{system.owner}: no agreement on record up to now"
            yield Check(name=f"{system.id}: its owner agreed", passed=False, note=f"{note}; write `owner_agreed`")
        if one.fault:
            yield Check(name=f"{system.id}: its contract can be read", passed=False, note=one.fault)
        if not one.promises:
            note = "only its status counts; say what it promises with `contract`, `tables` or `schema`"
            yield Check(name=f"{system.id} has a contract", passed=False, note=note)
        if one.tables or one.tables is None:
            note = "; ".join(one.tables[:3]) if one.tables else "its tables were not asked for; run `proveout probe`"
            yield Check(
                name=f"{system.id}: its tables are as promised", passed=False if one.tables else None, note=note
            )
        if system.kind == "events":
            note = "samples show the form of events, not that they arrive, nor when"
            yield Check(name=f"{system.id}: events arrive", passed=None, note=note)
