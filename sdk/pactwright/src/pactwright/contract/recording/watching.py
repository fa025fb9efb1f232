"""Generated clients that note what is read of their answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, TypeVar, cast

from pactwright.client import CallOptions, Client
from pactwright.client.errors import StatusError
from pactwright.client.hooks import Next
from pactwright.client.request import Request as Sent
from pactwright.client.response import Response
from pactwright.contract.recording.messages import watch_error, watched_response
from pactwright.contract.recording.readings import Readings, watched
from pactwright.wire import Operation, ResponseMessage

T = TypeVar("T")
C = TypeVar("C", bound=Client)


def watching(kind: type[C], url: str, readings_of: Callable[[Sent], Readings], **options: Any) -> C:
    """A client that notes what is read of its answers.

    Args:
        kind: the generated client's class.
        url: where it calls.
        readings_of: where it is noted, by what was sent.
        options: what the client is made with.
    """
    hooks = [*options.pop("hooks", ()), _Spy()]
    made = cast("C", type(kind.__name__, (_WatchingClient, kind), {})(url, hooks=hooks, **options))
    cast("_WatchingClient", made)._readings_of = readings_of  # noqa: SLF001
    return made


_sent: Final[ContextVar[list[Sent] | None]] = ContextVar("sent", default=None)


@contextmanager
def _noting() -> Iterator[None]:
    token = _sent.set([])
    try:
        yield
    finally:
        _sent.reset(token)


class _Spy:
    """Notes each request as it goes out, with its credentials."""

    def handle(self, request: Sent, call_next: Next) -> ResponseMessage:
        sent = _sent.get()
        if sent is not None:
            sent.append(request)
        return call_next(request)


class _WatchingClient(Client):
    """A client whose answers note what is read of them."""

    _readings_of: Callable[[Sent], Readings]

    def _call(
        self, operation: Operation[T], arguments: Mapping[str, object], options: CallOptions
    ) -> T:
        with _noting():
            try:
                value = super()._call(operation, arguments, options)
            except StatusError as error:
                watch_error(error, self._current())
                raise
            return cast("T", watched(value, self._current())) if value is not None else value

    def _response(
        self, value: T, message: ResponseMessage, attempts: int, started: float
    ) -> Response[T]:
        response = super()._response(value, message, attempts, started)
        return watched_response(response, self._current())

    def _current(self) -> Readings:
        sent = _sent.get()
        return self._readings_of(sent[-1]) if sent else Readings()
