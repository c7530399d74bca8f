"""The record in, states and figures out."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.crm import CONTRACT

from proveout.core.initiative import Initiative
from proveout.core.probe import CommandCall, HttpCall, SqlCall
from proveout.core.question import SourceName
from proveout.instruments import instrument
from proveout.instruments.integration.queries import questions, recording
from proveout.instruments.integration.settings import Agreement, Expected, Given, Operation, Settings, Step, System

from .recorded import AGREED, TODAY, figures, find, http, line, operation, probes, reply, rows, settings, why

LEAD = {"id": 7, "email": "a@b.c", "amount": 12.5}
WITH_CONTRACT = settings(http(contract="contracts/crm.yaml"))
ERP = SourceName("erp")


def sql(*operations: Operation, **more: Any) -> System:
    return System(id="erp", kind="sql", source=ERP, owner="Jonas", owner_agreed=AGREED, operations=operations, **more)


def test_proved() -> None:
    (probe,) = probes(WITH_CONTRACT)
    found = find(WITH_CONTRACT, line(probe, *[reply(LEAD, seconds=n / 10) for n in range(1, 6)]), crm=CONTRACT)
    assert figures(found) == {
        "proved_share": 1,
        "owners_share": 1,
        "failing_operations": 0,
        "contract_differences": 0,
        "round_trip_seconds": pytest.approx(0.48),
    }
    assert all(e.exact for e in found.estimates if e.name != "round_trip_seconds")
    (trips,) = (e for e in found.estimates if e.name == "round_trip_seconds")
    assert (trips.subject, trips.unit, trips.upper) == ("crm", "second", None)
    assert all(check.passed for check in found.checks)
    assert rows(found, "Operations") == [("crm", "Ines", "read", "proved", "2026-03-01", 0.3, "")]
    assert found.changes_on == date(2026, 3, 31)


def test_no_record_is_no_pass() -> None:
    found = find(WITH_CONTRACT, crm=CONTRACT)
    (share,) = (e for e in found.estimates if e.name == "proved_share")
    assert (share.value, share.upper) == (0, 1)
    assert "never probed" in why(found)
    failing, differences = (e for e in found.estimates if e.name in ("failing_operations", "contract_differences"))
    assert (failing.value, failing.upper) == (0, 1)
    assert (differences.value, differences.upper) == (0, None)


def test_the_call_has_changed_since() -> None:
    (probe,) = probes(WITH_CONTRACT)
    changed = settings(http(operation(with_=Given(path={"id": 8})), contract="contracts/crm.yaml"))
    assert "declared otherwise" in why(find(changed, line(probe, reply(LEAD)), crm=CONTRACT))


@pytest.mark.parametrize(
    ("days", "state"), [(-2, "unproved"), (-1, "proved"), (0, "proved"), (29, "proved"), (30, "unproved")]
)
def test_a_record_has_its_time(days: int, state: str) -> None:
    (probe,) = probes(WITH_CONTRACT)
    at = f"{TODAY - timedelta(days=days)}T08:00:00+00:00"
    found = find(WITH_CONTRACT, line(probe, reply(LEAD), at=at), crm=CONTRACT)
    assert rows(found, "Operations")[0][3] == state
    if state == "proved" and found.changes_on:
        later = find(WITH_CONTRACT, line(probe, reply(LEAD), at=at), crm=CONTRACT, as_of=found.changes_on)
        assert later != found


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (reply({"error": "no"}, 500), "status 500"),
        (reply(error="no answer within 10 s", status=None), "no answer within 10 s"),
        (reply(LEAD | {"amount": "12"}), "differs from its contract: /amount: text where a number is promised"),
        (reply(None), "differs from its contract: /: missing"),
        (reply({"id": "x"}), "and 2 more"),
        (reply("redirected to http://x", 302), "status 302"),
    ],
)
def test_failing(answer, words: str) -> None:
    (probe,) = probes(WITH_CONTRACT)
    found = find(WITH_CONTRACT, line(probe, reply(LEAD), answer), crm=CONTRACT)
    assert words in why(found)
    assert (figures(found)["proved_share"], figures(found)["failing_operations"]) == (0, 1)


def test_an_answer_that_was_cut_is_not_compared() -> None:
    (probe,) = probes(WITH_CONTRACT)
    found = find(WITH_CONTRACT, line(probe, reply("[1, 2", cut=True)), crm=CONTRACT)
    (differences,) = (e for e in found.estimates if e.name == "contract_differences")
    assert differences.upper is None


def test_an_operation_that_nobody_promised() -> None:
    declared = settings(http(operation(words="GET /other/{id}"), contract="contracts/crm.yaml"))
    found = find(declared, line(probes(declared)[0], reply({})), crm=CONTRACT)
    assert "the contract has no such operation" in why(found)
    assert rows(found, "Differences") == [("crm", "read", "GET /other/{id}: the contract has no such operation")]


@pytest.mark.parametrize(
    ("contract", "words"),
    [
        (None, "there is no file contracts/crm.yaml"),
        ("a: [", "neither JSON nor YAML"),
        ("paths: {}", "versions 3.0 and 3.1"),
    ],
)
def test_a_contract_that_cannot_be_read(contract: str | None, words: str) -> None:
    files = {"crm": contract} if contract else {}
    found = find(WITH_CONTRACT, line(probes(WITH_CONTRACT)[0], reply(LEAD)), **files)
    assert any(words in check.note for check in found.checks if check.passed is False)
    assert figures(found)["proved_share"] == 0


def test_without_any_contract_only_the_status_counts_and_that_is_said() -> None:
    declared = settings()
    found = find(declared, line(probes(declared)[0], reply({"any": "thing"})))
    assert figures(found)["proved_share"] == 1
    assert any(check.name == "crm has a contract" and check.passed is False for check in found.checks)
    (differences,) = (e for e in found.estimates if e.name == "contract_differences")
    assert differences.upper is None


@pytest.mark.parametrize(
    "text", ["no json", "[]", '{"probe": "crm/read"}', '{"probe":"a","call":"","at":"x","replies":[]}']
)
def test_a_record_that_no_probe_wrote(text: str) -> None:
    found = find(WITH_CONTRACT, text, crm=CONTRACT)
    assert "records/integration.jsonl:1 was not written by a probe" in why(found)


def test_a_record_that_cannot_be_read() -> None:
    found = find(WITH_CONTRACT, failing=("records/integration.jsonl",), crm=CONTRACT)
    assert "too large" in why(found)


NOTE = operation(
    "note",
    "POST /notes",
    with_=Given(body={"text": "hello", "rank": 1}),
    read_back=Step(operation="GET /notes/{id}"),
    clean_up=Step(operation="DELETE /notes/{id}"),
)
CREATED = reply({"id": 1, "text": "hello"}, 201)


@pytest.mark.parametrize(
    ("back", "gone", "state", "words"),
    [
        (reply({"id": 1, "text": "hello", "rank": "1"}), reply(None, 204), "proved", ""),
        (reply([{"id": 1, "text": "hello"}]), reply(None, 204), "proved", ""),
        (reply({"id": 1, "text": "bye"}), reply(None, 204), "failing", "text came back changed"),
        (reply({"id": 1}), reply(None, 204), "failing", "nothing of what was written is there"),
        (reply({"error": "no"}, 404), reply(None, 204), "failing", "reading back: status 404"),
        (reply({"id": 1, "text": "hello"}), reply(None, 500), "failing", "was not taken away: status 500"),
    ],
)
def test_a_write_is_read_back_and_taken_away(back, gone, state: str, words: str) -> None:
    declared = settings(http(NOTE, contract="contracts/crm.yaml"))
    found = find(declared, line(probes(declared)[0], CREATED, read_back=back, clean_up=gone), crm=CONTRACT)
    assert rows(found, "Operations")[0][3] == state
    assert words in why(found)
    assert figures(found)["written_back_share"] == (
        0 if "read" in words or "came" in words or "nothing" in words else 1
    )


def test_a_write_that_nobody_reads_back_is_not_proved() -> None:
    declared = settings(
        http(operation("note", "POST /notes", with_=Given(body={"text": "x"})), contract="contracts/crm.yaml")
    )
    found = find(declared, line(probes(declared)[0], CREATED), crm=CONTRACT)
    assert rows(found, "Operations")[0][3] == "unproved"
    assert "declare `read_back`" in why(found)
    assert figures(found)["written_back_share"] == 0


def test_a_database() -> None:
    read = Operation(id="customers", sql="select id from customers", expect=Expected(rows=1))
    declared = settings(sql(read, tables={"customers": {"id": "integer", "name": "text"}}))
    tables, customers = probes(declared)
    columns = [{"table": "customers", "column": "id", "type": "text"}]
    record = "\n".join((line(tables, reply(columns, None)), line(customers, reply([{"id": 1}], None))))
    found = find(declared, record)
    assert figures(found)["proved_share"] == 1
    assert figures(found)["contract_differences"] == 2
    assert [row[2] for row in rows(found, "Differences")] == [
        "customers.id: text where a whole number is promised",
        "customers.name: missing",
    ]
    empty = find(declared, line(customers, reply([], None)))
    assert "0 rows where at least 1 are expected" in why(empty)
    (differences,) = (e for e in empty.estimates if e.name == "contract_differences")
    assert differences.upper is None


def test_a_command() -> None:
    run = Operation(id="score", command=("./score", "--quick"), with_=Given(body={"a": 1}))
    declared = settings(System(id="tool", kind="command", schema="reply.json", operations=(run,)))
    (probe,) = probes(declared)
    assert probe.call == CommandCall(command=("./score", "--quick"), input={"a": 1}, timeout_seconds=10)
    schema = '{"type": "object", "required": ["score"]}'
    assert figures(find(declared, line(probe, reply({"score": 1}, 0)), reply=schema))["proved_share"] == 1
    failing = find(declared, line(probe, reply({}, 0)), reply=schema)
    assert "/score: missing" in why(failing)
    assert figures(failing)["owners_share"] == 0


EVENTS = System(
    id="orders", kind="events", schema="order.json", operations=(Operation(id="placed", samples="placed.jsonl"),)
)
SCHEMA = '{"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}'


@pytest.mark.parametrize(
    ("samples", "state", "words"),
    [
        ('{"id": 1}\n\n{"id": 2}\n', "proved", ""),
        ('{"id": 1}\n{"id": "x"}\n{}\n', "failing", "/id: text where a whole number is promised and 1 more"),
        ('{"id": 1}\n{"id"', "failing", "line 2: not JSON"),
        ("", "unproved", "holds no events"),
        (None, "unproved", "there is no file placed.jsonl"),
    ],
)
def test_events(samples: str | None, state: str, words: str) -> None:
    declared = settings(EVENTS)
    assert recording(declared, Initiative()) is None
    files = {"placed": samples} if samples is not None else {}
    found = find(declared, order=SCHEMA, **files)
    assert rows(found, "Operations")[0][3] == state
    assert words in why(found)
    assert any(check.name == "orders: events arrive" and check.passed is None for check in found.checks)


def test_patterns_are_matched_in_time_that_grows_with_the_text() -> None:
    schema = '{"properties": {"a": {"pattern": "^(a+)+$"}}}'
    found = find(settings(EVENTS), order=schema, placed='{"a": "' + "a" * 20_000 + '!"}')
    assert "breaks pattern" in why(found)
    assert "cannot be used" in why(find(settings(EVENTS), order=schema.replace("(a+)+", "(?=a)a"), placed='{"a": "a"}'))


def test_patterns_of_names_are_matched_in_the_same_way() -> None:
    names = '"properties": {"b": {}}, "patternProperties": {"^(a+)+$": {"type": "integer"}}'
    schema = f'{{{names}, "additionalProperties": false}}'
    name = "a" * 20_000
    fine = f'{{"{name}": 1, "b": 2}}'
    assert figures(find(settings(EVENTS), order=schema, placed=fine))["proved_share"] == 1
    assert "text where a whole number" in why(find(settings(EVENTS), order=schema, placed=fine.replace("1", '"x"')))
    worse = find(settings(EVENTS), order=schema, placed=f'{{"{name}": 1, "{name}!": 1, "b": 1}}')
    assert figures(worse)["contract_differences"] == 1
    both = schema.replace("additional", "unevaluated")
    assert "cannot be used" in why(find(settings(EVENTS), order=both, placed=fine))


def test_of_very_many_events_some_are_looked_at_and_it_is_said() -> None:
    many = '{"id": 1}\n' * 24_999
    found = find(settings(EVENTS), order=SCHEMA, placed=many + '{"id": 2}')
    assert rows(found, "Operations")[0][3] == "proved"
    part = next(check for check in found.checks if check.name == "orders/placed: all events were looked at")
    assert part.passed is False and part.note.startswith("10,000 of 25,000")
    differences = next(one for one in found.estimates if one.name == "contract_differences")
    assert (differences.value, differences.upper) == (0, None)
    assert "/id: missing" in why(find(settings(EVENTS), order=SCHEMA, placed=many + "{}"))
    assert "/id: missing" in why(find(settings(EVENTS), order=SCHEMA, placed="{}\n" + many))


def test_when_all_events_are_looked_at_nothing_is_open() -> None:
    found = find(settings(EVENTS), order=SCHEMA, placed='{"id": 1}\n' * 10_000)
    assert next(one for one in found.estimates if one.name == "contract_differences").upper == 0
    assert not any("all events" in check.name for check in found.checks)


def test_a_schema_of_events_that_cannot_be_read() -> None:
    found = find(settings(EVENTS), order="a: [", placed="{}")
    assert "its schema cannot be read" in why(found)


@pytest.mark.parametrize(
    ("owner", "agreed", "share"),
    [
        ("", AGREED, 0),
        ("Ines", None, 0),
        ("Ines", Agreement(on=date(2026, 3, 3), record="mail"), 0),
        ("Ines", AGREED, 1),
    ],
)
def test_owners_agree_on_record(owner: str, agreed: Agreement | None, share: float) -> None:
    declared = settings(http(owner=owner, owner_agreed=agreed))
    found = find(declared)
    assert figures(found)["owners_share"] == share
    if agreed and agreed.on > TODAY:
        assert found.changes_on == agreed.on
        assert figures(find(declared, as_of=agreed.on))["owners_share"] == 1


@pytest.mark.parametrize("record", [".proveout/answers.jsonl", "records/.answers.jsonl", "./.proveout/a.jsonl"])
def test_a_hidden_record_is_refused(record: str) -> None:
    (fault,) = instrument("integration").faults(settings(record=record), Initiative())
    assert fault.path == ("record",) and record in fault.message
    assert instrument("integration").faults(settings(record="./records/answers.jsonl"), Initiative()) == ()


def test_calls() -> None:
    given = Given(path={"id": "a/b ${KEY}"}, query={"full": True, "q": "x&y ${KEY}"})
    (probe,) = probes(settings(http(operation(with_=given, max_seconds=2), base_url="${CRM}/api/")))
    assert isinstance(probe.call, HttpCall)
    assert probe.call.url == "${CRM}/api/leads/a%2Fb%20${KEY}?full=true&q=x%26y%20${KEY}"
    assert probe.call.timeout_seconds == 2
    write = Operation(id="w", sql="insert into t values (1)", write=True, read_back=Step(sql="select 1"))
    (statement,) = probes(settings(sql(write)))
    assert isinstance(statement.call, SqlCall)
    assert isinstance(statement.read_back, SqlCall)
    assert (statement.writes, statement.call.writes, statement.read_back.writes) == (True, True, False)


def test_paths_are_no_patterns() -> None:
    (_, contract) = questions(settings(http(contract="a/crm[1]*.yaml")), Initiative())
    assert contract.pattern == "a/crm[[]1][*].yaml"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda: http(base_url=""), "needs `base_url`"),
        (lambda: http(operation(words="readLead")), "is not METHOD and /path"),
        (lambda: http(operation(with_=Given())), "give `with"),
        (lambda: http(operation(sql="select 1")), "is called by `operation` alone"),
        (lambda: http(operation(), operation()), "two operations of crm are called read"),
        (lambda: http(base_url="https://me:pass@crm.example"), "holds a user"),
        (lambda: http(contract="crm.yaml"), "put crm.yaml into a folder"),
        (lambda: http(headers={"X-Api-Key": "abc"}), "holds a secret"),
        (lambda: operation(read_back=Step(operation="GET /x")), "follow a write"),
        (lambda: System(id="e", kind="events", operations=(operation(),)), "needs `schema`"),
        (lambda: System(id="e", kind="sql", operations=(operation(),)), "needs `source`"),
        (lambda: Settings(systems=(http(), http())), "two systems are called crm"),
    ],
)
def test_mistakes_that_show_before_anything_is_called(wrong, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        wrong()
