"""What is worth automating: hours times cost times the share that could be saved, each with its range."""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from proveout.core.estimate import Estimate, exact
from proveout.core.exhibit import Bar, Bars, Exhibit, Table
from proveout.instruments.process.labour import SEED, Labour, Price
from proveout.instruments.process.settings import Settings, ShareRange
from proveout.instruments.process.tables import Log
from proveout.stats.distributions import Quantiles, fixed, lognormal_range, normal_range

Nexts = dict[int | None, int]

LEAST = 0.05
"""No sign alone takes an activity out."""
SHOWN = 12
SIGNS = (
    "regular next step",
    "steady duration",
    "right first time",
    "many can do it",
    "stable over time",
    "done by people",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """One task: what it would save, as hours and, where a cost is known, as money."""

    label: str
    share: tuple[float, float]
    declared: bool
    hours: Estimate
    value: Estimate | None
    in_top_3: float | None

    @property
    def best(self) -> Estimate:
        """Money where there is some, else hours."""
        return self.value or self.hours


def signs(log: Log) -> dict[int, dict[str, float]]:
    """What the log says of how regular each activity is, 0 to 1, by activity; what it cannot say is left out."""
    following, early, late = _next_activities(log)
    done, in_cases = log.by_activity("activities_done"), log.by_activity("in_cases")
    again, who = log.by_activity("rework"), log.by_activity("who")
    found = {}
    for a, row in done.items():
        sign = {SIGNS[0]: 1 - _entropy(following[a]) / math.log(len(done) + 1)}
        if row["n_started"] == row["n"] and row["median"] > 0:
            sign[SIGNS[1]] = 1 / (1 + (row["q3"] - row["q1"]) / row["median"])
        sign[SIGNS[2]] = 1 - again[a]["n_cases"] / in_cases[a]["n_cases"] if a in again else 1.0
        if a in who and len(log.people) > 1:
            sign[SIGNS[3]] = who[a]["entropy"] / math.log(len(log.people))
            sign[SIGNS[5]] = who[a]["n_human"] / who[a]["n"]
        if early[a] and late[a]:
            sign[SIGNS[4]] = 1 - _distance(early[a], late[a])
        found[a] = {name: min(1.0, max(0.0, value)) for name, value in sign.items()}
    return found


def score(sign: Mapping[str, float]) -> float:
    """Geometric mean, all signs alike."""
    return math.exp(sum(math.log(max(LEAST, value)) for value in sign.values()) / len(sign))


def opportunities(log: Log, work: Labour, paid: Price | None, settings: Settings) -> list[Opportunity]:
    """All tasks, the most valuable first."""
    scores = {a: score(sign) for a, sign in signs(log).items()}
    shares = [_share(task.name, scores[task.activity], settings) for task in work.tasks]
    uniform = np.random.default_rng(SEED + 2).uniform(size=(len(work.draws), len(shares)))
    drawn = np.clip(np.column_stack([share(uniform[:, k]) for k, (share, _) in enumerate(shares)]), 0, 1)
    saved = work.draws * drawn
    rank = np.argsort(np.argsort(-saved, axis=1, kind="stable"), axis=1, kind="stable")
    found = []
    for k, (task, (share, ends)) in enumerate(zip(work.tasks, shares, strict=True)):
        hours = float(work.hours[k]) * min(1.0, max(0.0, float(share(np.array(0.5)))))
        money = paid and work.estimate(
            "opportunity_value",
            hours * paid.middle,
            saved[:, k] * paid.draws[: len(saved)],
            unit=paid.unit,
            subject=task.label,
        )
        found.append(
            Opportunity(
                label=task.label,
                share=ends,
                declared=task.name in settings.automatable,
                hours=work.estimate("opportunity_hours", hours, saved[:, k], unit="hour/year", subject=task.label),
                value=money,
                in_top_3=float((rank[:, k] < 3).mean()) if len(saved) else None,
            )
        )
    return sorted(found, key=lambda o: (-o.hours.value, o.label))


def estimates(ranked: list[Opportunity]) -> list[Estimate]:
    """Values, hours, and the largest of each."""
    found = [o.hours for o in ranked] + [o.value for o in ranked if o.value]
    top = ranked[0]
    if top.value:
        found.append(top.value.named("top_opportunity_value"))
    if top.in_top_3 is not None:
        found.append(exact("top_stays_in_top_3", top.in_top_3, unit="share", method="share of bootstrap draws"))
    return found


def exhibits(log: Log, ranked: list[Opportunity], work: Labour) -> list[Exhibit]:
    """The ranking, and the signs that its default shares rest on."""
    unit = ranked[0].best.unit
    bars = Bars(
        title="What automation could save" + ("" if ranked[0].value else " (in hours: no hourly cost is declared)"),
        unit=unit,
        bars=tuple(
            Bar(
                label=o.label,
                value=o.best.value,
                lower=o.best.lower,
                upper=o.best.upper,
                note=f"{o.share[0]:.0%} to {o.share[1]:.0%} of its hours{'' if o.declared else ', by default'}"
                + ("" if o.in_top_3 is None else f"; among the top 3 in {o.in_top_3:.0%} of draws"),
            )
            for o in ranked[:SHOWN]
        ),
        note="Hours times cost times the share that could be saved. The interval joins the weeks that happened to be "
        "observed with the ranges of cost and share.",
    )
    found = signs(log)
    order = list(dict.fromkeys(task.activity for task in work.tasks))[:SHOWN]
    regular = Table(
        title="How regular the activities are",
        columns=("Activity", *SIGNS, "Score"),
        units=("", *("share" for _ in SIGNS), "share"),
        rows=tuple((log.activities[a], *(found[a].get(sign) for sign in SIGNS), score(found[a])) for a in order),
        note="Shares that nobody declared are the default range times the score, the geometric mean of the signs.",
    )
    return [bars, regular]


def _share(activity: str, scored: float, settings: Settings) -> tuple[Quantiles, tuple[float, float]]:
    """Share that could be saved, as a distribution and as ends: declared, or the default range times the score."""
    declared = settings.automatable.get(activity)
    if isinstance(declared, int | float):
        return fixed(declared), (float(declared), float(declared))
    default = settings.automatable_default
    low, high = (
        (declared.low, declared.high)
        if isinstance(declared, ShareRange)
        else (default.low * scored, default.high * scored)
    )
    if low == high:
        return fixed(low), (low, high)
    return (lognormal_range if low > 0 else normal_range)(low, high), (low, high)


def _next_activities(log: Log) -> tuple[dict[int, Nexts], dict[int, Nexts], dict[int, Nexts]]:
    """How often which activity comes next, None for the end: in all, and in each half of the time observed."""
    following: dict[int, Nexts] = defaultdict(dict)
    early: dict[int, Nexts] = defaultdict(dict)
    late: dict[int, Nexts] = defaultdict(dict)
    for row in log.rows("edges"):
        following[row["a"]][row["next_a"]] = row["n"]
        for half, n in ((early, row["n_early"]), (late, row["n"] - row["n_early"])):
            if n:
                half[row["a"]][row["next_a"]] = n
    for row in log.rows("ends"):
        following[row["a"]][None] = row["n"]
    return following, early, late


def _entropy(weights: Mapping) -> float:
    total = sum(weights.values())
    return -sum(w / total * math.log(w / total) for w in weights.values() if w)


def _distance(one: Mapping, other: Mapping) -> float:
    """Jensen-Shannon distance, 0 to 1."""
    n, m = sum(one.values()), sum(other.values())
    mixed = {key: (one.get(key, 0) / n + other.get(key, 0) / m) / 2 for key in {*one, *other}}
    divergence = _entropy(dict(sorted(mixed.items()))) - (_entropy(one) + _entropy(other)) / 2
    return math.sqrt(max(0.0, divergence / math.log(2)))
