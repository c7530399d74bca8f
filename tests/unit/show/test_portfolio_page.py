"""The page of a portfolio: every initiative in words, safe, and the same every time."""

import re

from tests.unit.show.invented import INJECTION
from tests.unit.show.many import portfolio
from tests.unit.show.test_html import Outline

from proveout.show import html
from proveout.show.portfolio_page import portfolio_page

LINKS = {"sales/agent": "sales/agent/report.html"}


def test_each_row_says_where_it_stands_what_stops_it_and_for_how_long():
    page = portfolio_page(portfolio(), LINKS)
    late, fine, stopped = page.rows
    assert (late.there, late.late, late.report) == ("141 days", "80 days late", "sales/agent/report.html")
    assert late.stops == ("Criterion 0 (gate 4, fail)", "Criterion 1 (gate 4, fail)",
                          "Criterion 2 (gate 4, undecided)", "and 1 more")  # fmt: skip
    assert [gate.tone for gate in late.gates] == ["pass", "pass", "undecided", "fail", "later"]
    assert [gate.here for gate in late.gates] == [False, False, False, True, False]
    assert late.gates[2].label == ("Gate 3, Organisational readiness: undecided; decided: conditional go on 2025-09-01")
    assert late.gates[4].label == "Gate 5, Production scaling: not due yet"
    assert (fine.title, fine.stops, fine.late, fine.report) == ("routing", (), "", "")
    assert (stopped.phase, stopped.stops) == ("Pilot, stopped", ("people decided to stop it",))
    assert (stopped.there, stopped.late) == ("not known", "no time box")


def test_the_headline_counts_what_passes_what_stopped_and_what_could_not_be_read():
    page = portfolio_page(portfolio(), {})
    assert page.headline == (
        "4 initiatives: 1 passes every gate that is due, 1 does not, 1 stopped, 1 could not be judged"
    )
    assert page.by_phase[3:] == (("Pilot", 1), ("Production scaling", 1))
    assert page.frequent == (("pilot-trap", 1), ("change-underestimated", 1))


def test_the_page_is_whole_safe_and_asks_nothing_of_the_network():
    text = html.render_portfolio(portfolio(), LINKS)
    assert text == html.render_portfolio(portfolio(), LINKS)
    assert Outline(text).faults == [] and Outline(text).scripts == 0
    assert INJECTION not in text and "&lt;script&gt;" in text
    assert re.findall(r'href="([^#"]+)"', text) == ["sales/agent/report.html"]
    for words in ("not present", "Could not be judged", "lacks production owner, run budget", "Pilot trap"):
        assert words in text
