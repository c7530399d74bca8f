"""What there is to see."""

from collections.abc import Iterator, Sequence

from proveout.core.exhibit import Bar, Bars, Curve, Exhibit, Heatmap, Intervals, Line, Table
from proveout.instruments.drift.moved import Moment, Moved
from proveout.instruments.drift.performing import Chunk, Performing

MOST_FIELDS = 25
WORST = 3
MOST_BARS = 16
TITLES = {"accuracy": "Accuracy", "auc": "AUC"}


def exhibits(found: Sequence[Moved], moments: Sequence[Moment], performing: Performing) -> tuple[Exhibit, ...]:
    """Ratios, all distances, the map over time, the worst fields, performance over chunks."""
    worst = sorted(found, key=lambda one: -(one.ratio.value if one.ratio else 0.0))
    shown: list[Exhibit] = [_ratios(worst), _table(worst), *_map(worst, moments), *_chunks(worst, moments)]
    shown += [_shape(one) for one in worst[:WORST] if one.ratio and one.ratio.value > 1]
    shown += _performance(performing.chunks)
    return tuple(shown)


def _ratios(worst: Sequence[Moved]) -> Intervals:
    ratios = [(one.name, one.ratio) for one in worst[:MOST_FIELDS] if one.ratio]
    bars = tuple(Bar(label=name, value=r.value, lower=r.lower, upper=r.upper) for name, r in ratios)
    title = "How far each field has moved, per what is allowed"
    return Intervals(title=title, unit="", bars=bars, reference=1.0, reference_label="allowed")


def _table(worst: Sequence[Moved]) -> Table:
    measures = ("jensen_shannon", "population_stability", "kolmogorov_smirnov", "wasserstein")
    rows = []
    for one in worst:
        distances = [one.distances[name].value if name in one.distances else None for name in measures]
        rows.append((one.name, *distances, one.missing.value, one.new.value if one.new else None, one.adjusted))
    return Table(
        title="Distances of each field",
        columns=(
            "field",
            "Jensen-Shannon",
            "PSI",
            "KS",
            "Wasserstein",
            "missing: increase",
            "new values",
            "p, adjusted",
        ),
        units=("", "", "", "", "sd", "share", "share", ""),
        rows=tuple(rows),
        note="KS and Wasserstein are for numbers only; p is adjusted for the number of fields (Benjamini and Hochberg)",
    )


def _map(worst: Sequence[Moved], moments: Sequence[Moment]) -> Iterator[Heatmap]:
    """Half of the scale is what is allowed, all of it is twice as much or more."""
    ratios = {(moment.field, moment.chunk): min(1.0, moment.ratio.value / 2) for moment in moments}
    chunks, fields = worst[0].counted.after.chunks if worst else (), [one.name for one in worst[:MOST_FIELDS]]
    if len(chunks) > 1:
        yield Heatmap(
            title="Drift over time",
            rows=tuple(fields),
            columns=chunks,
            values=tuple(tuple(ratios.get((field, chunk)) for chunk in chunks) for field in fields),
            good="low",
            note="distance per twice what is allowed: from 50% on a field is beyond it",
        )


def _chunks(worst: Sequence[Moved], moments: Sequence[Moment]) -> Iterator[Exhibit]:
    """The worst fields chunk by chunk with their intervals, and all chunks that drifted."""
    for one in worst[:WORST]:
        here = [moment for moment in moments if moment.field == one.name]
        bars = tuple(Bar(label=m.chunk, value=m.ratio.value, lower=m.ratio.lower, upper=m.ratio.upper) for m in here)
        if here and any(moment.drifted for moment in here):
            title = f"{one.name}: how far each chunk has moved, per what is allowed"
            yield Intervals(title=title, unit="", bars=bars[-MOST_BARS:], reference=1.0, reference_label="allowed")
    drifted = sorted((moment for moment in moments if moment.drifted), key=lambda moment: moment.adjusted)
    if drifted:
        rows = [(m.field, m.chunk, m.ratio.value, m.ratio.lower, m.ratio.upper, m.adjusted) for m in drifted]
        yield Table(
            title="Chunks that drifted, the surest first",
            columns=("field", "chunk", "per allowed", "from", "to", "p, adjusted"),
            rows=tuple(rows[:MOST_FIELDS]),
            units=("", "", "", "", "", ""),
            note=f"p is adjusted for all {len(moments):,} chunks of all fields together (Benjamini and Hochberg)",
        )


def _shape(one: Moved) -> Bars:
    """Where the cases went: shares of the coarse bins, now; then in the note of each."""
    before, after = (one.counted.coarse(side).sum(axis=0) for side in (one.counted.before, one.counted.after))
    before, after = before / before.sum(), after / after.sum()
    rows = [(label, b, a) for label, b, a in zip(one.counted.labels(), before, after, strict=True) if a or b]
    most = sorted(rows, key=lambda row: -abs(row[2] - row[1]))[:MOST_BARS]
    bars = tuple(
        Bar(label=label, value=float(a), note=f"{b:.1%} before") for label, b, a in rows if (label, b, a) in most
    )
    return Bars(title=f"{one.name}: where its values lie now", unit="share", bars=bars)


def _performance(chunks: Sequence[Chunk]) -> Iterator[Exhibit]:
    for metric, title in TITLES.items():
        lines = []
        for label, found in (
            ("estimated", [chunk.estimated.get(metric) for chunk in chunks]),
            ("realised", [chunk.realised.get(metric) for chunk in chunks]),
        ):
            points = tuple((float(i), e.value, e.lower, e.upper) for i, e in enumerate(found, 1) if e)
            if points:
                lines.append(Line(label=label, points=points))
        if lines:
            yield Curve(
                title=f"{title}, chunk by chunk", x_label="chunk", y_label=title, y_unit="share", lines=tuple(lines)
            )
    if chunks:
        rows = tuple(_row(chunk) for chunk in chunks)
        columns = ("chunk", "cases", *(f"{metric}, {how}" for metric in TITLES for how in ("estimated", "realised")))
        yield Table(title="Performance by chunk", columns=columns, units=("", "", *["share"] * 4), rows=rows)


def _row(chunk: Chunk) -> tuple:
    figures = [found.get(metric) for metric in TITLES for found in (chunk.estimated, chunk.realised)]
    return (chunk.name, chunk.n, *(e.value if e else None for e in figures))
