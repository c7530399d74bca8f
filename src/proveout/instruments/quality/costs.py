"""How much more the prototype errs where a rule is broken."""

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.core.evidence import Check
from proveout.core.question import Answers
from proveout.instruments.quality.closer import case_column
from proveout.instruments.quality.plan import Plan
from proveout.instruments.quality.seen import rows
from proveout.instruments.quality.settings import Effect
from proveout.stats.balance import Moments
from proveout.stats.difference import welch
from proveout.stats.proportion import difference


def costs(known: Plan, effect: Effect, answers: Answers) -> tuple[dict[str, Estimate], list[Check]]:
    """By rule, the difference of the mean error between rows that break it and rows that do not."""
    name = f"{known.table.id}: rows are found in the errors of {effect.source}"
    if not case_column(known, effect):
        note = f"no column {effect.to or effect.key!r} in {known.table.id}; set `to` to the column that holds the case"
        return {}, [Check(name=name, passed=False, note=note)]
    found, checks = {}, []
    start = f"{known.table.id}: effect "
    asked = [question for question in (*answers.tables, *answers.failures) if question.startswith(start)]
    for question in asked:
        rule = question.removeprefix(start)
        if failure := answers.failures.get(question):
            checks.append(Check(name=f"{known.table.id}: the effect of {rule}", passed=None, note=failure.message))
            continue
        counted = rows(answers, question)[0]
        try:
            found[rule] = _more(counted).named("gap_effect", subject=f"{known.table.id}: {rule}", unit="")
        except TooLittle as error:
            seen = f"{counted['n_faulty']:,} cases with the fault and {counted['n_other']:,} without: {error.message}"
            checks.append(Check(name=f"{known.table.id}: the effect of {rule} can be told", passed=None, note=seen))
    return found, checks


def _more(counted: dict) -> Estimate:
    """The mean error with the fault, less that without it."""
    sides = [(int(counted[f"n_{side}"]), counted[f"sum_{side}"], counted[f"squares_{side}"]) for side in SIDES]
    if min(n for n, _, _ in sides) == 0:
        raise TooLittle("one of the two has no case")
    (n_faulty, sum_faulty, _), (n_other, sum_other, _) = sides
    if counted["zero_or_one"]:
        return difference(round(sum_faulty), n_faulty, round(sum_other), n_other)
    faulty, other = (_moments(*side) for side in sides)
    return welch(other, faulty).estimate


SIDES = ("faulty", "other")


def _moments(n: int, total: float, squares: float) -> Moments:
    mean = total / n
    return Moments(n=n, mean=mean, variance=max(0.0, squares - n * mean**2) / (n - 1) if n > 1 else 0.0)
