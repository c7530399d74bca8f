"""What the record says of each operation: proved, failing, or not proved."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from proveout.core.probe import Probe, Probed, Reply
from proveout.core.question import Answers
from proveout.instruments.integration.settings import Operation, Settings, System

State = Literal["proved", "failing", "unproved"]
ASK = "run `proveout probe`"
ELSEWHERE = timedelta(days=1)
"""A probe is dated in UTC, where it may be tomorrow already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An operation, and what is known of it.

    Args:
        why: Why it is not proved.
        differences: From the contract, in words.
        compared: Whether the answers were held against a contract, all of them.
        events: How many samples of events were looked at, and how many there are.
        seconds: Round trips, whatever came of them.
        on: The day of the probe.
        written_back: Of a write: whether it was read back; None for what does not write.
    """

    system: System
    operation: str
    state: State
    why: str = ""
    differences: tuple[str, ...] = ()
    compared: bool = False
    events: tuple[int, int] = (0, 0)
    seconds: tuple[float, ...] = ()
    on: date | None = None
    written_back: bool | None = None

    @property
    def name(self) -> str:
        """As people say it."""
        return f"{self.system.id}/{self.operation}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Lines of the record by probe, and what of it cannot be read."""

    lines: Mapping[str, Probed]
    fault: str = ""

    def current(self, probe: Probe, settings: Settings, as_of: date) -> tuple[Probed | None, str]:
        """The line that proves something on that day, or why there is none."""
        line = self.lines.get(probe.id)
        if line is None:
            return None, self.fault or f"never probed; {ASK}"
        day = day_of(line)
        if line.call != probe.digest:
            return None, f"declared otherwise since it was probed on {day}; {ASK}"
        if day - ELSEWHERE > as_of:
            return None, f"probed on {day}, which is after {as_of}"
        if as_of >= day + timedelta(days=settings.probed_within_days):
            return None, f"last probed on {day}, more than {settings.probed_within_days} days ago; {ASK}"
        return line, ""


def day_of(line: Probed) -> date:
    """The day of a probe, UTC."""
    return datetime.fromisoformat(line.at).astimezone(UTC).date()


def text_of(path: str, answers: Answers) -> tuple[str | None, str]:
    """The text of a file, or why there is none."""
    if failure := answers.failures.get(path):
        return None, failure.message
    texts = answers.tables[path]["text"]
    return (str(texts[0]), "") if len(texts) else (None, f"there is no file {path}")


def record_of(settings: Settings, answers: Answers) -> Record:
    """The lines that `proveout probe` wrote."""
    if settings.record in answers.failures:
        return Record(lines={}, fault=answers.failures[settings.record].message)
    text, _ = text_of(settings.record, answers)
    lines: dict[str, Probed] = {}
    for number, line in enumerate((text or "").splitlines(), start=1):
        try:
            probed = _probed(json.loads(line))
            day_of(probed)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return Record(lines=lines, fault=f"{settings.record}:{number} was not written by a probe; {ASK}")
        lines[probed.probe] = probed
    return Record(lines=lines)


def _probed(values: Mapping[str, Any]) -> Probed:
    return Probed(
        probe=str(values["probe"]),
        call=str(values["call"]),
        at=str(values["at"]),
        replies=tuple(_reply(reply) for reply in values["replies"]),
        read_back=_reply(values["read_back"]) if values.get("read_back") else None,
        clean_up=_reply(values["clean_up"]) if values.get("clean_up") else None,
    )


def _reply(values: Mapping[str, Any]) -> Reply:
    reply = Reply(**{field.name: values[field.name] for field in fields(Reply) if field.name in values})
    if not 0 <= reply.seconds < float("inf") or not isinstance(reply.error, str):
        raise ValueError("not a reply")
    return reply


def faults_of(operation: Operation, line: Probed) -> tuple[str, ...]:
    """What went wrong when it was called, each thing once."""
    wrong = [reply.wrong(operation.expect.status) for reply in line.replies]
    if not line.replies:
        wrong.append("nothing was called")
    if operation.expect.rows:
        wrong += [_too_few(reply, operation.expect.rows) for reply in line.replies if not reply.as_first]
    if line.clean_up and line.clean_up.wrong():
        wrong.append(f"what was written was not taken away: {line.clean_up.wrong()}")
    return tuple(dict.fromkeys(words for words in wrong if words))


def _too_few(reply: Reply, rows: int) -> str:
    n = len(reply.body) if isinstance(reply.body, list) else 0
    return "" if reply.error or reply.cut or n >= rows else f"{n} rows where at least {rows} are expected"


def not_read_back(operation: Operation, line: Probed) -> str:
    """Why a write does not count as read back; empty when it does."""
    reply = line.read_back
    if operation.read_back is None or reply is None:
        return "it was not read back; declare `read_back`"
    if words := reply.wrong():
        return f"reading back: {words}"
    if operation.sql:
        return "" if reply.body else "reading back: no rows"
    return _lost(operation.with_.body, reply.body)


def _lost(written: Any, found: Any) -> str:
    """Fields that were written and came back otherwise, or not at all."""
    if not isinstance(written, Mapping):
        return "" if found is not None else "reading back: an empty answer"
    first = found[0] if isinstance(found, Sequence) and not isinstance(found, str) and found else found
    there = first if isinstance(first, Mapping) else {}
    plain = {name: value for name, value in written.items() if not isinstance(value, Mapping | list | tuple)}
    if plain and not plain.keys() & there.keys():
        return "reading back: nothing of what was written is there"
    changed = [name for name, value in plain.items() if name in there and str(there[name]) != str(value)]
    return f"reading back: {', '.join(changed)} came back changed" if changed else ""
