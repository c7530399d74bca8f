"""What comes next in a pilot, and when."""

from datetime import date

from proveout.core.pilot import Pilot

BEFORE_DRAW = "`proveout pilot assign --dry-run` shows how large the arms would be"


def after_draw(pilot: Pilot, today: date) -> str:
    """Of a pilot whose design is registered."""
    coming = next((day for day in pilot.calendar if day >= today), None)
    if coming is None:
        return "all looks have come: `proveout check` judges the pilot"
    first, last = pilot.calendar[0], pilot.calendar[-1]
    which = "only" if first == last else "last" if coming == last else "next" if coming > first else "first"
    judge = f"the {which} look is after {coming}: run `proveout check` then"
    if today > pilot.start:
        return judge
    join = "; run `pilot assign` again as units arrive" if pilot.arriving else ""
    return (
        f"hand out the arms with `proveout pilot serve` or `flags` by {pilot.start}, the first day with the system"
        f"{join}; {judge}"
    )
