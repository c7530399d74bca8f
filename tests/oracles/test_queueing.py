"""Queues against textbooks, against the balance equations solved without their formulas, and against limits."""

from math import sqrt

import numpy as np
import pytest

from proveout.stats.queueing import erlang_c, ggc_wait, mmc_wait, traffic


def test_gross_and_harris_eye_clinic():
    """Fundamentals of Queueing Theory, example of M/M/3: 6 patients an hour, 3 doctors, 20 minutes each."""
    wait = mmc_wait(6 / 60, 20, 3)
    assert wait * 6 / 60 == pytest.approx(8 / 9)  # Lq
    assert wait + 20 == pytest.approx(28.9, abs=0.05)  # W, minutes


@pytest.mark.parametrize(("servers", "queue", "wait"), [(1, 4 / 3, 2 / 3), (2, 1 / 12, 1 / 24)])
def test_hillier_and_lieberman_county_hospital(servers, queue, wait):
    """Introduction to Operations Research, chapter on queueing: 2 patients an hour, 20 minutes each."""
    assert mmc_wait(2, 1 / 3, servers) == pytest.approx(wait)
    assert 2 * mmc_wait(2, 1 / 3, servers) == pytest.approx(queue)


def test_bronson():
    """Schaum's Operations Research (1982), problems 23.14, 23.16 and 24.6."""
    assert mmc_wait(30 / 60, 1.5, 1) == pytest.approx(4.5)
    assert mmc_wait(1, 0.75, 1) == pytest.approx(2.25)
    wait = mmc_wait(300, 2 / 365, 3)
    assert 300 * wait == pytest.approx(0.352, abs=5e-4)
    assert wait * 365 == pytest.approx(0.43, abs=5e-3)


@pytest.mark.parametrize(("servers", "load", "share"), [(14, 10, 0.1741), (10, 6, 0.10), (3, 2, 4 / 9), (1, 0.3, 0.3)])
def test_published_shares_of_those_who_wait(servers, load, share):
    assert erlang_c(servers, load) == pytest.approx(share, abs=2e-3)


def test_a_call_centre_worked_by_hand():
    """100 calls of 180 s in half an hour and 14 agents: 17.4% wait, 7.8 s on average (Call Centre Helper's example)."""
    assert mmc_wait(100 / 1800, 180, 14) == pytest.approx(7.8, abs=0.05)


def balance(servers: int, load: float, places: int = 4000) -> tuple[float, float]:
    """Share of arrivals that wait, and their mean number in the queue, from the chain of states itself."""
    states = np.arange(1, places)
    log_p = np.concatenate(([0.0], np.cumsum(np.log(load) - np.log(np.minimum(states, servers)))))
    p = np.exp(log_p - log_p.max())
    p /= p.sum()
    n = np.arange(places)
    return float(p[n >= servers].sum()), float((p * np.maximum(n - servers, 0)).sum())


@pytest.mark.parametrize("servers", [1, 2, 7, 40, 300])
@pytest.mark.parametrize("busy", [0.05, 0.5, 0.8, 0.97])
def test_balance_equations(servers, busy):
    share, queue = balance(servers, busy * servers)
    assert erlang_c(servers, busy * servers) == pytest.approx(share, rel=1e-9)
    assert mmc_wait(busy * servers / 2.0, 2.0, servers) * busy * servers / 2.0 == pytest.approx(queue, rel=1e-9)


@pytest.mark.parametrize("cv", [0.0, 0.5, 1.0, 3.0])
def test_pollaczek_and_khinchine(cv):
    """M/G/1 is exact: half of lambda times the second moment, over what is idle (Kleinrock I, equation 5.70)."""
    arrivals, service = 0.7, 1.2
    second_moment = service**2 * (1 + cv**2)
    exact = arrivals * second_moment / (2 * (1 - arrivals * service))
    assert ggc_wait(arrivals, service, 1, cv_service=cv) == pytest.approx(exact, rel=1e-12)


