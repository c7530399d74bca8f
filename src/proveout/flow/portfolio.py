"""Look at many initiatives: check each one below a folder, and set them beside one another."""

import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote

from proveout import portfolio
from proveout.core.errors import ProveoutError
from proveout.core.portfolio import Member, Portfolio, Unread
from proveout.flow.check import check
from proveout.flow.report import replace_file, write_report
from proveout.flow.workspace import Workspace

DECLARATION = "initiative.yml"


def look(
    folder: Path,
    *,
    as_of: date | None = None,
    reports: bool = False,
    progress: Callable[[str, str], None] = lambda place, state: None,
) -> Portfolio:
    """Check every initiative below a folder; what has not changed is read from its ledger.

    Args:
        folder: Looked through with all its folders, but for hidden ones and those inside an initiative.
        as_of: The day that counts as today.
        reports: Whether to write the report of each of them into its folder.
        progress: Called as initiatives are checked.

    Raises:
        ProveoutError: There is no initiative.
    """
    places = list(_initiatives(folder))
    if not places:
        remedy = "name the folder that holds the folders of initiatives; proveout demo pilot-trap writes one to look at"
        raise ProveoutError(f"there is no {DECLARATION} in {folder} or below it", remedy)
    today = as_of or date.today()
    found: list[Member | Unread] = []
    for path in places:
        place = path.relative_to(folder).as_posix()
        progress(place, "started")
        found.append(_judged(path, place, today, reports))
        progress(place, "done")
    members = [one for one in found if isinstance(one, Member)]
    return portfolio.gathered(members, [one for one in found if isinstance(one, Unread)], as_of=today)


def write_page(found: Portfolio, folder: Path, path: Path) -> Path:
    """Write the page of all initiatives, with links to the reports that are there.

    Raises:
        ProveoutError: It cannot be written.
    """
    from proveout.show import html

    reports = {one.place: Workspace(folder / one.place).report_path for one in found.members}
    links = {
        place: quote(Path(os.path.relpath(report, path.parent)).as_posix())
        for place, report in reports.items()
        if report.is_file()
    }
    replace_file(path, html.render_portfolio(found, links).encode())
    return path


def _initiatives(folder: Path) -> Iterator[Path]:
    for root, names, files in os.walk(folder):
        names[:] = [] if DECLARATION in files else sorted(name for name in names if not name.startswith("."))
        if DECLARATION in files:
            yield Path(root)


def _judged(path: Path, place: str, as_of: date, report: bool) -> Member | Unread:
    workspace = Workspace(path)
    try:
        assessment = check(workspace, as_of=as_of)
        if report:
            write_report(assessment, workspace.report_path)
        return portfolio.member(place, assessment)
    except ProveoutError as error:
        return Unread(place=place, reason=f"{error.message}; `proveout check {path}` says more")
