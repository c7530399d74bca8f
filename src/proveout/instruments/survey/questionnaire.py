"""A questionnaire as data: what is asked, and how answers become scores."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import MinLen

from proveout.core.declared import DECLARED, Level, Name
from proveout.core.wording import says_something

Score = Literal["mean", "percent", "net", "top"]
Missing = Literal["complete", "centre", "half"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """What is asked, and how answers become scores."""

    __pydantic_config__ = DECLARED

    title: str = ""
    """As people say it."""
    items: Annotated[Mapping[Name, str], MinLen(1)]
    """By short name, the words that people agree to or not; `[system]` stands for what is asked about."""
    lowest: float = 1.0
    """The answer at the low end."""
    highest: float = 5.0
    """The answer at the high end."""
    reversed: tuple[Name, ...] = ()
    """Items of which a high answer means little."""
    scales: Mapping[Name, tuple[Name, ...]] = field(default_factory=dict)
    """By scale its items; one scale of all items when empty."""
    score: Score = "mean"
    """`mean` of the items; `percent`: the same from 0 to 100; `top`: share of answers from `good_from` on; `net`: that
    share less the share of answers up to `bad_to`, in points."""
    good_from: float | None = None
    """For `top` and `net`."""
    bad_to: float | None = None
    """For `net`."""
    missing: Missing = "complete"
    """A person counts for a scale with all its items answered (`complete`), or with half of them (`half`); or with half
    of them, and an item that is left out counts as the middle (`centre`)."""
    norms: Mapping[Name, float] = field(default_factory=dict)
    """Published figures to compare with, by what they are."""
    unit: str = ""
    """Of the score."""
    level: Level = 0.95
    """Coverage of the intervals."""
    source: str = ""
    """Who published it, and where."""
    licence: str = ""
    """Who may use it."""
    language: str = "en"
    """Of the items."""
    note: str = ""
    """What else one should know."""

    def __post_init__(self) -> None:
        if not self.lowest < self.highest:
            raise ValueError(f"the scale goes from {self.lowest:g} to {self.highest:g}; the first must be lower")
        if idle := [item for item, words in self.items.items() if not says_something(words)]:
            raise ValueError(f"the item {idle[0]} has no words; write what people agree to or not")
        words = [" ".join(text.casefold().split()).rstrip(".!?") for text in self.items.values()]
        if again := [item for item, own in zip(self.items, words, strict=True) if words.count(own) > 1]:
            raise ValueError(f"the items {' and '.join(again[:2])} have the same words; an item agrees with itself")
        named = {*self.reversed, *(item for items in self.scales.values() for item in items)}
        if unknown := sorted(named - self.items.keys()):
            raise ValueError(f"there is no item {unknown[0]}; the items are {', '.join(self.items)}")
        if empty := [scale for scale, items in self.scales.items() if not items]:
            raise ValueError(f"the scale {empty[0]} has no items")
        if twice := [scale for scale, items in self.scales.items() if len({*items}) < len(items)]:
            raise ValueError(f"the scale {twice[0]} names an item twice; an item always agrees with itself")
        if (self.score in ("top", "net")) != (self.good_from is not None):
            raise ValueError("`good_from` goes with the scores `top` and `net`, and they with it")
        if (self.score == "net") != (self.bad_to is not None):
            raise ValueError("`bad_to` goes with the score `net`, and it with `bad_to`")

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest score there is."""
        spans = {"percent": (0.0, 100.0), "net": (-100.0, 100.0), "top": (0.0, 1.0)}
        return spans.get(self.score, (self.lowest, self.highest))

    @property
    def of_scale(self) -> Mapping[str, tuple[str, ...]]:
        """By scale its items."""
        return self.scales or {"all": tuple(self.items)}
