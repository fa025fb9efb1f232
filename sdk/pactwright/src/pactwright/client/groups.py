"""The base of the clients that a large API's client is divided into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol, TypeVar

from pactwright.client.options import CallOptions
from pactwright.wire import Operation

T = TypeVar("T")


class Caller(Protocol):
    """Makes a call."""

    def __call__(
        self, operation: Operation[T], arguments: Mapping[str, object], options: CallOptions
    ) -> T:
        """Make it; see `Client`."""
        ...


class Pager(Protocol):
    """Goes through a list."""

    def __call__(
        self, operation: Operation[Any], arguments: Mapping[str, object], options: CallOptions
    ) -> Iterator[Any]:
        """Go through its items, page by page; see `Client`."""
        ...


class Group:
    """Operations of one tag, called by way of the client that they belong to.

    Generated groups subclass it; they are attributes of that client, and share its connections,
    credentials and settings.

    Args:
        call: makes the client's calls.
        pages: goes through the client's lists.
    """

    def __init__(self, call: Caller, pages: Pager) -> None:
        self._call = call
        self._pages = pages
