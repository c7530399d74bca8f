"""Look at many initiatives: check each one below a folder, and set them beside one another."""

import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from proveout import portfolio
from proveout.core.errors import ProveoutError
from proveout.core.portfolio import Member, Portfolio, Unread
from proveout.flow.check import check
from proveout.flow.workspace import Workspace

DECLARATION = "initiative.yml"


def look(
    folder: Path, *, as_of: date | None = None, progress: Callable[[str, str], None] = lambda place, state: None
) -> Portfolio:
    """Check every initiative below a folder; what has not changed is read from its ledger.

    Args:
        folder: Looked through with all its folders, but for hidden ones and those inside an initiative.
        as_of: The day that counts as today.
        progress: Called as initiatives are checked.

    Raises:
        ProveoutError: There is no initiative.
    """
    places = list(_initiatives(folder))
    if not places:
        remedy = "name the folder that holds the folders of initiatives; proveout demo pilot-trap writes one to look at"
        raise ProveoutError(f"there is no {DECLARATION} in {folder} or below it", remedy)
    found: list[Member | Unread] = []
    for path in places:
        place = path.relative_to(folder).as_posix()
        progress(place, "started")
        found.append(_judged(path, place, as_of))
        progress(place, "done")
    members = [one for one in found if isinstance(one, Member)]
    return portfolio.gathered(members, [one for one in found if isinstance(one, Unread)])


def _initiatives(folder: Path) -> Iterator[Path]:
    for root, names, files in os.walk(folder):
        names[:] = [] if DECLARATION in files else sorted(name for name in names if not name.startswith("."))
        if DECLARATION in files:
            yield Path(root)


def _judged(path: Path, place: str, as_of: date | None) -> Member | Unread:
    try:
        return portfolio.member(place, check(Workspace(path), as_of=as_of))
    except ProveoutError as error:
        return Unread(place=place, reason=f"{error.message}; `proveout check {path}` says more")
