"""Places in bodies: the fields that a document declares, and what is at them in a value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from pactwright.schema import ApiDescription
from pactwright.schema.types import Array, Nullable, Object, Reference, SchemaType

Path = tuple[str, ...]
"""The names on the way to a place, `EACH` for every item of an array."""

Edit = Callable[[Any, Any], bool]
"""Changes what a container has under a key; says whether it did."""

EACH: Final = "*"
_DEEPEST: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A place that a document declares.

    Attributes:
        type: neither a reference nor nullable.
        required: whether its object must have it.
        nullable: whether it may be null.
    """

    path: Path
    type: SchemaType
    required: bool = True
    nullable: bool = False

    def __str__(self) -> str:
        return "/" + "/".join(self.path)


def fields(api: ApiDescription, root: SchemaType) -> Iterator[Field]:
    """Every place in a body of some type, from the outside in; without the body itself."""
    yield from _inside(api, _plain(api, Field(path=(), type=root)))


def _inside(api: ApiDescription, outer: Field) -> Iterator[Field]:
    if len(outer.path) >= _DEEPEST:
        return
    for field in _members(outer):
        plain = _plain(api, field)
        yield plain
        yield from _inside(api, plain)


def _members(outer: Field) -> Iterator[Field]:
    if isinstance(outer.type, Object):
        for member in outer.type.properties:
            path = (*outer.path, member.name)
            yield Field(path=path, type=member.type, required=member.required)
    elif isinstance(outer.type, Array):
        yield Field(path=(*outer.path, EACH), type=outer.type.items)


def _plain(api: ApiDescription, field: Field) -> Field:
    while isinstance(field.type, Reference | Nullable):
        if isinstance(field.type, Nullable):
            field = replace(field, type=field.type.type, nullable=True)
        else:
            field = replace(field, type=api.schemas[field.type.key].type)
    return field


def edit(value: Any, path: Path, change: Edit) -> int:
    """Change each place that a path leads to; gives how many were changed."""
    first, *rest = path
    if rest:
        return sum(edit(value[key], tuple(rest), change) for key in _keys(value, first))
    return sum(change(value, key) for key in _keys(value, first))


def values(value: Any, path: Path) -> list[Any]:
    """What is at each place that a path leads to."""
    if not path:
        return [value]
    first, *rest = path
    return [found for key in _keys(value, first) for found in values(value[key], tuple(rest))]


def _keys(value: Any, name: str) -> list[Any]:
    if isinstance(value, list) and name == EACH:
        return list(range(len(value)))
    return [name] if isinstance(value, dict) and name in value else []


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every scalar in a value, with the name of the member that it is, or is in a list of."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from leaves(member, key)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item, name)
    else:
        yield name, value


def ends(value: Any, path: Path = ()) -> Iterator[Path]:
    """The paths that lead to the scalars in an object or array."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from ends(member, (*path, name))
    elif isinstance(value, list):
        for item in value:
            yield from ends(item, (*path, EACH))
    elif path:
        yield path
