"""The official OpenFeature providers get the recorded arm: over HTTP, and from a file for flagd."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from openfeature import api
from openfeature.contrib.provider.flagd import FlagdProvider
from openfeature.contrib.provider.flagd.config import ResolverType
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext

from proveout.core.schedule import Span
from proveout.delivery import Evaluator, flag_definitions
from proveout.delivery.ofrep import server

EVALUATOR = Evaluator(
    "lead-research",
    {"ann": "pilot", "bob": "control", "søren": "pilot"},
    {"pilot": (Span(date(2026, 3, 2)),)},
    date(2026, 3, 2),
    "abc123",
)
EXPECTED = {"ann": True, "bob": False, "søren": True, "nobody": False}


@pytest.fixture
def address() -> Iterator[str]:
    """A server on a day of the pilot."""
    listening = server(EVALUATOR, port=0, clock=lambda: date(2026, 3, 10))
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.server_address[1]}"
    listening.shutdown()
    listening.server_close()
    thread.join()


def asked(provider) -> dict[str, bool]:
    """What an application is told, unit by unit."""
    api.set_provider_and_wait(provider)
    client = api.get_client()
    found = {}
    for unit in EXPECTED:
        details = client.get_boolean_details("lead-research", False, EvaluationContext(targeting_key=unit))
        assert details.error_code is None
        assert details.variant == ("on" if details.value else "off")
        assert details.reason
        found[unit] = details.value
    api.shutdown()
    api.clear_providers()
    return found


def test_the_official_ofrep_provider_gets_the_recorded_arms(address: str):
    assert asked(OFREPProvider(address)) == EXPECTED


def test_the_official_flagd_provider_gets_the_recorded_arms_from_a_file(tmp_path: Path):
    path = tmp_path / "flags.json"
    path.write_text(json.dumps(flag_definitions(EVALUATOR)), encoding="utf-8")
    provider = FlagdProvider(resolver_type=ResolverType.FILE, offline_flag_source_path=str(path))
    assert asked(provider) == EXPECTED


def test_nobody_has_it_before_the_first_day():
    assert EVALUATOR.answer("ann", date(2026, 3, 1))["value"] is False
    assert EVALUATOR.answer("ann", date(2026, 3, 2))["value"] is True


@pytest.mark.parametrize(
    ("path", "content", "status", "code"),
    [
        ("/lead-research", '{"context": {}}', 400, "TARGETING_KEY_MISSING"),
        ("/lead-research", '{"context": {"targetingKey": 7}}', 400, "TARGETING_KEY_MISSING"),
        ("/lead-research", "{", 400, "PARSE_ERROR"),
        ("/lead-research", "[1]", 400, "PARSE_ERROR"),
        ("/lead-research", '{"context": "x"}', 400, "PARSE_ERROR"),
        ("/other", '{"context": {"targetingKey": "ann"}}', 404, "FLAG_NOT_FOUND"),
        ("", '{"context": {}}', 400, "TARGETING_KEY_MISSING"),
    ],
)
def test_what_cannot_be_answered_has_the_code_of_the_protocol(address, path, content, status, code):
    reply = httpx.post(f"{address}/ofrep/v1/evaluate/flags{path}", content=content)
    assert reply.status_code == status
    assert reply.json()["errorCode"] == code


def test_all_flags_at_once_and_nothing_new(address: str):
    url, body = f"{address}/ofrep/v1/evaluate/flags", {"context": {"targetingKey": "ann"}}
    first = httpx.post(url, json=body)
    assert [flag["value"] for flag in first.json()["flags"]] == [True]
    again = httpx.post(url, json=body, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = {"context": {"targetingKey": "bob"}}
    assert httpx.post(url, json=other, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_too_much_is_refused(address: str):
    reply = httpx.post(f"{address}/ofrep/v1/evaluate/flags/lead-research", content=b" " * 1_000_001)
    assert reply.status_code == 413


def test_a_request_in_pieces_is_refused_and_the_connection_closed(address: str):
    reply = httpx.post(f"{address}/ofrep/v1/evaluate/flags/lead-research", content=iter([b"{}"]))
    assert (reply.status_code, reply.headers.get("connection")) == (411, None)
    assert reply.json()["errorCode"] == "PARSE_ERROR"


def test_reading_says_how_to_ask(address: str):
    reply = httpx.get(f"{address}/ofrep/v1/evaluate/flags")
    assert reply.status_code == 405
    assert "send a POST" in reply.json()["errorDetails"]


def test_the_official_flagd_provider_switches_on_and_off_by_the_schedule(tmp_path: Path):
    today = datetime.now(UTC).date()
    day = timedelta(days=1)
    spans = {
        "pilot": (Span(today - 9 * day, today - 8 * day), Span(today - day, today + day)),
        "control": (Span(today - 7 * day, today - 2 * day), Span(today + 2 * day)),
    }
    evaluator = replace(EVALUATOR, spans=spans, start=today - 9 * day)
    path = tmp_path / "flags.json"
    path.write_text(json.dumps(flag_definitions(evaluator)), encoding="utf-8")
    provider = FlagdProvider(resolver_type=ResolverType.FILE, offline_flag_source_path=str(path))
    assert asked(provider) == EXPECTED
    assert {unit: evaluator.has(unit, today) for unit in EXPECTED} == EXPECTED
