"""Measure again and again, and say when a gate that was left behind is open again."""

import time
from collections.abc import Callable, Iterator, Sequence
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
from proveout.flow.check import check
from proveout.flow.measure import Progress
from proveout.flow.workspace import Workspace
from proveout.ledger import Ledger

KIND, SENT = "turn", "notice"

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
    """

    assessment: Assessment
    turns: tuple[Turn, ...]
    open_again: tuple[Phase, ...]
    expiring: tuple[tuple[str, date], ...]
    sent: tuple[str, ...]
    unsent: tuple[str, ...]


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
    today = as_of or datetime.now(UTC).date()
    assessment = check(workspace, as_of=today, progress=progress)
    name = assessment.initiative.initiative
    with workspace.ledger() as ledger:
        left = gates.references(list(ledger.records("gate", name)), assessment.decisions)
        said = {Phase(record.key): Verdict(record.body["verdict"]) for record in ledger.records(KIND, name)}
        turns = tuple(gates.find_turns(assessment.gates, left, said))
        for turn in turns:
            ledger.append(KIND, name, turn.phase, {**plain(turn), "sentence": turn.sentence})
        sent, unsent = _tell(ledger, name, channels)
    soon = today + timedelta(days=ahead_days)
    return Round(
        assessment=assessment,
        turns=turns,
        open_again=tuple(g.phase for g in assessment.gates if g.phase in left and worse(g.verdict, left[g.phase])),
        expiring=tuple((block, day) for block, day in assessment.ends.items() if today <= day <= soon),
        sent=sent,
        unsent=unsent,
    )


def _tell(ledger: Ledger, name: str, channels: Sequence[Channel]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Send what was not sent yet, turn by turn and channel by channel."""
    done = {(r.key, r.body["channel"]) for r in ledger.records(SENT, name)}
    sent, unsent = [], []
    for record in ledger.records(KIND, name):
        for channel in channels:
            if (record.hash, channel.name) in done:
                continue
            try:
                channel.send(*_words(name, record))
            except ProveoutError as error:
                unsent.append(f"{error.message}; {error.remedy}")
                continue
            ledger.append(SENT, name, record.hash, {"channel": channel.name})
            sent.append(channel.name)
    return tuple(sent), tuple(dict.fromkeys(unsent))


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
