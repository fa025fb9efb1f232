"""When things happen in contracts: always the same, however long ago they were recorded."""

from __future__ import annotations

from datetime import datetime
from typing import Final

CHANGED: Final = "2026-11-19T12:15:30Z"
LOCATED: Final = "2026-11-20T09:30:00Z"
WRITTEN: Final = "2026-11-23T10:45:00Z"
"""When the request under test writes; no state may have the same time."""

ISSUED: Final = 1795167900
"""When tokens were issued, in seconds since the epoch."""
EXPIRES: Final = 4102444800
"""When they end: late enough that a stub's answer is good for many years."""


def moment(text: str) -> datetime:
    """A time as models have it."""
    return datetime.fromisoformat(text)
