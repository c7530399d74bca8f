"""Measure what the ledger does not hold yet, side by side, and record each result as it comes."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from proveout import data
from proveout.core.digest import plain
from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.evidence import Check, Evidence, Finding, Outcome
from proveout.core.initiative import Initiative, Source
from proveout.core.question import Answers, Columns, Failure, Preparation, Query, SourceName
from proveout.flow.plan import Task
from proveout.flow.undrawn import not_drawn, waits_for_draw, without_arms
from proveout.ledger import Ledger

Progress = Callable[[str, str], None]
"""Called with a block's id and ``started``, ``measured`` or ``remembered``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Evidence of all blocks, and how it was come by.

    Args:
        evidence: One entry per task, in the order of the tasks.
        remembered: Ids of blocks read from the ledger.
        seconds: Wall time by block that was measured anew.
    """

    evidence: tuple[Evidence, ...]
    remembered: frozenset[str]
    seconds: Mapping[str, float]


def measure(
    tasks: tuple[Task, ...],
    ledger: Ledger,
    initiative: Initiative,
    *,
    folder: Path,
    as_of: date,
    progress: Progress,
) -> Measured:
    """Evidence for every task; what the ledger holds is not measured twice.

    Evidence is appended to the ledger as soon as it is there, so that an interrupted run loses nothing.
    """
    evidence = {task.block.id: task.recorded for task in tasks if task.remembered and task.recorded}
    remembered = frozenset(evidence)
    for block_id in remembered:
        progress(block_id, "remembered")
    seconds: dict[str, float] = {}
    undrawn = not_drawn(initiative, folder, ledger)

    def find(task: Task) -> Finding:
        start = time.perf_counter()
        upstream = tuple(evidence[i] for i in task.builds_on)
        now = without_arms(task, undrawn)
        finding = _find(now, upstream, initiative.sources, folder, as_of) if now else waits_for_draw(undrawn)
        seconds[task.block.id] = time.perf_counter() - start
        return finding

    for task, finding in _side_by_side([task for task in tasks if not task.remembered], evidence, find, progress):
        evidence[task.block.id] = _recorded(
            task, _evidence(task, finding, as_of, ledger.clock()), ledger, initiative.initiative, as_of
        )
        progress(task.block.id, "measured")
    return Measured(evidence=tuple(evidence[task.block.id] for task in tasks), remembered=remembered, seconds=seconds)


def _side_by_side(
    waiting: list[Task], ready: Mapping[str, Evidence], find: Callable[[Task], Finding], progress: Progress
) -> Iterator[tuple[Task, Finding]]:
    """Yields each finding as it comes; a task starts once the caller holds the evidence that it builds on."""
    running: dict[Future[Finding], Task] = {}
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        while waiting or running:
            for task in [task for task in waiting if all(i in ready for i in task.builds_on)]:
                waiting.remove(task)
                progress(task.block.id, "started")
                running[pool.submit(find, task)] = task
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield running.pop(future), future.result()


def _find(
    task: Task, upstream: tuple[Evidence, ...], sources: Mapping[SourceName, Source], folder: Path, as_of: date
) -> Finding:
    try:
        notes: dict[str, None] = {}

        def answers(tables: Mapping[str, Columns], failures: Mapping[str, Failure]) -> Answers:
            return Answers(
                tables=tables,
                failures=failures,
                evidence=upstream,
                as_of=as_of,
                registration=task.told.registration,
                judged=task.told.judged,
                progress=task.told.progress,
                sign_offs=task.told.sign_offs,
                digests={one.source: one.digest for one in task.fingerprints},
            )

        def more(tables: Mapping[str, Columns], failures: Mapping[str, Failure]) -> tuple[Query | Preparation, ...]:
            return task.instrument.follow_up(task.block.settings, answers(tables, failures), task.initiative)

        tables, failures = data.ask(task.questions, sources, folder, note=notes.setdefault, follow_up=more)
        if failures and not task.instrument.takes_failures:
            first = next(iter(failures.values()))
            return Finding(outcome=first.outcome, reason=first.message, remedy=first.remedy)
        finding = task.instrument.measure(task.block.settings, answers(tables, failures), task.initiative)
        repaired = tuple(Check(name="Files are read as they stand", passed=False, note=sentence) for sentence in notes)
        unread = tuple(dict.fromkeys(failure.message for failure in failures.values()))
        return replace(finding, checks=(*finding.checks, *repaired), unread=unread)
    except TooLittle as too_little:
        return Finding(outcome=Outcome.TOO_LITTLE, reason=too_little.message, remedy=too_little.remedy)
    except ProveoutError as error:
        return Finding(outcome=Outcome.BROKEN, reason=error.message, remedy=error.remedy)
    except OverflowError:
        return Finding(
            outcome=Outcome.BROKEN,
            reason="a figure comes out beyond all numbers",
            remedy="look for numbers that cannot be, in the block and in the data",
        )


def _evidence(task: Task, finding: Finding, as_of: date, at: datetime) -> Evidence:
    now = at.replace(microsecond=0)
    days = task.block.good_for_days or task.instrument.good_for_days
    return Evidence(
        block=task.block.id,
        instrument=task.instrument.name,
        version=task.instrument.version,
        key=task.key,
        finding=finding,
        sources=task.fingerprints,
        as_of=as_of,
        measured_at=now,
        good_until=as_of + timedelta(days=days) if days else None,
    )


def _recorded(task: Task, fresh: Evidence, ledger: Ledger, name: str, as_of: date) -> Evidence:
    """The evidence on record: an unchanged finding that is still good keeps its first record."""
    old = task.recorded
    if old and old.holds(as_of) and not old.stale(as_of) and old.finding == fresh.finding:
        return replace(old, sources=fresh.sources)
    ledger.append("evidence", name, task.key, plain(fresh))
    return fresh
