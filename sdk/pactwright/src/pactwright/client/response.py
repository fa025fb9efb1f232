"""An answer with what came around it: status, header fields, time taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final, Generic, ParamSpec, TypeVar

from pactwright.wire import ResponseMessage

P = ParamSpec("P")
T = TypeVar("T")

_REQUEST_IDS: Final = ("x-request-id", "x-amzn-requestid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Response(Generic[T]):
    """A successful answer.

    Attributes:
        value: what the method would have returned.
        headers: header fields; their names are found in any case.
        elapsed: seconds that the whole call took, retries included.
        attempts: how many times the request was sent.
    """

    value: T
    status: int
    headers: Mapping[str, str] = field(repr=False)
    elapsed: float
    attempts: int = 1

    @property
    def etag(self) -> str | None:
        """The entity tag: send it on as if_match, or as if_none_match."""
        return self.headers.get("ETag")

    @property
    def request_id(self) -> str | None:
        """The id under which the provider's logs know the request."""
        return _request_id(self.headers)


def request_id(message: ResponseMessage) -> str | None:
    """The id that the provider gave to a request."""
    return _request_id({name.lower(): value for name, value in message.headers.items()})


def _request_id(headers: Mapping[str, str]) -> str | None:
    return next((found for name in _REQUEST_IDS if (found := headers.get(name))), None)


_noted: Final[ContextVar[list[Response[Any]] | None]] = ContextVar("noted", default=None)


def note(make: Callable[[], Response[Any]]) -> None:
    """Leave a finished call's answer for `with_response`, where that was asked for."""
    noted = _noted.get()
    if noted is not None:
        noted.append(make())


def with_response(method: Callable[P, T]) -> Callable[P, Response[T]]:
    """A client's method that returns the whole answer, not only its value.

    ``with_response(client.get_profile)(user_id).etag``

    Raises:
        TypeError: on a call, where the method makes none: iterating methods call later.
    """

    @wraps(method)
    def call(*args: P.args, **kwargs: P.kwargs) -> Response[T]:
        noted: list[Response[Any]] = []
        token = _noted.set(noted)
        try:
            method(*args, **kwargs)
        finally:
            _noted.reset(token)
        if not noted:
            raise TypeError("with_response takes a client's method that makes one call")
        return noted[-1]  # calls made underway, for a token, have ended before

    return call
