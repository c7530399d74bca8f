"""Talk to running systems as declared, and write down what they answer. Runs only when somebody asks for it."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from proveout import data, probes
from proveout.core.digest import digest, plain
from proveout.core.errors import ProveoutError, SourceBroken, SourceUnreachable
from proveout.core.evidence import Outcome
from proveout.core.initiative import Initiative
from proveout.core.paths import inside
from proveout.core.probe import Call, Made, Planned, Probe, Probed, Probing, Recording, Reply, Trial
from proveout.core.question import Columns
from proveout.flow import record_file
from proveout.flow.workspace import Workspace, blocks
from proveout.instruments import instrument

Progress = Callable[[str, int, int], None]
"""Called with a block's id, how many of its calls are done, and how many there are."""
SILENT = 5
"""So many cases in a row without anybody to ask, and a trial is over."""
DIGITS = 16
"""Of the digest of case and call: enough to tell millions apart."""


def plan(workspace: Workspace, block: str = "") -> tuple[Planned, ...]:
    """What would be called, for one block or for all; nothing is called yet, but the cases of trials are read.

    Raises:
        FaultyDeclaration: With all diagnostics.
        ProveoutError: There is no such block, two blocks write one file, or a file holds something else.
    """
    initiative = workspace.declared()
    recordings: dict[str, Recording] = {}
    for one in blocks(initiative):
        tool = instrument(one.instrument)
        if block not in ("", one.id):
            continue
        workspace.refuse(workspace.faults(one, initiative))
        if found := tool.recording(one.settings, initiative.only(tool.reads)):
            recordings[one.id] = found
    if block and block not in recordings:
        raise ProveoutError(f"there is no block {block!r} that calls anything", "`proveout probe --dry-run` lists them")
    for file, n in Counter(recording.file for recording in recordings.values()).items():
        if n > 1:
            raise ProveoutError(f"{n} blocks record to {file}", "give each block a file of its own")
    return tuple(_planned(id, recording, initiative, workspace.folder) for id, recording in recordings.items())


def probe(
    workspace: Workspace,
    planned: Planned,
    *,
    again: bool = False,
    progress: Progress = lambda block, done, total: None,
) -> Made:
    """Make the calls of one recording, write down each answer as it comes, and note the file in the ledger.

    Args:
        workspace: The initiative's folder.
        planned: What to call, as `plan` found it.
        again: Whether cases of a trial that are recorded already are asked again.
        progress: Called after every probe or case.

    Raises:
        ProveoutError: The file or the ledger cannot be written, a variable of the environment is not set, or a
            prototype's first reply does not hold what it is asked for.
    """
    initiative, recording = workspace.declared(), planned.recording
    path = inside(workspace.folder, recording.file)

    def make(call: Call, **more: Any) -> Reply:
        return probes.make(call, workspace.folder, initiative.sources, **more)

    probes.check_environment(recording.calls, initiative.sources)
    with record_file.reserved(workspace.folder), _noted(workspace, initiative, planned, path):
        if isinstance(recording, Trial):
            return _try(planned, recording, path, workspace.folder, make, again, progress)
        return _probe(planned, recording, path, workspace.folder, make, progress)


@contextmanager
def _noted(workspace: Workspace, initiative: Initiative, planned: Planned, path: Path) -> Iterator[None]:
    """Append what the file holds to the ledger, also when the run was interrupted."""
    try:
        yield
    finally:
        if path.exists():
            content = path.read_bytes()
            body = {
                "block": planned.block,
                "file": planned.recording.file,
                "digest": hashlib.sha256(content).hexdigest(),
                "n": content.count(b"\n"),
                "at": _now(),
            }
            with workspace.ledger() as ledger:
                ledger.append("probe", initiative.initiative, planned.block, body)


def _planned(block: str, recording: Recording, initiative: Initiative, folder: Path) -> Planned:
    path = inside(folder, recording.file)
    if isinstance(recording, Probing):
        record_file.lines_of(path, record_file.PROBED)
        return Planned(block=block, recording=recording)
    lines = record_file.lines_of(path, record_file.TRIED)
    tables, failures = data.ask([recording.cases], initiative.sources, folder)
    for failure in failures.values():
        kind = SourceUnreachable if failure.outcome is Outcome.UNREACHABLE else SourceBroken
        raise kind(failure.message, failure.remedy)
    seen: Counter[str] = Counter()
    cases = []
    for case in _cases(tables[recording.cases.name]):
        own = digest((recording.call, case))
        seen[own] += 1  # two cases may be alike
        cases.append((digest((own, seen[own]))[:DIGITS], case))
    wanted = {key for key, _ in cases}
    recorded = {line["asked"] for line in lines} & wanted
    return Planned(
        block=block,
        recording=recording,
        cases=tuple(cases),
        recorded=len(recorded),
        outdated=sum(line["asked"] not in wanted for line in lines),
    )


def _cases(columns: Columns) -> Iterator[dict[str, Any]]:
    """Rows as JSON knows them."""
    import numpy as np

    lists = {name: np.ma.asarray(column).tolist() for name, column in columns.items()}
    for row in zip(*lists.values(), strict=True):
        yield {name: _cell(value) for name, value in zip(lists, row, strict=True)}


def _cell(value: Any) -> Any:
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    return value.isoformat() if hasattr(value, "isoformat") else value


