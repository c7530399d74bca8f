"""Units by Pint: time, things that are counted, and every currency as a dimension of its own."""

import ast
import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from proveout.instruments.business_case.formula import Formula, FormulaError, fold, literal

_ISO_4217 = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP
CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR
ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT
MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD
SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND
VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
"""

_NOUNS = """
share person people FTE user employee worker rep agent customer client account lead deal prospect case incident ticket
request task order invoice document page email message call contact visit meeting claim application transaction item
piece product part record row decision prediction error defect team site machine device seat licence license score
"""

CURRENCIES = tuple(_ISO_4217.split())
"""Money in circulation. No rate between any two is known: declare one, such as ``1.08 USD/EUR``."""
COUNTED = tuple(_NOUNS.split())
"""Things that are counted, all pure numbers, so that a quantity may say ``minute/case``."""
LONGEST = 60
SIGNS = {"€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "%": "percent"}
AMOUNT = re.compile(
    r"\s*([-+]?)\s*(\d[\d_]*(?:,\d{3})*(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+)([kM](?![A-Za-z]))?\s*([^\s\d.,].*?|)\s*",
    re.DOTALL,
)
SIGN_FIRST = re.compile(r"^(\s*[-+]?)\s*([€£¥₹]|[A-Z]{3}\b)\s*([\d.,_]+[kM]?)\s*(.*)$", re.DOTALL)
WORD = re.compile(r"[^\W\d_]\w*")
PER_YEAR = {"week": "weeks_per_year", "month": "months_per_year", "day": "days_per_year", "hour": "hours_per_year"}

Unit = Any
"""A Pint unit."""


class UnknownUnit(FormulaError):
    """A unit that does not exist."""


class Mismatch(FormulaError):
    """Units that do not fit together."""


@lru_cache(maxsize=1)
def registry() -> Any:
    """The registry: Pint's own units, currencies and counted things. Built on first use."""
    import pint

    units = pint.UnitRegistry(on_redefinition="ignore")
    for code in CURRENCIES:
        units.define(f"{code} = [currency_{code}]")
    for noun in COUNTED:
        units.define(f"{noun} = []")
    units.define("workday = day")
    return units


@lru_cache(maxsize=512)
def parse(text: str) -> Unit:
    """A unit by its spelling; things that are counted are left out of it.

    Raises:
        UnknownUnit: It does not exist.
    """
    import tokenize

    from pint.errors import PintError

    for sign, name in SIGNS.items():
        text = text.replace(sign, name)
    if len(text) > LONGEST or not re.fullmatch(r"[\w\s*/^().·²³-]*", text):
        raise UnknownUnit(f"{text[:LONGEST]!r} is no unit", "write units such as hour/week, USD/hour, share")
    try:
        unit = registry().parse_units(text)
    except (PintError, tokenize.TokenError, SyntaxError):
        raise UnknownUnit(f"{text!r} is no unit", _hint(text)) from None
    except Exception:  # Pint lets many kinds of error through on odd text
        raise UnknownUnit(f"{text!r} is no unit", "write units such as hour/week, USD/hour, share") from None
    if any(abs(power) > 10 for power in unit._units.values()):
        raise UnknownUnit(f"{text!r} is no unit", "write units such as hour/week, USD/hour, share")
    return _without_counts(unit)


def _without_counts(unit: Unit) -> Unit:
    kept = {name: power for name, power in unit._units.items() if name not in COUNTED and name != "count"}
    return registry().Unit(registry().UnitsContainer(kept))


def _hint(text: str) -> str:
    known = registry()
    for word in WORD.findall(text):
        try:
            known.parse_units(word)
        except Exception:  # as above
            names = [*CURRENCIES, *COUNTED, "hour", "minute", "second", "day", "workday", "week", "month", "year"]
            near = get_close_matches(word, names, n=1, cutoff=0.6) or get_close_matches(word.upper(), CURRENCIES, n=1)
            counted = "a thing that is counted needs no unit: leave it out, or write item"
            return f"did you mean {near[0]}?" if near else counted
    return "write units such as hour/week, USD/hour, share"


def amount(given: str | float, default: str = "") -> tuple[float, Unit]:
    """Figure and unit of an amount such as ``45 USD/hour``, ``60,000 USD``, ``5%`` or ``12``.

    Args:
        given: As written.
        default: Unit of a bare number.

    Raises:
        FormulaError: There is no figure.
        UnknownUnit: The unit does not exist.
    """
    if not isinstance(given, str):
        return float(given), parse(default)
    if "$" in given:
        raise UnknownUnit("$ does not say which dollar", "write USD, CAD, AUD, ...")
    read = _read(given) or _read(SIGN_FIRST.sub(r"\1\3 \2\4", given))
    if read is None:
        raise FormulaError(f"{given!r} is no amount", "write a number, or a number with a unit such as 45 USD/hour")
    return read[0], parse(read[1] or default)


