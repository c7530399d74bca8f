"""Look into the ledger."""

from collections.abc import Iterator

from proveout.core.decision import Record
from proveout.core.errors import ProveoutError
from proveout.flow.workspace import Workspace
from proveout.ledger import Break


def verify(workspace: Workspace, head: str | None = None) -> tuple[int, tuple[Break, ...], str]:
    """Number of records, all breaks of the chain, and the last hash; of a broken chain only the breaks."""
    _require(workspace)
    with workspace.ledger() as ledger:
        if breaks := ledger.verify(expected_head=head):
            return 0, breaks, ""
        return sum(1 for _ in ledger.records()), (), ledger.head


def export(workspace: Workspace) -> Iterator[str]:
    """One JSON line per record, oldest first."""
    _require(workspace)
    with workspace.ledger() as ledger:
        yield from ledger.export()


def records(workspace: Workspace, kind: str | None = None) -> tuple[Record, ...]:
    """Records, oldest first."""
    _require(workspace)
    with workspace.ledger() as ledger:
        return tuple(ledger.records(kind))


def _require(workspace: Workspace) -> None:
    if not workspace.has_ledger:
        message = f"there is no ledger at {workspace.ledger_location}"
        raise ProveoutError(message, f"run `proveout check {workspace.folder}` first")
