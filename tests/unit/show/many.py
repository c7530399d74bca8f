"""A portfolio that was never: a pilot past its time, one that passes, one that was stopped, one that cannot be read."""

from dataclasses import replace
from datetime import date

from tests.unit.show.invented import INJECTION

from proveout.core.initiative import Phase
from proveout.core.portfolio import Member, Portfolio, Standing, Stop, Unread
from proveout.core.verdict import Verdict
from proveout.portfolio import gathered

LATE = Member(
    place="sales/agent",
    name="agent",
    title=f"An agent for {INJECTION}",
    phase=Phase.PILOT,
    since=date(2025, 9, 1),
    days_past=80,
    missing=("production owner", "run budget"),
    verdict=Verdict.FAIL,
    gates=tuple(
        Standing(phase=phase, verdict=verdict, due=phase.number <= 4, decided=decided)
        for phase, verdict, decided in zip(
            Phase,
            (Verdict.PASS, Verdict.PASS, Verdict.UNDECIDED, Verdict.FAIL, Verdict.UNDECIDED),
            ("go on 2025-06-01", "go on 2025-07-01", "conditional go on 2025-09-01", "", ""),
            strict=True,
        )
    ),
    stops=tuple(
        Stop(phase=Phase.PILOT, criterion=f"c-{i}", title=f"Criterion {i}", verdict=verdict)
        for i, verdict in enumerate((Verdict.FAIL, Verdict.FAIL, Verdict.UNDECIDED, Verdict.UNDECIDED))
    ),
    pathologies=("pilot-trap", "change-underestimated"),
    stopped=False,
    choices=(("go", False), ("go", False), ("conditional-go", True)),
)
FINE = replace(
    LATE,
    place="routing",
    title="",
    name="routing",
    phase=Phase.PRODUCTION_SCALING,
    days_past=0,
    missing=(),
    verdict=Verdict.PASS,
    gates=tuple(Standing(phase=phase, verdict=Verdict.PASS, due=True) for phase in Phase),
    stops=(),
    pathologies=(),
)
STOPPED = replace(LATE, place="stopped", title="Letters", stopped=True, since=None, days_past=None)


def portfolio() -> Portfolio:
    """All of them, as of a day of January 2026."""
    return gathered([LATE, FINE, STOPPED], [Unread(place="torn", reason="1 fault(s); `proveout check torn` says more")],
                    as_of=date(2026, 1, 20))  # fmt: skip
