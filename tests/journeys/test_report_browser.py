"""The report in a real browser: what a person sees on a desk, on a phone, in the dark and on paper."""

import shutil
import sys
from collections.abc import Callable, Iterator
from ctypes.util import find_library
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from proveout.show import html
from tests.unit.show.invented import ACTIVITIES, INJECTION, PATHS, assessment
from tests.unit.show.many import portfolio

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium")
DRIVER_CAN_RUN = not sys.platform.startswith("linux") or find_library("atomic")
"""Playwright brings a driver of its own, which needs the system's libatomic."""
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None or not DRIVER_CAN_RUN,
        reason="chromium or libatomic1 is not on this machine: apt-get install chromium libatomic1",
    ),
]

PHONE, DESK = 390, 1280
AA = 4.5  # contrast of normal text, WCAG 2.2, 1.4.3

CONTRAST = """
(least) => {
  const parse = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => {
    for (let n = node; n; n = n.parentElement) {
      const colour = parse(getComputedStyle(n).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const faults = [];
  let seen = 0;
  for (const node of document.querySelectorAll("main *, header *, footer *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own || node.closest("svg") || !node.checkVisibility()) continue;
    const [a, b] = [light(parse(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    seen += 1;
    if (ratio < least) faults.push([node.textContent.trim().slice(0, 40), ratio]);
  }
  return seen > 100 ? faults : ["too little text was seen", seen];
}
"""
"""Text whose colour is too near to what lies behind it."""


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(html.render(assessment()), encoding="utf-8")
    return path


