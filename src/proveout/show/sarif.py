"""SARIF 2.1.0: criteria that do not pass, and mistakes of the declaration, for code review tools."""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from proveout.core.assessment import Assessment
from proveout.core.diagnostic import Diagnostic, Position, Severity
from proveout.core.policy import Weight
from proveout.core.verdict import Verdict
from proveout.show.line import Line
from proveout.show.page import page

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_TOP = Position(file="initiative.yml")


def render(assessment: Assessment, *, diagnostics: Iterable[Diagnostic] = ()) -> str:
    """Rulings of the due gates that do not pass, after the warnings about the declaration."""
    lines = [line for gate in page(assessment).due for line in gate.lines if not line.passed and line.tone != "spare"]
    rules = {line.ruling.criterion.id: _criterion_rule(line) for line in lines}
    found = list(diagnostics)
    rules |= {diagnostic.code: _code_rule(diagnostic) for diagnostic in found}
    return _log(rules, [*map(_diagnosed, found), *map(_ruled, lines)])


def render_diagnostics(diagnostics: Iterable[Diagnostic]) -> str:
    """The mistakes of a declaration, each at its place."""
    found = list(diagnostics)
    return _log({diagnostic.code: _code_rule(diagnostic) for diagnostic in found}, list(map(_diagnosed, found)))


def _log(rules: dict[str, dict[str, Any]], results: list[dict[str, Any]]) -> str:
    index = {rule: position for position, rule in enumerate(rules)}
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "Proveout", "rules": list(rules.values())}},
                "columnKind": "unicodeCodePoints",
                "results": [{**result, "ruleIndex": index[result["ruleId"]]} for result in results],
            }
        ],
    }
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _criterion_rule(line: Line) -> dict[str, Any]:
    criterion = line.ruling.criterion
    return {
        "id": criterion.id,
        "shortDescription": {"text": criterion.title},
        "fullDescription": {"text": criterion.why},
        "help": {"text": criterion.remedy},
    }


def _code_rule(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "id": diagnostic.code,
        "name": diagnostic.slug,
        "shortDescription": {"text": diagnostic.slug.replace("-", " ")},
    }


def _ruled(line: Line) -> dict[str, Any]:
    ruling = line.ruling
    counts = ruling.criterion.weight is Weight.MUST and not ruling.waived
    level = ("error" if ruling.verdict is Verdict.FAIL else "warning") if counts else "note"
    return {
        "ruleId": ruling.criterion.id,
        "level": level,
        "message": {"text": " ".join((line.sentence, *line.remarks, f"Next: {line.settle}"))},
        "locations": [
            {
                **_location(_TOP),
                "logicalLocations": [{"name": ruling.criterion.id, "fullyQualifiedName": _full_name(line)}],
            }
        ],
        "partialFingerprints": {"criterion/v1": _full_name(line)},
        "properties": {"verdict": ruling.verdict.value, "weight": ruling.criterion.weight.value},
    }


def _full_name(line: Line) -> str:
    ruling = line.ruling
    subject = ruling.estimate.subject if ruling.estimate else ""
    return "/".join(part for part in (ruling.criterion.phase.value, ruling.criterion.id, ruling.block, subject) if part)


def _diagnosed(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "ruleId": diagnostic.code,
        "level": "error" if diagnostic.severity is Severity.ERROR else "warning",
        "message": {"text": " ".join(part for part in (diagnostic.message, diagnostic.hint) if part)},
        "locations": [_location(diagnostic.position or _TOP)],
    }


def _location(place: Position) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(place.file)},
            "region": {"startLine": place.line, "startColumn": place.column},
        }
    }
