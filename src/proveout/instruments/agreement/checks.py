"""The assumptions behind the figures."""

from collections.abc import Iterator

from proveout.core.estimate import Estimate
from proveout.core.evidence import Check
from proveout.core.question import Answers
from proveout.core.wording import figure
from proveout.instruments.agreement.panel import Panel, contradicted
from proveout.instruments.agreement.queries import CASES
from proveout.instruments.agreement.settings import Settings
from proveout.stats.agreement import gwet_ac1

DOMINANT = 0.9
"""From this share of one decision on, chance agrees so often that kappa and alpha fall although people agree."""
FEW = 30


def of_panel(data: Panel) -> Iterator[Check]:
    """What was left out, and whether there is enough."""
    n = len(data.cases)
    yield Check(
        name="Every case was decided by two people or more",
        passed=data.alone == 0,
        note=f"{figure(data.alone)} cases of one person are left out" if data.alone else "",
    )
    if data.empty:
        note = f"{figure(data.empty)} rows without decision, case or person are left out"
        yield Check(name="Every row is a decision", passed=False, note=note)
    if data.twice:
        note = f"{figure(data.twice)} times; the first decision counts"
        yield Check(name="Nobody decided a case twice", passed=False, note=note)
    yield Check(
        name="Enough cases were decided by several people",
        passed=n >= FEW,
        note=f"{figure(n)} cases, {len(data.people)} people"
        + ("" if n >= FEW else f"; with fewer than {FEW} the interval is rough"),
    )


def of_labels(data: Panel) -> Iterator[Check]:
    """Whether one decision is nearly the only one, and whether everybody decides."""
    shares = data.counts.sum(axis=0) / len(data.case)
    top = int(shares.argmax())
    common = shares[top] >= DOMINANT
    note = f"{figure(float(shares[top]), 'share')} of all decisions are {data.labels[top]!r}"
    if common:
        note += f"; alpha and kappa punish that, Gwet's AC1 does not: {gwet_ac1(data.counts):.2f}"
    yield Check(name="No decision is nearly the only one", passed=not common, note=note)
    for index, name in enumerate(data.people):
        own = data.value[data.person == index]
        if len(own) >= FEW and (own == own[0]).all():
            note = f"{name} always says {data.labels[int(own[0])]!r}, in {figure(len(own))} cases"
            yield Check(name="Everybody tells cases apart", passed=False, note=note)


def of_model(model: Estimate, ceiling: Estimate) -> Check:
    """Whether the model is judged where people are still sure."""
    note = f"model {figure(model.value, 'share')}, a person {figure(ceiling.value, 'share')} against the others"
    below = None if ceiling.lower is None else model.value <= (ceiling.upper or 1.0)
    return Check(name="The model agrees with people no more than they do with one another", passed=below, note=note)


def of_cases(settings: Settings, answers: Answers) -> Iterator[Check]:
    """Whether the rows of a case say the same of it."""
    for name, column in (("t", settings.truth), ("m", settings.model), ("l", settings.label)):
        wrong = contradicted(answers.tables[CASES], name) if column else 0
        if wrong:
            note = f"{figure(wrong)} cases have several values in {column!r}; one of them is used"
            yield Check(name=f"All rows of a case agree on {column}", passed=False, note=note)
