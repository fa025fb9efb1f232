"""Objects: which members they have, must have and may have besides."""

from __future__ import annotations

from collections.abc import Iterator

from pactwright.release.comparison.kinds import Kind
from pactwright.release.comparison.schemas.difference import REST, Difference, Edge, Hit, Path
from pactwright.release.comparison.schemas.parts import Part, patterns
from pactwright.release.comparison.schemas.scalars import lengths
from pactwright.release.comparison.schemas.schema import Schema
from pactwright.release.comparison.schemas.values import shown
from pactwright.schema.faults import Place

Found = Iterator[Difference | Edge]


def compared(old: Schema, new: Schema) -> Found:
    """What two schemas differ in for objects."""
    yield from lengths(old, new, "Properties")
    for name in [*old.declared, *(each for each in new.declared if each not in old.declared)]:
        if name in old.names and name in new.names:
            yield Edge(path=(name,), old=old.member(name), new=new.member(name))
            yield from _announced(old, new, name)
            yield from _defaults(old, new, name)
        elif name in old.names:
            yield _removed(old, new, name)
        elif name in new.names:
            yield from _added(old, new, name)
    yield from _required(old, new)
    yield from _further(old, new)


def _removed(old: Schema, new: Schema, name: str) -> Difference:
    member = old.member(name)
    kind, message, place = Kind.PROPERTY_REMOVED, f"{name} is gone", new.place_of("properties")
    if name in new.hidden:
        kind, place = Kind.ONE_WAY, new.member(name).place
        marker = "readOnly" if old.direction == "request" else "writeOnly"
        message = f"{name} became {marker}"
    return Difference(
        kind=kind,
        message=message,
        old=_own(old, name) or member.place,
        new=place,
        path=(name,),
        hit=Hit.PRESENT,
        schemas=(old, new),
        demanded=_is_demanded(old, name),
    )


def _is_demanded(schema: Schema, name: str) -> bool:
    """Whether the kit's clients refuse answers without a property; constants they know."""
    return name in schema.required and not schema.member(name).having("const")


def _own(schema: Schema, name: str) -> Place | None:
    """Where a property is declared by name, be it by reference."""
    found = (p.child("properties") for p in schema.having("properties"))
    return next((each.child(name).place for each in found if name in each), None)


def _added(old: Schema, new: Schema, name: str) -> Found:
    before, after = old.member(name), new.member(name)
    places = old.place_of("properties"), _own(new, name) or after.place

    def added(kind: Kind, message: str) -> Difference:
        return Difference(
            kind=kind,
            message=message,
            old=places[0],
            new=places[1],
            path=(name,),
            schemas=(before, after),
            tolerated=True,
        )

    if name in old.hidden:
        yield added(Kind.BOTH_WAYS, f"{name} goes both ways")
    elif before.nodes and not before.types:
        yield added(Kind.PROPERTY_ALLOWED, f"{name} is new")
    else:
        yield added(Kind.PROPERTY_ADDED, f"{name} is new")
        if before.nodes:  # it was declared to be taken, not just not spoken of
            yield Edge(path=(name,), old=before, new=after)


def _announced(old: Schema, new: Schema, name: str) -> Iterator[Difference]:
    """What is said of a property, and takes no value away."""
    before, after = (
        any(part.node.get("deprecated") is True for part in schema.member(name).parts)
        for schema in (old, new)
    )
    if before is not after:
        kind = Kind.DEPRECATED if after else Kind.UNDEPRECATED
        words = "is deprecated" if after else "is deprecated no more"
        yield _of_member(kind, f"{name} {words}", old, new, name)


def _defaults(old: Schema, new: Schema, name: str) -> Iterator[Difference]:
    """What it means to leave a property out, where that may be."""
    if name in old.required and name in new.required:
        return
    if message := default_changed(old.member(name), new.member(name)):
        yield _of_member(Kind.DEFAULT_CHANGED, f"{name}: {message}", old, new, name)


def default_changed(old: Schema, new: Schema) -> str:
    """How two schemas' defaults differ, in words; "" where they don't."""
    before, after = (
        None if (node := schema.first("default")) is None else shown(node.value)
        for schema in (old, new)
    )
    if before == after:
        return ""
    return f"the default is {after or 'gone'}, was {before or 'none'}"


def _of_member(kind: Kind, message: str, old: Schema, new: Schema, name: str) -> Difference:
    return Difference(
        kind=kind,
        message=message,
        old=_own(old, name) or old.member(name).place,
        new=_own(new, name) or new.member(name).place,
        path=(name,),
        hit=Hit.ABSENT,
        schemas=(old, new),
        demanded=False,
    )


def _required(old: Schema, new: Schema) -> Iterator[Difference]:
    def changed(kind: Kind, message: str, places: tuple[Place, Place], path: Path) -> Difference:
        return Difference(
            kind=kind,
            message=message,
            old=places[0],
            new=places[1],
            path=path,
            hit=Hit.ABSENT,
            schemas=(old, new),
            demanded=_is_demanded(old, path[-1]),
        )

    for name in new.required.keys() - old.required.keys():
        places = old.place_of("required"), new.required[name]
        yield changed(Kind.PROPERTY_REQUIRED, f"{name} must be there", places, (name,))
    for name in old.required.keys() - new.required.keys():
        if name not in old.names or name in new.names:  # else it is told that it is gone
            places = old.required[name], new.place_of("required")
            yield changed(Kind.PROPERTY_OPTIONAL, f"{name} need not be there", places, (name,))


def _further(old: Schema, new: Schema) -> Found:
    """Members that are not named."""
    if any(patterns(part) for schema in (old, new) for part in schema.parts):
        yield from _patterned(old, new)
        return
    before, after = old.rest, new.rest
    words = "additionalProperties"
    places = old.place_of(words), new.place_of(words)

    def changed(kind: Kind, message: str) -> Difference:
        return Difference(
            kind=kind,
            message=message,
            old=places[0],
            new=places[1],
            schemas=(old, new),
            tolerated=True,
        )

    if before.types and not after.types:
        yield changed(Kind.CLOSED, "no other members are taken any more")
    elif after.types and not before.types:
        yield changed(Kind.OPENED, "other members are taken")
    elif before.nodes or after.nodes:
        yield Edge(path=(REST,), old=before, new=after)


def _patterned(old: Schema, new: Schema) -> Found:
    """With patterns, it is compared object by object, for one's pattern is another's rest."""
    before, after = ([part for part in s.parts if _speaks(part)] for s in (old, new))
    if list(map(_outline, before)) != list(map(_outline, after)):
        yield Difference(
            kind=Kind.PATTERNS_CHANGED,
            message="other patternProperties",
            old=old.place_of("patternProperties"),
            new=new.place_of("patternProperties"),
            schemas=(old, new),
        )
        return
    for one, other in zip(before, after, strict=True):
        for (_, mine), (_, theirs) in zip(patterns(one), patterns(other), strict=True):
            yield Edge(path=(REST,), old=old.child(mine), new=new.child(theirs))
        if "additionalProperties" in one:
            mine, theirs = (part.child("additionalProperties") for part in (one, other))
            yield Edge(path=(REST,), old=old.child(mine), new=new.child(theirs))


def _speaks(part: Part) -> bool:
    return "additionalProperties" in part or bool(patterns(part))


def _outline(part: Part) -> tuple[tuple[str, ...], bool]:
    """Its patterns, and whether it speaks of what matches none."""
    return tuple(name for name, _ in patterns(part)), "additionalProperties" in part
