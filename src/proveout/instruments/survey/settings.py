"""The block that people write."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, ClassVar

from annotated_types import Gt

from proveout.core.declared import DECLARED, Name, check_one_role_each
from proveout.core.question import Rows
from proveout.instruments.survey.library import LIBRARY
from proveout.instruments.survey.questionnaire import Questionnaire

OF_BUY_IN = ("aim-iam-fim", "oric")
"""Questionnaires of the library that ask whether people support a change."""
LEAST_ITEMS = 3
"""Of a scale of one's own that stands for buy-in: one pleasant sentence is no support."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(Rows):
    """Answers: a row per person with a column per item, or a row per answer with `item` and `value`."""

    person: str = ""
    """The column that says who; each row is a person of its own where there is none."""
    group: str = ""
    """The column that says of which group: its id or its title."""
    wave: str = ""
    """The column that says in which round, such as 1, 2 or 2026-03; the last one counts, and is held against the
    one before. Words need `waves`."""
    waves: tuple[Name, ...] = ()
    """The waves in their order, such as before and after, where they are words."""
    at: str = ""
    """The column that says when a sheet was filled in; of several of one person the latest counts or the last row."""
    seconds: str = ""
    """The column that says how long the answers took."""
    comment: str = ""
    """The column with what people wrote; it is counted, and shown only with `show_comments`."""
    item: str = ""
    """In a table with a row per answer: the column that says to which item."""
    value: str = ""
    """In a table with a row per answer: the column with the answer."""
    columns: Mapping[Name, Name] = field(default_factory=dict)
    """By item its column (or what `item` says), where that is not the item's own name."""
    words: tuple[Name, ...] = ()
    """The answers in words, from the lowest to the highest, where they are not numbers."""

    def __post_init__(self) -> None:
        if bool(self.item) != bool(self.value):
            raise ValueError("`item` and `value` go together, for a table with a row per answer")
        if self.item and not self.person:
            raise ValueError("a table with a row per answer needs `person`, or nobody can say whose they are")
        if self.waves and not self.wave:
            raise ValueError("`waves` puts the words of a column in order; name it as `wave`")
        named = ("person", "group", "wave", "at", "seconds", "comment", "item", "value")
        check_one_role_each({name: getattr(self, name) for name in named} | dict(self.columns))
        for name, told in (("words", self.words), ("waves", self.waves)):
            if len({word.strip().casefold() for word in told}) < len(told):
                raise ValueError(f"`{name}` names one twice")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Who was asked what, and where the answers are."""

    __pydantic_config__ = DECLARED
    ELSEWHERE: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("items", "reversed", "scales", "lowest", "highest", "score", "missing", "norms"),
        "a questionnaire of the library knows that; one of your own is written below `questionnaire`",
    )

    questionnaire: str | Questionnaire
    """One of the library by its name, or one of your own with its items."""
    answers: Answered
    """Where the answers are."""
    invited: Mapping[Name, Annotated[int, Gt(0)]] = field(default_factory=dict)
    """By group, how many people were asked; all of the group where nothing is said."""
    closes: date | None = None
    """The last day of the survey. No figure is shown before, and what comes later does not count (where `at` says when
    it came): who sees the figures before and after one more answer knows that answer."""
    buy_in: tuple[Name, ...] | None = None
    """In a questionnaire of your own: scales of three items or more that say whether people support the plan, turned to
    1 to 5. Those of `aim-iam-fim` and `oric` always do."""
    show_comments: bool = False
    """Whether what people wrote may stand in the report: only with their consent."""

    def __post_init__(self) -> None:
        if isinstance(self.questionnaire, str) and self.questionnaire not in LIBRARY:
            raise ValueError(
                f"there is no questionnaire {self.questionnaire!r}; known: {', '.join(LIBRARY)}; or declare its `items`"
            )
        asked = self.asked
        if unknown := sorted(self.answers.columns.keys() - asked.items.keys()):
            raise ValueError(f"there is no item {unknown[0]}; the items are {', '.join(asked.items)}")
        if unknown := sorted({*(self.buy_in or ())} - asked.of_scale.keys()):
            raise ValueError(f"there is no scale {unknown[0]}; the scales are {', '.join(asked.of_scale)}")
        self._check_buy_in()
        n_answers = asked.highest - asked.lowest + 1
        if self.answers.words and len(self.answers.words) != n_answers:
            raise ValueError(
                f"{len(self.answers.words)} words, and answers go from {asked.lowest:g} to {asked.highest:g}"
            )

    def _check_buy_in(self) -> None:
        """What is asked of support is told whole, and nothing else passes for it."""
        if not isinstance(self.questionnaire, str):
            if self.buy_in and self.asked.score in ("top", "net"):
                raise ValueError("buy-in is a mean; this questionnaire yields shares")
            few = [scale for scale in self.buy_in or () if len(self.asked.of_scale[scale]) < LEAST_ITEMS]
            if few:
                raise ValueError(
                    f"the scale {few[0]} has fewer than {LEAST_ITEMS} items, too few to know whether people support a "
                    f"plan; ask more, or use {' or '.join(OF_BUY_IN)}"
                )
        elif self.questionnaire not in OF_BUY_IN:
            if self.buy_in:
                raise ValueError(f"`{self.questionnaire}` does not ask for support; {' and '.join(OF_BUY_IN)} do")
        elif self.buy_in is not None and {*self.buy_in} != self.asked.of_scale.keys():
            raise ValueError(f"buy-in is told on all scales of `{self.questionnaire}`; leave `buy_in` out")

    @property
    def asked(self) -> Questionnaire:
        """The questionnaire itself."""
        return LIBRARY[self.questionnaire] if isinstance(self.questionnaire, str) else self.questionnaire

    @property
    def silent_on(self) -> tuple[str, ...]:
        """A survey of something else, such as usability, says nothing of buy-in."""
        return () if self.of_buy_in else ("buy_in",)

    @property
    def of_buy_in(self) -> tuple[str, ...]:
        """The scales of buy-in."""
        if self.buy_in is not None:
            return self.buy_in
        return tuple(self.asked.of_scale) if self.questionnaire in OF_BUY_IN else ()