def _read(text: str) -> tuple[float, str] | None:
    """Figure and spelling of the unit."""
    match = AMOUNT.fullmatch(text)
    if match is None:
        return None
    sign, figure, scale, unit = match.groups()
    value = float(figure.replace(",", "").replace("_", "")) * {"k": 1e3, "M": 1e6}.get(scale or "", 1.0)
    return (-value if sign == "-" else value), unit


def is_amount(text: str, names: Collection[str] = ()) -> bool:
    """Whether the text is one amount rather than a formula over named quantities."""
    read = _read(text)
    return read is not None and not re.search(r"[-+*()]|\d", read[1]) and not set(WORD.findall(read[1])) & set(names)


def factor(unit: Unit) -> float:
    """What to multiply a figure in this unit by to have it in the root units in which formulas are computed."""
    return float(registry().get_root_units(unit)[0])


def alike(a: Unit, b: Unit) -> bool:
    """Whether one can be converted to the other."""
    return a.dimensionality == b.dimensionality


def comes_out(formula: Formula, units: Mapping[str, Unit | None]) -> Unit | None:
    """The unit in which a formula comes out; None when a name's unit is not known yet.

    Raises:
        Mismatch: It adds or compares what cannot be.
        UnknownUnit: A literal's unit does not exist.
    """
    plain = parse("")
    amounts = {name: parse(unit) for name, (_, unit) in formula.amounts.items()}

    def apply(symbol: str, values: list[Unit], node: ast.expr) -> Unit | None:
        if symbol == "negative":
            return values[0]
        if symbol == "**" and isinstance(node, ast.BinOp):
            return None if values[0] is None else values[0] ** literal(node.right)
        if any(value is None for value in values):
            return None
        if symbol == "*":
            return values[0] * values[1]
        if symbol == "/":
            return values[0] / values[1]
        return _same(values, node, formula)

    return fold(formula.tree, lambda _: plain, lambda name: amounts.get(name, units.get(name)), apply)


def _same(values: list[Unit], node: ast.expr, formula: Formula) -> Unit:
    """The common unit of what is added or compared."""
    first = values[0]
    for other in values[1:]:
        bare = other == parse("") or first == parse("")
        if not alike(first, other) or (bare and other != first and not _scale_only(first * other)):
            raise Mismatch(
                f"{formula.show(node)!r} puts {spell(first)} and {spell(other)} together",
                "only quantities of the same unit can be added or compared; give bare numbers a name and a unit",
            )
    return first


def _scale_only(unit: Unit) -> bool:
    return all(name in ("percent", "permille", "ppm") for name in unit._units)


def spell(unit: Unit) -> str:
    """A unit as people write it, such as ``USD/year``."""
    up = [_powered(name, power) for name, power in unit._units.items() if power > 0]
    down = [_powered(name, -power) for name, power in unit._units.items() if power < 0]
    money = sorted(up, key=lambda name: (name.split("*")[0][-3:] not in CURRENCIES, name))
    if not up and not down:
        return "a pure number"
    return "/".join(("*".join(money) or "1", *sorted(down)))


def _powered(name: str, power: float) -> str:
    return name if power == 1 else f"{name}**{power:g}"


def check_result(formula: Formula, units: Mapping[str, Unit | None], result: Unit, wanted: str) -> None:
    """Whether a formula's unit is the wanted one; time must be per year as written, not only convertible.

    A formula that forgets its weeks and multiplies by a bare 52 would be wrong by that factor and still convert.

    Raises:
        Mismatch: With the factor that is suspicious.
    """
    target = parse(wanted)
    if not alike(result, target):
        raise Mismatch(
            f"the formula comes out in {spell(result)}, must be {spell(target)}",
            _suspicion(formula, units, result / target) or f"check the units of {', '.join(formula.names)}",
        )
    per = next((name for name in PER_YEAR if result._units.get(name, 0) == -1), None)
    if "/year" in wanted and result._units.get("year", 0) != -1:
        raise Mismatch(
            f"the formula comes out in {spell(result)}, must be {spell(target)}",
            f"multiply it by {PER_YEAR[per]}" if per else "say per year in the unit of one of the quantities",
        )


def _suspicion(formula: Formula, units: Mapping[str, Unit | None], surplus: Unit) -> str:
    """Which factor, with another unit, would make the formula fit: a price without its time, or a time without one."""
    known = {name: unit for name in formula.names if (unit := units.get(name)) is not None}
    money = [name for name, unit in known.items() if _currency(unit)]
    if not money:
        return "no quantity of the formula is money" if _currency(surplus) else ""
    if len({_currency(known[name]) for name in money}) > 1 or _currency(surplus):
        return "currencies are mixed: declare a rate as a quantity, such as 1.08 USD/EUR"
    timeless = [name for name in money if "[time]" not in known[name].dimensionality]
    durations = [name for name, unit in known.items() if dict(unit.dimensionality) == {"[time]": 1}]
    for name in (*timeless, *durations):
        fitting = known[name] / surplus
        return f"{name!r} is in {spell(known[name])}: in {spell(fitting)} it would fit"
    return ""


def _currency(unit: Unit) -> str:
    return next((name[-3:] for name in unit._units if name[-3:] in CURRENCIES), "")
