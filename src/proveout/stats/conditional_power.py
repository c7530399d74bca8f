"""What a comparison that is under way can still show at its end."""


def conditional_power(found: float, error: float, gain: float, *, true: float, needed: float) -> float:
    r"""How likely the effect found at the end is beyond what is needed, given what is found now.

    .. math:: \hat\tau_K \mid \hat\tau_k \sim N\bigl(t\hat\tau_k + (1-t)\tau,\; (1-t)\,se_K^2\bigr), \quad
        t = se_K^2 / se_k^2

    Args:
        found: The effect found now, in any unit; better is larger.
        error: Its standard error now, above 0.
        gain: Variance at the end as a share of that now, t, in (0, 1).
        true: The effect that is supposed of the time still to come.
        needed: What must be found at the end.

    Returns:
        A probability.

    Assumes: what comes is independent of what came, given the effect; the error is known.
    Source: Lan and Wittes (1988), Biometrics 44, 579-585 (the B-value).
    Oracle: tests/oracles/test_conditional_power.py.
    """
    from scipy.special import ndtr

    middle = gain * found + (1 - gain) * true
    return float(ndtr((middle - needed) / (error * (gain * (1 - gain)) ** 0.5)))
