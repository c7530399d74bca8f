"""Queues: who waits for how long, and how often work calls at each station of a network."""

import numpy as np


def erlang_c(servers: int, load: float) -> float:
    r"""Probability that an arrival has to wait, when arrivals are Poisson and service times exponential (M/M/c).

    .. math:: B = \frac{a^c / c!}{\sum_{k=0}^{c} a^k / k!}, \quad C(c, a) = \frac{c B}{c - a (1 - B)}

    with Erlang's loss formula B as a Poisson probability over its distribution function.

    Args:
        servers: How many calls are served at the same time, c >= 1.
        load: Offered load a in erlangs (arrivals per second times mean service time in seconds), in [0, c).

    Returns:
        A share, 0 to 1.

    Raises:
        ValueError: No server, a negative load, or a load that the servers cannot carry.

    Assumes: Poisson arrivals, exponential service, one queue, nobody gives up.
    Source: Erlang (1917), Elektroteknikeren 13, 5-13; Cooper (1981), Introduction to Queueing Theory, 2nd ed.,
        section 3.3 and 3.4.
    Oracle: tests/oracles/test_queueing.py (Gross & Harris, Hillier & Lieberman, Bronson; balance equations).
    """
    if servers < 1 or load < 0:
        raise ValueError(f"{servers} servers with a load of {load:g}")
    if load >= servers:
        raise ValueError(f"{servers} server(s) cannot carry a load of {load:g}: the queue grows without end")
    from scipy.special import gammaln, pdtr, xlogy

    blocked = float(np.exp(xlogy(servers, load) - load - gammaln(servers + 1)) / pdtr(servers, load))
    return servers * blocked / (servers - load * (1 - blocked))


def mmc_wait(arrivals: float, service: float, servers: int) -> float:
    r"""Mean time in the queue when arrivals are Poisson and service times exponential (M/M/c).

    .. math:: W_q = \frac{C(c, \lambda s)\, s}{c - \lambda s}

    Args:
        arrivals: Rate lambda per unit of time, >= 0.
        service: Mean service time s in that unit, > 0.
        servers: How many are served at the same time, c >= 1.

    Returns:
        Mean wait in that unit, of all arrivals, those that do not wait included.

    Raises:
        ValueError: The servers cannot carry the load, so that no mean exists.

    Assumes: as `erlang_c`, and first come, first served or any order that does not look at the service time.
    Source: Kleinrock (1975), Queueing Systems I, section 3.5; Gross & Harris (1998), Fundamentals of Queueing Theory,
        3rd ed., section 2.3. Oracle: tests/oracles/test_queueing.py.
    """
    load = arrivals * service
    return erlang_c(servers, load) * service / (servers - load)


def ggc_wait(
    arrivals: float, service: float, servers: int, *, cv_arrivals: float = 1.0, cv_service: float = 1.0
) -> float:
    r"""Mean time in the queue with any distributions, by the approximation of Allen and Cunneen (G/G/c).

    .. math:: W_q \approx W_q^{M/M/c} \, \frac{c_a^2 + c_s^2}{2}

    Args:
        arrivals: Rate lambda per unit of time, >= 0.
        service: Mean service time in that unit, > 0.
        servers: How many are served at the same time, c >= 1.
        cv_arrivals: Standard deviation of the time between arrivals, per mean; 1 for Poisson arrivals, 0 for a clock.
        cv_service: Standard deviation of the service time, per mean; 1 for exponential, 0 for constant times.

    Returns:
        Mean wait in that unit. Exact for M/M/c (as `mmc_wait`) and for M/G/1 (Pollaczek-Khinchine); for one server it
        is Kingman's formula, an upper bound in heavy traffic.

    Raises:
        ValueError: The servers cannot carry the load, so that no mean exists; or a negative coefficient.

    Assumes: independent times between arrivals, independent service times, a steady state.
    Source: Allen (1990), Probability, Statistics, and Queueing Theory, 2nd ed., section 5.4.2; Kingman (1961),
        Proc. Cambridge Phil. Soc. 57, 902-904. Oracle: tests/oracles/test_queueing.py.
        How near it comes: tests/calibration/test_queueing.py (simulation).
    """
    if cv_arrivals < 0 or cv_service < 0:
        raise ValueError("a coefficient of variation is not negative")
    return mmc_wait(arrivals, service, servers) * (cv_arrivals**2 + cv_service**2) / 2


def traffic(outside: np.ndarray, routing: np.ndarray) -> np.ndarray:
    r"""How often each station is called, from the calls that come from outside and those that stations make.

    .. math:: v_j = e_j + \sum_i v_i r_{ij}, \qquad v = (I - R^\top)^{-1} e

    Args:
        outside: Calls from outside e, shape (n,), >= 0, per decision or per unit of time.
        routing: Mean number of calls r_ij that one call at station i makes at station j, shape (n, n), >= 0.

    Returns:
        Calls at each station v, shape (n,), in the unit of `outside`.

    Raises:
        ValueError: Calls go round in circles that never end: the spectral radius of R is 1 or more.

    Assumes: calls multiply independently of how many there are (no batching, no refusals).
    Source: Jackson (1957), Operations Research 5, 518-521, equation 1; Kleinrock (1975), Queueing Systems I,
        equation 4.64. Oracle: tests/oracles/test_queueing.py.
    """
    r = np.asarray(routing, dtype=float)
    e = np.asarray(outside, dtype=float)
    if len(e) == 0:
        return e
    if float(np.abs(np.linalg.eigvals(r)).max()) >= 1 - 1e-9:
        raise ValueError("calls go round in circles that never end")
    return np.maximum(np.linalg.solve(np.eye(len(e)) - r.T, e), 0.0)
