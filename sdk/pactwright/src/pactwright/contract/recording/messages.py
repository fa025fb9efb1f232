"""Which parts of an answer's headers and of an error a consumer's code really reads."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, cast

from pactwright.client.errors import StatusError
from pactwright.client.response import Response, request_id
from pactwright.contract.recording.readings import Readings, watched
from pactwright.wire import ResponseMessage

_ERROR: Final = "_pactwright_readings"


class WatchedHeaders(Mapping[str, str]):
    """Header fields that note which of them are asked for, there or not."""

    def __init__(self, plain: Mapping[str, str], readings: Readings) -> None:
        self._plain = plain
        self._readings = readings

    def __getitem__(self, name: str) -> str:
        self._readings.headers.add(name.lower())
        return self._plain[name]

    def __iter__(self) -> Iterator[str]:
        self._readings.headers.update(name.lower() for name in self._plain)
        return iter(self._plain)

    def __len__(self) -> int:
        return len(self._plain)


class _WatchedMessage(ResponseMessage):
    """An answer as it came; its bytes are read as a whole."""

    __slots__ = ("_plain", "_readings")
    _plain: ResponseMessage
    _readings: Readings

    @classmethod
    def of(cls, plain: ResponseMessage, readings: Readings) -> _WatchedMessage:
        headers = WatchedHeaders(plain.headers, readings)
        made = cls(plain.status, headers, plain.body)
        object.__setattr__(made, "_plain", plain)
        object.__setattr__(made, "_readings", readings)
        return made

    def __getattribute__(self, name: str) -> Any:
        if name == "body":
            plain, readings = self._plain, self._readings
            readings.note_whole(_content(plain.body), ())
        return object.__getattribute__(self, name)

    def header(self, name: str) -> str | None:
        """A header's value, whatever the case of its name."""
        self._readings.headers.add(name.lower())
        return self._plain.header(name)


def _content(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")


def watched_response(response: Response[Any], readings: Readings) -> Response[Any]:
    """An answer whose value and headers note what is read of them."""
    headers = WatchedHeaders(response.headers, readings)
    return replace(response, value=watched(response.value, readings), headers=headers)


def watch_error(error: StatusError, readings: Readings) -> None:
    """Have an error note what is read of its answer."""
    if _ERROR not in vars(error):
        error.__class__ = _watching_error(type(error))
    vars(error)[_ERROR] = readings


_ERRORS: Final[dict[type[StatusError], type[StatusError]]] = {}


def _watching_error(kind: type[StatusError]) -> type[StatusError]:
    if kind in _ERRORS:
        return _ERRORS[kind]
    namespace = {
        "__module__": kind.__module__,
        "__qualname__": kind.__qualname__,
        "__getattribute__": _get_of_error,
        "__reduce_ex__": _reduced_error,
    }
    _ERRORS[kind] = type(kind.__name__, (kind,), namespace)
    return _ERRORS[kind]


def _get_of_error(self: StatusError, name: str) -> Any:
    if name == "__class__":
        return type(self).__base__
    if name == "request_id":
        return _request_id(self)
    value = object.__getattribute__(self, name)
    if name in ("body", "problem", "response", "retry_after"):
        readings = cast("Readings", object.__getattribute__(self, "__dict__")[_ERROR])
        if name == "retry_after":
            readings.headers.add("retry-after")
        elif value is not None:
            is_message = isinstance(value, ResponseMessage)
            return _WatchedMessage.of(value, readings) if is_message else watched(value, readings)
    return value


def _request_id(error: StatusError) -> str | None:
    """The request's id: of a problem, a member; else of a header, which every answer has."""
    message = cast("ResponseMessage | None", object.__getattribute__(error, "response"))
    told = error.problem.request_id if error.problem else None
    return told or (request_id(message) if message else None)


def _reduced_error(error: StatusError, version: int) -> Any:
    """What an error is pickled as: a plain one. Of it, anything may be read afterwards."""
    _, arguments, held = cast("Any", Exception.__reduce_ex__(error, version))
    readings = cast("Readings", held[_ERROR])
    for value in (error.__dict__["body"], error.__dict__["problem"]):
        if value is not None:
            readings.note_whole(value, ())
    kept = {name: value for name, value in held.items() if name != _ERROR}
    return error.__class__, arguments, kept
