"""Which parts of an answer a consumer's code really reads.

What the generated client returns is of a subclass that notes each attribute that is asked for.
Whoever compares, dumps, copies or goes through a value reads all of it; its `repr` reads nothing.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, cast

from pydantic import BaseModel

from pactwright.contract.recording.expectations import Path, json_of, leaves, wire_name

_SLOT: Final = "_pactwright_watched"
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
        missed: the places of fields that were not set in what was read as a whole.
        headers: the header fields, by lower-case name.
    """

    body: set[Path] = field(default_factory=set[Path])
    missed: set[Path] = field(default_factory=set[Path])
    headers: set[str] = field(default_factory=set[str])

    def note_whole(self, value: object, path: Path) -> None:
        """Note that all of a value was read, and that what it lacks was missed."""
        for leaf in leaves(json_of(value), path):
            self.body.update(leaf[:length] for length in range(len(path), len(leaf) + 1))
        self.missed.update(_unset(value, path))


def _unset(value: object, path: Path) -> Iterator[Path]:
    """The places of the fields that the models in a value have not set."""
    if isinstance(value, BaseModel):
        kind = type(value)
        for name in kind.model_fields:
            place = (*path, wire_name(kind, name))
            if name in value.model_fields_set:
                yield from _unset(getattr(value, name), place)
            else:
                yield place
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unset(item, (*path, index))


@dataclass(frozen=True, slots=True)
class _Watched:
    plain: BaseModel
    path: Path
    readings: Readings

    def note_whole(self) -> None:
        self.readings.note_whole(self.plain, self.path)

    def note_which(self) -> None:
        """Note that it was asked which fields are set."""
        kind = type(self.plain)
        for name in kind.model_fields:
            is_set = name in self.plain.model_fields_set
            noted = self.readings.body if is_set else self.readings.missed
            noted.add((*self.path, wire_name(kind, name)))


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
        watch.note_which()
    elif _may_be_extra(kind, name):
        extra: Mapping[str, Any] = watch.plain.__pydantic_extra__ or {}
        return _extra(watch, extra, name)
    return object.__getattribute__(self, name)


def _may_be_extra(kind: type[BaseModel], name: str) -> bool:
    is_open = kind.model_config.get("extra") == "allow"
    return is_open and not name.startswith("_") and not hasattr(kind, name)


def _extra(watch: _Watched, extra: Mapping[str, Any], name: str) -> Any:
    """A member that the model does not name: known by its name on the wire, there or not."""
    place = (*watch.path, name)
    watch.readings.body.add(place)
    if name not in extra:
        raise AttributeError(f"{type(watch.plain).__name__!r} object has no attribute {name!r}")
    return watched(extra[name], watch.readings, place)


def _through_plain(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method of the plain value, after all of it was noted as read."""

    def call(self: object, *arguments: Any) -> Any:
        watch = _of(self)
        watch.note_whole()
        return method(watch.plain, *arguments)

    return call


def _itself(plain: BaseModel) -> BaseModel:
    """What a watched value is pickled as; what is read of it afterwards can't be known."""
    return plain


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
        "__reduce_ex__": _through_plain(lambda plain, _: (_itself, (plain,))),
        "__repr__": lambda self: repr(_of(self).plain),
        "__str__": lambda self: str(_of(self).plain),
    }
    metaclass: Any = type(model)
    made: type[Any] = metaclass(model.__name__, (model,), namespace)
    return made
