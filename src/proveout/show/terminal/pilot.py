"""The pilot in a terminal: what its design can show, the arms, how it stands."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from proveout.core.draw import UNLIKE, Drawn, Standing
from proveout.core.sizing import CaseSizing, KpiSizing, Look, Sizing
from proveout.core.wording import legible
from proveout.show.terminal.strokes import heading, indented

MOST_STRATA = 20
DRAW = "`proveout pilot assign` draws and registers the design"


def print_sizing(sizing: Sizing, console: Console) -> None:
    """Print what the design can show, KPI by KPI, and what should be changed."""
    who = f"{sizing.teams} teams with {sizing.units} units" if sizing.teams else f"{sizing.units} units"
    least = "" if sizing.smallest_p is None else f"; smallest possible p {sizing.smallest_p:.2g}"
    console.print(Text(f"{who}, {sizing.weeks:.1f} weeks, {len(sizing.looks)} look(s){least}"))
    if sizing.design:
        console.print(Text(sizing.design))
    for look in sizing.looks:
        console.print(Text(f"look after {look.day}, day {look.n_days}{_spent(look, sizing.smallest_p)}"))
    for kpi in sizing.kpis:
        heading(legible(kpi.kpi), console)
        indented(_table(kpi, sizing), 2, console)
    for words, style in ((sizing.impossible, "red"), (sizing.warnings, "yellow")):
        for sentence in words:
            console.print(Text(f"{'impossible' if style == 'red' else 'consider'}: {legible(sentence)}", style=style))
    if not sizing.impossible:
        _next(sizing.next, console)


def _spent(look: Look, smallest_p: float | None) -> str:
    """The error by then; where no draw gives a p-value so small, that the look can show nothing."""
    if look.spent is None:
        return ""
    said = f"; {100 * look.spent:.2g}% error may be made by then (5% in all)"
    if look.can_show(smallest_p):
        return said
    return f"{said}: no goal can pass here, as no p-value of this draw is below {100 * (smallest_p or 0.0):.2g}%"


def _table(kpi: KpiSizing, sizing: Sizing) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for label, words in _rows(kpi, sizing):
        table.add_row(Text(label, style="dim"), Text(words))
    return table


def _rows(kpi: KpiSizing, sizing: Sizing) -> Iterator[tuple[str, str]]:
    if kpi.cases:
        yield from _case_rows(kpi.cases)
        return
    if kpi.mde is None:
        yield "cannot be said", kpi.why_not
    else:
        ends = (kpi.mde.lower, kpi.mde.upper)
        known = f" ({ends[0]:.3g} to {ends[1]:.3g})" if ends[0] is not None and ends[1] else ""
        label = "smallest margin that shows" if kpi.guardrail else "smallest effect that shows"
        with_power = f"found in {kpi.power:.0%} of such pilots, with an error of {_error(kpi, sizing)}"
        yield label, f"{kpi.mde.value:.3g} {kpi.unit}{known}, {with_power}"
    yield from _enough(kpi, "teams" if sizing.teams else "units")
    if kpi.mde is None:
        return
    if kpi.by_weeks:
        lengths = ", ".join(f"{weeks} wk {size:.3g}" for weeks, size in kpi.by_weeks.items())
        never = f"; never below {kpi.floor:.3g}" if kpi.floor else ""
        yield "by length", f"{lengths}{never}"
    if kpi.icc:
        yield (
            "likeness within teams",
            f"{kpi.icc[0]:.2g}{' (assumed: the baseline names no teams)' if kpi.icc[1] else ''}",
        )
    if kpi.followed:
        yield "correlation with the baseline", _foretold(kpi)


def _enough(kpi: KpiSizing, what: str) -> Iterator[tuple[str, str]]:
    """Whether the effect that is reckoned with passes, and how many teams (or units) that takes."""
    if kpi.worthwhile is None:
        return
    verdict = {True: ": enough", False: ": NOT enough", None: ""}[kpi.enough]
    if kpi.guardrail:
        yield "can be borne", f"{kpi.worthwhile:.3g} {kpi.unit}{verdict}"
    else:
        yield "worthwhile", f"{kpi.worthwhile:.3g} {kpi.unit}"
        reckoned = "promised is" if kpi.promised is not None else "twice what is worthwhile is"
        if kpi.passes_from is not None:
            true = f"a true {kpi.passes_from:.3g} {kpi.unit}, with {kpi.power:.0%} power"
            yield "passes gate 4 from", f"{true}; {reckoned} {kpi.aim:.3g}{verdict}"
    yield f"{what} needed", f"{kpi.teams_needed:,}" if kpi.teams_needed else "no number is enough"


def _error(kpi: KpiSizing, sizing: Sizing) -> str:
    """Of the interval of the last look, on the sides that are judged."""
    error = 100 * (kpi.alpha / 2 if kpi.guardrail else kpi.alpha)
    looked = len(sizing.looks) > 1 and sizing.looks[-1].spent is not None
    side = " on one side" if kpi.guardrail else ""
    return f"{error:.2g}%{side}{' at the last look: of 5%, what is left by the looks before' if looked else ''}"


def _foretold(kpi: KpiSizing) -> str:
    if kpi.foretold is None:
        return "cannot be told"
    if kpi.r:
        return f"{kpi.r:.2g}, used"
    if kpi.foretold:
        return f"{kpi.foretold:.2g}, NOT used: too few to take it off"
    return "0: units differ by no more than chance; the baseline is not needed for precision"


def _case_rows(cases: CaseSizing) -> Iterator[tuple[str, str]]:
    yield "today", f"{cases.share:.2%} of the cases; each case counts, not the unit that handles it"
    for times, needed in cases.needed.items():
        words, days = f"{needed:,} cases per arm show it", cases.days(times)
        if days is not None:
            enough = "enough" if cases.shows(times) else f"NOT enough: the pilot has {cases.working_days}"
            words += f": {days:,} working days at {cases.per_day:g} a day; {enough}"
        yield f"{times:g} times, {cases.share * times:.2%}", words
    yield "with", "80% power at 5%, if cases do not depend on one another"


def print_drawn(drawn: Drawn, console: Console, *, dry: bool) -> None:
    """Print the arms, and what becomes of them."""
    said = f"{drawn.new_units:,} new unit(s)"
    if dry and drawn.adds and drawn.new_units:
        console.print(f"{said} would be added to {drawn.file}; nothing was written")
        console.print("what they would get is not shown: whoever knew it could choose who joins, and when")
        _notes(drawn, console)
        _next(drawn.first, console)
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("stratum", *drawn.arms):
        table.add_column(column, justify="left" if column == "stratum" else "right")
    for stratum, counts in list(drawn.strata.items())[:MOST_STRATA]:
        table.add_row(legible(stratum), *(str(counts.get(arm, 0)) for arm in drawn.arms))
    if drawn.strata:
        console.print(table)
    if len(drawn.strata) > MOST_STRATA:
        console.print(f"and {len(drawn.strata) - MOST_STRATA} more strata")
    _arms(drawn, console)
    _likely(drawn, console) if dry else _balance(drawn, console)
    _notes(drawn, console)
    if dry and drawn.anew:
        console.print("these are the sizes of one draw; the one that counts is made when the design is registered")
    if dry:
        console.print(f"{said} would be written to {drawn.file}; nothing was written")
    elif drawn.new_units:
        console.print(Text(f"{said} written to {drawn.file}; design {drawn.digest} is in the ledger", style="green"))
    elif drawn.adds:
        console.print("nobody is new: nothing was written")
    else:
        console.print(Text(f"nobody has arrived yet; design {drawn.digest} is in the ledger", style="green"))
    _next(drawn.first or (DRAW if dry and drawn.next else drawn.next), console)


def _notes(drawn: Drawn, console: Console) -> None:
    for note in drawn.notes:
        _consider(legible(note), console)


def _consider(sentence: str, console: Console) -> None:
    console.print(Text(f"consider: {sentence}", style="yellow"))


def _balance(drawn: Drawn, console: Console) -> None:
    """How unlike the arms are before the start, where that is known."""
    for one in drawn.balance:
        console.print(
            f"{one.of} before the start: {one.treated:.3g} with, {one.control:.3g} without; {one.difference:+.2g}"
            " standard deviations"
        )
    if any(abs(one.difference) > UNLIKE for one in drawn.balance):
        other = "more teams" if drawn.alike else "`method: constrained` or `matched-pairs`, declared before the draw,"
        said = "where outcomes from before the start are used, what they foretell is taken off"
        _consider(f"the arms are unlike, and stay as they are registered; {said}. Next time {other} will help", console)


def _likely(drawn: Drawn, console: Console) -> None:
    """How unlike draws of this kind come out; not how unlike the one is that counts."""
    for one in drawn.likely:
        console.print(
            f"{one.of} in draws of this kind: arms differ by {one.median:.2g} standard deviations in half of them, by"
            f" less than {one.nine_in_ten:.2g} in nine of ten"
        )
    if any(one.nine_in_ten > UNLIKE for one in drawn.likely):
        method = "where the time before is not used, `method: constrained` or `matched-pairs` makes"
        other = "only more teams make" if drawn.alike else method
        _consider(f"{other} them more alike; once drawn, they stay", console)


def _next(step: str, console: Console) -> None:
    if step:
        console.print(f"Next: {step}.")


def _arms(drawn: Drawn, console: Console) -> None:
    for arm, (teams, units) in drawn.arms.items():
        when = f", {drawn.when[arm]}" if arm in drawn.when else ""
        where = f" in {teams:,} team(s)" if teams else ""
        console.print(Text(f"{legible(arm)}{when}: {units:,} units{where}"))


def print_standing(standing: Standing, console: Console) -> None:
    """Print arms, calendar and registration."""
    if standing.drawn:
        _arms(standing.drawn, console)
        if standing.today <= standing.start:
            _balance(standing.drawn, console)
    elif standing.elsewhere is not None:
        console.print(f"the arms come from elsewhere: {standing.elsewhere:,} units are registered")
    else:
        console.print("no arms of ours: nobody is assigned yet, or the arms come from elsewhere")
    registered = f"registered on {standing.registered}" if standing.registered else "not registered"
    console.print(f"from {standing.start} until {standing.end}; design {registered}")
    coming = [day for day in standing.looks if day >= standing.today]
    past = len(standing.looks) - len(coming)
    left = max(0, (standing.end - standing.today).days + 1)
    next_look = f"the next after {coming[0]}" if coming else "none to come"
    console.print(f"looks: {past} of {len(standing.looks)} have come, {next_look}; {left} day(s) left")
    if standing.serving:
        having, of = standing.serving
        console.print(f"on {standing.today} {having:,} of {of:,} units have the system")
    for change in standing.changes:
        console.print(Text(f"changed since: {legible(change)}", style="red"), soft_wrap=True)
    for change in standing.otherwise:
        console.print(Text(f"judged otherwise since: {legible(change)}", style="yellow"), soft_wrap=True)
    _next(standing.next, console)
