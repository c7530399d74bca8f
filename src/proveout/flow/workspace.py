"""Where an initiative lives: its folder, its ledger, its policy, its instruments."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from proveout import declare, gates, instruments
from proveout.core.initiative import Block, Initiative
from proveout.core.paths import inside
from proveout.core.policy import Policy
from proveout.ledger import Ledger, open_ledger


@dataclass(frozen=True)
class Workspace:
    """The folder of one initiative.

    Args:
        folder: Where ``initiative.yml`` is.
    """

    folder: Path

    @property
    def report_path(self) -> Path:
        """Where `check` writes the report."""
        return self.folder / "report.html"

    @property
    def ledger_location(self) -> Path | str:
        """`PROVEOUT_LEDGER`, or ``.proveout/ledger.sqlite`` in the folder."""
        return os.environ.get("PROVEOUT_LEDGER") or self.folder / ".proveout" / "ledger.sqlite"

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """The ledger, opened; made when there is none yet."""
        with open_ledger(self.ledger_location) as ledger:
            yield ledger

    @cached_property
    def declaration(self) -> declare.Declaration:
        """What the folder declares, with all its faults."""
        return declare.load(self.folder, settings_types())

    def policy(self, initiative: Initiative) -> Policy:
        """The standard policy, or the organisation's own.

        Raises:
            ProveoutError: The policy file cannot be read.
        """
        standard = declare.load_policy(gates.STANDARD_POLICY)
        if not initiative.policy:
            return standard
        return declare.load_policy(inside(self.folder, initiative.policy), standard=standard)


def settings_types() -> dict[str, type]:
    """The dataclass of each instrument's block."""
    return {name: instruments.instrument(name).settings_type for name in instruments.NAMES}


def blocks(initiative: Initiative) -> tuple[Block, ...]:
    """The declared blocks, and those that KPIs and the value model call for."""
    declared = tuple(initiative.evidence.values())
    measured = {block.instrument for block in declared}
    implied = (
        Block(id=name, instrument=name, settings=instrument.settings_type())
        for name, instrument in ((name, instruments.instrument(name)) for name in instruments.NAMES)
        if instrument.implied_by and name not in measured and getattr(initiative, instrument.implied_by)
    )
    return declared + tuple(implied)
