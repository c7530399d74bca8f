"""Where an initiative lives: its folder, its ledger, its policy, its instruments."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from proveout import declare, gates, instruments
from proveout.core.diagnostic import Diagnostic
from proveout.core.errors import ProveoutError
from proveout.core.initiative import Block, Initiative
from proveout.core.paths import inside
from proveout.core.policy import Policy
from proveout.ledger import Ledger, now, open_ledger


class FaultyDeclaration(ProveoutError):
    """The declaration has faults; nothing was measured."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(f"{len(diagnostics)} fault(s) in the declaration", "mend them and check again")
        self.diagnostics = diagnostics


@dataclass(frozen=True)
class Workspace:
    """The folder of one initiative.

    Args:
        folder: Where ``initiative.yml`` is.
        clock: What time it is, for the ledger too; a story has a clock of its own.
    """

    folder: Path
    clock: Callable[[], datetime] = now

    @property
    def today(self) -> date:
        """The day, UTC."""
        return self.clock().date()

    @property
    def report_path(self) -> Path:
        """Where `check` writes the report."""
        return self.folder / "report.html"

    @property
    def ledger_location(self) -> Path | str:
        """`PROVEOUT_LEDGER`, or ``.proveout/ledger.sqlite`` in the folder."""
        return os.environ.get("PROVEOUT_LEDGER") or self.folder / ".proveout" / "ledger.sqlite"

    @property
    def has_ledger(self) -> bool:
        """Whether there is one to look into; to look is not to make."""
        location = self.ledger_location
        return isinstance(location, str) or location.exists()

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """The ledger, opened; made when there is none yet."""
        with open_ledger(self.ledger_location, self.clock) as ledger:
            yield ledger

    @cached_property
    def declaration(self) -> declare.Declaration:
        """What the folder declares, with all its faults."""
        return declare.load(self.folder, settings_types())

    def declared(self) -> Initiative:
        """The initiative, if its declaration holds.

        Raises:
            FaultyDeclaration: With all diagnostics, those of the instruments among them.
        """
        if self.declaration.initiative is None:
            if shape := self.declaration.partial:
                self.refuse(d for block in blocks(shape) for d in self.faults(block, shape))
            raise FaultyDeclaration(self.declaration.diagnostics)
        return self.declaration.initiative

    def misjudged(self, policy: Policy) -> tuple[Diagnostic, ...]:
        """What the declaration says of criteria and cannot mean."""
        shares = [c.id for c in policy.criteria if c.unit == "share" and c.threshold <= 1]
        unknown = self.declaration.check_criteria([criterion.id for criterion in policy.criteria])
        return (*unknown, *self.declaration.check_thresholds(shares))

    def vetted(self) -> Initiative:
        """The initiative, if `check` would measure it: what is drawn is registered for good, a typo with it.

        Raises:
            FaultyDeclaration: With all diagnostics, those of the instruments and of the criteria among them.
            ProveoutError: The policy file cannot be read.
        """
        initiative = self.declared()
        self.refuse(
            [
                *self.misjudged(self.policy(initiative)),
                *(d for block in blocks(initiative) for d in self.faults(block, initiative)),
            ]
        )
        return initiative

    def faults(self, block: Block, initiative: Initiative) -> tuple[Diagnostic, ...]:
        """What the block's instrument finds wrong before anything is measured."""
        tool = instruments.instrument(block.instrument)
        found = tool.faults(block.settings, initiative.only(tool.reads))
        return self.declaration.diagnose(found, () if tool.implied_by else ("evidence", block.id))

    def refuse(self, faults: Iterable[Diagnostic]) -> None:
        """Go no further when there are any.

        Raises:
            FaultyDeclaration: With these and all that was found before.
        """
        if found := tuple(faults):
            raise FaultyDeclaration((*self.declaration.diagnostics, *found))

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
