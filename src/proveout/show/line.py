"""One ruling in words: what a reader sees of a criterion."""

from dataclasses import dataclass
from typing import Literal

from proveout.core.policy import Comparison, Criterion, Weight
from proveout.core.verdict import Ruling, Verdict
from proveout.core.wording import apart, figure, interval

Tone = Literal["pass", "fail", "undecided", "warn", "waived", "trial", "spare"]

MARKS: dict[str, str] = {
    "pass": "✓",
    "fail": "✗",
    "undecided": "?",
    "warn": "!",
    "waived": "~",
    "trial": "·",
    "spare": "·",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One ruling in words; `settle` is empty for what is passed.

    Rulings of the same criterion that change nothing stand behind the one that decides, as `others`.
    """

    ruling: Ruling
    tone: Tone
    word: str
    title: str
    value: str
    interval: str
    threshold: str
    tags: tuple[str, ...]
    sentence: str
    settle: str
    remarks: tuple[str, ...]
    others: tuple["Line", ...] = ()

    @property
    def mark(self) -> str:
        """The sign of its tone; it never stands without the word."""
        return MARKS[self.tone]

    @property
    def passed(self) -> bool:
        """Whether the whole interval is on the good side."""
        return self.ruling.verdict is Verdict.PASS

    @property
    def open(self) -> bool:
        """Whether there is more to say than the figures."""
        return bool(self.settle) or self.ruling.spared or self.ruling.moved_from is not None


def line(ruling: Ruling, *, needed: bool = True) -> Line:
    """Put one ruling into words; it is not needed when any is enough and another one passes."""
    criterion, estimate = ruling.criterion, ruling.estimate
    subject = f" ({estimate.subject})" if estimate and estimate.subject else ""
    passed = ruling.verdict is Verdict.PASS
    return Line(
        ruling=ruling,
        tone=_tone(ruling) if needed or passed else "spare",
        word=_word(ruling),
        title=criterion.title + subject,
        value=_value(ruling),
        interval=interval(estimate) if estimate else "",
        threshold=threshold(ruling),
        tags=_tags(ruling) if needed or passed else (*_tags(ruling), "one is enough"),
        sentence=ruling.sentence,
        settle="" if passed or not needed or ruling.spared else ruling.settle or criterion.remedy,
        remarks=_remarks(ruling),
    )


def threshold(ruling: Ruling) -> str:
    """What is asked for: `at least 60%`, with as many digits as tell it from the value."""
    criterion = ruling.criterion
    text = limit(criterion, ruling.estimate.unit if ruling.estimate else criterion.unit)
    if ruling.estimate is None or ruling.estimate.value == criterion.threshold:
        return text
    return f"{_side(criterion)} {apart(ruling.estimate.value, criterion.threshold, ruling.estimate.unit)[1]}"


def limit(criterion: Criterion, unit: str) -> str:
    """The threshold of a criterion alone: `at least 60%`."""
    return f"{_side(criterion)} {figure(criterion.threshold, unit)}"


def _value(ruling: Ruling) -> str:
    estimate = ruling.estimate
    if estimate and estimate.unknown:
        return "unknown"
    return apart(estimate.value, ruling.criterion.threshold, estimate.unit)[0] if estimate else "not measured"


def _side(criterion: Criterion) -> str:
    return "at least" if criterion.comparison is Comparison.AT_LEAST else "at most"


def _tone(ruling: Ruling) -> Tone:
    if ruling.verdict is Verdict.PASS:
        return "pass" if ruling.criterion.weight is not Weight.TRIAL else "trial"
    if ruling.waived:
        return "spare" if ruling.spared else "waived"
    if ruling.criterion.weight is Weight.TRIAL:
        return "trial"
    if ruling.verdict is Verdict.FAIL:
        return "fail" if ruling.criterion.weight is Weight.MUST else "warn"
    return "undecided"


def _word(ruling: Ruling) -> str:
    """The verdict in a word; a waiver never hides it, and a should-criterion only warns."""
    verdict, weight = ruling.verdict, ruling.criterion.weight
    if verdict is Verdict.PASS:
        return "pass"
    if ruling.waived:
        return "not asked" if ruling.spared else f"{verdict}, waived"
    return "warning" if verdict is Verdict.FAIL and weight is Weight.SHOULD else verdict.value


def _tags(ruling: Ruling) -> tuple[str, ...]:
    weight = {Weight.MUST: "", Weight.SHOULD: "should", Weight.TRIAL: "on trial"}[ruling.criterion.weight]
    moved = "" if ruling.moved_from is None else "threshold moved"
    return tuple(tag for tag in (weight, moved) if tag)


def _remarks(ruling: Ruling) -> tuple[str, ...]:
    """What must not be overlooked, unless the sentence says it."""
    unit = ruling.estimate.unit if ruling.estimate else ruling.criterion.unit
    remarks = [f"Waived: {ruling.waived}"] if ruling.waived and not ruling.spared else []
    remarks += [ruling.caution] if ruling.caution else []
    if ruling.moved_from is not None and "first seen" not in ruling.sentence:
        remarks.append(f"The threshold was {figure(ruling.moved_from, unit)} when this evidence was first seen.")
    return tuple(remarks)
