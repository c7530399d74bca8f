"""From bytes to what is kept of a reply."""

import json
from collections.abc import Mapping
from typing import Any

from proveout.core.wording import legible
from proveout.probes.secrets import redacted

LIMIT = 65_536
"""Bytes of a reply that are kept; what follows is not even read."""
SENTENCE = 300
"""Characters of an error message that are kept."""


def body_of(raw: bytes, secrets: Mapping[str, str], *, cut: bool = False) -> Any:
    """JSON where it is JSON, else text; without secrets, not even the first half of one at the end of a cut text."""
    text = raw.decode("utf-8", errors="replace")
    if not cut:
        try:
            return redacted(_encodable(json.loads(text, parse_constant=_refuse)), secrets)
        except (ValueError, RecursionError):
            pass
    kept = redacted(text, secrets)
    return (kept[: -max(map(len, secrets), default=1)] if cut else kept) or None


def sentence(text: str, secrets: Mapping[str, str]) -> str:
    """An error message as one short line without secrets."""
    return legible(" ".join(redacted(text, secrets).split()))[:SENTENCE]


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _encodable(value: Any) -> Any:
    """Half a surrogate pair is no text and 1e999 no number, though JSON has both; the second is refused."""
    return json.loads(json.dumps(value, ensure_ascii=False, allow_nan=False).encode(errors="replace"))
