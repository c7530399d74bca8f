"""What there is to see."""

from collections.abc import Sequence
from statistics import fmean

from proveout.core.exhibit import Bar, Bars, Exhibit, Intervals, Table
from proveout.core.initiative import Initiative
from proveout.instruments.interviews.coding import Person, new_codes
from proveout.instruments.interviews.interview import Interview
from proveout.instruments.interviews.pains import ranked, severities
from proveout.instruments.interviews.settings import HIGHEST, LOWEST, Settings
from proveout.stats.bounded import scale_mean
from proveout.stats.proportion import wilson

MOST_QUOTES = 3
"""Of one pain."""
LONGEST_QUOTE = 300


def show(
    settings: Settings,
    initiative: Initiative,
    interviews: Sequence[Interview],
    persons: Sequence[Person],
    ratios: Sequence[float],
) -> tuple[Exhibit, ...]:
    """Pains, who was heard, what they said, and what each interview added."""
    coded = [person for person in persons if person.pains is not None]
    counts = ranked(coded)
    shown: list[Exhibit] = []
    if counts:
        shown.append(_prevalence(coded, counts))
        if rated := _severity(coded, counts):
            shown.append(rated)
    if initiative.groups:
        shown.append(_groups(initiative, persons))
    if quoted := _quotes(interviews, counts):
        shown.append(quoted)
    if counts:
        shown.append(_saturation(settings, coded, ratios))
    return tuple(shown)


def _prevalence(coded: Sequence[Person], counts: dict[str, int]) -> Bars:
    bars = []
    for code, count in counts.items():
        share, ratings = wilson(count, len(coded)), severities(coded, code)
        note = f"{count} of {len(coded)}" + (f", severity {fmean(ratings):.1f}" if ratings else "")
        bars.append(Bar(label=code, value=share.value, lower=share.lower, upper=share.upper, note=note))
    note = f"{len(coded)} interviewees, one vote each; Wilson 95% intervals"
    return Bars(title="How many have each pain", unit="share", bars=tuple(bars), note=note)


def _severity(coded: Sequence[Person], counts: dict[str, int]) -> Intervals | None:
    bars = []
    for code in counts:
        if ratings := severities(coded, code):
            mean = scale_mean(ratings, low=LOWEST, high=HIGHEST)
            note = f"{len(ratings)} rating(s)"
            bars.append(Bar(label=code, value=mean.value, lower=mean.lower, upper=mean.upper, note=note))
    if not bars:
        return None
    note = f"mean rating by those who have the pain, {LOWEST} (a nuisance) to {HIGHEST} (stops the work)"
    return Intervals(title="How bad each pain is", unit="", bars=tuple(bars), note=note)


def _groups(initiative: Initiative, persons: Sequence[Person]) -> Table:
    heard = {group.id: sum(person.group == group.id for person in persons) for group in initiative.groups}
    rows = tuple((group.title or group.id, group.role, group.size, heard[group.id]) for group in initiative.groups)
    silent = [group.title or group.id for group in initiative.groups if not heard[group.id]]
    note = f"not heard yet: {', '.join(silent)}" if silent else "every affected group was heard"
    return Table(title="Who was heard", columns=("group", "role", "people", "interviewed"), rows=rows, note=note)


def _quotes(interviews: Sequence[Interview], counts: dict[str, int]) -> Table | None:
    rows = []
    for code in [*counts, ""]:
        said = [(words, one.names[0]) for one in interviews for of, words in one.quotes if of == code]
        rows += [(code, _shortened(words), place) for words, place in (said if not code else said[:MOST_QUOTES])]
    if not rows:
        return None
    return Table(title="In their words", columns=("pain", "quote", "interview"), rows=tuple(rows))


def _shortened(words: str) -> str:
    return words if len(words) <= LONGEST_QUOTE else f"{words[:LONGEST_QUOTE]} ..."


def _saturation(settings: Settings, coded: Sequence[Person], ratios: Sequence[float]) -> Table:
    base, run = settings.base_size, settings.run_length
    fresh = new_codes(coded)
    rows = []
    for index, (person, new) in enumerate(zip(coded, fresh, strict=True)):
        place_in_runs = index - base - run + 1
        ratio = ratios[place_in_runs] if 0 <= place_in_runs < len(ratios) else None
        day = person.day.isoformat() if person.day else ""
        rows.append((index + 1, person.place, day, len(person.pains or ()), new, ratio))
    return Table(
        title="What each interview added",
        columns=("", "interview", "date", "codes", "new codes", "new information"),
        rows=tuple(rows),
        units=("", "", "", "", "", "share"),
        note=_reached(settings, ratios),
    )


def _reached(settings: Settings, ratios: Sequence[float]) -> str:
    base, run, threshold = settings.base_size, settings.run_length, settings.new_information_threshold
    reached = next((index for index, ratio in enumerate(ratios) if ratio <= threshold), None)
    what = f"new codes of {run} interviewees in a row per code of the first {base}"
    if reached is None:
        return f"{what}; at most {threshold:.0%} is not reached yet"
    return f"{what}; at most {threshold:.0%} was first reached at {base + reached}+{run} interviews"
