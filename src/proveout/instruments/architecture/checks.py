"""What the figures rest on, and what to do about what they say."""

from collections.abc import Iterator, Sequence

from proveout.core.evidence import Check
from proveout.core.wording import figure, reading
from proveout.instruments.architecture.network import alone
from proveout.instruments.architecture.plan import Station, response
from proveout.instruments.architecture.settings import Component, Settings, per_hour


def check(settings: Settings, stations: Sequence[Station], single: Sequence[Component]) -> tuple[Check, ...]:
    """Measured or declared, peak, queues, response, single points, prices."""
    load = settings.load
    return (
        _measured(stations),
        *(found for station in stations for found in station.timing.checks),
        *_peak(settings),
        _carried("now", stations, per_hour(load.now) * load.peak, full=False),
        _carried("at full load", stations, per_hour(load.full) * load.peak, full=True),
        *_answered(settings, stations),
        _alone(stations, single),
        *_priced(stations),
    )


def _measured(stations: Sequence[Station]) -> Check:
    declared = [s.component for s in stations if s.component.service.source is None]
    if not declared:
        calls = sum(s.timing.mean.n or 0 for s in stations)
        return Check(name="Service times are measured", passed=True, note=f"over {calls:,} calls")
    told = ", ".join(f"{part.id} ({figure(part.service.mean_seconds or 0, 'second')})" for part in declared)
    note = f"declared, not measured: {told}; they have no interval. Measure them in the prototype"
    return Check(name="Service times are measured", passed=None, note=note)


def _peak(settings: Settings) -> Iterator[Check]:
    if settings.load.peak_factor is None:
        note = "no `peak_factor` is declared: the busiest hour is taken to be like the mean one, which it never is"
        yield Check(name="The busiest hour is known", passed=None, note=note)


def _carried(when: str, stations: Sequence[Station], decisions: float, *, full: bool) -> Check:
    """Whether the queues come to an end."""
    shares = [(s.component.id, s.busy(decisions, full=full)) for s in stations]
    over = [f"{name} ({figure(share.value, 'share')} busy)" for name, share in shares if share.value >= 1]
    near = [f"{name} ({reading(share)} busy)" for name, share in shares if share.value < 1 <= (share.upper or 0)]
    title = f"Every queue comes to an end {when}"
    if over:
        verb = "needs" if len(over) == 1 else "need"
        note = f"{', '.join(over)} {verb} more than there is: the queue grows without end, and no mean wait exists"
        return Check(name=title, passed=False, note=note)
    if near:
        return Check(name=title, passed=None, note=f"perhaps not that of {', '.join(near)}; measure more calls")
    name, share = max(shares, key=lambda pair: pair[1].value)
    return Check(name=title, passed=True, note=f"the busiest, {name}, is {figure(share.value, 'share')} busy")


def _answered(settings: Settings, stations: Sequence[Station]) -> Iterator[Check]:
    allowed = settings.allowed_response_seconds
    if allowed is None:
        return
    title = f"Decisions are answered within {figure(allowed, 'second')} on average, at full load"
    found = response(stations, per_hour(settings.load.full) * settings.load.peak)
    if found is None:
        yield Check(name=title, passed=False, note="a queue without end has no mean")
        return
    inside = found.upper is not None and found.upper <= allowed
    outside = (found.lower if found.lower is not None else found.value) > allowed
    yield Check(name=title, passed=True if inside else False if outside else None, note=reading(found))


def _alone(stations: Sequence[Station], single: Sequence[Component]) -> Check:
    at_times = [s.component.name for s in stations if alone(s.component) and s.component not in single]
    notes = []
    if single:
        names = ", ".join(part.name for part in single)
        notes.append(f"when one of these stops, everything stops: {names}. Double them, or have a fallback")
    if at_times:
        notes.append(f"only some decisions need {', '.join(at_times)}, of which there is one instance")
    return Check(name="No single component stops everything", passed=not single, note="; ".join(notes))


def _priced(stations: Sequence[Station]) -> Iterator[Check]:
    without = [s.component.id for s in stations if s.component.price is None]
    if without:
        note = f"no price: {', '.join(without)}; the cost is at least what is said. `price: {{per_call: 0}}` if none"
        yield Check(name="Every component has a price", passed=None, note=note)
