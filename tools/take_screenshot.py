"""Takes the README's screenshot: the top of the example's report, in Debian's chromium.

python tools/take_screenshot.py
"""

import shutil
import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from proveout import examples
from proveout.flow.check import check
from proveout.flow.report import write_report
from proveout.flow.start import demo
from proveout.flow.workspace import Workspace

IMAGE = Path(__file__).parents[1] / "docs" / "images" / "report.png"
WIDTH, HEIGHT = 1100, 980


def main() -> None:
    """Write the image."""
    browser = shutil.which("chromium")
    if browser is None:
        sys.exit("chromium is missing: apt-get install chromium")
    with TemporaryDirectory() as folder:
        workspace = Workspace(demo(Path(folder) / "lead-research", today=examples.DAY))
        report = write_report(check(workspace, as_of=examples.DAY + timedelta(days=1)), workspace.report_path)
        with sync_playwright() as play:
            page = play.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"]).new_page(
                viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light"
            )
            page.goto(report.as_uri())
            IMAGE.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=IMAGE)


if __name__ == "__main__":
    main()
