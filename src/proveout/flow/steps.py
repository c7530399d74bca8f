"""What comes next in a pilot, and when."""

from datetime import date

from proveout.core.pilot import Pilot

BEFORE_DRAW = "`proveout pilot assign --dry-run` shows how large the arms would be"
NAME_DAYS = "name the `day` of the outcomes first: `proveout pilot assign` registers nothing before that"
NAME_TEAMS = "write each team in one way on the roster, or give two teams names that differ in letters or digits"
LOST = "the ledger was lost or is another one"


def restore(pilot: Pilot, today: date, file: str) -> str:
    """Where there are arms of ours, and no ledger that knows them: once people have it, no draw is new."""
    anew = f"; or, as the pilot has not begun, move {file} away to draw anew" if today < pilot.start else ""
    return f"restore the ledger from a copy{anew}"


def after_draw(pilot: Pilot, today: date, *, elsewhere: bool = False) -> str:
    """Of a pilot whose design is registered.

    Args:
        pilot: What was declared.
        today: The day that counts as today.
        elsewhere: Whether its arms were drawn elsewhere, so that they are not ours to hand out.
    """
    coming = next((day for day in pilot.calendar if day >= today), None)
    if coming is None:
        return "all looks have come: `proveout check` judges the pilot"
    first, last = pilot.calendar[0], pilot.calendar[-1]
    which = "only" if first == last else "last" if coming == last else "next" if coming > first else "first"
    judge = f"the {which} look is after {coming}: run `proveout check` then"
    if elsewhere and pilot.arriving:
        judge = f"run `proveout pilot assign --adopt` as more come; {judge}"
    if today > pilot.start:
        return judge
    if elsewhere:
        return f"whoever drew the arms serves them, from {pilot.start}, the first day with the system; {judge}"
    join = "; run `pilot assign` again as units arrive" if pilot.arriving else ""
    return (
        f"hand out the arms with `proveout pilot serve` or `flags` by {pilot.start}, the first day with the system"
        f"{join}; {judge}"
    )
