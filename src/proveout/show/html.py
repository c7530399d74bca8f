"""The report: one self-contained HTML file that needs no network, and says the same without a script."""

import re
from collections.abc import Mapping
from functools import cache
from html import escape
from typing import TYPE_CHECKING

from proveout.core.assessment import Assessment
from proveout.core.diagnostic import Diagnostic
from proveout.core.evidence import Check
from proveout.core.exhibit import Cell, Exhibit, Heatmap, Table
from proveout.core.portfolio import Portfolio
from proveout.core.wording import figure, interval, title
from proveout.show.charts import draw
from proveout.show.charts.strip import strip
from proveout.show.page import MARKS, page
from proveout.show.portfolio_page import portfolio_page

if TYPE_CHECKING:
    from jinja2 import Environment

_SPELT = {"kpi": "KPI", "kpis": "KPIs", "crm": "CRM", "erp": "ERP"}
_LONG_CELL, _MANY_COLUMNS, _FEW_COLUMNS = 36, 4, 6


def render(assessment: Assessment) -> str:
    """The whole report. The same assessment gives the same bytes; how long it took to measure is not in it."""
    return _environment().get_template("report.html").render(page=page(assessment))


def render_portfolio(found: Portfolio, reports: Mapping[str, str]) -> str:
    """A page of many initiatives, with links to their reports, by place; it has no script."""
    shown = portfolio_page(found, reports)
    return _environment().get_template("portfolio.html").render(page=shown)


def render_diagnostics(diagnostics: tuple[Diagnostic, ...]) -> str:
    """A page that lists what is wrong with a declaration."""
    return _environment().get_template("diagnostics.html").render(diagnostics=diagnostics)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("proveout.show"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        figure=figure,
        interval=interval,
        words=words,
        capital=capital,
        name=lambda estimate: title(estimate.named(estimate.name)),
        strip=lambda line: Markup(strip(line)),  # noqa: S704 charts escape every text they are given
        picture=lambda exhibit: Markup(draw(exhibit)),  # noqa: S704
        wide=is_wide,
        prose=lambda text: Markup(prose(text)),  # noqa: S704
        header=header,
        numeric=numeric,
        cell=cell,
        check_tone=check_tone,
        presence=presence,
    )
    environment.globals["marks"] = MARKS
    return environment


def words(name: str) -> str:
    """An identifier as people read it: `pain_prevalence` becomes `Pain prevalence`."""
    text = " ".join(_SPELT.get(word, word) for word in re.split("[_ -]+", name.strip()))
    return capital(text)


def capital(text: str) -> str:
    """The text with a capital letter at its beginning, the rest as it is."""
    return text[:1].upper() + text[1:]


def is_wide(exhibit: Exhibit) -> bool:
    """Whether it needs the whole width of the page."""
    if isinstance(exhibit, Heatmap):
        return len(exhibit.columns) > _FEW_COLUMNS
    if not isinstance(exhibit, Table):
        return exhibit.kind in ("process_map", "component_map")
    long = any(isinstance(cell, str) and len(cell) > _LONG_CELL for row in exhibit.rows for cell in row)
    return long or len(exhibit.columns) >= _MANY_COLUMNS


def header(table: Table, index: int) -> str:
    """The name of a column, with its unit."""
    unit = _unit(table, index)
    name = capital(table.columns[index])
    return name if unit in ("", "share") or unit.lower() in name.lower() else f"{name} ({unit})"


def numeric(table: Table, index: int) -> bool:
    """Whether a column holds numbers."""
    return any(isinstance(row[index], int | float) for row in table.rows)


def prose(text: str) -> str:
    """A sentence with what stands in backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def cell(value: Cell, table: Table, index: int) -> str:
    """One cell in words; the unit stands in the header, but for a percentage."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    return figure(value, "share" if _unit(table, index) == "share" else "")


def _unit(table: Table, index: int) -> str:
    return table.units[index] if index < len(table.units) else ""


def check_tone(check: Check) -> tuple[str, str]:
    """Tone and word of an assumption check."""
    return {True: ("pass", "holds"), False: ("warn", "does not hold"), None: ("undecided", "cannot tell")}[check.passed]


def presence(present: bool | None) -> tuple[str, str]:
    """Tone and word of a way to fail."""
    return {True: ("fail", "present"), False: ("pass", "not present"), None: ("undecided", "cannot be told")}[present]
