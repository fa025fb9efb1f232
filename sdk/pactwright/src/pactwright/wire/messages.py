"""Requests and answers as they stand on the wire, free of any HTTP library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RequestMessage:
    """A request, ready to be sent.

    Attributes:
        path: percent-encoded, beginning with "/", to be appended to a base URL.
        query: percent-encoded, without the question mark; "" where there is none.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """A request as it came in and was routed.

    Attributes:
        path: the path template's parameters, percent-decoded.
        query: names and values in their order, percent-decoded.
        headers: by lower-case name.
    """

    path: Mapping[str, str] = field(default_factory=dict[str, str])
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class ResponseMessage:
    """An answer. Header names are as they came; look them up by `header`."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """A header's value, whatever the case of its name."""
        wanted = name.lower()
        return next((v for k, v in self.headers.items() if k.lower() == wanted), None)
