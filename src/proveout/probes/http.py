"""One HTTP request: a limit on the whole round trip, certificates checked, redirects not followed."""

import asyncio
import re
import time
import zlib
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from proveout.core.errors import SourceUnreachable
from proveout.core.probe import HttpCall, Reply
from proveout.probes.body import LIMIT, body_of, sentence
from proveout.probes.secrets import VARIABLE, environment, filled, filled_address, hidden

if TYPE_CHECKING:
    import ssl

    import httpx

CONNECT_SECONDS = 5.0
"""Whoever has not taken the call by then is not reached."""
PLACE = re.compile(r"(?<!\$)\{(\w+)\}")
UNPACK = zlib.MAX_WBITS | 32  # gzip or zlib, whichever it is


def request(call: HttpCall, earlier: Mapping[str, Any], case: Mapping[str, Any] | None = None) -> Reply:
    """Send a request with the case or else its body, read at most 64 KB of the answer.

    Raises:
        SourceUnreachable: A variable of the environment is not set, or the earlier reply lacks a field.
    """
    import httpx

    values = environment((call.url, call.headers, call.body))
    secrets = hidden(values)
    url = filled_address(_placed(call.url, earlier), values)
    start = time.perf_counter()

    def failed(message: str, *, reached: bool) -> Reply:
        return Reply(error=sentence(message, secrets), seconds=time.perf_counter() - start, reached=reached)

    try:
        parts = httpx.URL(url)
        if parts.userinfo:
            return failed("the address holds a user; send credentials in a header", reached=False)
        body = filled(call.body, values) if case is None else case
        certificates = _certificates()
        start = time.perf_counter()
        response, raw = asyncio.run(_answer(call, parts, certificates, filled(call.headers, values), body))
        seconds = time.perf_counter() - start
    except TimeoutError:
        return failed(f"no answer within {call.timeout_seconds:g} s", reached=True)
    except httpx.ConnectTimeout:
        return failed(f"nobody takes the call: check address and network of {call.url}", reached=False)
    except (httpx.ConnectError, httpx.ProxyError, httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        return failed(f"cannot connect to {call.url}: {error}", reached=False)
    except (httpx.HTTPError, ValueError, UnicodeError) as error:
        return failed(f"the exchange broke off: {error or type(error).__name__}", reached=True)
    raw, cut = raw[:LIMIT], len(raw) > LIMIT
    if response.has_redirect_location:
        raw, cut = f"redirected to {response.headers['location']}; redirects are not followed".encode(), False
    return Reply(body=body_of(raw, secrets, cut=cut), seconds=seconds, status=response.status_code, cut=cut)


def _placed(url: str, earlier: Mapping[str, Any]) -> str:
    """The address with fields of the earlier reply in their places."""

    def value(match: re.Match[str]) -> str:
        found = earlier.get(match[1])
        unknown = found is None or isinstance(found, dict | list) or VARIABLE.search(str(found))
        if unknown or str(found) in ("", ".", ".."):
            raise SourceUnreachable(f"the reply to the first call holds no usable {match[1]!r}")
        return quote(str(found), safe="")

    return PLACE.sub(value, url)


async def _answer(
    call: HttpCall, url: "httpx.URL", certificates: "ssl.SSLContext", headers: Mapping[str, str], body: Any
) -> "tuple[httpx.Response, bytes]":
    """The response and the first bytes of its body, one more than are kept if there are more."""
    import httpx

    connect = min(CONNECT_SECONDS, 0.9 * call.timeout_seconds)
    async with (
        asyncio.timeout(call.timeout_seconds),
        httpx.AsyncClient(verify=certificates, timeout=httpx.Timeout(None, connect=connect)) as client,
        client.stream(
            call.method,
            url,
            headers={"accept": "application/json", "accept-encoding": "identity", **headers},
            **({} if body is None else {"json": body}),
        ) as response,
    ):
        raw = bytearray()
        async for block in response.aiter_raw():
            raw += block
            if len(raw) > LIMIT:
                break
        return response, _unpacked(bytes(raw), response.headers.get("content-encoding", ""))


def _unpacked(raw: bytes, encoding: str) -> bytes:
    """Some servers compress unasked; a small package may hold a huge reply."""
    if encoding.strip().lower() not in ("gzip", "x-gzip", "deflate"):
        return raw
    try:
        return zlib.decompressobj(UNPACK).decompress(raw, LIMIT + 1)
    except zlib.error as error:
        raise ValueError(f"the reply says {encoding} and is not: {error}") from None


@cache
def _certificates() -> "ssl.SSLContext":
    """Also loads what the first call would load while it is timed."""
    import anyio
    import anyio.streams.tls
    import httpcore  # noqa: F401
    import httpx

    anyio.run(anyio.sleep, 0)
    return httpx.create_ssl_context()
