"""Notices to people and programs: a webhook, an email. Addresses come from the environment and are never shown."""

import json
import os
import smtplib
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

from proveout.core.errors import ProveoutError

WEBHOOK, SMTP, FROM, TO = "PROVEOUT_WEBHOOK", "PROVEOUT_SMTP", "PROVEOUT_MAIL_FROM", "PROVEOUT_MAIL_TO"
TIMEOUT_SECONDS = 10.0
TRIES = 3
LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to tell somebody.

    Args:
        name: As the record of what was sent names it.
        send: Tells it; raises ProveoutError when it could not.
    """

    name: str
    send: Callable[[str, str, Mapping[str, Any]], None]


def channels() -> tuple[Channel, ...]:
    """Those that the environment declares.

    Raises:
        ProveoutError: An address that cannot be used.
    """
    found = []
    if address := os.environ.get(WEBHOOK):
        _refuse_plain(address, WEBHOOK, ("https", "http"))
        found.append(
            Channel("webhook", lambda subject, text, body: _retried(lambda: _post(address, subject, text, body)))
        )
    if server := os.environ.get(SMTP):
        _refuse_plain(server, SMTP, ("smtps", "smtp"))
        sender, to = os.environ.get(FROM, ""), os.environ.get(TO, "")
        if not sender or not to:
            raise ProveoutError(f"{SMTP} is set, {FROM if not sender else TO} is not", "set all three, or none")
        found.append(
            Channel("email", lambda subject, text, body: _retried(lambda: _mail(server, sender, to, subject, text)))
        )
    return tuple(found)


def _refuse_plain(address: str, name: str, schemes: tuple[str, str]) -> None:
    parts = urlsplit(address)
    if parts.scheme not in schemes or not parts.hostname:
        raise ProveoutError(f"{name} is no {schemes[0]} address", f"write {schemes[0]}://host")
    if name == WEBHOOK and parts.scheme == "http" and parts.hostname not in LOCAL:
        raise ProveoutError(f"{name} goes over plain http", "use https; http is for this machine alone")


def _retried(attempt: Callable[[], None]) -> None:
    """A few tries, each after a longer pause."""
    for left in reversed(range(TRIES)):
        try:
            attempt()
            return
        except ProveoutError:
            if not left:
                raise
            time.sleep(0.5 * 2 ** (TRIES - 1 - left))


def _post(address: str, subject: str, text: str, body: Mapping[str, Any]) -> None:
    import httpx

    payload = {"subject": subject, "text": text, **body}
    try:
        reply = httpx.post(
            address,
            content=json.dumps(payload),
            headers={"content-type": "application/json"},
            timeout=TIMEOUT_SECONDS,
            follow_redirects=False,
        )
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise ProveoutError(f"the webhook cannot be reached: {type(error).__name__}", f"look at {WEBHOOK}") from None
    if not reply.is_success:
        raise ProveoutError(
            f"the webhook answered {reply.status_code}", f"look at {WEBHOOK}, and at what listens there"
        )


def _mail(address: str, sender: str, to: str, subject: str, text: str) -> None:
    parts = urlsplit(address)
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject.replace("\n", " "), sender, to
    message.set_content(text)
    context = ssl.create_default_context()
    host, kind = parts.hostname or "", smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    more: dict[str, Any] = {"context": context} if parts.scheme == "smtps" else {}
    try:
        with kind(host, parts.port or (465 if more else 587), timeout=TIMEOUT_SECONDS, **more) as server:
            server.ehlo()
            if not more and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            elif not more and parts.password and host not in LOCAL:
                raise ProveoutError("the mail server offers no encryption for the password", "use smtps://")
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)
    except (smtplib.SMTPException, OSError) as error:
        raise ProveoutError(
            f"the mail was not sent: {type(error).__name__}", f"look at {SMTP}, {FROM} and {TO}"
        ) from None
