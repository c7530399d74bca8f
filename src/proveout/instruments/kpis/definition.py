"""Whether a KPI is defined well enough to be held to."""

import re
from collections.abc import Mapping

from proveout.core.initiative import Initiative, Kpi

_NO_AMOUNT = "does not say by how much"
_NO_MEASURE = "cannot be measured as it stands"
_NO_BOUND = "leaves open what counts"
VAGUE: Mapping[str, str] = {
    r"improv\w+": _NO_AMOUNT,
    r"better|best|worse": _NO_AMOUNT,
    r"optimi[sz]\w+": _NO_AMOUNT,
    r"enhanc\w+": _NO_AMOUNT,
    r"increas\w+|decreas\w+|reduc\w+|maximi[sz]\w+|minimi[sz]\w+": _NO_AMOUNT,
    r"boost\w*|accelerat\w+|streamlin\w+": _NO_AMOUNT,
    r"significant(?:ly)?|substantial(?:ly)?|considerabl[ey]|drastic(?:ally)?": _NO_AMOUNT,
    r"efficien(?:t|tly|cy)|effective(?:ly|ness)?|productiv(?:e|ity)": _NO_MEASURE,
    r"seamless(?:ly)?|smooth(?:ly)?|intuitive(?:ly)?|frictionless": _NO_MEASURE,
    r"user[- ]friendly|easy|easily|simple|simply|convenient": _NO_MEASURE,
    r"robust(?:ly|ness)?|flexib(?:le|ility)|scalab(?:le|ility)|agil(?:e|ity)": _NO_MEASURE,
    r"leverag\w+|empower\w*|transform\w*|synerg\w+|innovati\w+|world[- ]class|state[- ]of[- ]the[- ]art": _NO_MEASURE,
    r"fast(?:er)?|quick(?:er|ly)?|timely|soon|slow(?:er)?": "needs a time",
    r"as appropriate|as needed|as required|where possible|if possible|adequate(?:ly)?|sufficient(?:ly)?": _NO_BOUND,
    r"some|several|many|most|various|etc|and so on|and/or": _NO_BOUND,
}
"""Words that make a KPI vague, as patterns, and why. After the lists of ambiguous words for requirements in
Berry, Kamsties and Krieger (2003) and INCOSE's Guide to Writing Requirements, rule R7."""

REQUIRED = (
    "title",
    "unit",
    "direction",
    "baseline",
    "target",
    "minimum_worthwhile",
    "owner",
    "due",
    "objective",
)


def missing_parts(kpi: Kpi) -> tuple[str, ...]:
    """What the definition lacks; a guardrail needs no target."""
    return tuple(part for part in required_parts(kpi) if getattr(kpi, part) in (None, ""))


def required_parts(kpi: Kpi) -> tuple[str, ...]:
    """What the definition of this KPI needs."""
    return tuple(part for part in REQUIRED if part != "target" or kpi.role == "goal")


def vague_words(text: str) -> tuple[tuple[str, str], ...]:
    """Each vague word of the text with the reason, in order."""
    found = [
        (match.start(), match[0].lower(), why)
        for pattern, why in VAGUE.items()
        for match in re.finditer(rf"\b(?:{pattern})\b", text, re.IGNORECASE)
    ]
    return tuple((word, why) for _, word, why in sorted(found))


def in_value_model(kpi: Kpi, initiative: Initiative) -> bool:
    """Whether a quantity of the value model is this KPI."""
    if initiative.value is None:
        return False
    entries = (*initiative.value.quantities.values(), initiative.value.yearly_cost, initiative.value.one_off_cost)
    return any(getattr(entry, "kpi", "") == kpi.id for entry in entries)


def serves_objective(kpi: Kpi, initiative: Initiative) -> bool:
    """Whether it serves a declared business objective."""
    return any(objective.id == kpi.objective for objective in initiative.objectives)
