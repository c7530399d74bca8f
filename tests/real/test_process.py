"""The process instrument on public event logs: the counts of their descriptions, and honest words on what they lack."""

from datetime import date
from pathlib import Path

import pytest

from proveout.core.evidence import Finding
from proveout.core.initiative import Initiative, Source
from proveout.core.question import Answers, SourceName
from proveout.data import ask
from proveout.instruments.process.measure import measure
from proveout.instruments.process.queries import questions
from proveout.instruments.process.settings import Settings

pytestmark = pytest.mark.real_data

SOURCE = SourceName("log")
NAMES = {"case": "case:concept:name", "activity": "concept:name", "end": "time:timestamp"}
PEOPLE = NAMES | {"resource": "org:resource"}
PURCHASING = {
    "case": "case_id",
    "activity": "activity",
    "start": "start_time",
    "end": "end_time",
    "resource": "resource",
}
DESCRIBED = [  # file, settings, cases, events, activities, variants, people (0 where the log names none)
    ("sepsis.xes.gz", {"resource": "org:group"}, 1050, 15214, 16, 846, 26),
    ("helpdesk.xes.gz", {}, 4580, 21348, 14, 226, 22),
    ("07_bpic2013_incidents.xes.gz", {"lifecycle": ""}, 7554, 65533, 4, 1511, 1440),
    ("08_receipt.xes.gz", {}, 1434, 8577, 27, 116, 48),
    ("receipt.csv", PEOPLE, 1434, 8577, 27, 116, 48),
    ("running-example.xes", {}, 6, 42, 8, 6, 6),
    ("running-example.csv", PEOPLE, 6, 42, 8, 6, 6),
    ("running-example.parquet", PEOPLE, 6, 42, 8, 6, 6),
    ("interval_event_log.csv", NAMES | {"start": "start_timestamp"}, 1266, 8109, 8, 9, 0),
    ("interval_event_log.xes", {}, 1266, 8109, 8, 9, 0),
    ("reviewing.xes", {}, 100, 3730, 14, 96, 11),
    ("03_repairExample.xes.gz", {}, 1104, 11855, 8, 77, 13),
    ("simod_PurchasingExample.csv.gz", PURCHASING, 608, 9119, 21, None, 27),
]


def find(folder: Path, file: str, **options) -> tuple[Finding, int]:
    """The finding, and how many people the log names."""
    settings = Settings(source=SOURCE, **options)
    initiative = Initiative(sources={SOURCE: Source(location=file)})
    tables, failures = ask(questions(settings, initiative), initiative.sources, folder / "process")
    assert failures == {}
    n_people = len(tables["resource_names"]["r"])
    return measure(settings, Answers(tables=tables, as_of=date(2026, 1, 16)), initiative), n_people


@pytest.mark.parametrize(("file", "options", "cases", "events", "activities", "variants", "people"), DESCRIBED)
def test_counts_are_those_of_the_description(real_data, file, options, cases, events, activities, variants, people):
    finding, n_people = find(real_data, file, **options)
    values = {estimate.name: estimate.value for estimate in finding.estimates if not estimate.subject}
    assert (values["n_cases"], values["n_events"], values["n_activities"]) == (cases, events, activities)
    assert variants is None or values["n_variants"] == variants
    assert n_people == people
    assert values["log_quality"] == 1.0


def test_the_running_example_has_its_published_directly_follows_counts(real_data):
    """van der Aalst (2016), chapter 2: six cases, among them a, b, d, e, h and a, c, d, e, f, b, d, e, g."""
    (found,) = (e for e in find(real_data, "running-example.xes")[0].exhibits if e.kind == "process_map")
    label = {node.id: node.label for node in found.nodes}
    counts = {(label[edge.source], label[edge.target]): edge.frequency for edge in found.edges}
    assert counts["Start", "register request"] == 6
    assert counts["register request", "examine casually"] == 3
    assert counts["register request", "check ticket"] == 2
    assert counts["register request", "examine thoroughly"] == 1
    assert counts["decide", "reinitiate request"] == 3
    assert counts["decide", "pay compensation"] == 3
    assert counts["decide", "reject request"] == 3
    assert counts["pay compensation", "End"] == counts["reject request", "End"] == 3
    assert sum(n for (source, target), n in counts.items() if source != "Start" and target != "End") == 36


def test_purchasing_has_measured_hours_and_says_that_nights_are_in_them(real_data):
    finding, _ = find(real_data, "simod_PurchasingExample.csv.gz", **PURCHASING, hourly_cost="50 USD/hour")
    one = {estimate.name: estimate for estimate in finding.estimates if not estimate.subject}
    assert one["estimated_hours_share"].value == 0.0
    assert one["yearly_cost_total"].lower < one["yearly_cost_total"].value < one["yearly_cost_total"].upper
    assert {check.name: check.passed for check in finding.checks}["Time between start and end is work"] is False


def test_incidents_without_starts_are_marked_as_estimates(real_data):
    finding, _ = find(real_data, "07_bpic2013_incidents.xes.gz", lifecycle="")
    one = {estimate.name: estimate for estimate in finding.estimates if not estimate.subject}
    assert one["estimated_hours_share"].value == 1.0
    assert "flow_efficiency" not in one
    assert {check.name: check.passed for check in finding.checks}["Starts are recorded"] is False


def test_the_same_log_twice_gives_the_same_finding(real_data):
    options = PURCHASING | {"hourly_cost": 50}
    first, _ = find(real_data, "simod_PurchasingExample.csv.gz", **options)
    assert find(real_data, "simod_PurchasingExample.csv.gz", **options)[0] == first
