"""Notices: settings that are wrong are said without what they hold; a channel that fails, fails soon and by itself."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from proveout.core.errors import ProveoutError
from proveout.delivery import channels, notices

SECRET = "s3cr"
ENDS = {"PROVEOUT_MAIL_FROM": "a@example.com", "PROVEOUT_MAIL_TO": "b@example.com"}
PATIENCE = 5.0
"""Seconds within which a test that waits for a deadline of one second must be over."""


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """Nothing but what the test declares, and one try of a second."""
    for name in (notices.WEBHOOK, notices.SMTP, notices.FROM, notices.TO):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(notices, "TRIES", 1)
    monkeypatch.setattr(notices, "DEADLINE_SECONDS", 1.0)


@contextmanager
def listening(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server for one client."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            client, _ = server.accept()
            with client:
                answer(client)
        except OSError:
            return

    threading.Thread(target=serve, daemon=True).start()
    yield server.getsockname()[1]
    server.close()


def drip(client: socket.socket) -> None:
    """Say that it is good, and send one byte of the body now and then."""
    client.recv(9999)
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
    for _ in range(50):
        time.sleep(0.2)
        client.sendall(b"x")


def drip_head(client: socket.socket) -> None:
    """Never come to the end of the head."""
    client.recv(9999)
    client.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(50):
        time.sleep(0.2)
        client.sendall(b"X: y\r\n")


def mail_server(client: socket.socket) -> None:
    """A server that lets everybody in."""
    client.sendall(b"220 here\r\n")
    lines = client.makefile("rb")
    for line in lines:
        word = line.upper()
        if word.startswith(b"EHLO"):
            client.sendall(b"250-here\r\n250 AUTH PLAIN LOGIN\r\n")
        elif word.startswith(b"DATA"):
            client.sendall(b"354 go on\r\n")
            list(iter(lines.readline, b".\r\n"))
            client.sendall(b"250 taken\r\n")
        elif word.startswith(b"QUIT"):
            client.sendall(b"221 bye\r\n")
            return
        else:
            client.sendall(b"235 fine\r\n" if word.startswith(b"AUTH") else b"250 fine\r\n")


@pytest.mark.parametrize(
    "environment",
    [
        {"PROVEOUT_SMTP": "smtps://user:s3cr/et@mail.example.com", **ENDS},
        {"PROVEOUT_SMTP": "smtps://user:s3cr#et@mail.example.com", **ENDS},
        {"PROVEOUT_SMTP": "smtps://user:12/s3cr@mail.example.com", **ENDS},
        {"PROVEOUT_SMTP": "smtp://user:s3cr@127.0.0.1:abc", **ENDS},
        {"PROVEOUT_SMTP": "smtp://user:s3cr@127.0.0.1:99999", **ENDS},
        {"PROVEOUT_SMTP": "s3cr", **ENDS},
        {"PROVEOUT_SMTP": "smtp://127.0.0.1", **ENDS, "PROVEOUT_MAIL_TO": "b@example.com\nBcc: s3cr@example.com"},
        {"PROVEOUT_WEBHOOK": "https://[hooks.example.com/s3cr"},
        {"PROVEOUT_WEBHOOK": "https://hooks.example.com:s3cr/x"},
    ],
)
def test_settings_that_cannot_be_used_are_refused_without_what_they_hold(monkeypatch, environment):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ProveoutError) as refused:
        channels()
    error: BaseException | None = refused.value
    assert error is not None
    assert SECRET not in f"{refused.value.message} {refused.value.remedy}"
    assert error.__suppress_context__ or error.__context__ is None


def test_a_password_that_smtp_cannot_carry_is_no_bug(monkeypatch):
    with listening(mail_server) as port:
        monkeypatch.setenv(notices.SMTP, f"smtp://user:p%C3%BC{SECRET}@127.0.0.1:{port}")
        for name, value in ENDS.items():
            monkeypatch.setenv(name, value)
        (mail,) = channels()
        with pytest.raises(ProveoutError, match="UnicodeEncodeError") as failed:
            mail.send("subject", "text", {})
    assert SECRET not in str(failed.value)


def test_subjects_of_several_lines_and_a_password_with_a_slash_are_sent(monkeypatch):
    with listening(mail_server) as port:
        monkeypatch.setenv(notices.SMTP, f"smtp://user:s3cr%2Fet@127.0.0.1:{port}/")
        for name, value in ENDS.items():
            monkeypatch.setenv(name, f"{value}\n")
        (mail,) = channels()
        mail.send("one\r\ntwo", "text", {})


def test_a_webhook_that_drips_its_body_is_told(monkeypatch):
    with listening(drip) as port:
        monkeypatch.setenv(notices.WEBHOOK, f"http://127.0.0.1:{port}/")
        began = time.monotonic()
        channels()[0].send("subject", "text", {})
        assert time.monotonic() - began < PATIENCE


def test_a_webhook_that_never_comes_to_the_point_is_given_up(monkeypatch):
    with listening(drip_head) as port:
        monkeypatch.setenv(notices.WEBHOOK, f"http://127.0.0.1:{port}/")
        began = time.monotonic()
        with pytest.raises(ProveoutError, match="within 1 seconds"):
            channels()[0].send("subject", "text", {})
        assert time.monotonic() - began < PATIENCE


def test_whatever_goes_wrong_is_one_message_without_its_text(monkeypatch):
    def broken(*_: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(notices, "_post", broken)
    monkeypatch.setenv(notices.WEBHOOK, "https://hooks.example.com")
    with pytest.raises(ProveoutError, match="RuntimeError") as failed:
        channels()[0].send("subject", "text", {})
    assert SECRET not in str(failed.value)
