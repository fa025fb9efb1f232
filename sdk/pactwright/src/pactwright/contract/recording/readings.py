"""Which parts of an answer a consumer's code really reads.

What the generated client returns is of a subclass that notes each attribute that is asked for.
Whoever compares, dumps, copies or goes through a value reads all of it; its `repr` reads nothing.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final, cast

from pydantic import BaseModel

from pactwright.client.errors import StatusError
from pactwright.client.response import Response
from pactwright.contract.recording.expectations import Path, json_of, leaves, wire_name
from pactwright.wire import ResponseMessage

_SLOT: Final = "_pactwright_watched"
_ERROR: Final = "_pactwright_readings"
_FIELDS_SET: Final = frozenset({"model_fields_set", "__pydantic_fields_set__"})
_WHOLE: Final = frozenset(
    {
        *("__dict__", "__pydantic_extra__", "model_extra", "model_dump", "model_dump_json"),
        *("model_copy", "dict", "json", "copy"),
    }
)


@dataclass(slots=True)
class Readings:
    """What was read of one answer.

    Attributes:
        body: the places of the body; those of objects and arrays on the way too.
        headers: the header fields, by lower-case name.
    """

    body: set[Path] = field(default_factory=set[Path])
    headers: set[str] = field(default_factory=set[str])

    def note_whole(self, value: object, path: Path) -> None:
        """Note that all of a value was read."""
        for leaf in leaves(json_of(value), path):
            self.body.update(leaf[:length] for length in range(len(path), len(leaf) + 1))


@dataclass(frozen=True, slots=True)
class _Watched:
    plain: BaseModel
    path: Path
    readings: Readings

    def note_whole(self) -> None:
        self.readings.note_whole(self.plain, self.path)


def watched(value: Any, readings: Readings, path: Path = ()) -> Any:
    """A value that notes what is read of it; scalars are read by whoever gets them."""
    if path or not isinstance(value, BaseModel):
        readings.body.add(path)
    if isinstance(value, BaseModel):
        return _watched_model(value, readings, path)
    if isinstance(value, list):
        return [watched(item, readings, (*path, i)) for i, item in enumerate(value)]
    if isinstance(value, Mapping):
        readings.note_whole(value, path)
    return value


def _watched_model(value: BaseModel, readings: Readings, path: Path) -> BaseModel:
    kind: Any = _watching(type(value))
    made: BaseModel = kind.__new__(kind)
    object.__setattr__(made, "__dict__", dict(value.__dict__))
    for name in ("__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__"):
        object.__setattr__(made, name, getattr(value, name))
    object.__setattr__(made, _SLOT, _Watched(value, path, readings))
    return made


def _of(model: object) -> _Watched:
    return cast("_Watched", object.__getattribute__(model, _SLOT))


def _get(self: object, name: str) -> Any:
    kind = cast("type[BaseModel]", type(self))
    watch = _of(self)
    if name in kind.model_fields:
        place = (*watch.path, wire_name(kind, name))
        return watched(getattr(watch.plain, name), watch.readings, place)
    if name in _WHOLE:
        watch.note_whole()
        return getattr(watch.plain, name)
    if name in _FIELDS_SET:
        named = (wire_name(kind, each) for each in watch.plain.model_fields_set)
        watch.readings.body.update((*watch.path, each) for each in named)
    return object.__getattribute__(self, name)


def _through_plain(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method of the plain value, after all of it was noted as read."""

    def call(self: object, *arguments: Any) -> Any:
        watch = _of(self)
        watch.note_whole()
        return method(watch.plain, *arguments)

    return call


def _equal(plain: BaseModel, other: object) -> bool:
    return bool(plain == unwatched(other))


def unwatched(value: Any) -> Any:
    """The plain value of one that is watched; all of it counts as read."""
    if not hasattr(type(value), _SLOT):
        return value
    watch = _of(value)
    watch.note_whole()
    return watch.plain


@cache
def _watching(model: type[BaseModel]) -> type[Any]:
    """The subclass of a model whose instances note what is read of them."""
    namespace: dict[str, Any] = {
        "__module__": model.__module__,
        "__qualname__": model.__qualname__,
        "__doc__": model.__doc__,
        "__slots__": (_SLOT,),
        "__getattribute__": _get,
        "__eq__": _through_plain(_equal),
        "__iter__": _through_plain(iter),
        "__copy__": _through_plain(copy.copy),
        "__deepcopy__": _through_plain(lambda plain, memo=None: copy.deepcopy(plain, memo)),
        "__reduce_ex__": _through_plain(lambda plain, version: plain.__reduce_ex__(version)),
        "__repr__": lambda self: repr(_of(self).plain),
        "__str__": lambda self: str(_of(self).plain),
    }
    metaclass: Any = type(model)
    made: type[Any] = metaclass(model.__name__, (model,), namespace)
    return made


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
    }
    _ERRORS[kind] = type(kind.__name__, (kind,), namespace)
    return _ERRORS[kind]


def _get_of_error(self: StatusError, name: str) -> Any:
    if name == "__class__":
        return type(self).__base__
    value = object.__getattribute__(self, name)
    if name in ("body", "problem", "response", "retry_after"):
        readings = cast("Readings", object.__getattribute__(self, "__dict__")[_ERROR])
        if name == "retry_after":
            readings.headers.add("retry-after")
        elif value is not None:
            is_message = isinstance(value, ResponseMessage)
            return _WatchedMessage.of(value, readings) if is_message else watched(value, readings)
    return value
