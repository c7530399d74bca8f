"""Thematic saturation: do further interviews still bring something new?"""

from collections.abc import Sequence

from proveout.core.errors import TooLittle


def run_ratios(new_codes: Sequence[int], *, base: int = 4, run: int = 2) -> tuple[float, ...]:
    r"""New information of every run of interviews after the base, relative to the base.

    .. math:: r_j = \frac{\sum_{i=j}^{j+run-1} c_i}{\sum_{i=1}^{base} c_i}, \quad j = base+1, \dots, n-run+1

    The last ratio is the state of the study; saturation is a ratio of at most 5%, or of 0.

    Args:
        new_codes: Shape (n,): how many codes each interview brought that no earlier one had, in order of time.
        base: How many first interviews the later ones are compared with, at least 1; the authors use 4, 5 or 6.
        run: How many interviews in a row make a run, at least 1; the authors use 2 or 3. Runs overlap.

    Returns:
        One ratio per run, in order, at least 0 and possibly above 1.

    Raises:
        TooLittle: Fewer than base + run interviews, or no codes in the base.
        ValueError: A base or a run without interviews, or a negative count.

    Assumes: interviews in the order in which they were held, coded by one codebook.
    Source: Guest, Namey & Chen (2020), PLoS ONE 15(5): e0232076; reproduces their worked example (base of 37 codes,
    11% in the second run of two, 1 of 37 in the third). Oracle: tests/oracles/test_saturation.py.
    """
    if base < 1 or run < 1 or any(count < 0 for count in new_codes):
        raise ValueError("base and run are at least 1, counts at least 0")
    missing = base + run - len(new_codes)
    if missing > 0:
        message = f"{len(new_codes)} coded interview(s): saturation needs {base + run}"
        raise TooLittle(message, f"hold {missing} more")
    codes_in_base = sum(new_codes[:base])
    if codes_in_base == 0:
        raise TooLittle(f"no codes in the first {base} interviews", "code what the interviewees said")
    starts = range(base, len(new_codes) - run + 1)
    return tuple(sum(new_codes[start : start + run]) / codes_in_base for start in starts)
