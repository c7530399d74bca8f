"""The table of runs, and the result files."""

from proveout.core.initiative import Initiative
from proveout.core.question import Documents, Query, Question
from proveout.instruments.capacity.settings import Settings

RUNS = """
select try_cast(x.load as double) as load, try_cast(x.throughput as double) as throughput,
  try_cast(x.errors as double) as errors
from (select null as errors) as absent, lateral (select load, throughput, errors from runs) as x
"""


def questions(settings: Settings, initiative: Initiative) -> tuple[Question, ...]:
    """What the block names."""
    asked: list[Question] = []
    if settings.runs:
        asked.append(Query(name="runs", sql=RUNS, reads={"runs": settings.runs.read}))
    if settings.files:
        asked.append(Documents(name="files", pattern=settings.files))
    return tuple(asked)
