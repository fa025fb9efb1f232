"""What a client logs: nothing that may be secret, by an allowlist of header fields."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final

from pactwright.client.request import Request
from pactwright.wire import ResponseMessage

log: Final = logging.getLogger("pactwright.client")

SHOWN_HEADERS: Final = frozenset(
    [
        "accept",
        "accept-encoding",
        "age",
        "allow",
        "cache-control",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "date",
        "etag",
        "if-match",
        "if-none-match",
        "last-modified",
        "retry-after",
        "server",
        "traceparent",
        "transfer-encoding",
        "user-agent",
        "vary",
        "x-amzn-requestid",
        "x-amzn-trace-id",
        "x-request-id",
    ]
)
"""The header fields whose values are logged. Of any other only the name is."""


def log_exchange(request: Request, message: ResponseMessage, seconds: float) -> None:
    """Log an attempt that was answered, at DEBUG: no query, no body, no header that may be secret.

    Args:
        request: what was sent.
        message: what came.
        seconds: how long it took.
    """
    if log.isEnabledFor(logging.DEBUG):
        log.debug(
            "%s attempt %d: %d in %.0f ms; sent %s; got %s, %d bytes",
            *(request, request.attempt, message.status, seconds * 1000),
            *(shown(request.headers), shown(message.headers), len(message.body)),
        )


def shown(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Header fields as they may be logged."""
    return {
        name: value if name.lower() in SHOWN_HEADERS else "…" for name, value in headers.items()
    }
