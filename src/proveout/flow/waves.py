"""The rollout in the ledger: the plan, written once, and every step of every wave."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from proveout.core.decision import Record
from proveout.core.digest import plain
from proveout.core.initiative import Initiative
from proveout.core.registration import changes
from proveout.core.rollout import Rollout
from proveout.core.wave import Progress, Transition, Wave, replayed
from proveout.delivery import Seat
from proveout.ledger import Ledger, transition_from

KIND, PLAN, STEP = "rollout", "plan", "step"


def planned(ledger: Ledger, initiative: str) -> Record | None:
    """The newest record of the plan: design, file, waves."""
    return ledger.latest(KIND, initiative, PLAN)


def progress_of(ledger: Ledger, initiative: Initiative) -> Progress | None:
    """How the rollout stands, step after step; None while nothing is planned."""
    name = initiative.initiative
    records = list(ledger.records(KIND, name))
    plans = [record for record in records if record.key == PLAN]
    if not plans:
        return None
    steps = tuple(transition_from(record.body) for record in records if record.key == STEP)
    waves = [Wave(**wave) for wave in plans[-1].body["waves"]]
    return Progress(
        waves=replayed(waves, steps),
        steps=steps,
        registered=plans[0].at.date(),
        changes=tuple(changes(plans[0].body["design"], initiative.rollout_design())),
        begun=_begun(ledger, name),
        file=plans[-1].body["file"],
    )


def _begun(ledger: Ledger, initiative: str) -> date | None:
    return next((record.at.date() for record in ledger.records(initiative=initiative)), None)


def drawn_waves(seats: Sequence[Seat], rollout: Rollout) -> list[dict[str, Any]]:
    """Number, name, teams and units of each wave, for the record of the plan."""
    units = Counter(seat.arm for seat in seats)
    teams = Counter(arm for arm, _ in {(seat.arm, seat.team or seat.unit) for seat in seats})
    return [
        {"number": i, "name": name, "teams": teams[name], "units": units[name]}
        for i, name in enumerate(rollout.names, start=1)
        if units[name]
    ]


def record_step(ledger: Ledger, initiative: str, step: Transition) -> Record:
    """Append one step: that one record is all that a step is, so that none is ever half made."""
    return ledger.append(KIND, initiative, STEP, plain(step))
