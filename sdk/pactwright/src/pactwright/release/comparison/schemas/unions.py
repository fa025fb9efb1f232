"""`anyOf`, `oneOf` and discriminators."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, zip_longest
from typing import Any, Final

from pactwright.release.comparison.kinds import Kind
from pactwright.release.comparison.schemas.difference import Difference, Edge
from pactwright.release.comparison.schemas.parts import arms
from pactwright.release.comparison.schemas.schema import Schema
from pactwright.release.comparison.schemas.values import canonical
from pactwright.schema.document import Node, is_mapping
from pactwright.schema.faults import Place

Found = Iterator[Difference | Edge]

_KEYWORDS: Final = ("oneOf", "anyOf")


@dataclass(frozen=True, slots=True)
class Group:
    """The arms of one `anyOf` or `oneOf`; null is none of them."""

    schema: Schema
    arms: tuple[Schema, ...]
    place: Place
    keyword: str
    discriminator: Node | None = None

    @property
    def overlaps(self) -> bool:
        """Whether a value may be of two arms of a `oneOf`, as far as can be told."""
        pairs = combinations(self.arms, 2)
        return self.keyword == "oneOf" and not all(_disjoint(a, b) for a, b in pairs)


def groups(schema: Schema) -> list[Group]:
    """Each `anyOf` and `oneOf` of a schema."""
    found: list[Group] = []
    for part in schema.parts:
        for keyword in _KEYWORDS:
            if keyword in part:
                inside = tuple(
                    schema.child(arm) for arm in arms(schema.document, part.node, keyword)
                )
                place = part.child(keyword).place
                told = part.child("discriminator") if "discriminator" in part else None
                found.append(Group(schema, inside, place, keyword, told))
    return found


def wrapped(old: Schema, new: Schema) -> Found | None:
    """What differs where just one of two schemas is nothing but a union; else None.

    The other one is a union of one arm, itself.
    """
    before, after = _only_group(old), _only_group(new)
    if before is not None and not groups(new):
        return _arms(before, Group(new, (new,), new.place, before.keyword))
    if after is not None and not groups(old):
        return _arms(Group(old, (old,), old.place, after.keyword), after)
    return None


def _only_group(schema: Schema) -> Group | None:
    keywords = [keyword for part in schema.parts for keyword in part.keywords]
    found = groups(schema)
    return (
        found[0]
        if len(found) == 1 and set(keywords) - {"discriminator"} == {found[0].keyword}
        else None
    )


def compared(old: Schema, new: Schema) -> Found:
    """What two schemas differ in by their unions."""
    for before, after in zip_longest(groups(old), groups(new)):
        if before is None:
            place = after.place
            kind, message = Kind.ALTERNATIVES_ADDED, f"{after.keyword} besides"
            yield _changed(kind, message, (old.place, place), (old, new))
        elif after is None:
            kind, message = Kind.ALTERNATIVES_REMOVED, f"{before.keyword} is gone"
            yield _changed(kind, message, (before.place, new.place), (old, new))
        else:
            yield from _arms(before, after)
    yield from _lone_discriminators(old, new)


def _arms(before: Group, after: Group) -> Found:
    pairs, gone, come = _paired(before.arms, after.arms)
    places, schemas = (before.place, after.place), (before.schema, after.schema)
    overlap = before.overlaps or after.overlaps
    message = "schemas of oneOf may overlap, so that a value may be of two"
    changed = _changed(Kind.ALTERNATIVES_CHANGED, message, places, schemas)
    if overlap and (gone or come or before.keyword != after.keyword):
        yield changed
    else:
        for arm in gone:
            words = f"{_named(arm)} is gone"
            at = (arm.nodes[0].place if arm.nodes else before.place, after.place)
            yield _changed(Kind.ALTERNATIVE_REMOVED, words, at, schemas)
        for arm in come:
            words = f"{_named(arm)} is new"
            at = (before.place, arm.nodes[0].place if arm.nodes else after.place)
            yield _changed(Kind.ALTERNATIVE_ADDED, words, at, schemas)
    for one, other in pairs:
        opaque = changed if overlap else None
        yield Edge(path=(), old=one, new=other, opaque=opaque, in_union=True)
    yield from _discriminators(before, after, pairs)


def _changed(
    kind: Kind, message: str, places: tuple[Place, Place], schemas: tuple[Schema, Schema]
) -> Difference:
    return Difference(kind=kind, message=message, old=places[0], new=places[1], schemas=schemas)


def _named(arm: Schema) -> str:
    name = arm.place.pointer[-1] if arm.place.pointer else arm.place.file
    return f"alternative {name}"


Pairs = list[tuple[Schema, Schema]]


def _paired(
    before: Sequence[Schema], after: Sequence[Schema]
) -> tuple[Pairs, list[Schema], list[Schema]]:
    """Arms that stand for each other, and those of each side that are left.

    First those that say the same, then those of one name, of one constant, and of one type.
    """
    one, other = list(before), list(after)
    pairs: Pairs = []
    for mark in (_text, _name, _constants, _types):
        for mine in list(one):
            wanted = mark(mine)
            theirs = next((each for each in other if wanted and mark(each) == wanted), None)
            if theirs is not None:
                pairs.append((mine, theirs))
                one.remove(mine)
                other.remove(theirs)
    return pairs, one, other


def _text(arm: Schema) -> str:
    return canonical([node.value for node in arm.nodes])


def _name(arm: Schema) -> str:
    """What an arm is called that is referred to; "" where it stands in place."""
    tokens = arm.place.pointer
    if tokens[-2:-1] and tokens[-2] in _KEYWORDS:
        return ""
    return tokens[-1] if tokens else _last(arm.place.file)


def _constants(arm: Schema) -> str:
    """The values by which an arm is told apart."""
    found = {name: arm.member(name).values for name in arm.required if name in arm.declared}
    return (
        canonical({name: each for name, each in found.items() if each})
        if any(found.values())
        else ""
    )


def _types(arm: Schema) -> str:
    return " ".join(sorted(arm.types))


def _disjoint(one: Schema, other: Schema) -> bool:
    """Whether no value but null is of both, as far as can be told."""
    if not one.types & other.types or _values_differ(one, other):
        return True
    both = one.required.keys() & other.required.keys()
    return (one.types & other.types) == {"object"} and any(
        _values_differ(one.member(name), other.member(name)) for name in both
    )


def _values_differ(one: Schema, other: Schema) -> bool:
    if one.values is None or other.values is None:
        return False
    return not set(map(canonical, one.values)) & set(map(canonical, other.values))


def _discriminators(before: Group, after: Group, pairs: Pairs) -> Iterator[Difference]:
    one, other = before.discriminator, after.discriminator
    properties = [node.text("propertyName") if node else "" for node in (one, other)]
    numbers = {id(arm): str(n) for n, pair in enumerate(pairs) for arm in pair}
    mine, theirs = _told(before, numbers), _told(after, numbers)
    values = mine.keys() | theirs.keys()
    if properties[0] != properties[1] or any(mine.get(v) != theirs.get(v) for v in values):
        message = f"told apart by {properties[1] or 'nothing'}, was by {properties[0] or 'nothing'}"
        places = (one.place if one else before.place, other.place if other else after.place)
        schemas = (before.schema, after.schema)
        yield _changed(Kind.DISCRIMINATOR_CHANGED, message, places, schemas)


def _told(group: Group, numbers: dict[int, str]) -> dict[str, str | None]:
    """Each value of a discriminator, and the pair that its arm is in; None where that is gone.

    What the mapping doesn't name has the name of its component.
    """
    if group.discriminator is None:
        return {}
    arms = {_name(arm): numbers.get(id(arm)) for arm in group.arms if _name(arm)}
    mapping = group.discriminator.child("mapping")
    mapped = {value: _last(child.value) for value, child in mapping.members()}
    implicit = {name: name for name in arms if name not in mapped.values()}
    return {value: arms.get(name, name) for value, name in {**implicit, **mapped}.items()}


def _last(reference: Any) -> str:
    return str(reference).rsplit("/", 1)[-1]


def _lone_discriminators(old: Schema, new: Schema) -> Iterator[Difference]:
    """Of those that stand without `anyOf` or `oneOf`, it is not known what they stand for."""
    one, other = (_lone(schema) for schema in (old, new))
    if one != other:
        places = old.place_of("discriminator"), new.place_of("discriminator")
        message = "another discriminator"
        yield _changed(Kind.DISCRIMINATOR_CHANGED, message, places, (old, new))


def _lone(schema: Schema) -> list[str]:
    parts = [p for p in schema.having("discriminator") if not any(k in p for k in _KEYWORDS)]
    return [canonical(_stripped(part.get("discriminator"))) for part in parts]


def _stripped(given: Any) -> Any:
    return {k: v for k, v in given.items() if k[:2] != "x-"} if is_mapping(given) else given
