"""Until when a request has to be answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pactwright.wire import deadlines

GATEWAY_SECONDS: Final = 29.0
"""How long API Gateway waits for an answer at most."""

LEAST_SECONDS: Final = 1.0
"""What an operation has however impatient its caller says to be: nobody is to make a service
answer 503 at will."""


def granted(headers: Mapping[str, str], context: object) -> float:
    """The seconds in which a request has to be answered.

    Lambda's own limit, the gateway's, and the caller's where it tells one; the least counts.

    Args:
        headers: the request's, by lower-case name.
        context: Lambda's context object.
    """
    asked = deadlines.read(headers.get(deadlines.HEADER.lower()))
    return min(_remaining(context), max(asked, LEAST_SECONDS))


def _remaining(context: object) -> float:
    """How long the function may still run; no longer than the gateway waits."""
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    milliseconds = remaining() if callable(remaining) else None
    if not isinstance(milliseconds, int | float):
        return GATEWAY_SECONDS
    return min(milliseconds / 1000, GATEWAY_SECONDS)
