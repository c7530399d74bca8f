"""Proveout: measure every claim of an AI initiative, and turn the evidence into a verdict at five gates.

>>> import proveout
>>> assessment = proveout.check("lead-research")      # doctest: +SKIP
>>> assessment.verdict                                # doctest: +SKIP
<Verdict.UNDECIDED: 'undecided'>
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from proveout.core.assessment import Assessment as Assessment
    from proveout.core.errors import ProveoutError as ProveoutError
    from proveout.core.estimate import Estimate as Estimate
    from proveout.core.evidence import Evidence as Evidence
    from proveout.core.initiative import Phase as Phase
    from proveout.core.verdict import Verdict as Verdict

_HOME = {
    "Assessment": "core.assessment",
    "Estimate": "core.estimate",
    "Evidence": "core.evidence",
    "Phase": "core.initiative",
    "ProveoutError": "core.errors",
    "Verdict": "core.verdict",
}

__all__ = ["Assessment", "Estimate", "Evidence", "Phase", "ProveoutError", "Verdict", "check", "report"]


def check(folder: "str | Path", *, as_of: "date | None" = None) -> "Assessment":
    """Measure the initiative in a folder, judge its gates, and record both in its ledger.

    Args:
        folder: Where ``initiative.yml`` is.
        as_of: The day that counts as today.

    Raises:
        ProveoutError: The declaration is at fault (its ``diagnostics`` say where), or the ledger cannot be read.
    """
    from pathlib import Path

    from proveout.flow.check import check as run
    from proveout.flow.workspace import Workspace

    return run(Workspace(Path(folder)), as_of=as_of)


def report(assessment: "Assessment", path: "str | Path") -> "Path":
    """Write the assessment as one self-contained HTML file."""
    from pathlib import Path

    from proveout.flow.report import write_report

    return write_report(assessment, Path(path))


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'proveout' has no attribute {name!r}")
    return getattr(import_module(f"proveout.{_HOME[name]}"), name)
