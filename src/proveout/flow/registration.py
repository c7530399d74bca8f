"""The design of the pilot in the ledger: written once, when the arms are drawn."""

from collections.abc import Mapping
from typing import Any

from proveout.core.digest import plain
from proveout.core.initiative import Initiative, Phase
from proveout.core.policy import Policy
from proveout.core.registration import Registration
from proveout.instruments import instrument
from proveout.ledger import Ledger

KIND, KEY = "pilot", "design"
DECIDING = (
    "weight",
    "instrument",
    "estimate",
    "comparison",
    "threshold",
    "quantifier",
    "of_blocks",
    "subjects_of",
    "spared_if",
)
"""What of a criterion decides; words and reasons may be mended."""


def judging(policy: Policy) -> Mapping[str, Any]:
    """How gate 4 judges: what decides in each of its criteria, and the version of the analysis of the pilot."""
    criteria = {
        criterion.id: {part: plain(getattr(criterion, part)) for part in DECIDING}
        for criterion in policy.criteria
        if criterion.phase is Phase.PILOT
    }
    return {"criteria": criteria, "analysis": {"pilot": instrument("pilot").version}}


def design_of(initiative: Initiative, policy: Policy) -> dict[str, Any]:
    """What is registered of the pilot; thresholds of other gates may change while it runs."""
    return initiative.pilot_design(judging(policy)["criteria"])


def registered(ledger: Ledger, initiative: str) -> Registration | None:
    """What was registered first, on the day of the ledger's own clock; additions later do not replace it."""
    records = [record for record in ledger.records(KIND, initiative) if record.key == KEY]
    if not records:
        return None
    first, last = records[0], records[-1].body
    return Registration(
        design=first.body["design"],
        file=last["file"],
        n_units=last["n_units"],
        at=first.at.date(),
        judged=first.body.get("judged", {}),
        seeds={int(batch): seed for batch, seed in last.get("seeds", {}).items()},
        adopted=first.body.get("adopted", False),
        rows=last.get("rows"),
    )


def register(ledger: Ledger, initiative: str, registration: Registration) -> None:
    """Append a registration, or the state of the assignment file after units were added."""
    ledger.append(KIND, initiative, KEY, plain(registration))
