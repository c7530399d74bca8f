"""One question on one source, and what is expected of its failure."""

from pathlib import Path

from proveout.core.evidence import Outcome
from proveout.core.initiative import Source
from proveout.core.question import Failure, Query, Read, SourceName
from proveout.data import ask

S = SourceName("s")


def one(folder: Path, source: Source, sql: str, *, query: str = "", table: str = "", **parameters: object):
    """The answer to one question on one source: a table or a failure."""
    read = Read(source=S, query=query, table=table)
    tables, failures = ask([Query(name="q", sql=sql, reads={"r": read}, parameters=parameters)], {S: source}, folder)
    assert len(tables) + len(failures) == 1
    return tables.get("q") or failures["q"]


def csv(folder: Path, content: str | bytes, sql: str = "select * from r", **options: object):
    name = str(options.pop("name", "t.csv"))
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return one(folder, Source(location=name, **options), sql)  # type: ignore[arg-type]


def broken(answer: object) -> str:
    assert isinstance(answer, Failure), answer
    assert answer.outcome is Outcome.BROKEN, answer
    assert answer.remedy
    return answer.message


def unreachable(answer: object) -> str:
    assert isinstance(answer, Failure), answer
    assert answer.outcome is Outcome.UNREACHABLE, answer
    assert answer.remedy
    return answer.message
