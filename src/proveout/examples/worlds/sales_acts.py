"""What the people of the sales agent did, and when."""

from collections.abc import Sequence
from datetime import date, timedelta

from proveout.examples.acts import Act, Advances, Decides, Draws, Holds, Resumes, Signs
from proveout.examples.worlds.sales import OPENED_TO_ALL, PILOT_DECIDED, PROVED, READY, WAVES

NADIA, JONAS, PRIYA, TOMAS = "Nadia Okafor", "Jonas Lind", "Priya Raman", "Tomas Weber"
VALIDATED = date(2025, 3, 14)

ACTS: Sequence[Act] = (
    Decides(on=VALIDATED, gate=1, by=JONAS, reason="The loss is measured, and nine of ten people named it."),
    Decides(on=PROVED, gate=2, by=JONAS, reason="The lower end of its accuracy is above what was promised."),
    Signs(
        on=date(2025, 4, 7),
        group="sales-reps",
        stance="minor-issue",
        by=TOMAS,
        comment="Two mornings beside a tester, not one; for the rest we want it.",
    ),
    Signs(
        on=date(2025, 4, 7),
        group="rev-ops",
        stance="major-issue",
        by=PRIYA,
        comment="The runbook does not say where notes wait while the CRM is down. Not before it does.",
    ),
    Signs(
        on=date(2025, 4, 7),
        group="sales-management",
        stance="approve",
        by=NADIA,
        comment="The first pipeline meeting of each month looks at checked drafts.",
    ),
    Decides(
        on=date(2025, 4, 7),
        gate=3,
        choice="hold",
        by=JONAS,
        reason="Revenue operations will not sign before the runbook says where notes wait.",
    ),
    Signs(
        on=date(2025, 4, 10),
        group="rev-ops",
        stance="approve",
        by=PRIYA,
        comment="It does now: step 3 of the runbook, tried in the drill.",
    ),
    Decides(on=READY, gate=3, by=JONAS, reason="All three groups signed; the way back was tried."),
    Draws(on=READY, what="pilot"),
    Decides(
        on=PILOT_DECIDED, gate=4, by=JONAS, reason="Worth it at the lower end of both intervals, and nothing got worse."
    ),
    Draws(on=PILOT_DECIDED, what="rollout"),
    Advances(on=WAVES[0]),
    Holds(on=date(2025, 6, 27), by=NADIA, reason="The end of the quarter is no time to learn something new."),
    Resumes(on=WAVES[1], by=NADIA, reason="The quarter is over."),
    Advances(on=WAVES[2]),
    Advances(on=WAVES[2] + timedelta(days=15)),
    Decides(on=OPENED_TO_ALL, gate=5, by=JONAS, reason="It lasted half a year against those who waited."),
    Advances(on=OPENED_TO_ALL),
)
