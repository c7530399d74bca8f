"""What there is to see."""

from collections.abc import Iterable, Mapping

from proveout.core.estimate import Estimate
from proveout.core.exhibit import Bar, Bars, Exhibit, Heatmap, Table
from proveout.core.question import Answers
from proveout.instruments.quality import discovery
from proveout.instruments.quality.discovery.profile import PLACE
from proveout.instruments.quality.disguise import Disguise
from proveout.instruments.quality.held import DIMENSIONS, Held
from proveout.instruments.quality.passes import mapped
from proveout.instruments.quality.plan import Plan
from proveout.instruments.quality.seen import first_row, rows
from proveout.instruments.quality.values import held_by

MOST_BARS, MOST_SUGGESTED, LONGEST = 20, 20, 200


def show(
    known: Plan,
    n_rows: int,
    found: tuple[Held, ...],
    hidden: tuple[Disguise, ...],
    effects: Mapping[str, Estimate],
    answers: Answers,
) -> Iterable[Exhibit]:
    """Fields, gaps by what they cost, completeness over time, examples, disguises, suggestions."""
    yield _fields(known, n_rows, found, answers)
    broken = [one for one in found if one.n_faulty]
    if broken:
        yield _gaps(known, broken, effects)
    yield from _examples(known, broken, answers)
    yield from _periods(known, answers)
    if hidden:
        yield _disguises(known, hidden, n_rows)
    yield held_by(known, answers)
    yield from _suggestions(known, answers)


def _fields(known: Plan, n_rows: int, found: tuple[Held, ...], answers: Answers) -> Table:
    """Per field the rows at fault by dimension, and how many of all are filled."""
    row = first_row(answers, known.scan)
    kinds = [kind for kind in DIMENSIONS if kind != "completeness" and any(one.rule.dimension == kind for one in found)]
    lines = []
    for i, name in enumerate(known.columns):
        faults = [_most(found, name, kind) for kind in kinds]
        filled = int(row[f"filled_{i}"])
        lines.append((name, "yes" if name in known.required else "", n_rows - filled, filled / n_rows, *faults))
    lines += [(name, "yes", n_rows, 0.0, *(None for _ in kinds)) for name in known.required if name in known.absent]
    return Table(
        title=f"Fields of {known.table.id}",
        columns=("field", "required", "empty rows", "filled", *(f"{kind}: rows at fault" for kind in kinds)),
        units=("", "", "", "share", *("" for _ in kinds)),
        rows=tuple(lines),
        note=f"of {n_rows:,} rows; of several rules on a field, the one that most rows break",
    )


def _most(found: tuple[Held, ...], name: str, dimension: str) -> int | None:
    return max(
        (one.n_faulty for one in found if name in one.rule.fields and one.rule.dimension == dimension), default=None
    )


def _gaps(known: Plan, broken: list[Held], effects: Mapping[str, Estimate]) -> Bars:
    """The dearest first where the effect is known, else the most frequent."""
    by_rule = {one.rule.id: one for one in broken}
    if effects:
        ordered = sorted(((effects[name], by_rule[name]) for name in effects if name in by_rule), key=_dearest)
        bars = [
            Bar(label=one.rule.words, value=e.value, lower=e.lower, upper=e.upper, note=f"{one.n_faulty:,} rows")
            for e, one in ordered[:MOST_BARS]
        ]
        title = f"How much more the prototype errs where {known.table.id} is at fault"
        return Bars(title=title, unit="", bars=tuple(bars), reference=0.0, reference_label="no effect")
    ordered = sorted(broken, key=lambda one: (-one.n_faulty, one.rule.id))[:MOST_BARS]
    bars = [Bar(label=one.rule.words, value=one.n_faulty, note=f"of {one.n:,} rows") for one in ordered]
    return Bars(title=f"Rows of {known.table.id} that break a rule", unit="row", bars=tuple(bars))


def _dearest(pair: tuple[Estimate, Held]) -> float:
    return -pair[0].value


def _examples(known: Plan, broken: list[Held], answers: Answers) -> Iterable[Table]:
    lines = []
    for one in broken:
        for row in rows(answers, f"{known.table.id}: examples {one.rule.id}"):
            place = row.pop(PLACE.strip('"'))
            shown = ", ".join(f"{name} = {'empty' if value is None else value}" for name, value in row.items())
            lines.append((one.rule.words, int(place), shown[:LONGEST] or "not shown"))
    if lines:
        note = "the place is the row's, from 1; for a key, it is how many rows share it"
        yield Table(
            title=f"Rows of {known.table.id} at fault", columns=("rule", "place", "what stands there"),
            rows=tuple(lines), note=note,
        )  # fmt: skip


def _periods(known: Plan, answers: Answers) -> Iterable[Heatmap]:
    found = rows(answers, f"{known.table.id}: periods")[::-1] if known.time else []
    names = mapped(known)
    if len(found) > 1 and names:
        values = tuple(tuple(row[f"filled_{i}"] / row["n_rows"] for row in found) for i in range(len(names)))
        yield Heatmap(
            title=f"How full {known.table.id} is over time", rows=tuple(names),
            columns=tuple(row["period"] for row in found), values=values,
            note=f"each {known.table.period} by {known.time}; periods without a row are left out",
        )  # fmt: skip


def _disguises(known: Plan, hidden: tuple[Disguise, ...], n_rows: int) -> Table:
    return Table(
        title=f"Entries of {known.table.id} that may mean missing",
        columns=("field", "entry", "rows", "share", "why"),
        units=("", "", "", "share", ""),
        rows=tuple(
            (one.field, "not shown" if one.field in known.secret else one.entry, one.n, one.n / n_rows, one.why)
            for one in hidden
        ),
        note="declare under `missing` which of them do",
    )


def _suggestions(known: Plan, answers: Answers) -> Iterable[Table]:
    if not known.table.discover:
        return
    found = discovery.suggestions(f"{known.table.id} rules", known.columns, answers.tables)
    if found:
        yield Table(
            title=f"Rules that {known.table.id} suggests by itself",
            columns=("rule", "confidence", "rows", "rows that break it", "example"),
            rows=tuple(
                (one.words, one.confidence, one.n, one.n_suspects, _example(known, one.field, one.example))
                for one in found[:MOST_SUGGESTED]
            ),
            note="suggestions count for no figure until they are declared"
            + (f"; {len(found) - MOST_SUGGESTED} more are not shown" if len(found) > MOST_SUGGESTED else ""),
        )


def _example(known: Plan, field: str, value: str) -> str:
    return "not shown" if field in known.secret else value[:LONGEST]
