"""The design of the pilot in the ledger: written once, when the arms are drawn."""

from datetime import date

from proveout.core.digest import plain
from proveout.core.registration import Registration
from proveout.ledger import Ledger

KIND, KEY = "pilot", "design"


def registered(ledger: Ledger, initiative: str) -> Registration | None:
    """What was registered first; additions later do not replace it."""
    bodies = [record.body for record in ledger.records(KIND, initiative) if record.key == KEY]
    if not bodies:
        return None
    first, last = bodies[0], bodies[-1]
    at = date.fromisoformat(first["at"])
    return Registration(design=first["design"], file=last["file"], n_units=last["n_units"], at=at)


def register(ledger: Ledger, initiative: str, registration: Registration) -> None:
    """Append a registration, or the state of the assignment file after units were added."""
    ledger.append(KIND, initiative, KEY, plain(registration))
