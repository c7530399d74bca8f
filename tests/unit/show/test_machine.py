"""JSON, JUnit, SARIF and Markdown: well-formed, complete, honest about what has no say."""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from tests.unit.show.invented import INJECTION, assessment, diagnostics, rulings

from proveout.core.verdict import Verdict
from proveout.show import json as as_json
from proveout.show import junit, markdown, sarif

LEVELS = {"none", "note", "warning", "error"}


def test_json_holds_the_assessment_and_names_its_shape():
    whole = json.loads(as_json.render(assessment()))
    assert whole["schema"] == "proveout/assessment/1"
    assert list(whole) == [
        *("schema", "initiative", "as_of", "verdict", "sentence", "next", "policy", "gates", "evidence"),
        *("ends", "turns", "pathologies", "notices", "decisions", "head", "run"),
    ]
    assert [gate["due"] for gate in whole["gates"]] == [True, False, False, False, False]
    assert {item["digest"] for item in whole["evidence"]} == {item.digest for item in assessment().evidence}
    assert whole["policy"]["digest"] == whole["gates"][0]["policy"]
    assert whole["run"]["remembered"] == ["business_case", "interviews"]


def test_json_never_shows_where_data_lie():
    assert "sources" not in json.loads(as_json.render(assessment()))["initiative"]


def test_junit_has_a_suite_per_due_gate_and_counts_right():
    root = ET.fromstring(junit.render(assessment()))
    (suite,) = root.findall("testsuite")
    assert root.tag == "testsuites" and suite.get("name") == "gate 1: Problem validation"
    cases = suite.findall("testcase")
    assert len(cases) == int(suite.get("tests")) == len(rulings())
    assert len(suite.findall("testcase/failure")) == int(suite.get("failures")) == 3
    assert len(suite.findall("testcase/skipped")) == int(suite.get("skipped")) == 3
    assert all(case.get("name") and case.get("classname") for case in cases)


def test_junit_fails_for_musts_alone_and_undecided_is_a_failure_of_its_own_type():
    cases = ET.fromstring(junit.render(assessment())).iter("testcase")
    kinds = {
        case.get("name").split(":")[0]: (case[0].tag, case[0].get("type")) if len(case) else None for case in cases
    }
    assert kinds == {
        "users-heard": None,
        "return-likely": ("failure", "fail"),
        "payback": ("failure", "undecided"),
        "benefit": None,
        "coverage": ("skipped", None),
        "log-quality": ("skipped", None),
        "fresh": ("failure", "undecided"),
        "groups-heard": None,
        "saturation": ("skipped", None),
    }


def test_junit_survives_characters_that_xml_cannot_hold():
    broken = replace(rulings()[1], sentence="a\x00b\x1b[31m\ud800 & <c>")
    whole = assessment()
    root = ET.fromstring(
        junit.render(replace(whole, gates=(replace(whole.gates[0], rulings=(broken,)),))).encode("utf-8")
    )
    assert root.find(".//failure").get("message") == "ab[31m & <c>"


def test_junit_names_mistakes_of_the_declaration():
    suite = ET.fromstring(junit.render_diagnostics(diagnostics())).find("testsuite")
    assert [error.get("type") for error in suite.iter("error")] == ["unknown-key", "no-initiative"]
    assert suite.find("testcase").get("name") == "PV104 initiative.yml:12:3"


@pytest.mark.parametrize(
    "text",
    [
        sarif.render(assessment(), diagnostics=diagnostics()),
        sarif.render_diagnostics(diagnostics()),
        sarif.render_diagnostics(()),
    ],
    ids=["assessment", "diagnostics", "nothing"],
)
def test_sarif_has_what_the_standard_requires(text):
    log = json.loads(text)
    assert log["version"] == "2.1.0" and "2.1.0" in log["$schema"]
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "Proveout"
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert result["message"]["text"] and result["level"] in LEVELS
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] and place["region"]["startLine"] >= 1
        assert place["region"]["startColumn"] >= 1


def test_sarif_tells_failing_from_undecided_and_from_what_has_no_say():
    results = json.loads(sarif.render(assessment()))["runs"][0]["results"]
    assert {result["ruleId"]: result["level"] for result in results} == {
        "return-likely": "error",
        "payback": "warning",
        "coverage": "note",
        "log-quality": "note",
        "fresh": "warning",
        "saturation": "note",
    }


def test_sarif_puts_mistakes_where_they_are():
    results = json.loads(sarif.render_diagnostics(diagnostics()))["runs"][0]["results"]
    where = results[0]["locations"][0]["physicalLocation"]
    assert where == {
        "artifactLocation": {"uri": "initiative.yml"},
        "region": {"startLine": 12, "startColumn": 3},
    }


def test_the_memo_is_markdown_in_which_nothing_breaks_a_table():
    text = markdown.render(assessment())
    assert text.startswith("# ") and "**FAIL** as of 2026-01-20" in text
    tables = re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE)
    for table in tables:
        rows = table.splitlines()
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) == 1
    assert sum(row.count("\n") - 2 for row in tables[:3]) == len(rulings())
    assert "conditional go" in text and "against the verdict" in text and "Signature" in text
    assert INJECTION not in text and "\\<script\\>" in text


def test_the_memo_asks_nobody_who_has_nothing_to_do():
    whole = assessment()
    passed = tuple(ruling for ruling in rulings() if ruling.verdict is Verdict.PASS)
    gate = replace(whole.gates[0], rulings=passed, verdict=Verdict.PASS, sentence="Passes.")
    text = markdown.render(replace(whole, gates=(gate, *whole.gates[1:]), pathologies=(), decisions=()))
    assert "Next:" not in text and "proveout decide problem-validation go" in text
    assert "Nobody has decided yet." in text


def test_diagnostics_in_markdown_and_json():
    assert "- **error PV104** (initiative.yml:12:3)" in markdown.render_diagnostics(diagnostics())
    assert len(json.loads(as_json.render_diagnostics(diagnostics()))["diagnostics"]) == 3
