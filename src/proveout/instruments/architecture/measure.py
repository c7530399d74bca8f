"""Answers to figures."""

from collections.abc import Sequence
from dataclasses import replace

from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Finding
from proveout.core.initiative import Initiative
from proveout.core.question import Answers
from proveout.instruments.architecture import checks, exhibits, network
from proveout.instruments.architecture.plan import Station, cost, headroom, per_allowed, response
from proveout.instruments.architecture.settings import Settings, per_hour
from proveout.instruments.architecture.timing import timing


def measure(settings: Settings, answers: Answers, initiative: Initiative) -> Finding:
    """Busy shares, waits and response time at the peak of the full load; cost at its mean; what all hangs on."""
    stations = _stations(settings, answers)
    single = network.single_points(settings)
    return Finding(
        estimates=(
            *_capacity(settings, stations),
            *_costs(settings, stations),
            exact(
                "single_points_of_failure",
                len(single),
                method=f"counted: {', '.join(part.name for part in single) or 'none'}",
            ),
        ),
        checks=checks.check(settings, stations, single),
        exhibits=exhibits.show(settings, stations, single),
    )


def _stations(settings: Settings, answers: Answers) -> tuple[Station, ...]:
    """Every component with its timing; the busiest at full load first."""
    stations = [
        Station(
            component=component,
            timing=timing(component, answers.tables),
            visits=often,
            waited=waited,
            variability=settings.load.variability,
        )
        for component, often, waited in zip(
            settings.components, network.visits(settings), network.waited(settings), strict=True
        )
    ]
    return tuple(sorted(stations, key=lambda station: -station.busy(1.0, full=True).value))


def _capacity(settings: Settings, stations: Sequence[Station]) -> list[Estimate]:
    load = settings.load
    now, full = per_hour(load.now) * load.peak, per_hour(load.full) * load.peak
    found = [_of(s, "utilisation", s.busy(full, full=True)) for s in stations]
    found += [_of(s, "utilisation_now", s.busy(now, full=False)) for s in stations]
    waits = ((station, station.wait(full)) for station in stations)
    found += [_wait(station, wait) for station, wait in waits if wait is not None]
    answer = response(stations, full)
    found += [answer.named("response_seconds")] if answer is not None else []
    if answer is not None and settings.allowed_response_seconds:
        found.append(per_allowed(answer, settings.allowed_response_seconds))
    return [*found, headroom(stations, full)]


def _of(station: Station, name: str, estimate: Estimate) -> Estimate:
    return estimate.named(name, subject=station.component.id)


def _wait(station: Station, wait: Estimate) -> Estimate:
    random = station.variability == 1 and station.timing.cv == 1
    formula = "M/M/c, Erlang C" if random else "G/G/c, Allen and Cunneen"
    return replace(_of(station, "wait_seconds", wait), method=f"{formula}; service time: {wait.method}")


def _costs(settings: Settings, stations: Sequence[Station]) -> list[Estimate]:
    found = []
    for name, rate, full in (("now", settings.load.now, False), ("full", settings.load.full, True)):
        amount = cost(stations, per_hour(rate), full=full)
        if amount is not None:
            found.append(amount.named(f"cost_per_decision_{name}", unit=settings.currency))
    return found
