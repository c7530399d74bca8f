"""The example initiative, as data; it is dated anew for the day on which somebody looks at it."""

import re
from datetime import date, timedelta

DAY = date(2026, 1, 30)
"""The day that is today in the files as they are stored."""


def shift(today: date) -> timedelta:
    """Whole weeks from `DAY` into the week before today."""
    return timedelta(weeks=(today - DAY).days // 7)


def dated(text: str, today: date) -> str:
    """The text with all its dates moved by whole weeks, so that `DAY` falls into the week before today."""
    by = shift(today)
    return re.sub(r"\b20\d\d-\d\d-\d\d(?=\b|T)", lambda match: (date.fromisoformat(match[0]) + by).isoformat(), text)