@pytest.fixture
def look(browser: "Browser", report: Path) -> Iterator[Callable[..., "Page"]]:
    """Open the report; whatever it asks of the network, or reports as an error, fails the test."""
    contexts, troubles = [], []

    def opened(width: int = DESK, **more) -> "Page":
        context = browser.new_context(viewport={"width": width, "height": 900}, **more)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("dialog", lambda dialog: (troubles.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: troubles.append(request.url) if request.url != report.as_uri() else None)
        page.goto(report.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


def test_the_verdict_is_the_first_thing_seen(look) -> None:
    page = look()
    verdict = page.get_by_role("heading", name="Fail", exact=False).first
    box = verdict.bounding_box()
    assert box["y"] < 400 and box["height"] > 30
    assert page.get_by_text("What to do next").bounding_box()["y"] < 900
    assert "Fail" in page.title() and INJECTION in page.title()


@pytest.mark.parametrize("width", [320, PHONE, 768, DESK])
def test_nothing_overflows_the_page(look, width: int) -> None:
    page = look(width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    outside = page.evaluate(
        """() => [...document.querySelectorAll("main *")]
            .filter((n) => n.checkVisibility() && !n.closest(".scroll, .hidden, svg"))
            .filter((n) => n.getBoundingClientRect().right > innerWidth + 0.5).map((n) => n.outerHTML.slice(0, 80))"""
    )
    assert outside == []


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_each_criterion_shows_value_threshold_and_drawing(look, width: int) -> None:
    page = look(width)
    row = page.get_by_role("row").filter(has_text="The money comes back soon")
    seen = " ".join(row.inner_text().split())
    for words in ("undecided", "1.4 years", "0.7 years to 3.9 years", "at most 2 years", "Next:"):
        assert words in seen
    drawing = row.get_by_role("img")
    assert "asked for: at most 2 years" in drawing.get_attribute("aria-label")
    assert drawing.bounding_box()["width"] > 100


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_all_text_can_be_read_against_its_background(look, width: int, scheme: str) -> None:
    page = look(width, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert page.evaluate(CONTRAST, AA) == []


def test_dark_is_dark_and_light_is_light(look) -> None:
    shade = "parseInt(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])"
    assert look(color_scheme="dark").evaluate(shade) < 40
    assert look(color_scheme="light").evaluate(shade) > 215


def test_the_slider_hides_rare_paths_and_says_so(look) -> None:
    page = look()
    edges = "document.querySelectorAll('figure.process_map svg.map .edge')"
    shown = f"[...{edges}].filter((e) => e.getClientRects().length).length"
    slider, told = page.get_by_role("slider"), page.locator(".process-map output")
    assert slider.is_visible()
    counts = []
    for level in range(int(slider.get_attribute("max")) + 1):
        slider.fill(str(level))
        counts.append(page.evaluate(shown))
        if counts[-1] < len(PATHS):
            assert told.inner_text().startswith(f"{counts[-1]} of {len(PATHS)} paths")
    assert counts == sorted(set(counts)) and counts[-1] == len(PATHS)
    assert told.inner_text() == f"All {len(PATHS)} paths are shown."
    assert page.locator("figure.process_map svg.map .node:visible").count() == len(ACTIVITIES)


def test_names_fit_their_boxes_on_the_map(look) -> None:
    overflowing = look().evaluate(
        """() => [...document.querySelectorAll("svg.map g:has(> .node)")].flatMap((g) => {
            const box = g.querySelector(".node").getBBox();
            return [...g.querySelectorAll("text")].filter((t) => t.getBBox().width > box.width + 2)
              .map((t) => t.textContent);
        })"""
    )
    assert overflowing == []


def test_words_in_charts_do_not_run_into_one_another(look) -> None:
    touching = look().evaluate(
        """() => [...document.querySelectorAll("svg.chart")].flatMap((svg) => {
            const boxes = [...svg.querySelectorAll("text")].map((t) => [t.textContent, t.getBBox()]);
            return boxes.flatMap(([one, a], i) => boxes.slice(i + 1).filter(([, b]) =>
              a.x < b.x + b.width && b.x < a.x + a.width && a.y + 3 < b.y + b.height - 3 && b.y + 3 < a.y + a.height - 3
            ).map(([two]) => [one, two]));
        })"""
    )
    assert touching == []


def test_without_a_script_everything_is_there_but_the_slider(look) -> None:
    page = look(java_script_enabled=False)
    assert page.locator(".slider").is_hidden()
    assert page.locator(".process-map output").inner_text().startswith("27 of 39 paths")
    page.get_by_text("All figures").first.click()
    assert page.get_by_role("table", name="Figures of interviews").is_visible()


def test_paper_shows_what_is_folded_away_in_black_on_white(look) -> None:
    page = look(color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    figures = page.get_by_role("table", name="Figures of interviews")
    assert figures.bounding_box()["height"] > 40
    assert page.evaluate(CONTRAST, AA) == []


def test_a_reader_of_the_outline_finds_landmarks_and_captions(look) -> None:
    page = look()
    for role in ("banner", "main", "contentinfo"):
        assert page.get_by_role(role).count() == 1
    assert page.get_by_role("navigation", name="Gates").count() == 1
    for table in page.locator("table").all():
        assert table.locator("caption").count() == 1
        assert table.locator("thead th[scope=col], thead th[role=columnheader]").count() > 1
    assert page.locator("svg:not([role=img])").count() == 0
    assert page.locator("svg:not(:has(> title))").count() == 0


def test_the_keyboard_reaches_the_verdict_first(look) -> None:
    page = look()
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert focused.inner_text() == "To the verdict" and focused.bounding_box()["width"] > 50


def test_the_contents_open_what_is_folded(look) -> None:
    """Without a script: a link to something inside a folded block unfolds it."""
    page = look()
    page.evaluate("document.querySelectorAll('.block > details').forEach((d) => { d.open = false; })")
    block = page.locator("article", has=page.locator("#evidence-interviews"))
    assert not block.get_by_text("Two people coded each interview").is_visible()
    page.get_by_label("Contents").get_by_role("link", name="Interviews").click()
    assert block.get_by_text("Two people coded each interview").is_visible()


def test_a_table_that_is_too_wide_shows_that_it_goes_on(look) -> None:
    page = look(PHONE)
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    wide = page.locator(".scroll:visible").evaluate_all(
        "(all) => all.filter((n) => n.scrollWidth > n.clientWidth).map((n) => getComputedStyle(n).backgroundImage)"
    )
    assert wide and all(image.count("gradient") == 4 for image in wide)


@pytest.fixture(scope="module")
def portfolio_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("portfolio") / "portfolio.html"
    many = portfolio()
    members = [replace(one, place=f"{one.place}-{i}") for i in range(8) for one in many.members]
    path.write_text(html.render_portfolio(replace(many, members=tuple(members)), {}), encoding="utf-8")
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, PHONE, DESK])
def test_a_portfolio_fits_and_can_be_read(browser: "Browser", portfolio_page: Path, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(portfolio_page.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CONTRAST, AA) == []
    row = page.get_by_role("row").filter(has_text="sales/agent-0")
    for words in ("141 days", "80 days late", "Criterion 0 (gate 4, fail)", "Pilot trap"):
        assert words in " ".join(row.inner_text().split())
    marks = row.locator(".five li")
    assert marks.count() == 5 and all(marks.nth(i).bounding_box()["width"] > 20 for i in range(5))
    page.close()
