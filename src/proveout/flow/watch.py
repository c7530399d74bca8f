"""Measure again and again, and say when a gate that was left behind is open again."""

import time
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from proveout import gates
from proveout.core.assessment import Assessment
from proveout.core.decision import Record
from proveout.core.digest import plain
from proveout.core.errors import ProveoutError
from proveout.core.initiative import Phase
from proveout.core.turn import Turn, worse
from proveout.core.verdict import Verdict
from proveout.delivery import Channel, channels
from proveout.flow import record_file
from proveout.flow.check import check
from proveout.flow.measure import Progress
from proveout.flow.workspace import Workspace

KIND, SENT = "turn", "notice"
WAIT_SECONDS = 60.0
"""For another round of the same folder to end."""

__all__ = ["Round", "channels", "watch", "watch_once"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round came to.

    Args:
        assessment: Of this round.
        turns: What turned, said now for the first time.
        open_again: Gates that are open again, also from earlier rounds.
        expiring: Blocks whose evidence is stale soon, with the day.
        sent: Names of channels that were told, once per notice.
        unsent: What could not be sent, one sentence each; it is tried again in the next round.
        ahead_to: The day to come that was looked at, without a record; None for today.
    """

    assessment: Assessment
    turns: tuple[Turn, ...]
    open_again: tuple[Phase, ...]
    expiring: tuple[tuple[str, date], ...]
    sent: tuple[str, ...]
    unsent: tuple[str, ...]
    ahead_to: date | None = None


def watch_once(
    workspace: Workspace,
    *,
    channels: Sequence[Channel] = (),
    as_of: date | None = None,
    ahead_days: int = 7,
    progress: Progress = lambda block, state: None,
) -> Round:
    """One round: measure, judge, record what turned, tell whoever is to be told.

    A turn is recorded once, and a notice of it as sent only after it was: an interruption between the two sends it
    again rather than never.

    Raises:
        ProveoutError: As `check` does.
    """
    today = as_of or workspace.today
    if today < workspace.today:
        raise ProveoutError(f"{today} is gone", "watch looks at today, or at what a day to come will bring")
    assessment = check(workspace, as_of=today, progress=progress)
    name = assessment.initiative.initiative
    ahead = today > workspace.today
    with record_file.reserved(workspace.folder, "watching", wait_seconds=WAIT_SECONDS):
        with workspace.ledger() as ledger:
            left = gates.references(list(ledger.records("gate", name)), assessment.decisions)
            said = {Phase(record.key): Verdict(record.body["verdict"]) for record in ledger.records(KIND, name)}
            turns = tuple(gates.find_turns(assessment.gates, left, said))
            for turn in () if ahead else turns:
                ledger.append(KIND, name, turn.phase, {**plain(turn), "sentence": turn.sentence})
        sent, unsent = ((), ()) if ahead else _tell(workspace, name, channels)
    soon = today + timedelta(days=ahead_days)
    return Round(
        assessment=assessment,
        turns=turns,
        open_again=tuple(g.phase for g in assessment.gates if g.phase in left and worse(g.verdict, left[g.phase])),
        expiring=tuple((block, day) for block, day in assessment.ends.items() if today <= day <= soon),
        sent=sent,
        unsent=unsent,
        ahead_to=today if ahead else None,
    )


def _tell(workspace: Workspace, name: str, channels: Sequence[Channel]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Send what was not sent yet, with the ledger closed: whoever answers slowly keeps nobody waiting but us."""
    with workspace.ledger() as ledger:
        turns = list(ledger.records(KIND, name))
        done = {(r.key, r.body["channel"]) for r in ledger.records(SENT, name)}
    sent, unsent = [], []
    for channel in channels:
        for record in _untold(turns, {hash for hash, known in done if known == channel.name}):
            try:
                channel.send(*_words(name, record))
            except ProveoutError as error:
                unsent.append(f"{error.message}; {error.remedy}")
                break
            with workspace.ledger() as ledger:
                ledger.append(SENT, name, record.hash, {"channel": channel.name})
            sent.append(channel.name)
    return tuple(sent), tuple(unsent)


def _untold(turns: Sequence[Record], done: Container[str]) -> Iterator[Record]:
    """Of each gate the last turn, if it was not told; that a gate is closed again is for those who heard it opened."""
    last = {record.key: record for record in turns}
    told = {record.key for record in turns if record.hash in done}
    for record in last.values():
        if record.hash not in done and (record.key in told or _opens(record)):
            yield record


def _opens(record: Record) -> bool:
    return worse(Verdict(record.body["verdict"]), Verdict(record.body["reference"]))


def _words(name: str, record: Record) -> tuple[str, str, dict[str, object]]:
    """Subject, text and fields of a notice."""
    body = record.body
    lines = [body["sentence"], "", *(f"- {reason}" for reason in body["reasons"])]
    fields = {
        "initiative": name,
        "phase": body["phase"],
        "verdict": body["verdict"],
        "reasons": body["reasons"],
        "at": record.at.isoformat(),
        "record": record.hash,
    }
    return f"{name}: {body['sentence']}", "\n".join(lines) + "\n", fields


def watch(
    workspace: Callable[[], Workspace],
    *,
    every: timedelta,
    channels: Sequence[Channel] = (),
    ahead_days: int = 7,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Round | ProveoutError]:
    """Rounds without end; one that fails is yielded as what went wrong, and the next one comes all the same.

    Args:
        workspace: Opens the folder anew for each round, since the declaration may have changed.
        every: The longest pause; a shorter one where evidence goes stale before.
        channels: Whom to tell.
        ahead_days: How long before evidence goes stale it is said.
        sleep: Waits so many seconds.
    """
    while True:
        pause = every.total_seconds()
        try:
            found = watch_once(workspace(), channels=channels, ahead_days=ahead_days)
            pause = min(pause, _until_stale(found.assessment))
            yield found
        except ProveoutError as error:
            yield error
        sleep(pause)


def _until_stale(assessment: Assessment) -> float:
    """Seconds until the next midnight on which evidence goes stale or would read otherwise."""
    now = datetime.now(UTC)
    changes = (item.finding.changes_on for item in assessment.evidence)
    days = [day for day in (*assessment.ends.values(), *changes) if day and day > now.date()]
    if not days:
        return float("inf")
    return max(60.0, (datetime.combine(min(days), datetime.min.time(), UTC) - now).total_seconds())