def test_kingman():
    """For one server: (ca^2 + cs^2)/2 times rho/(1 - rho) times the service time."""
    found = ggc_wait(0.9, 1.0, 1, cv_arrivals=1.5, cv_service=0.5)
    assert found == pytest.approx((1.5**2 + 0.5**2) / 2 * 9.0)


def test_d_m_1_lies_below_the_approximation_and_meets_it_when_busy():
    """D/M/1 is exact with the root of z = exp(-(1 - z)/rho) (Kleinrock I, section 6.4)."""
    for busy, times in ((0.5, 2.0), (0.9, 1.1), (0.99, 1.01)):
        z = 0.5
        for _ in range(20_000):
            z = np.exp(-(1 - z) / busy)
        exact = z / (1 - z)
        found = ggc_wait(busy, 1.0, 1, cv_arrivals=0.0)
        assert exact <= found <= exact * times


def test_no_work_no_wait_and_no_variation_no_wait():
    assert mmc_wait(0.0, 1.0, 3) == 0.0
    assert ggc_wait(0.9, 1.0, 1, cv_arrivals=0.0, cv_service=0.0) == 0.0


@pytest.mark.parametrize(("servers", "load"), [(2, 2.0), (2, 3.0), (0, 0.5), (1, -0.1)])
def test_what_cannot_be_carried_has_no_mean(servers, load):
    with pytest.raises(ValueError, match="server"):
        erlang_c(servers, load)


def test_negative_variation_is_refused():
    with pytest.raises(ValueError, match="not negative"):
        ggc_wait(0.5, 1.0, 1, cv_service=-1.0)


def test_traffic_of_a_computer_with_a_disc():
    """Central server: a job leaves the processor with probability 0.2 or goes to one of two discs and comes back."""
    routing = np.array([[0, 0.5, 0.3], [1, 0, 0], [1, 0, 0]])
    assert traffic(np.array([1.0, 0, 0]), routing) == pytest.approx([5, 2.5, 1.5])


def test_traffic_as_a_sum_of_rounds():
    rng = np.random.default_rng(4)
    routing = rng.uniform(0, 1 / 7, (6, 6))
    outside = rng.uniform(0, 3, 6)
    rounds, total = outside, outside.copy()
    for _ in range(2000):
        rounds = rounds @ routing
        total += rounds
    assert traffic(outside, routing) == pytest.approx(total, rel=1e-10)


@pytest.mark.parametrize("routing", [[[1.0]], [[0.0, 2.0], [0.5, 0.0]]])
def test_endless_circles_are_refused(routing):
    with pytest.raises(ValueError, match="never end"):
        traffic(np.ones(len(routing)), np.array(routing))


def test_a_network_of_nothing():
    assert len(traffic(np.zeros(0), np.zeros((0, 0)))) == 0


@pytest.mark.parametrize(("servers", "load"), [(1, 1e-9), (5, 4.999), (200, 1.0), (1000, 950.0), (50_000, 49_900.0)])
def test_erlangs_recursion(servers, load):
    """B(k) = a B(k - 1) / (k + a B(k - 1)), Cooper (1981), exercise 3.8."""
    blocked = 1.0
    for k in range(1, servers + 1):
        blocked = load * blocked / (k + load * blocked)
    expected = servers * blocked / (servers - load * (1 - blocked))
    assert erlang_c(servers, load) == pytest.approx(expected, rel=1e-8, abs=1e-300)


def test_square_root_staffing():
    """Halfin & Whitt (1981), Operations Research 29, 567-588: with load a and a + b sqrt(a) servers, the share tends
    to 1/(1 + b Phi(b)/phi(b)); 0.2234 for b = 1."""
    load = 10_000
    assert erlang_c(load + round(sqrt(load)), load) == pytest.approx(0.2234, abs=5e-3)
