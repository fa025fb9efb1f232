"""Defaults: which of them are values of their types, and how they are written in Python."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from operator import or_
from types import GenericAlias
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from pactwright.generate.annotations import LIMITS
from pactwright.generate.catalogue import Catalogue
from pactwright.schema.faults import Fault, Place
from pactwright.schema.patterns import is_native, translate
from pactwright.schema.types import (
    Anything,
    Array,
    Constraints,
    Dictionary,
    Enumeration,
    Nullable,
    Object,
    Scalar,
    SchemaType,
    Union,
)
from pactwright.wire import Base64, Date, DateTime, UniqueItems, Uuid

_FORMATS: Final[Mapping[str, Any]] = {
    "uuid": Uuid,
    "date": Date,
    "date-time": DateTime,
    "byte": Base64,
    "binary": bytes,
}
"""Strings that are no `str` in Python."""
_KINDS: Final[Mapping[str, Any]] = {"string": str, "integer": int, "number": float, "boolean": bool}
_STRICT: Final = ConfigDict(strict=True, allow_inf_nan=False)
_DEEPEST: Final = 4


class _Unchecked(Exception):
    """The type is none that a default is checked against."""


def not_applied(catalogue: Catalogue) -> Iterator[Fault]:
    """The defaults of members that the models do not have."""
    for entity in catalogue.entities.values():
        for member in entity.type.properties if isinstance(entity.type, Object) else ():
            given = member.default is not None and not member.required
            if given and expression(catalogue, member.type, member.default) is None:
                message = f"the default of {member.name!r} is not applied"
                yield Fault(Place.parse(entity.key), "warning", message)


def fits(catalogue: Catalogue, schema: SchemaType, value: object) -> bool:
    """Whether a JSON value is of a type, all limits included; False also where it can't be told."""
    try:
        python_type = _python_type(catalogue, schema, 0)
        TypeAdapter[Any](python_type, config=_STRICT).validate_json(json.dumps(value))
    except (_Unchecked, ValidationError):
        return False
    return True


def expression(catalogue: Catalogue, schema: SchemaType, value: object) -> str | None:
    """A JSON value of a type as Python; None where it is not of the type or has no literal."""
    if value is None or not fits(catalogue, schema, value):
        return None
    return _source(catalogue, schema, value)


def _python_type(catalogue: Catalogue, schema: SchemaType, depth: int) -> Any:
    """The type as pydantic takes it, to check by; aliases may mention themselves."""
    if depth > _DEEPEST:
        raise _Unchecked

    def inside(inner: SchemaType) -> Any:
        return _python_type(catalogue, inner, depth + 1)

    match catalogue.resolve(schema):
        case Anything():
            return Any
        case Scalar(kind="string", format=name) if name in _FORMATS:
            return _FORMATS[name]
        case Scalar(kind=kind, constraints=limits):
            return _limited(_KINDS[kind], limits)
        case Enumeration(values=values):
            return Literal[values]
        case Nullable(type=inner):
            return inside(inner) | None
        case Union(arms=arms):
            return reduce(or_, [inside(arm) for arm in arms])
        case other:
            return _container_type(other, inside)


def _container_type(schema: SchemaType, inside: Callable[[SchemaType], Any]) -> Any:
    match schema:
        case Array(items=items, constraints=limits, unique=unique):
            found = _limited(GenericAlias(list, (inside(items),)), limits)
            return Annotated[found, UniqueItems] if unique else found
        case Dictionary(values=values, keys=None, constraints=limits):
            return _limited(GenericAlias(dict, (str, inside(values))), limits)
        case _:
            raise _Unchecked


def _limited(python_type: Any, constraints: Constraints) -> Any:
    given = {name: getattr(constraints, name) for name in LIMITS}
    limits = {LIMITS[name]: limit for name, limit in given.items() if limit is not None}
    if constraints.pattern is not None:
        pattern = translate(constraints.pattern)
        limits["pattern"] = pattern if is_native(pattern) else re.compile(pattern)
    return Annotated[python_type, Field(**limits)] if limits else python_type


def _source(catalogue: Catalogue, schema: SchemaType, value: object) -> str | None:
    match catalogue.resolve(schema), value:
        case Nullable(type=inner), _:
            return _source(catalogue, inner, value)
        case Scalar(kind="string", format=name), _ if name in _FORMATS:
            return None
        case Scalar(kind="number"), int() | float():
            return repr(float(value))
        case Array(items=items), list():
            parts = [_source(catalogue, items, item) for item in value]
            return None if None in parts else f"[{', '.join(map(str, parts))}]"
        case Dictionary(values=values), dict():
            members = {name: _source(catalogue, values, item) for name, item in value.items()}
            texts = [f"{name!r}: {text}" for name, text in members.items()]
            return None if None in members.values() else f"{{{', '.join(texts)}}}"
        case _:
            return repr(value) if isinstance(value, bool | int | float | str) else None
