"""Answers against contracts: differences in plain words, and documents that cannot be read."""

from typing import Any

import pytest
from tests.crm import CONTRACT

from proveout.instruments.integration.contract import NotReadable, openapi, parsed, promised, response, schema_of
from proveout.instruments.integration.differences import differences
from proveout.instruments.integration.tables import table_differences

GOOD: dict[str, Any] = {"id": 1, "email": "a@b.c", "amount": 12.5, "note": None}


def lead(body: Any, document: Any = None, status: int = 200) -> tuple[str, ...]:
    document = document or openapi(CONTRACT)
    found = promised(document, "GET /leads/{id}")
    assert found
    answer = response(document, found, status)
    assert answer
    schema = schema_of(answer)
    assert schema is not None
    return differences(schema, document, body)


def test_a_good_answer_shows_none() -> None:
    assert lead(GOOD | {"more": 1, "since": "2026-01-31", "tags": ["new", "NO"]}) == ()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"id": 1, "amount": 2}, "/email: missing"),
        (GOOD | {"amount": "12"}, "/amount: text where a number is promised"),
        (GOOD | {"id": True}, "/id: true or false where a whole number is promised"),
        (GOOD | {"id": 1.5}, "/id: a number where a whole number is promised"),
        (GOOD | {"email": None}, "/email: null where text is promised"),
        (GOOD | {"amount": 0}, "/amount: a whole number that breaks minimum: 0"),
        (GOOD | {"since": "31.1.2026"}, "/since: not of the promised format date"),
        (GOOD | {"tags": ["odd"]}, "/tags/*: 'odd', which is none of 'new', 'old', 'NO'"),
        ("<h1>Log in</h1>", "/: text where an object is promised"),
        ([GOOD], "/: a list where an object is promised"),
    ],
)
def test_differences_in_plain_words(body: Any, words: str) -> None:
    assert lead(body) == (words,)


def test_a_whole_number_may_be_written_with_a_point() -> None:
    assert lead(GOOD | {"id": 1.0}) == ()


def test_many_items_make_one_difference() -> None:
    assert len(lead(GOOD | {"tags": ["odd"] * 50})) == 1


def test_what_was_taken_out_is_no_difference() -> None:
    assert lead(GOOD | {"id": "${LEAD_ID}"}) == ()
    assert lead(GOOD | {"id": "no ${LEAD_ID}"}) == ("/id: text where a whole number is promised",)


MODERN = """{
  "openapi": "3.1.0",
  "paths": {"/leads/{x}": {"$ref": "#/components/pathItems/Lead"}},
  "components": {
    "pathItems": {"Lead": {"get": {"responses": {"default": {"content": {"application/problem+json": {
      "schema": {"type": "object", "properties": {"at": {"type": ["string", "null"], "format": "date-time"},
        "kind": {"const": "lead"}, "next": {"$ref": "#/components/schemas/Next"}},
        "additionalProperties": false}}}}}}}},
    "schemas": {"Next": {"anyOf": [{"type": "null"}, {"$ref": "#/components/schemas/Next/$defs/Deep"}],
      "$defs": {"Deep": {"type": "object", "required": ["id's"],
         "properties": {"next": {"$ref": "#/components/schemas/Next"}}}}}}
  }
}"""


def test_version_3_1() -> None:
    document = openapi(MODERN)
    assert lead({"at": None, "kind": "lead", "next": {"id's": 1, "next": None}}, document, 418) == ()
    assert lead({"at": "2026-01-31T10:00:00"}, document, 418) == ("/at: not of the promised format date-time",)
    assert lead({"at": "2026-01-31T10:00:00Z", "odd": 1}, document, 418) == ("/odd: not promised",)
    assert lead({"kind": "x"}, document, 418) == ("/kind: 'x' where 'lead' is promised",)
    assert lead({"next": {}}, document, 418) == ("/next: an object that fits none of the promised forms",)


def test_yaml_reads_as_in_version_1_2() -> None:
    assert parsed("a: NO\nb: 2026-01-31\nc: true\nd: [1, 1.5, on]\n200: x") == {
        "a": "NO",
        "b": "2026-01-31",
        "c": True,
        "d": [1, 1.5, "on"],
        200: "x",
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: [1", "neither JSON nor YAML"),
        ("a: !!python/object/apply:os.system [ls]", "neither JSON nor YAML"),
        ("hello", "no OpenAPI document"),
        ("", "no OpenAPI document"),
        ("openapi: 3.0.0\npaths: [1]", "no OpenAPI document"),
        ("swagger: '2.0'\npaths: {}", "it is OpenAPI 2.0; versions 3.0 and 3.1 are read"),
        ("[" * 5000, "neither JSON nor YAML"),
        ("a: " + "[" * 5000, "neither JSON nor YAML"),
        ("a: " + "[" * 100_000, "nested too deeply"),  # libyaml would take the program down
    ],
)
def test_documents_that_are_no_contract(text: str, reason: str) -> None:
    with pytest.raises(NotReadable, match=reason):
        openapi(text)


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ("{$ref: '#/components/schemas/Gone'}", "refers to /components/schemas/Gone"),
        ("{$ref: 'other.yaml#/Lead'}", "other.yaml"),
        ("{$ref: 'http://127.0.0.1:1/lead.json'}", "127.0.0.1"),
        ("{$ref: '#/x-proveout'}", "RecursionError"),
        ("{type: strng}", "cannot be applied"),
        ("{type: object, properties: {a: {pattern: '(['}}}", "pattern that cannot be used"),
        ("{type: object, properties: [a]}", "cannot be applied"),
    ],
)
def test_schemas_that_cannot_be_applied(schema: str, reason: str) -> None:
    answer = {"content": {"application/json": {"schema": parsed(schema)}}}
    document = {"openapi": "3.1.0", "paths": {"/leads/{id}": {"get": {"responses": {"200": answer}}}}}
    with pytest.raises(NotReadable, match=reason):
        lead({"a": "x"}, document)


def test_tables() -> None:
    kinds = {"id": "bigint", "name": "character varying", "limit": "numeric(12,2)", "day": "date", "sum": "smallint"}
    found = [{"table": "Orders", "column": name, "type": kind} for name, kind in kinds.items()]
    assert (
        table_differences({"orders": {"ID": "integer", "name": "text", "limit": "number", "sum": "number"}}, found)
        == ()
    )
    promised_too = {
        "orders": {"nam": "text", "limit": "text", "day": "timestamp", "id": "text"},
        "gone": {"id": "integer"},
    }
    assert table_differences(promised_too, found) == (
        "orders.nam: missing (there is name)",
        "orders.limit: a number where text is promised",
        "orders.day: a date where a time is promised",
        "orders.id: a whole number where text is promised",
        "gone: no such table",
    )
    assert table_differences({"orders": {"limit": "integer"}}, found) == (
        "orders.limit: a number where a whole number is promised",
    )


@pytest.mark.parametrize("responses", ["5", "[1]", "{'200': {content: 7}}", "{'200': {content: [1]}}"])
def test_responses_that_are_none_promise_nothing(responses: str) -> None:
    document = openapi(f"openapi: 3.0.0\npaths: {{/leads: {{get: {{responses: {responses}}}}}}}")
    answer = response(document, promised(document, "GET /leads") or {}, 200)
    assert not answer or schema_of(answer) is None
