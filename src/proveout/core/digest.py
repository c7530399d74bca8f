"""Canonical JSON and its digest: the identity of settings, evidence and records."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any

_EXACT = 2**53
_ATOMS = (str, int, bool, type(None))


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def plain(value: Any) -> Any:
    """Turn dataclasses, enums, dates, tuples and mappings into what JSON knows.

    Raises:
        TypeError: A value that has no plain form.
    """
    kind = type(value)
    if kind in _ATOMS:
        return value
    if isinstance(value, float):
        # 3 and 3.0 are one value, so evidence read back from JSON has the digest it had
        return int(value) if value.is_integer() and abs(value) < _EXACT else value
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if is_dataclass(kind):
        return {name: plain(getattr(value, name)) for name in _names(kind)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(plain(item) for item in value)
    raise TypeError(f"{type(value).__name__} has no plain form")


def canonical_json(value: Any) -> str:
    """One spelling for one value: sorted keys, no spaces, UTF-8, neither NaN nor infinity."""
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
