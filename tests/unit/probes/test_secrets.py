"""What is filled in, and what is taken out again."""

import pytest

from proveout.core.errors import SourceUnreachable
from proveout.probes.body import LIMIT, body_of, sentence
from proveout.probes.secrets import environment, filled, filled_address, hidden, redacted


@pytest.fixture(autouse=True)
def variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONG", "a/b c&d")
    monkeypatch.setenv("LONGER", "a/b c&d and more")
    monkeypatch.setenv("SHORT", "7")
    monkeypatch.setenv("PIN", "471199")
    monkeypatch.setenv("EMPTY", "")


def test_filled_in_wherever_it_stands() -> None:
    asked = {"${SHORT}": ["x ${LONG}", 1, None], "plain": "$SHORT ${} {SHORT}"}
    values = environment(asked)
    assert values == {"SHORT": "7", "LONG": "a/b c&d"}
    assert filled(asked, values) == {"7": ["x a/b c&d", 1, None], "plain": "$SHORT ${} {SHORT}"}


@pytest.mark.parametrize("name", ["EMPTY", "NOT_SET_ANYWHERE"])
def test_what_is_not_set_is_named(name: str) -> None:
    with pytest.raises(SourceUnreachable, match=f"variable {name} is not set"):
        environment(["x", {"a": f"${{{name}}}"}])


def test_addresses_are_quoted_behind_the_host() -> None:
    values = {"URL": "https://h:8/api", "LONG": "a/b c&d"}
    assert filled_address("${URL}/x/${LONG}?k=${LONG}", values) == "https://h:8/api/x/a%2Fb%20c%26d?k=a%2Fb%20c%26d"
    assert filled_address("http://${URL}/x", values) == "http://https://h:8/api/x"


def test_taken_out_in_every_spelling_and_the_longest_first() -> None:
    secrets = hidden({name: value for name in ("LONG", "LONGER") for value in environment(f"${{{name}}}").values()})
    found = ["a/b c&d", "a/b c&d and more", "a%2Fb%20c%26d", "a%2Fb+c%26d", "a/b%20c%26d", "YS9iIGMmZA=="]
    assert redacted(found, secrets) == ["${LONG}", "${LONGER}", *["${LONG}"] * 4]
    assert redacted({"x a/b c&d": ("a/b c&d!",)}, secrets) == {"x ${LONG}": ["${LONG}!"]}


def test_a_short_value_counts_only_as_a_whole() -> None:
    secrets = hidden({"SHORT": "7"})
    assert redacted(["7", "17 of 27", 7, 17, True], secrets) == ["${SHORT}", "17 of 27", "${SHORT}", 17, True]


def test_a_number_may_be_a_secret() -> None:
    secrets = hidden({"PIN": "471199"})
    assert body_of(b'{"pin": 471199, "text": "471199!", "n": 47}', secrets) == {
        "pin": "${PIN}",
        "text": "${PIN}!",
        "n": 47,
    }


def test_bodies() -> None:
    assert body_of(b"", {}) is None
    assert body_of(b" [1, null] ", {}) == [1, None]
    assert body_of(b"NaN", {}) == "NaN"
    assert body_of(b"[" * LIMIT, {}) == "[" * LIMIT
    assert body_of(b"\xff\xfe", {}) == "\ufffd\ufffd"
    assert body_of(b"1" * 5000, {}) == "1" * 5000


def test_an_error_is_one_short_line_that_steers_no_terminal() -> None:
    said = sentence("a\n\n\x1b[31mb " + "x" * 1000, {})
    assert said.startswith("a \ufffd[31mb x")
    assert len(said) == 300


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STRIPE_KEY", "k-8471199"),
        ("DB_PASS", "p-8471199"),
        ("DATABASE_URL", "postgresql://ann:p-8471199@db/sales"),
        ("SALES_DSN", "host=db password=p-8471199"),
    ],
)
def test_what_looks_like_a_secret_is_one_though_no_call_names_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME_PAGE", "https://example.com/a:b@c")
    assert redacted(f"{value} https://example.com/a:b@c", hidden({})) == f"${{{name}}} https://example.com/a:b@c"
