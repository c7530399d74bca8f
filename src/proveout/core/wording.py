"""Figures as people read them: 12.3%, 1,234 USD/year, 4.2 hours/week. The only place that formats numbers."""

from collections.abc import Iterable

from proveout.core.estimate import Estimate

_COUNTED_UNITS = frozenset({"year", "month", "week", "day", "hour", "minute", "second"})
_ACRONYMS = {name: name.upper() for name in ("npv", "roi", "kpi", "mde", "evpi")} | {"n": "number of"}
_PLACEHOLDERS = frozenset(
    ("", "none", "no", "nobody", "nothing", "n/a", "na", "todo", "to do", "tbd", "tba", "tbc", "to be done", "unknown",
     "to be defined", "to be decided", "to follow", "none needed", "not needed", "somebody", "someone", "the team",
     "n.n", "nn", "open", "later", "?", "x", "xxx", "offen", "folgt", "keiner", "niemand", "nichts", "entfällt")
)  # fmt: skip
_HUGE = 1e15
_TINY = 1e-4
_STEERING = dict.fromkeys(
    [c for c in (*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)) if c not in (9, 10)],
    "\ufffd",
)


def says_something(text: str) -> bool:
    """Whether it is more than a placeholder such as none, n.a. or TODO."""
    plain = text.casefold().replace("n.a", "na").strip(" \t\n.:;-–—_*#[](){}!<>")
    return plain not in _PLACEHOLDERS and not plain.startswith(("todo", "tbd", "noch offen", "lorem ipsum"))


def figure(value: float, unit: str = "", *, digits: int = 3) -> str:
    """A value with its unit, to `digits` significant digits but never short of the whole number.

    Args:
        value: Finite; a share is 0 to 1 and reads as a percentage.
        unit: As Pint spells it; ``share`` for a percentage, empty for a pure number.
        digits: Significant digits, at least 1.
    """
    if unit == "share":
        return f"{_percent(value, digits)}%"
    name = _unit_name(unit, one=value == 1)
    return f"{_number(value, digits)} {name}" if name else _number(value, digits)


def legible(text: str) -> str:
    """Text without characters that steer a terminal or turn the direction of writing: each becomes `\ufffd`."""
    return text.replace("\r\n", "\n").translate(_STEERING)


def digits_to_tell(figures: Iterable[float | None], other: float, unit: str = "") -> int:
    """Significant digits that tell each of the figures from another one: never `80% is below 80%`."""
    apart = [value for value in figures if value is not None and value != other]
    return next(
        (d for d in range(3, 15) if all(figure(v, unit, digits=d) != figure(other, unit, digits=d) for v in apart)), 15
    )


def apart(value: float, other: float, unit: str = "") -> tuple[str, str]:
    """Two figures with as many digits as it takes to tell them apart."""
    digits = digits_to_tell((value,), other, unit)
    return figure(value, unit, digits=digits), figure(other, unit, digits=digits)


def interval(estimate: Estimate, *, digits: int = 3) -> str:
    """The interval alone: `12.3% to 45.6%`, `at least 12.3%`, `exact`, or `nothing ruled out` for two open sides."""
    lower, upper, unit = estimate.lower, estimate.upper, estimate.unit
    if estimate.exact:
        return "exact"
    if lower is None and upper is None:
        return "nothing ruled out"
    if lower is None or upper is None:
        side, end = ("at most", upper) if lower is None else ("at least", lower)
        return f"{side} {figure(end or 0.0, unit, digits=digits)}"
    digits = max(digits, digits_to_tell((lower,), upper, unit))
    return f"{figure(lower, unit, digits=digits)} to {figure(upper, unit, digits=digits)}"


def reading(estimate: Estimate, *, digits: int = 3) -> str:
    """Value and interval: `23% (95% interval: 12% to 35%)`; the value alone when it is exact; or that it is unknown."""
    if estimate.unknown:
        return "unknown"
    value = figure(estimate.value, estimate.unit, digits=digits)
    if estimate.exact:
        return value
    return f"{value} ({figure(estimate.level, 'share')} interval: {interval(estimate, digits=digits)})"


def title(estimate: Estimate) -> str:
    """What is estimated, in words: `Addressed pain prevalence (manual-research)`, `NPV`."""
    words = [_ACRONYMS.get(word, word) for word in estimate.name.split("_")]
    name = " ".join((words[0][:1].upper() + words[0][1:], *words[1:]))
    return f"{name} ({estimate.subject})" if estimate.subject else name


def _percent(share: float, digits: int) -> str:
    percent = share * 100
    decimals = max(0, digits - 2)
    text = f"{percent:.{decimals}f}"
    while decimals < 12 and float(text) in (0.0, 100.0) and abs(percent - float(text)) > 1e-9:
        decimals += 1  # 99.97% is not 100%, and 0.02% is not nothing
        text = f"{percent:.{decimals}f}"
    return _grouped(text)


def _number(value: float, digits: int) -> str:
    size = abs(value)
    if value == int(value) and size < _HUGE:
        return f"{int(value):,}"
    if size >= _HUGE or size < _TINY:
        return f"{value:.{digits - 1}e}"
    whole_digits = len(str(int(size))) if size >= 1 else 0
    decimals = max(0, digits - whole_digits) if size >= 1 else digits - 1 - _exponent(size)
    return _grouped(f"{value:.{decimals}f}")


def _exponent(size: float) -> int:
    return int(f"{size:e}".split("e")[1])


def _grouped(text: str) -> str:
    """Thousands separated, zeros at the end of a fraction dropped, and no minus before zero."""
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0")
    sign = "-" if whole.startswith("-") and (int(whole) or fraction) else ""
    return f"{sign}{abs(int(whole)):,}" + (f".{fraction}" if fraction else "")


def _unit_name(unit: str, *, one: bool) -> str:
    first, slash, rest = unit.partition("/")
    first = first.strip()
    if first in ("", "1", "dimensionless"):
        return f"per {rest.strip()}" if slash else ""
    counted = first if one or first not in _COUNTED_UNITS else f"{first}s"
    return f"{counted}/{rest.strip()}" if slash else counted
