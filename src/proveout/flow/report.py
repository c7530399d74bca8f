"""Write the report of an assessment."""

import os
from pathlib import Path

from proveout.core.assessment import Assessment
from proveout.core.errors import ProveoutError


def write_report(assessment: Assessment, path: Path) -> Path:
    """Write the HTML report; a report that was there is replaced whole or not at all.

    Raises:
        ProveoutError: The file cannot be written.
    """
    from proveout.show import html

    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        draft.write_text(html.render(assessment), encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise ProveoutError(
            f"the report cannot be written to {path}: {error.strerror}", "choose another --report"
        ) from None
    return path
