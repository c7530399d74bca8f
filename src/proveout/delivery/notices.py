"""Notices to people and programs: a webhook, an email. Addresses come from the environment and are never shown."""

import json
import os
import smtplib
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from proveout.core.errors import ProveoutError

WEBHOOK, SMTP, FROM, TO = "PROVEOUT_WEBHOOK", "PROVEOUT_SMTP", "PROVEOUT_MAIL_FROM", "PROVEOUT_MAIL_TO"
TIMEOUT_SECONDS = 10.0
"""Of each step: to connect, to send, to wait for the next byte."""
DEADLINE_SECONDS = 20.0
"""Of all steps together: who answers byte by byte would hold us for ever."""
TRIES = 3
LOCAL = ("localhost", "127.0.0.1", "::1")
ENCODED = "write / as %2F, # as %23, ? as %3F, @ as %40 in user and password"


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to tell somebody.

    Args:
        name: As the record of what was sent names it.
        send: Tells it; raises ProveoutError when it could not, and nothing else.
    """

    name: str
    send: Callable[[str, str, Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Post:
    """Where mail is handed in, and by whom."""

    host: str
    port: int
    encrypted: bool
    user: str
    password: str = field(repr=False)
    sender: str
    to: str


def channels() -> tuple[Channel, ...]:
    """Those that the environment declares.

    Raises:
        ProveoutError: An address that cannot be used; it is not repeated, since it may hold a secret.
    """
    found = []
    if address := os.environ.get(WEBHOOK, "").strip():
        _webhook(address)
        found.append(Channel("webhook", lambda subject, text, body: _sent(lambda: _post(address, subject, text, body))))
    if server := os.environ.get(SMTP, "").strip():
        post = _office(server)
        found.append(Channel("email", lambda subject, text, body: _sent(lambda: _mail(post, subject, text))))
    return tuple(found)


def _webhook(address: str) -> None:
    parts, _ = _parts(address, WEBHOOK, ("https", "http"))
    if parts.scheme == "http" and parts.hostname not in LOCAL:
        raise ProveoutError(f"{WEBHOOK} goes over plain http", "use https; http is for this machine alone")


def _office(server: str) -> _Post:
    parts, port = _parts(server, SMTP, ("smtps", "smtp"))
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ProveoutError(f"{SMTP} goes on after the host", f"write smtps://user:password@host, and {ENCODED}")
    addresses = {name: os.environ.get(name, "").strip() for name in (FROM, TO)}
    for name, address in addresses.items():
        if not address:
            raise ProveoutError(f"{SMTP} is set, {name} is not", "set all three, or none")
        if len(address.splitlines()) > 1:
            raise ProveoutError(f"{name} has several lines", "write one line, with commas between addresses")
    return _Post(
        host=parts.hostname or "",
        port=port or (465 if parts.scheme == "smtps" else 587),
        encrypted=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=addresses[FROM],
        to=addresses[TO],
    )


def _parts(address: str, name: str, schemes: tuple[str, str]) -> tuple[SplitResult, int | None]:
    """The parts of an address and its port; errors say nothing of what stands there."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise ProveoutError(f"{name} is no address", f"write {schemes[0]}://host, and {ENCODED}") from None
    if parts.scheme not in schemes or not parts.hostname:
        raise ProveoutError(f"{name} is no {schemes[0]} address", f"write {schemes[0]}://host")
    return parts, port


def _sent(attempt: Callable[[], None]) -> None:
    """A few tries, each after a longer pause."""
    for left in reversed(range(TRIES)):
        try:
            _in_time(attempt)
            return
        except ProveoutError:
            if not left:
                raise
            time.sleep(0.5 * 2 ** (TRIES - 1 - left))


def _in_time(attempt: Callable[[], None]) -> None:
    """One try, given up at the deadline; of what goes wrong in it the kind is told, since texts may hold secrets."""
    outcome: SimpleQueue[ProveoutError | None] = SimpleQueue()

    def work() -> None:
        try:
            outcome.put(attempt())
        except ProveoutError as error:
            outcome.put(error)
        except Exception as error:  # whatever it is, a notice that fails ends no watch
            remedy = f"look at {WEBHOOK}, {SMTP}, {FROM} and {TO}"
            outcome.put(ProveoutError(f"the notice was not sent: {type(error).__name__}", remedy))

    Thread(target=work, daemon=True).start()
    try:
        failed = outcome.get(timeout=DEADLINE_SECONDS)
    except Empty:
        raise ProveoutError(
            f"no answer came within {DEADLINE_SECONDS:g} seconds", "look at what listens there"
        ) from None
    if failed:
        raise failed


def _post(address: str, subject: str, text: str, body: Mapping[str, Any]) -> None:
    """A POST of which only the status is read."""
    import httpx

    payload = json.dumps({"subject": subject, "text": text, **body})
    headers = {"content-type": "application/json"}
    try:
        with httpx.stream(
            "POST", address, content=payload, headers=headers, timeout=TIMEOUT_SECONDS, follow_redirects=False
        ) as reply:
            good, status = reply.is_success, reply.status_code
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise ProveoutError(f"the webhook cannot be reached: {type(error).__name__}", f"look at {WEBHOOK}") from None
    if not good:
        raise ProveoutError(f"the webhook answered {status}", f"look at {WEBHOOK}, and at what listens there")


def _mail(post: _Post, subject: str, text: str) -> None:
    context = ssl.create_default_context()
    kind = smtplib.SMTP_SSL if post.encrypted else smtplib.SMTP
    more: dict[str, Any] = {"context": context} if post.encrypted else {}
    try:
        message = EmailMessage()
        message["Subject"], message["From"], message["To"] = " ".join(subject.split()), post.sender, post.to
        message.set_content(text)
        with kind(post.host, post.port, timeout=TIMEOUT_SECONDS, **more) as server:
            server.ehlo()
            if not post.encrypted and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            elif not post.encrypted and post.password and post.host not in LOCAL:
                raise ProveoutError("the mail server offers no encryption for the password", "use smtps://")
            if post.user:
                server.login(post.user, post.password)
            server.send_message(message)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise ProveoutError(
            f"the mail was not sent: {type(error).__name__}", f"look at {SMTP}, {FROM} and {TO}"
        ) from None
