"""Two schemas on one level: what they differ in themselves, and what is inside of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from pactwright.release.comparison.kinds import Kind
from pactwright.release.comparison.schemas import arrays, heirs, objects, opaque, scalars, unions
from pactwright.release.comparison.schemas.checking import takes
from pactwright.release.comparison.schemas.difference import Difference, Edge
from pactwright.release.comparison.schemas.nulls import takes_null
from pactwright.release.comparison.schemas.schema import Schema
from pactwright.release.comparison.schemas.values import canonical, shown

Found = Iterator[Difference | Edge]


def compared(old: Schema, new: Schema) -> Found:
    """What two schemas differ in; what is inside of them comes as edges."""
    yield from _nulls(old, new)
    if not old.types or not new.types:
        yield from _nothing(old, new)
    elif old.is_open or new.is_open:
        yield from _anything(old, new)
    elif (arms := unions.wrapped(old, new)) is not None:
        yield from arms
    elif old.values is not None or new.values is not None:
        yield from _values(old, new)
    else:
        yield from _constrained(old, new)


def _nulls(old: Schema, new: Schema) -> Found:
    before, after = takes_null(old), takes_null(new)
    if before is after or old.is_open or new.is_open:
        return
    if before:
        yield _typed(Kind.NULL_REMOVED, "null is taken no more", old, new)
    else:
        yield _typed(Kind.NULL_ADDED, "null is taken", old, new)


def _typed(kind: Kind, message: str, old: Schema, new: Schema) -> Difference:
    words = ("nullable", "type", "enum", "const", "anyOf", "oneOf")
    places = old.place_of(*words), new.place_of(*words)
    return Difference(kind=kind, message=message, old=places[0], new=places[1], schemas=(old, new))


def _nothing(old: Schema, new: Schema) -> Found:
    if old.types:
        yield _whole(Kind.FORBIDDEN, "nothing is taken any more", old, new)
    if new.types:
        yield _whole(Kind.ALLOWED, "something is taken where nothing was", old, new)


def _anything(old: Schema, new: Schema) -> Found:
    if not new.is_open:
        yield _whole(Kind.SCHEMA_ADDED, f"{_said(new)}, was anything", old, new)
    if not old.is_open:
        yield _whole(Kind.SCHEMA_REMOVED, f"anything, was {_said(old)}", old, new)


def _whole(kind: Kind, message: str, old: Schema, new: Schema) -> Difference:
    return Difference(kind=kind, message=message, old=old.place, new=new.place, schemas=(old, new))


def _said(schema: Schema) -> str:
    types = _names(schema.types)
    return types if schema.having("type") else "what has a schema"


def _values(old: Schema, new: Schema) -> Found:
    """At least one of the two lists all values that it takes: it is told value by value."""
    mine, theirs = _listed(old), _listed(new)
    if _is_plain(old) and _is_plain(new) and old.types == new.types and _same(old, new):
        return
    open_enum = _is_open_enumeration(old)
    changed = partial(_listing, old, new)
    if mine is None:
        listed = ", ".join(map(shown, theirs or ()))
        yield changed(Kind.ENUM_ADDED, f"only {listed}, was any of {_names(old.types)}")
    if theirs is None:
        texts = new.types == {"string"}
        message = f"any of {_names(new.types)}, was {', '.join(map(shown, mine or ()))}"
        yield changed(Kind.ENUM_REMOVED, message, tolerated=open_enum and texts)
    for value in _refused(old, new):
        yield changed(Kind.VALUE_REMOVED, f"{shown(value)} is gone")
    for value in _refused(new, old):
        tolerated = open_enum and isinstance(value, str)
        yield changed(Kind.VALUE_ADDED, f"{shown(value)} is new", tolerated=tolerated)


def _listing(
    old: Schema, new: Schema, kind: Kind, message: str, *, tolerated: bool = False
) -> Difference:
    words = ("const", "enum", "type")
    return Difference(
        kind=kind,
        message=message,
        old=old.place_of(*words),
        new=new.place_of(*words),
        schemas=(old, new),
        tolerated=tolerated,
    )


def _listed(schema: Schema) -> list[Any] | None:
    """All values that it takes, where it lists them or takes booleans only."""
    if schema.values is None and schema.types == {"boolean"}:
        return [False, True]
    return schema.values


def _refused(lister: Schema, other: Schema) -> list[Any]:
    """The values that one lists, and takes, and the other doesn't take."""
    return [
        value
        for value in _listed(lister) or ()
        if takes(lister, value) is not False and takes(other, value) is not True
    ]


def _is_plain(schema: Schema) -> bool:
    """Whether nothing else than type and list decides about a value."""
    keywords = {keyword for part in schema.parts for keyword in part.keywords}
    return keywords <= {"enum", "const", "type"}


def _same(old: Schema, new: Schema) -> bool:
    listed = [{canonical(value) for value in schema.values or ()} for schema in (old, new)]
    return old.values is not None and new.values is not None and listed[0] == listed[1]


def _is_open_enumeration(schema: Schema) -> bool:
    """Whether the kit's clients keep values that are not listed: of texts, in an `enum`."""
    texts = all(isinstance(value, str) for value in schema.values or ())
    return texts and bool(schema.values) and not schema.having("const")


def _constrained(old: Schema, new: Schema) -> Found:
    gone, come = old.types - new.types, new.types - old.types
    both = old.types & new.types
    message = f"{_names(new.types)}, was {_names(old.types)}"
    if not both:
        yield _typed(Kind.TYPE_CHANGED, message, old, new)
        return
    if gone:
        yield _typed(Kind.TYPE_REMOVED, message, old, new)
    if come:
        yield _typed(Kind.TYPE_ADDED, message, old, new)
    yield from scalars.compared(old, new, both)
    if "object" in both:
        yield from objects.compared(old, new)
    if "array" in both:
        yield from arrays.compared(old, new)
    yield from unions.compared(old, new)
    yield from heirs.compared(old, new)
    yield from opaque.compared(old, new)


def _names(types: frozenset[str]) -> str:
    """Types in words: what is an integer or a fraction is a number."""
    if "fraction" in types:
        types = (types - {"integer", "fraction"}) | {"number"}
    return " or ".join(sorted(types)) or "nothing"
