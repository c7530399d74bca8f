"""How near the approximation of Allen and Cunneen comes to simulated queues."""

from collections.abc import Callable
from heapq import heapreplace

import numpy as np
import pytest

from proveout.stats.queueing import ggc_wait

CUSTOMERS = 400_000
Times = Callable[[np.random.Generator], np.ndarray]


def simulated(arrivals: np.ndarray, service: np.ndarray, servers: int) -> float:
    """Mean wait, first come, first served; the first tenth is left out."""
    free, now, waits = [0.0] * servers, 0.0, np.empty(len(arrivals))
    for index, (gap, work) in enumerate(zip(arrivals.tolist(), service.tolist(), strict=True)):
        now += gap
        begin = max(now, free[0])
        waits[index] = begin - now
        heapreplace(free, begin + work)
    return float(waits[len(waits) // 10 :].mean())


def times(rng: np.random.Generator, mean: float, cv: float) -> np.ndarray:
    """Constant, gamma (less than 1) or hyperexponential with balanced means (more than 1)."""
    if cv == 0:
        return np.full(CUSTOMERS, mean)
    if cv <= 1:
        return rng.gamma(1 / cv**2, mean * cv**2, CUSTOMERS)
    share = 0.5 * (1 + ((cv**2 - 1) / (cv**2 + 1)) ** 0.5)
    quick = rng.random(CUSTOMERS) < share
    return rng.exponential(np.where(quick, mean / (2 * share), mean / (2 * (1 - share))))


@pytest.mark.parametrize(
    ("servers", "busy", "cv_arrivals", "cv_service", "near"),
    [
        (1, 0.8, 1.0, 1.0, 0.05),
        (1, 0.8, 1.0, 2.0, 0.08),
        (1, 0.8, 0.5, 0.5, 0.20),
        (4, 0.8, 1.0, 1.0, 0.05),
        (4, 0.8, 1.0, 0.0, 0.10),
        (4, 0.8, 1.0, 2.0, 0.10),
        (4, 0.9, 0.5, 0.5, 0.10),
        (10, 0.9, 1.5, 1.0, 0.15),
    ],
)
def test_simulated_waits(servers, busy, cv_arrivals, cv_service, near):
    rng = np.random.default_rng(7)
    wait = simulated(times(rng, 1 / (busy * servers), cv_arrivals), times(rng, 1.0, cv_service), servers)
    assert ggc_wait(busy * servers, 1.0, servers, cv_arrivals=cv_arrivals, cv_service=cv_service) == pytest.approx(
        wait, rel=near
    )


def test_light_traffic_is_where_it_errs_and_we_know_how_much():
    """Few wait at all; with regular arrivals it says far too much, on the safe side."""
    rng = np.random.default_rng(8)
    wait = simulated(times(rng, 1 / 0.8, 0.5), times(rng, 1.0, 0.5), 2)
    found = ggc_wait(0.8, 1.0, 2, cv_arrivals=0.5, cv_service=0.5)
    assert wait < found < 3 * wait + 0.01
