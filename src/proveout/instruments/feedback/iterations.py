"""What each release changed: how often what it closed comes up afterwards, and what people say of it."""

from collections.abc import Iterator, Mapping

import numpy as np

from proveout.core.estimate import Estimate
from proveout.core.evidence import Part
from proveout.core.exhibit import Bar, Exhibit, Intervals, Table
from proveout.core.privacy import FEWEST
from proveout.core.question import Columns, texts
from proveout.instruments.feedback.settings import Settings
from proveout.stats.betting import betting_mean
from proveout.stats.proportion import wilson

WEEK = 7.0


def iterations(settings: Settings, tables: Mapping[str, Columns]) -> Part:
    """Each release against the time of the one before it; themes are those of the items that it closed."""
    found = tables["iterations"]
    releases = [release or "" for release in texts(found["release"])]
    rates = {r: rate for i, r in enumerate(releases) if (rate := _rate(found, i, settings.level))}
    scores = _scores(settings, tables["opinions"]) if "opinions" in tables else {}
    estimates = [rate.named("themes_rate_ratio", subject=release) for release, rate in rates.items()]
    estimates += [one.named("score_change", subject=release) for release, one in scores.items()]
    return Part(estimates=tuple(estimates), exhibits=tuple(_exhibits(found, releases, rates, scores)))


def _rate(found: Columns, row: int, level: float) -> Estimate | None:
    """Items on its themes per day, after to before: of all of them, those that came after are a share."""
    before, after = (int(found[name][row]) for name in ("n_before", "n_after"))
    days = [float(np.ma.filled(np.ma.asarray(found[name]), 0.0)[row]) for name in ("days_before", "days_after")]
    if before < FEWEST or min(days) < WEEK:
        return None
    share, longer = wilson(after, before + after, level=level), days[0] / days[1]

    def odds(p: float | None) -> float | None:
        return None if p is None or p >= 1 else p / (1 - p) * longer

    return Estimate(
        name="ratio",
        value=after / before * longer,
        lower=odds(share.lower),
        upper=odds(share.upper),
        n=before + after,
        level=level,
        method=f"{before:,} items in {days[0]:.0f} days before, {after:,} in {days[1]:.0f} after; Wilson, of their sum",
    )


def _scores(settings: Settings, opinions: Columns) -> dict[str, Estimate]:
    """By release, how the score of those changed who answered in both times."""
    low, high = settings.ratings.scale if settings.ratings else (0.0, 1.0)
    of = np.array([release or "" for release in texts(opinions["release"])])
    change = np.asarray(opinions["after_it"], float) - np.asarray(opinions["before_it"], float)
    return {
        str(release): betting_mean(change[of == release], low=low - high, high=high - low, level=settings.level)
        for release in np.unique(of)
        if (of == release).sum() >= FEWEST
    }


def _exhibits(
    found: Columns, releases: list[str], rates: dict[str, Estimate], scores: dict[str, Estimate]
) -> Iterator[Exhibit]:
    rows = []
    told = zip(releases, texts(found["begun"]), texts(found["about"]), strict=True)
    for i, (release, begun, about) in enumerate(told):
        rate, score = rates.get(release), scores.get(release)
        figures = (rate.value if rate else None, score.value if score else None)
        rows.append((release, begun, int(found["n_closed"][i]), about or "", *figures))
    yield Table(
        title="What each iteration changed",
        columns=("Release", "Since", "Closed", "Its themes", "Their rate, after to before", "Score, after less before"),
        rows=tuple(reversed(rows)),
        units=("", "", "", "", "", ""),
        note="Themes are of the items that it closed. What was reported most is mended, and falls by itself too.",
    )
    if rates:
        bars = tuple(Bar(label=name, value=e.value, lower=e.lower, upper=e.upper) for name, e in rates.items())
        title = "How often the themes of a release come up, after to before"
        yield Intervals(title=title, unit="", bars=bars[::-1], reference=1.0, reference_label="as before")
