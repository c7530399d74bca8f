"""Mistakes that instruments find in their settings."""

from proveout.declare.codes.code import Code

INSTRUMENTS = (
    Code(
        "PV150",
        "unit-unknown",
        "A unit that does not exist",
        "The unit of a figure is not known.",
        "Without units, hours could be added to money.",
        "use units such as hour/week, USD/hour, share; the docs list them",
        "initiative: leads\nvalue:\n  yearly_benefit: a\n  quantities: {a: 3 florbs/year}\n",
    ),
    Code(
        "PV151",
        "unit-mismatch",
        "Units that do not fit",
        "A formula does not come out in the unit that it must have, or adds what cannot be added.",
        "The result would be a figure without meaning.",
        "check the unit of each quantity; hours times a price per hour gives money",
        "initiative: leads\nvalue:\n  yearly_benefit: hours * price\n"
        "  quantities: {hours: 100 hour/year, price: 50 USD}\n",
    ),
    Code(
        "PV152",
        "formula-syntax",
        "A formula that cannot be read",
        "A formula is made of quantities, figures, + - * / and brackets; this one is not.",
        "It cannot be computed.",
        "correct the formula",
        "initiative: leads\nvalue: {yearly_benefit: 3 USD/year +* 2}\n",
    ),
    Code(
        "PV153",
        "unknown-quantity",
        "A quantity that is not declared",
        "A formula uses a name that is not declared under `value.quantities`.",
        "It has no value.",
        "declare it under `value.quantities`, or correct the name",
        "initiative: leads\nvalue: {yearly_benefit: reps * price, quantities: {reps: 12}}\n",
    ),
    Code(
        "PV154",
        "division-by-zero",
        "A division by what can be zero",
        "A formula divides by a quantity whose range holds zero.",
        "The result could be infinite.",
        "give the quantity a range that stays away from zero, or turn the formula round",
        "initiative: leads\nvalue:\n  yearly_benefit: 100 USD/year / a\n  quantities: {a: {low: -1, high: 1}}\n",
    ),
    Code(
        "PV155",
        "column-missing",
        "A column that is not there",
        "A query or a source does not have a column that is needed.",
        "What it should tell cannot be measured.",
        "name the column as it is called in the data, or let the query yield it",
    ),
    Code(
        "PV156",
        "quantity-range",
        "A range that makes no sense",
        "The low end of a range is not below its high end, or the likely value is not between them.",
        "No distribution fits it.",
        "write the smaller figure as low and the larger as high",
        "initiative: leads\nvalue:\n  yearly_benefit: a\n  quantities: {a: {low: 9 USD/year, high: 3 USD/year}}\n",
    ),
    Code(
        "PV157",
        "query-not-select",
        "A query that is not one SELECT",
        "A query of a declaration must be one SELECT; this one is something else.",
        "Measuring must not change what is measured.",
        "write one SELECT",
        "initiative: leads\nsources: {t: t.csv}\n"
        'kpis:\n  - {id: hours, baseline: {source: t, query: "drop table t"}}\n',
    ),
    Code(
        "PV158",
        "unknown-activity",
        "An activity that is not in the log",
        "An activity is named that does not occur in the event log.",
        "What is said of it would have no effect.",
        "write the activity as the event log does",
    ),
)

OTHER = Code(
    "PV199",
    "other",
    "Another mistake",
    "An instrument found a mistake of a kind that has no code of its own.",
    "The block cannot be measured as it stands.",
    "read the message; it names the place and the reason",
)
"""What a slug without a code of its own becomes."""
