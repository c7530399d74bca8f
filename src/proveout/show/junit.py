"""JUnit XML: a test suite per gate that is due, a test case per ruling, so that any CI shows the verdict.

A must-criterion that fails is a failure of type ``fail``; one that is undecided is a failure of type
``undecided``, because no evidence is never a pass. What has no say today (should, on trial, waived, not
needed) is skipped when it does not pass, with its sentence as the message.
"""

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

from proveout.core.assessment import Assessment
from proveout.core.diagnostic import Diagnostic, Severity
from proveout.core.policy import Weight
from proveout.core.verdict import Verdict
from proveout.show.line import Line
from proveout.show.page import Gate, page


def render(assessment: Assessment) -> str:
    """The gates that are due as test suites."""
    shown = page(assessment)
    root = Element("testsuites", name=f"proveout {shown.name}")
    for gate in shown.due:
        _suite(root, gate, shown.name)
    return _text(root)


def render_diagnostics(diagnostics: Iterable[Diagnostic]) -> str:
    """The mistakes of a declaration as errors of one suite."""
    found = [diagnostic for diagnostic in diagnostics if diagnostic.severity is Severity.ERROR]
    root = Element("testsuites", name="proveout")
    suite = SubElement(root, "testsuite", name="declaration", tests=str(len(found)), errors=str(len(found)))
    for diagnostic in found:
        place = diagnostic.position
        where = f"{place.file}:{place.line}:{place.column}" if place else "declaration"
        case = SubElement(suite, "testcase", classname="declaration", name=_clean(f"{diagnostic.code} {where}"))
        error = SubElement(case, "error", type=diagnostic.slug, message=_clean(diagnostic.message))
        error.text = _clean(diagnostic.hint)
    return _text(root)


def _suite(root: Element, gate: Gate, name: str) -> None:
    suite = SubElement(root, "testsuite", name=f"gate {gate.number}: {gate.label}")
    for line in gate.lines:
        criterion = line.ruling.criterion
        case = SubElement(suite, "testcase", classname=_clean(f"{name}.{criterion.phase}.{criterion.dimension}"))
        case.set("name", _clean(f"{criterion.id}: {line.title}"))
        if not line.passed:
            _verdict(case, line)
    counts = {"tests": "testcase", "failures": "testcase/failure", "skipped": "testcase/skipped"}
    for attribute, path in counts.items():
        suite.set(attribute, str(len(suite.findall(path))))
    suite.set("errors", "0")


def _verdict(case: Element, line: Line) -> None:
    if line.tone in ("waived", "spare") or line.ruling.criterion.weight is not Weight.MUST:
        SubElement(case, "skipped", message=_clean(f"{line.word}: {line.sentence}"))
        return
    kind = "fail" if line.ruling.verdict is Verdict.FAIL else "undecided"
    failure = SubElement(case, "failure", type=kind, message=_clean(line.sentence))
    failure.text = _clean("\n".join((*line.remarks, f"next: {line.settle}")))


def _clean(text: str) -> str:
    """The text without the control characters that XML 1.0 cannot hold."""
    return "".join(
        c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff")
    )


def _text(root: Element) -> str:
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"