def _try(
    planned: Planned,
    trial: Trial,
    path: Path,
    folder: Path,
    make: Callable[..., Reply],
    again: bool,
    progress: Progress,
) -> Made:
    """Ask case by case, a line appended for each."""
    wanted = {key for key, _ in planned.cases}
    lines = record_file.lines_of(path, record_file.TRIED)
    kept = [] if again else [line for line in lines if line["asked"] in wanted]
    if len(kept) < len(lines):
        record_file.set_aside(path, folder)
    record_file.write(path, kept)
    done = {line["asked"] for line in kept}
    todo = [(key, case) for key, case in planned.cases if key not in done]
    failed: list[tuple[str, str]] = []
    unreached: list[tuple[str, str]] = []
    n, silent = 0, list[str]()
    with path.open("a", encoding="utf-8") as file:
        for n, (key, case) in enumerate(todo, start=1):
            reply = make(trial.call, case=case)
            wrong = reply.wrong()
            if wrong:
                (failed if reply.reached else unreached).append((_label(case), wrong))
            if n == 1 and reply.reached and not wrong:
                _expect(trial, case, reply)
            silent.append(record_file.line_of(_line(key, case, reply, wrong)))
            if reply.reached:
                file.write("".join(silent))
                file.flush()
                silent.clear()
            progress(planned.block, n, len(todo))
            if len(silent) in (n, SILENT):
                break  # nobody was there from the start, or nobody is there any more
    return Made(block=planned.block, file=trial.file, n=n, failed=tuple(failed), unreached=tuple(unreached))


def _expect(trial: Trial, case: Mapping[str, Any], reply: Reply) -> None:
    """Refuse to ask hundreds of cases for a field that the replies do not hold."""
    fields = reply.body if isinstance(reply.body, dict) else {"answer": reply.body}
    said = {name.casefold() for name in fields}
    if lacking := [name for name in trial.expects if name.casefold() not in said]:
        there = ", ".join(map(str, fields)) or "nothing"
        message = f"the reply to {_label(case)} holds no {lacking[0]}; it holds {there}"
        raise ProveoutError(message, "correct `columns`, or what the prototype replies")


def _line(key: str, case: Mapping[str, Any], reply: Reply, wrong: str) -> dict[str, Any]:
    fields = reply.body if isinstance(reply.body, dict) else {"answer": reply.body}
    said = {} if wrong else {_free(name, value, case): value for name, value in fields.items()}
    return {**said, **case, "latency_seconds": round(reply.seconds, 6), "error": wrong, "asked": key}


def _free(name: str, value: Any, case: Mapping[str, Any]) -> str:
    return f"reply_{name}" if name in case and case[name] != value else name


def _label(case: Mapping[str, Any]) -> str:
    """How a case is named: by its first column."""
    name, value = next(iter(case.items()), ("case", ""))
    return f"{name} {value}"


def _probe(
    planned: Planned, probing: Probing, path: Path, folder: Path, make: Callable[..., Reply], progress: Progress
) -> Made:
    """Probe by probe; the file holds the latest line of each."""
    ids = [one.id for one in probing.probes]
    lines = {line["probe"]: line for line in record_file.lines_of(path, record_file.PROBED) if line["probe"] in ids}
    record_file.set_aside(path, folder)
    failed: list[tuple[str, str]] = []
    unreached: list[tuple[str, str]] = []
    for n, one in enumerate(probing.probes, start=1):
        probed = _probed(one, make)
        lines[one.id] = plain(probed)
        record_file.write(path, [lines[id] for id in ids if id in lines])
        for reply, wrong in _judged(one, probed):
            if wrong:
                (failed if reply.reached else unreached).append((one.id, wrong))
                break
        progress(planned.block, n, len(probing.probes))
    return Made(block=planned.block, file=probing.file, n=len(ids), failed=tuple(failed), unreached=tuple(unreached))


def _judged(one: Probe, probed: Probed) -> Iterator[tuple[Reply, str]]:
    for reply in probed.replies:
        yield reply, reply.wrong(one.status)
    for step, reply in (("read back", probed.read_back), ("clean up", probed.clean_up)):
        if reply:
            yield reply, f"{step}: {reply.wrong()}" if reply.wrong() else ""


def _probed(one: Probe, make: Callable[..., Reply]) -> Probed:
    """The call, often enough to time it; what was written is read back and taken away again."""
    at = _now()
    replies: list[Reply] = []
    read_back = clean_up = None
    try:
        for _ in range(1 if one.writes else one.repeats):
            replies.append(make(one.call))
            if not replies[-1].reached:
                break
        if one.read_back and any(reply.reached for reply in replies):
            read_back = make(one.read_back, earlier=_fields(replies))
    finally:
        if one.clean_up and any(reply.reached for reply in replies):
            clean_up = make(one.clean_up, earlier=_fields(replies))
    same = [n > 0 and (reply.body, reply.cut) == (replies[0].body, replies[0].cut) for n, reply in enumerate(replies)]
    return Probed(
        probe=one.id,
        call=one.digest,
        at=at,
        replies=tuple(
            replace(reply, body=None, as_first=True) if alike else reply
            for reply, alike in zip(replies, same, strict=True)
        ),
        read_back=read_back,
        clean_up=clean_up,
    )


def _fields(replies: list[Reply]) -> Mapping[str, Any]:
    """What later calls may name: the fields of the first reply, or of its first row."""
    body = replies[0].body if replies else None
    first = body[0] if isinstance(body, list) and body else body
    return first if isinstance(first, dict) else {}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
