"""Answers to figures."""

from collections.abc import Callable, Iterator

from proveout.core.errors import ProveoutError
from proveout.core.evidence import Check, Finding, Part, found_in
from proveout.core.initiative import Initiative
from proveout.core.question import Answers, Failure
from proveout.instruments.agreement.agreeing import agreeing
from proveout.instruments.agreement.ceiling import ceiling, distances
from proveout.instruments.agreement.decisions import Decisions, read, there
from proveout.instruments.agreement.doubted import doubted
from proveout.instruments.agreement.queries import home
from proveout.instruments.agreement.settings import Settings
from proveout.instruments.agreement.truth import beside, truthful

DECISIONS = (
    *("ratings columns", "rated", "decided", "numbered"),
    *("counts", "repeats", "people", "labels", "decisions", "disputed"),
)


def measure(settings: Settings, answers: Answers, initiative: Initiative) -> Finding:
    """Whether people agree, how near each comes to the others, and which labels to look at.

    Raises:
        TooLittle: There are too few cases to say anything.
        ProveoutError: A column is missing, or what is there is not of the scale.
    """
    needed = DECISIONS if settings.ratings else ("label columns", "label")
    for question in needed:
        if failure := answers.failures.get(question):
            return Finding(outcome=failure.outcome, reason=failure.message, remedy=failure.remedy)
    parts = tuple(_parts(settings, answers))
    return found_in(parts)


def _parts(settings: Settings, answers: Answers) -> Iterator[Part]:
    if not settings.ratings:
        yield doubted(settings, answers)
        return
    found, checks = read(settings, answers)
    yield Part(checks=checks)
    yield agreeing(settings, found, answers)
    if settings.scale == "interval":
        yield distances(found)
    else:
        yield from _near(settings, found, answers)
    if settings.truth:
        yield _tried("truth", settings, answers, lambda: truthful(settings, found, answers))
    if settings.label:
        yield _tried("label", settings, answers, lambda: doubted(settings, answers))


def _near(settings: Settings, found: Decisions, answers: Answers) -> Iterator[Part]:
    if not settings.model:
        yield ceiling(found, None)
        return

    def with_model() -> Part:
        codes, checks = beside("model", found, answers)
        part = ceiling(found, codes[found.unit])
        return Part(estimates=part.estimates, checks=(*checks, *part.checks), exhibits=part.exhibits)

    part = _tried("model", settings, answers, with_model)
    yield part if part.estimates else Part(checks=part.checks)
    if not part.estimates:
        yield ceiling(found, None)


def _tried(table: str, settings: Settings, answers: Answers, ask: Callable[[], Part]) -> Part:
    """What could be had, or a failed check that says why not."""
    name = f"The {table} can be used"
    failures: list[Failure] = [answers.failures[one] for one in (f"{table} columns", table) if one in answers.failures]
    if failures:
        return Part(checks=(_failed(name, failures[0].message, failures[0].remedy),))
    try:
        there(settings, answers, home(settings, table))
        return ask()
    except ProveoutError as error:
        return Part(checks=(_failed(name, error.message, error.remedy),))


def _failed(name: str, message: str, remedy: str) -> Check:
    return Check(name=name, passed=False, note=f"{message}; {remedy}" if remedy else message)
