"""The only room with a connection: opens sources, asks questions, brings back small columnar tables.

What instruments may rely on in their SQL (DuckDB dialect):

* A relation of `reads` shows a whole file, a table or the people's own SELECT. Its types are BIGINT and its smaller
  kin, DOUBLE (decimals too), VARCHAR, BOOLEAN, DATE, TIME, TIMESTAMP in UTC without a zone. Rows of files come in
  file order, so that ``row_number() over ()`` is the row's position.
* A name that looks like a number stays text in a column of files: 007, 0x1f, 1e5, more digits than BIGINT has.
* Text with a zone loses it in ``t::timestamp``; write ``t::timestamptz at time zone 'UTC'``.
* Which columns there are: ``select column_name, column_type from (describe select * from need)``.
* An XES log has the columns ``seq``, ``case:<key>`` for attributes of the case and ``<key>`` for those of the event,
  such as ``case:concept:name``, ``concept:name``, ``time:timestamp``, ``lifecycle:transition``, ``org:resource``.
* Relations of `reads` belong to their question alone; preparations stay for all questions after them.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from proveout.core.evidence import Fingerprint
from proveout.core.initiative import Source
from proveout.core.question import Columns, Failure, FollowUp, Note, Question, SourceName
from proveout.data.fingerprint import fingerprints_of

__all__ = ["ask", "fingerprints"]


def ask(
    questions: Sequence[Question],
    sources: Mapping[SourceName, Source],
    folder: Path,
    *,
    note: Note = lambda sentence: None,
    follow_up: FollowUp = lambda tables, failures: (),
) -> tuple[dict[str, Columns], dict[str, Failure]]:
    """Answer the questions of one block in a database of their own.

    Args:
        questions: In order; a preparation serves the questions after it.
        sources: Declared sources by name.
        folder: The initiative's folder, below which files must lie.
        note: Told of what was not read as it stands.
        follow_up: Asked for more questions, which see the same preparations and no other sources; up to three times,
            each time in the light of all answers so far, until it names no question that was not asked before.

    Returns:
        Tables by question name (one-dimensional arrays by column, masked where SQL gave NULL), and failures by
        question name. Every query and every document pattern is in one of the two; preparations only in the second.
    """
    from proveout.data.asking import answers_to

    return answers_to(questions, sources, folder, note, follow_up)


def fingerprints(
    questions: Sequence[Question], sources: Mapping[SourceName, Source], folder: Path
) -> tuple[Fingerprint, ...]:
    """The identity of everything that the questions read, once per source and pattern, in order of first use.

    The digest is that of the file's bytes and of how they are read; it is empty for a live database and for what
    cannot be read, so that an answer about it is never taken for a lasting one. DuckDB is not imported.
    """
    return fingerprints_of(questions, sources, folder)
