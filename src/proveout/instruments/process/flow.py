"""How the work flows: counts, durations, rework, handovers."""

from bisect import bisect_left, bisect_right

import numpy as np

from proveout.core.estimate import Estimate, exact
from proveout.core.exhibit import Edge, Exhibit, Histogram, Node, ProcessMap, Table
from proveout.instruments.process.tables import Log
from proveout.stats.proportion import wilson
from proveout.stats.quantile import quantile
from proveout.stats.ratio import ratio_of_sums

HOUR = 3600.0
BINS = 30
SHOWN_SHARE = 0.98
"""The longest cases lie beyond the histogram's end, so that the rest can be seen."""
SHOWN_EDGES = 10


def counts(log: Log) -> list[Estimate]:
    """How much there is."""
    quality, coverage, totals = log.only("quality"), log.only("coverage"), log.only("totals")
    n_variants = log.only("spelled")["n_variants"] if log.paired else coverage["n_variants"]
    return [
        exact("n_cases", log.n_cases),
        exact("n_events", quality["usable"], method="usable rows"),
        exact("n_activities", len(log.activities)),
        exact("n_variants", n_variants, method="distinct sequences of activities, every row counted"),
        exact("n_performed", log.only("extent")["n_steps"], method="activities performed, starts and ends paired"),
        exact("handovers_per_case", totals["handovers"] / log.n_cases, n=log.n_cases),
    ]


def durations(log: Log, level: float) -> list[Estimate]:
    """Median and 90% quantile of the time from a case's first to its last moment."""
    table = log.rows("durations")
    ranks, days = [row["rank"] for row in table], [row["days"] for row in table]

    def at_or_below(rank: int) -> float:
        return days[max(0, bisect_right(ranks, rank) - 1)]

    def at_or_above(rank: int) -> float:
        return days[min(len(days) - 1, bisect_left(ranks, rank))]

    found = []
    for name, p in (("case_duration_days", 0.5), ("case_duration_p90_days", 0.9)):
        middle = (log.n_cases - 1) * p + 1
        estimate = quantile(
            lambda k, m=middle: at_or_below(k) if k < m else at_or_above(k), log.n_cases, p, level=level
        )
        found.append(estimate.named(name, unit="day"))
    return found


def efficiency(log: Log, level: float) -> Estimate | None:
    """Share of a case's duration in which somebody works on it; None where starts are not recorded."""
    sums = log.only("flow")
    if sums["n"] < 2 or not sums["d"]:
        return None
    ratio = ratio_of_sums(sums["n"], sums["d"], sums["u"], sums["dd"], sums["du"], sums["uu"], level=level)
    return Estimate(
        name="flow_efficiency",
        value=ratio.value,
        lower=max(0.0, ratio.lower) if ratio.lower is not None else 0.0,
        upper=min(1.0, ratio.upper) if ratio.upper is not None else 1.0,
        unit="share",
        n=ratio.n,
        level=level,
        method=ratio.method,
    )


def rework(log: Log, level: float) -> Estimate:
    """Share of cases in which an activity is done more than once."""
    return wilson(log.only("reworked")["n_cases"], log.n_cases, level=level).named("rework_share")


def process_map(log: Log, hours: dict[int, float]) -> ProcessMap:
    """The directly-follows graph with its start and end."""
    done = log.by_activity("activities_done")
    nodes = [
        Node(id="start", label="Start", frequency=log.n_cases),
        *(Node(id=f"a{a}", label=log.activities[a], frequency=row["n"], hours=hours.get(a)) for a, row in done.items()),
        Node(id="end", label="End", frequency=log.n_cases),
    ]
    edges = [
        *(Edge(source="start", target=f"a{row['a']}", frequency=row["n"]) for row in log.rows("starts")),
        *(
            Edge(
                source=f"a{row['a']}",
                target=f"a{row['next_a']}",
                frequency=row["n"],
                median_wait_seconds=row["median_wait"],
                total_wait_seconds=row["wait"],
            )
            for row in log.rows("edges")
        ),
        *(Edge(source=f"a{row['a']}", target="end", frequency=row["n"]) for row in log.rows("ends")),
    ]
    started = log.only("totals")["unstarted"] == 0
    note = "Waiting is from the latest end so far to the next start" + (
        "." if started else "; where no start is recorded, to the next end, so that it holds the work itself."
    )
    return ProcessMap(
        title="How the work flows", nodes=tuple(nodes), edges=tuple(edges), n_cases=log.n_cases, note=note
    )


def duration_histogram(log: Log, estimates: list[Estimate]) -> Histogram:
    """How long cases take; each rank that came back stands for those up to the one before it."""
    table = log.rows("durations")
    days = np.array([row["days"] for row in table])
    weights = np.diff([0, *(row["rank"] for row in table)])
    shown = np.cumsum(weights) <= max(1, int(SHOWN_SHARE * log.n_cases))
    top = float(days[shown].max()) if shown.any() else float(days[-1])
    counted, edges = np.histogram(days, bins=BINS, range=(0.0, top or 1.0), weights=weights)
    beyond = int(log.n_cases - counted.sum())
    return Histogram(
        title="How long a case takes",
        unit="day",
        edges=tuple(edges.tolist()),
        counts=tuple(counted.tolist()),
        markers=tuple((label, e.value) for label, e in zip(("median", "90%"), estimates, strict=True)),
        note=f"{beyond:,} longer cases lie beyond the right end." if beyond else "",
    )


def exhibits(log: Log) -> list[Exhibit]:
    """Variants, waiting and handovers."""
    return [_variants(log), _waits(log), *_handovers(log)]


def _variants(log: Log) -> Table:
    coverage = log.only("coverage")
    so_far, rows = 0, []
    for row in log.rows("top_variants"):
        so_far += row["n_cases"]
        names = " → ".join(log.activities[int(a)] for a in row["activities"].split())
        rows.append((names, row["n_cases"], row["n_cases"] / log.n_cases, so_far / log.n_cases))
    return Table(
        title="Most frequent ways through the process",
        columns=("Activities in order", "Cases", "Share", "Together"),
        units=("", "", "share", "share"),
        rows=tuple(rows),
        note=f"{coverage['n_variants']:,} variants in all, {coverage['unique_variants']:,} of them of a single case; "
        f"{coverage['variants_of_80']:,} cover 80% of the cases.",
    )


def _waits(log: Log) -> Table:
    edges = sorted(log.rows("edges"), key=lambda row: (-row["wait"], row["a"], row["next_a"]))
    return Table(
        title="Where cases wait longest in all",
        columns=("After", "Before", "Times", "Median wait", "Total wait"),
        units=("", "", "", "hour", "hour"),
        rows=tuple(
            (log.activities[r["a"]], log.activities[r["next_a"]], r["n"], r["median_wait"] / HOUR, r["wait"] / HOUR)
            for r in edges[:SHOWN_EDGES]
        ),
        note="Waiting is not labour: less of it makes cases faster, not cheaper.",
    )


def _handovers(log: Log) -> list[Exhibit]:
    rows, totals = log.rows("handovers"), log.only("totals")
    if not rows:
        return []
    return [
        Table(
            title="Handovers between people",
            columns=("From", "To", "Times", "Median wait", "Total wait"),
            units=("", "", "", "hour", "hour"),
            rows=tuple(
                (log.people[r["r"]], log.people[r["next_r"]], r["n"], r["median_wait"] / HOUR, r["wait"] / HOUR)
                for r in rows
            ),
            note=f"{totals['handovers']:,} handovers in {totals['passes']:,} steps from one activity to the next; "
            f"{totals['ping_pong']:,} times work went to somebody and straight back.",
        )
    ]
