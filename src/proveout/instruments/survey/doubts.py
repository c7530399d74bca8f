"""What speaks against the answers themselves: items left out, sheets filled in without reading."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from proveout.core.evidence import Check
from proveout.core.privacy import FEWEST
from proveout.core.wording import figure
from proveout.instruments.survey.settings import Settings
from proveout.instruments.survey.sheets import Sheets

LONG = 8
"""So many items, and nobody means the same of all."""
SECONDS_PER_ITEM = 2.0
"""Huang et al. (2012), Journal of Business and Psychology 27, 99-114."""


def careless(sheets: Sheets, scores: Mapping[str, np.ndarray], settings: Settings) -> Iterator[Check]:
    """Who gave the same answer throughout, and who was faster than one can read."""
    asked = settings.asked
    telling = (bool(asked.reversed) and len(asked.items) > 1) or len(asked.items) >= LONG
    if telling:
        full = np.isfinite(sheets.values).all(axis=1)
        same = full & (np.ptp(np.nan_to_num(sheets.values), axis=1) == 0)
        yield _flagged("Nobody gave one answer to all items", same, scores, "gave one and the same answer throughout")
    known = np.isfinite(sheets.seconds)
    if known.any():
        fast = known & (sheets.seconds < SECONDS_PER_ITEM * len(asked.items))
        did = f"took less than {SECONDS_PER_ITEM:g} s per item"
        yield _flagged("Nobody was faster than one can read", fast, scores, did)


def _flagged(name: str, who: np.ndarray, scores: Mapping[str, np.ndarray], did: str) -> Check:
    n = int(who.sum())
    note = f"{n} of {len(who)} {did}; they count; {_without(who, scores)}" if n else f"none of {len(who)}"
    return Check(name=name, passed=not n, note=note)


def _without(who: np.ndarray, scores: Mapping[str, np.ndarray]) -> str:
    """What would be found without them; of few, the difference would show them."""
    told = []
    for scale, values in scores.items():
        there = np.isfinite(values)
        if min((there & who).sum(), (there & ~who).sum()) >= FEWEST:
            told.append(f"{scale} {figure(values[there & ~who].mean())} instead of {figure(values[there].mean())}")
    return f"without them: {', '.join(told)}" if told else f"of fewer than {FEWEST} the difference is not shown"


def missing_items(sheets: Sheets, names: Sequence[str]) -> Check:
    """How many answers are missing, and where most are."""
    lacking = ~np.isfinite(sheets.values)
    n = int(lacking.sum())
    name = "Every item was answered"
    if not n:
        return Check(name=name, passed=True, note=f"{len(sheets)} sheets")
    worst = int(lacking.sum(axis=0).argmax())
    note = f"{n:,} of {lacking.size:,} answers are missing, most of {names[worst]} ({int(lacking[:, worst].sum())})"
    return Check(name=name, passed=False, note=note)
