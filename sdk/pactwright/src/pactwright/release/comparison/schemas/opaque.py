"""Keywords for which it is only told whether they differ, and those that are not known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pactwright.release.comparison.kinds import Kind
from pactwright.release.comparison.schemas.difference import Difference, Edge, Hit
from pactwright.release.comparison.schemas.expanding import expanded
from pactwright.release.comparison.schemas.parts import Part
from pactwright.release.comparison.schemas.schema import Schema
from pactwright.release.comparison.schemas.values import canonical, shown
from pactwright.schema.document import Node, is_mapping
from pactwright.schema.faults import Place

Found = Iterator[Difference | Edge]

_SCHEMAS: Final = {
    "not": Kind.NOT_CHANGED,
    "if": Kind.CONDITION_CHANGED,
    "then": Kind.CONDITION_CHANGED,
    "else": Kind.CONDITION_CHANGED,
    "contains": Kind.CONTAINS_CHANGED,
    "propertyNames": Kind.NAMES_CHANGED,
    "contentSchema": Kind.ENCODING_CHANGED,
    "dependentSchemas": Kind.DEPENDENTS_CHANGED,
    "unevaluatedItems": Kind.UNEVALUATED_CHANGED,
    "unevaluatedProperties": Kind.UNEVALUATED_CHANGED,
}
_VALUES: Final = {
    "minContains": Kind.CONTAINS_CHANGED,
    "maxContains": Kind.CONTAINS_CHANGED,
    "contentEncoding": Kind.ENCODING_CHANGED,
    "contentMediaType": Kind.ENCODING_CHANGED,
}
_COMPARED: Final = frozenset(
    [
        "type",
        "enum",
        "const",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minProperties",
        "maxProperties",
        "pattern",
        "format",
        "uniqueItems",
        "items",
        "prefixItems",
        "properties",
        "required",
        "additionalProperties",
        "patternProperties",
        "anyOf",
        "oneOf",
        "discriminator",
        "dependentRequired",
    ]
)
_UNEVALUATED: Final = ("unevaluatedItems", "unevaluatedProperties")


def compared(old: Schema, new: Schema) -> Found:
    """What two schemas differ in by such keywords."""
    for keyword, kind in _SCHEMAS.items():
        yield from _schemas(old, new, keyword, kind)
    for keyword, kind in _VALUES.items():
        yield from _plain(old, new, keyword, kind)
    yield from _dependencies(old, new)
    if any(schema.having(word) for schema in (old, new) for word in _UNEVALUATED):
        changed = _changed(Kind.UNEVALUATED_CHANGED, _UNEVALUATED[1], old, new)
        yield Edge(path=(), old=old, new=new, opaque=changed)
    known = {*_SCHEMAS, *_VALUES, *_COMPARED}
    words = {word for schema in (old, new) for part in schema.parts for word in part.keywords}
    for keyword in sorted(words - known):
        yield from _plain(old, new, keyword, Kind.KEYWORD_CHANGED, Hit.PRESENT)
    if _odd(old) or _odd(new):
        yield from _plain(old, new, "items", Kind.KEYWORD_CHANGED, Hit.PRESENT)


def _odd(schema: Schema) -> bool:
    """Whether `items` is a list, as it was before 2020-12."""
    return any(isinstance(part.get("items"), list) for part in schema.parts)


def _schemas(old: Schema, new: Schema, keyword: str, kind: Kind) -> Found:
    before, after = old.having(keyword), new.having(keyword)
    changed = _changed(kind, keyword, old, new)
    inside = [list(_inside(part, keyword)) for part in (*before, *after)]
    mine, theirs = inside[: len(before)], inside[len(before) :]
    if [[name for name, _ in each] for each in mine] != [[n for n, _ in each] for each in theirs]:
        yield changed
        return
    for one, other in zip(mine, theirs, strict=True):
        for (_, first), (_, second) in zip(one, other, strict=True):
            yield Edge(path=(), old=old.child(first), new=new.child(second), opaque=changed)


def _inside(part: Part, keyword: str) -> Iterator[tuple[str, Node]]:
    held = part.child(keyword)
    if keyword == "dependentSchemas":
        yield from sorted(held.members(), key=lambda member: member[0])
    else:
        yield "", held


def _plain(
    old: Schema, new: Schema, keyword: str, kind: Kind, hit: Hit = Hit.REFUSED
) -> Iterator[Difference]:
    before, after = (
        [
            canonical(expanded(schema.document, part.child(keyword)))
            for part in schema.having(keyword)
        ]
        for schema in (old, new)
    )
    if before != after:
        yield _changed(kind, keyword, old, new, hit)


def _changed(
    kind: Kind, keyword: str, old: Schema, new: Schema, hit: Hit = Hit.REFUSED
) -> Difference:
    return Difference(
        kind=kind,
        message=f"another {keyword}",
        old=old.place_of(keyword),
        new=new.place_of(keyword),
        hit=hit,
        schemas=(old, new),
    )


def _dependencies(old: Schema, new: Schema) -> Iterator[Difference]:
    keyword = "dependentRequired"
    before, after = set(_demands(old, keyword)), set(_demands(new, keyword))
    kinds = ((Kind.DEPENDENCY_ADDED, after - before), (Kind.DEPENDENCY_REMOVED, before - after))
    places: tuple[Place, Place] = old.place_of(keyword), new.place_of(keyword)
    for kind, pairs in kinds:
        for name, needed in sorted(pairs):
            more = "no more" if kind is Kind.DEPENDENCY_REMOVED else ""
            yield Difference(
                kind=kind,
                message=f"{shown(name)} requires {shown(needed)} {more}".strip(),
                old=places[0],
                new=places[1],
                schemas=(old, new),
            )


def _demands(schema: Schema, keyword: str) -> Iterator[tuple[str, str]]:
    for part in schema.having(keyword):
        given: Any = part.get(keyword)
        for name, needed in given.items() if is_mapping(given) else ():
            yield from ((name, each) for each in needed or ())
