"""The business case asks no data: it builds on what other blocks found."""

from collections.abc import Iterator

from proveout.core.diagnostic import Fault
from proveout.core.initiative import Initiative
from proveout.core.question import Question
from proveout.core.value import Quantity, ValueModel
from proveout.instruments.business_case.settings import REFERENCE, Settings

KPIS_BLOCK = "kpis"


def questions(settings: Settings, initiative: Initiative) -> tuple[Question, ...]:
    """None."""
    return ()


def builds_on(settings: Settings, initiative: Initiative) -> tuple[str, ...]:
    """Ids of the blocks whose figures the value model uses."""
    if initiative.value is None:
        return ()
    blocks: dict[str, None] = {}
    for _, quantity in declared(initiative.value):
        reference = REFERENCE.fullmatch(quantity.estimate)
        if quantity.kpi:
            blocks[KPIS_BLOCK] = None
        elif reference:
            blocks[reference[1]] = None
    return tuple(blocks)


def declared(value: ValueModel) -> Iterator[tuple[str, Quantity]]:
    """Everything in the model that is a quantity, by name."""
    yield from value.quantities.items()
    for name, entry in (("yearly_cost", value.yearly_cost), ("one_off_cost", value.one_off_cost)):
        if isinstance(entry, Quantity):
            yield name, entry
    yield from value.realised.items()


def faults(settings: Settings, initiative: Initiative) -> tuple[Fault, ...]:
    """Mistakes in formulas, units and ranges; paths start at the top of the initiative."""
    if initiative.value is None:
        return ()
    from proveout.instruments.business_case.faults import find, find_realised

    units = {kpi.id: kpi.unit for kpi in initiative.kpis}
    return find(initiative.value, units) or find_realised(initiative.value, units)
