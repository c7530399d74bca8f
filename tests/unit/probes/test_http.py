"""Requests to a real server: what is kept, what is cut, how long it may take, and what is never written down."""

import resource
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.crm import GIGABYTE, TOKEN, Crm, running

from proveout.core.probe import HttpCall, Reply
from proveout.probes import make
from proveout.probes.body import LIMIT

HEADERS = {"Authorization": "Bearer ${CRM_TOKEN}"}


@pytest.fixture(scope="module")
def crm() -> Iterator[Crm]:
    with running() as found:
        yield found


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_TOKEN", TOKEN)


def ask(url: str, *, earlier: dict | None = None, **call) -> Reply:
    reply = make(HttpCall(url=url, headers=HEADERS, **call), Path(), {}, earlier=earlier)
    for spelling in (TOKEN, quote(TOKEN), quote(TOKEN, safe="")):
        assert spelling not in str(asdict(reply))
    return reply


def test_a_good_answer(crm: Crm) -> None:
    reply = ask(f"{crm.url}/leads/1")
    assert (reply.status, reply.body["id"], reply.error, reply.cut, reply.reached) == (200, 1, "", False, True)
    assert 0 < reply.seconds < 5


def test_the_secret_that_comes_back_is_taken_out(crm: Crm) -> None:
    reply = ask(f"{crm.url}/echo?key=${{CRM_TOKEN}}", method="POST", body={"${CRM_TOKEN}": ["x ${CRM_TOKEN}"]})
    assert reply.body["Authorization"] == "Bearer ${CRM_TOKEN}"
    assert reply.body["path"] == "/echo?key=${CRM_TOKEN}"
    assert reply.body["body"].replace(" ", "") == '{"${CRM_TOKEN}":["x${CRM_TOKEN}"]}'
    assert ask(f"{crm.url}/error").body == {"error": "cannot use Bearer ${CRM_TOKEN}"}


def test_a_missing_variable_is_named_and_nobody_is_asked(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CRM_TOKEN")
    before = len(crm.asked)
    reply = make(HttpCall(url=f"{crm.url}/leads/1", headers=HEADERS), Path(), {})
    assert "CRM_TOKEN is not set" in reply.error
    assert not reply.reached
    assert len(crm.asked) == before


@pytest.mark.parametrize("path", ["slow", "drip"])
def test_the_time_limit_is_for_the_whole_round_trip(crm: Crm, path: str) -> None:
    start = time.monotonic()
    reply = ask(f"{crm.url}/{path}", timeout_seconds=0.5)
    assert time.monotonic() - start < 1.2
    assert reply.error == "no answer within 0.5 s"
    assert reply.reached


def test_redirects_are_told_and_not_followed(crm: Crm) -> None:
    reply = ask(f"{crm.url}/moved")
    assert reply.status == 302
    assert "redirected to http://elsewhere.example" in reply.body
    assert reply.wrong() == "status 302"
    assert reply.wrong(302) == ""


def test_a_gigabyte_fills_no_memory(crm: Crm) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reply = ask(f"{crm.url}/huge", timeout_seconds=20)
    assert reply.cut
    assert len(reply.body) <= LIMIT
    assert crm.sent < GIGABYTE / 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_what_is_packed_is_unpacked_up_to_the_limit(crm: Crm) -> None:
    assert ask(f"{crm.url}/packed").body == {"ok": True}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bomb = ask(f"{crm.url}/bomb")
    assert bomb.cut
    assert len(bomb.body) <= LIMIT
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 120_000


def test_what_is_no_json_is_text(crm: Crm) -> None:
    assert ask(f"{crm.url}/html").body == "<h1>Log in</h1>"
    assert ask(f"{crm.url}/odd/half").body["half"] == "?"
    assert ask(f"{crm.url}/odd/much").body == '{"much": 1e999}'


def test_fields_of_an_earlier_reply_have_their_places(crm: Crm) -> None:
    assert ask(f"{crm.url}/leads/{{id}}", earlier={"id": 7}).body["id"] == 7
    assert ask(f"{crm.url}/echo/{{id}}", earlier={"id": "a/../b {x}"}).body["path"] == "/echo/a%2F..%2Fb%20%7Bx%7D"


@pytest.mark.parametrize(
    "earlier", [{}, {"id": None}, {"id": ""}, {"id": ".."}, {"id": {"a": 1}}, {"id": "${CRM_TOKEN}"}]
)
def test_nothing_is_deleted_without_its_name(crm: Crm, earlier: dict) -> None:
    before = len(crm.asked)
    reply = ask(f"{crm.url}/notes/{{id}}", method="DELETE", earlier=earlier)
    assert "no usable 'id'" in reply.error
    assert len(crm.asked) == before


def test_nobody_there() -> None:
    reply = ask("http://127.0.0.1:1/x")
    assert not reply.reached
    assert "cannot connect" in reply.error


@pytest.mark.parametrize("url", ["ftp://host/x", "no address", "http://[::1/x", "http://u:p@127.0.0.1:1/x", ""])
def test_addresses_that_are_none(url: str) -> None:
    reply = ask(url)
    assert reply.error
    assert not reply.reached


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    import socket
    import subprocess

    key, certificate = (str(tmp_path / name) for name in ("key.pem", "certificate.pem"))
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1"]
    made = subprocess.run([*command, "-keyout", key, "-out", certificate], capture_output=True)
    assert made.returncode == 0, made.stderr
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def serve(listener: socket.socket) -> None:
        line = listener.accept()[0]
        try:
            context.wrap_socket(line, server_side=True).close()
        except OSError:
            line.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        reply = ask(f"https://127.0.0.1:{listener.getsockname()[1]}/")
        thread.join(5)
    assert "certificate" in reply.error.lower()
