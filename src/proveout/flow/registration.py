"""The design of the pilot in the ledger: written once, when the arms are drawn."""

from proveout.core.digest import plain
from proveout.core.registration import Registration
from proveout.ledger import Ledger

KIND, KEY = "pilot", "design"


def registered(ledger: Ledger, initiative: str) -> Registration | None:
    """What was registered first, on the day of the ledger's own clock; additions later do not replace it."""
    records = [record for record in ledger.records(KIND, initiative) if record.key == KEY]
    if not records:
        return None
    first, last = records[0], records[-1].body
    return Registration(design=first.body["design"], file=last["file"], n_units=last["n_units"], at=first.at.date())


def register(ledger: Ledger, initiative: str, registration: Registration) -> None:
    """Append a registration, or the state of the assignment file after units were added."""
    ledger.append(KIND, initiative, KEY, plain(registration))
