"""What ties the calls of one request together, from service to service.

A service's runtime sets `current` for the time of a request; the client sends it on with each call
that is made meanwhile. A thread started by hand has a context of its own: run what it does in
`contextvars.copy_context()`.

Sources: W3C Trace Context; AWS X-Ray Developer Guide, "Tracing header".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

_TRACEPARENT: Final = re.compile(
    r"(?!ff)[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-[!-~]*)?"
)
_PLAIN: Final = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,511}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Where a request stands in its trace.

    Attributes:
        traceparent: the W3C header of that name.
        tracestate: the W3C header of that name; only with a traceparent.
        amazon: the header X-Amzn-Trace-Id.
        request_id: the id under which the caller's logs know the request.
    """

    traceparent: str | None = None
    tracestate: str | None = None
    amazon: str | None = None
    request_id: str | None = None

    def headers(self) -> Mapping[str, str]:
        """The header fields to send on. What is malformed is left out, not sent on."""
        found: dict[str, str] = {}
        if self.traceparent and _TRACEPARENT.fullmatch(self.traceparent):
            found["traceparent"] = self.traceparent
            _add(found, "tracestate", self.tracestate)
        _add(found, "X-Amzn-Trace-Id", self.amazon)
        _add(found, "X-Request-Id", self.request_id)
        return found


def _add(headers: dict[str, str], name: str, value: str | None) -> None:
    if value and _PLAIN.fullmatch(value):
        headers[name] = value


current: Final[ContextVar[Trace | None]] = ContextVar("pactwright_trace", default=None)
"""The trace of the request that is being served, or None outside of one."""
