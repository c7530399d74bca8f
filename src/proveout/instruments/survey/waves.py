"""Waves: which is the last, and what changed since the one before."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from proveout.core.answers import said_by_many
from proveout.core.errors import TooLittle
from proveout.core.evidence import Check, Part
from proveout.core.privacy import FEWEST
from proveout.instruments.survey.questionnaire import Questionnaire
from proveout.instruments.survey.scoring import change, difference
from proveout.instruments.survey.settings import Settings
from proveout.instruments.survey.sheets import Sheets

YEAR_FIRST = re.compile(r"\d{4}\D")


def in_order(settings: Settings, sheets: Sheets) -> tuple[list[str], list[Check]]:
    """The waves, the last one last; sheets of none of them are named.

    Raises:
        TooLittle: No sheet says its wave, or words that nobody has put in order.
    """
    if not settings.answers.wave:
        return [""], []
    spelt = {wave.casefold(): wave for wave in reversed(sheets.waves) if wave}
    declared = [wave.strip() for wave in settings.answers.waves]
    order = [wave for wave in declared if wave.casefold() in spelt] if declared else _by_number([*spelt.values()])
    if order is None:
        often = said_by_many(sheets.waves, range(len(sheets)))
        known = {wave.casefold() for wave in often}
        odd = [
            row for row, wave in zip(sheets.rows, sheets.waves, strict=True) if wave and wave.casefold() not in known
        ]
        if odd and often and _by_number(often):
            raise TooLittle(
                f"{len(odd)} sheets name another wave than {', '.join(sorted(often))}; the first is row {odd[0]}",
                "correct them, or name all waves in their order as `waves` below `answers`",
            )
        raise TooLittle(
            f"nobody says which wave is the last{': ' if often else ''}{', '.join(often)}",
            "name them in their order as `waves` below `answers`, or write them as numbers or as 2026-03",
        )
    if not order:
        raise TooLittle("no sheet says of which wave it is", "fill in the column, or leave `wave` out")
    known = {wave.casefold() for wave in order}
    checks = []
    if lost := [row for row, wave in zip(sheets.rows, sheets.waves, strict=True) if wave.casefold() not in known]:
        note = f"{len(lost)} name none{' of `waves`' if declared else ''}, and are left out; the first is row {lost[0]}"
        checks.append(Check(name="Every sheet is of a wave", passed=False, note=note))
    return order, checks


def _by_number(waves: Sequence[str]) -> list[str] | None:
    """In order where it can be told: one wave, numbers, one number in the same words, or the year first."""
    plain = [re.fullmatch(r"-?\d+(?:\.\d+)?", wave) for wave in waves]
    if len(waves) < 2 or all(plain):
        return sorted(waves, key=float) if all(plain) else [*waves]
    numbers = {wave: [int(n) for n in re.findall(r"\d+", wave)] for wave in waves}
    if len({re.sub(r"\d+", "#", wave.casefold()) for wave in waves}) > 1:
        return None
    moving = [len({*column}) > 1 for column in zip(*numbers.values(), strict=True)]
    if sum(moving) == 1 or all(YEAR_FIRST.match(wave) for wave in waves):
        return sorted(waves, key=numbers.__getitem__)
    return None


def changed(
    before: tuple[Sheets, Mapping[str, np.ndarray]], now: tuple[Sheets, Mapping[str, np.ndarray]], asked: Questionnaire
) -> Part:
    """By scale, the later wave less the earlier, on the same people where they are known."""
    found, hidden = [], []
    for scale in asked.of_scale:
        old, new = before[1][scale], now[1][scale]
        first = {p.casefold(): x for p, x in zip(before[0].people, old.tolist(), strict=True) if p and np.isfinite(x)}
        pairs = [
            (first[p.casefold()], x)
            for p, x in zip(now[0].people, new.tolist(), strict=True)
            if p.casefold() in first and np.isfinite(x)
        ]
        old, new = old[np.isfinite(old)], new[np.isfinite(new)]
        if len(pairs) >= FEWEST and any(0 < n - len(pairs) < FEWEST for n in (len(old), len(new))):
            hidden.append(scale)
            continue
        if len(pairs) >= FEWEST:
            both = np.array(pairs)
            estimate, how = change(both[:, 0], both[:, 1], asked), f"{len(pairs)} people who answered both times"
        elif min(len(old), len(new)) >= FEWEST:
            how = f"different people ({len(old)} and {len(new)}), from both intervals"
            estimate = difference(old, new, asked)
        else:
            continue
        method = f"{now[0].waves[0]} less {before[0].waves[0]}, {how}"
        found.append(replace(estimate, name="change", subject=scale, unit=asked.unit, method=method))
    note = (
        f"{', '.join(hidden)}: fewer than {FEWEST} people answered in one wave only; beside the scores it shows theirs"
    )
    checks = (Check(name="The change shows nobody", passed=None, note=note),) if hidden else ()
    return Part(estimates=tuple(found), checks=checks)
