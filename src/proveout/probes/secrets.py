"""Values of the environment: filled in when a call is made, and taken out again of whatever comes back."""

import base64
import json
import os
import re
from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus

from proveout.core.errors import SourceUnreachable

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
TELLTALE = re.compile(
    r"TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|API_?KEY|CREDENTIAL|DSN|_(KEY|PASS|PWD)$", re.IGNORECASE
)
"""Variables with such names are secrets even if no call names them: programs inherit the environment."""
OF_USER = re.compile(r"\w+://[^/@\s]*:[^/@\s]+@")
"""Addresses with a password are secrets under any name."""
SHORT = 4
"""A value with fewer characters is taken out only where it is the whole text: `1` is part of too much."""

T = TypeVar("T")


def environment(asked: Any) -> dict[str, str]:
    """The values of all variables that texts in `asked` (texts, mappings, lists) name.

    Raises:
        SourceUnreachable: One is not set.
    """
    names = dict.fromkeys(name for text in _texts(asked) for name in VARIABLE.findall(text))
    for name in names:
        if not os.environ.get(name):
            raise SourceUnreachable(
                f"the environment variable {name} is not set", f"set it before the run, such as `export {name}=...`"
            )
    return {name: os.environ[name] for name in names}


def filled(asked: T, values: Mapping[str, str]) -> T:
    """The same with every ``${NAME}`` replaced."""
    return _each_text(asked, lambda text: VARIABLE.sub(lambda match: values[match[1]], text))


def filled_address(url: str, values: Mapping[str, str]) -> str:
    """An address with every ``${NAME}`` replaced, and quoted where it stands behind the host."""
    host = re.match(r"(?:\w+://)?[^/?#]*", url)
    end = host.end() if host else 0
    rest = VARIABLE.sub(lambda match: quote(values[match[1]], safe=""), url[end:])
    return filled(url[:end], values) + rest


def hidden(values: Mapping[str, str]) -> dict[str, str]:
    """What must not be written down, in every spelling, and what stands in its place; longest first."""
    telltale = {
        name: value
        for name, value in os.environ.items()
        if len(value) >= 2 * SHORT and (TELLTALE.search(name) or OF_USER.match(value))
    }
    shown = {
        spelling: f"${{{name}}}"
        for name, value in {**telltale, **values}.items()
        if value
        for spelling in _spellings(value)
    }
    return dict(sorted(shown.items(), key=lambda pair: -len(pair[0])))


def redacted(found: T, secrets: Mapping[str, str]) -> T:
    """The same without any secret; numbers that spell one count too."""
    return _each_text(found, lambda text: _without(text, secrets), lambda number: secrets.get(str(number), number))


def _spellings(value: str) -> set[str]:
    raw = value.encode(errors="surrogateescape")
    parts = {quote(raw, safe=""), quote(raw), quote_plus(raw), json.dumps(value)[1:-1], base64.b64encode(raw).decode()}
    return {value, value.strip() or value, *(part for part in parts if len(part) >= SHORT)}


def _without(text: str, secrets: Mapping[str, str]) -> str:
    if text in secrets:
        return secrets[text]
    for secret, name in secrets.items():
        if len(secret) >= SHORT:
            text = text.replace(secret, name)
    return text


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for pair in value.items() for part in pair for text in _texts(part)]
    return [text for item in value for text in _texts(item)] if isinstance(value, list | tuple) else []


def _each_text(value: Any, change: Any, number: Any = lambda value: value) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {change(str(key)): _each_text(item, change, number) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_each_text(item, change, number) for item in value]
    return number(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
