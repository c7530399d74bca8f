"""Published event logs against the process that their descriptions tell."""

from datetime import date
from pathlib import Path

import pytest
from tests.asking import measured

from proveout.core.initiative import Initiative, Source
from proveout.instruments.workflow import measure
from proveout.instruments.workflow.settings import Log, Rule, Settings, Step

pytestmark = pytest.mark.real_data

XES = {"case": "case:concept:name", "activity": "concept:name", "at": "time:timestamp", "resource": "org:resource"}


def see(folder: Path, file: str, columns: dict[str, str], **declared):
    settings = Settings(log=Log(source="log", **columns), **declared)
    initiative = Initiative(sources={"log": Source(location=file)})
    return measured("workflow", settings, initiative, folder, date(2026, 3, 1))


def figures(finding) -> dict:
    return {(e.name, e.subject): e for e in finding.estimates}


def test_the_running_example(real_data, monkeypatch):
    """Van der Aalst (2016), section 2.2: six cases, of which two go round a second time or more."""
    monkeypatch.setattr(measure, "FEWEST", 6)
    examine = Step(one_of=(("examine casually",), ("examine thoroughly",)))
    settle = Step(one_of=(("pay compensation",), ("reject request",)))
    once = ("register request", examine, "check ticket", "decide", settle)
    found = figures(see(real_data / "process", "running-example.csv", XES, steps=once, rules=(
        Rule(kind="four-eyes", first="check ticket", then="decide"),
        Rule(kind="starts-with", first="register request"),
        Rule(kind="absence", first="reinitiate request"),
    )))  # fmt: skip
    assert found["documented_share", ""].value == pytest.approx(39 / 42)  # all but three times reinitiate request
    assert found["rule_kept_share", "begins with register request"].value == 1
    assert found["rule_kept_share", "no reinitiate request"].value == 4 / 6


def test_a_municipality_s_permits(real_data):
    """Receipt phase (Buijs 2014): 1,434 cases; the six steps of nearly all of them."""
    steps = (
        "Confirmation of receipt",
        "T02 Check confirmation of receipt",
        "T04 Determine confirmation of receipt",
        "T05 Print and send confirmation of receipt",
        "T06 Determine necessity of stop advice",
        "T10 Determine necessity to stop indication",
    )
    finding = see(real_data / "process", "receipt.csv", XES, steps=steps)
    found = figures(finding)
    assert found["conforming_share", ""].n == 1434
    assert found["conforming_share", ""].value == pytest.approx(713 / 1434)  # the most frequent variant
    assert 0.8 < found["fitness", ""].value < 1
    assert found["documented_share", ""].value > 0.85
