"""A request on its way out, as hooks and errors see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request. Its text forms leave out what may be secret: query, header fields and body.

    Attributes:
        operation: the operation's Python name.
        url: whole and percent-encoded.
        attempt: 1 for the first time that it is sent.
    """

    operation: str
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes | None = None
    attempt: int = 1

    def __repr__(self) -> str:
        return f"<Request {self}>"

    def __str__(self) -> str:
        return f"{self.method} {self.address}"

    @property
    def address(self) -> str:
        """The URL without its query, fit to be shown."""
        return self.url.partition("?")[0]

    def with_headers(self, headers: Mapping[str, str]) -> Request:
        """The same request with header fields added or replaced, whatever the case of names."""
        replaced = {name.lower() for name in headers}
        kept = {k: v for k, v in self.headers.items() if k.lower() not in replaced}
        return replace(self, headers={**kept, **headers})

    def with_query(self, text: str) -> Request:
        """The same request with a percent-encoded ``name=value`` appended to its query."""
        return replace(self, url=f"{self.url}{'&' if '?' in self.url else '?'}{text}")

    def described(self) -> Request:
        """The request without its body, for an error to carry."""
        return replace(self, body=None)
