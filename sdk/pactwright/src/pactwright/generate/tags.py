"""Which member tells the arms of a union apart, and what it may hold in each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pactwright.generate.catalogue import Catalogue, inside
from pactwright.generate.naming import field_names
from pactwright.schema.description import ContentDescription
from pactwright.schema.faults import Fault, Place
from pactwright.schema.types import (
    Enumeration,
    EnumValue,
    Object,
    Reference,
    Scalar,
    SchemaType,
    Union,
)

Values = tuple[EnumValue, ...]


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags of an API's unions.

    Attributes:
        names: by a union's key, the Python name of the member that tells its arms apart.
        values: by an object's key and a member's name, what that member holds there.
        faults: the discriminators that cannot be used.
    """

    names: Mapping[str, str] = field(default_factory=dict[str, str])
    values: Mapping[tuple[str, str], Values] = field(default_factory=dict[tuple[str, str], Values])
    faults: tuple[Fault, ...] = ()

    def of(self, union: Union) -> str | None:
        """The Python name of the member that tells the union's arms apart, if one does."""
        return self.names.get(union.key)


def find_tags(catalogue: Catalogue) -> Tags:
    """Look at every union: at its discriminator, or else for a member that would do."""
    names: dict[str, str] = {}
    values: dict[tuple[str, str], Values] = {}
    faults: list[Fault] = []
    for union in dict.fromkeys(_unions(catalogue)):
        found = _tag(catalogue, union)
        if found is None:
            if union.discriminator is not None:
                faults.append(_fault(union, "its discriminator does not tell its arms apart"))
            continue
        names[union.key], narrowed = found
        for place, allowed in narrowed.items():
            values[place] = tuple(dict.fromkeys((*values.get(place, ()), *allowed)))
    return Tags(names, values, tuple(faults))


def _fault(union: Union, message: str) -> Fault:
    return Fault(Place.parse(union.key), "warning", message)


def _unions(catalogue: Catalogue) -> Iterator[Union]:
    for entity in catalogue.entities.values():
        yield from _unions_in(entity.type)
    for operation in catalogue.api.operations:
        contents = [*(operation.body.contents if operation.body else ())]
        contents += [c for response in operation.responses for c in response.contents]
        yield from _unions_of(contents)
    for webhook in catalogue.api.webhooks:
        yield from _unions_of(webhook.body.contents if webhook.body else ())


def _unions_of(contents: Iterable[ContentDescription]) -> Iterator[Union]:
    for content in contents:
        if content.type is not None:
            yield from _unions_in(content.type)


def _unions_in(schema: SchemaType) -> Iterator[Union]:
    if isinstance(schema, Union):
        yield schema
    if isinstance(schema, Object):
        for member in schema.properties:
            if not isinstance(member.type, Object):
                yield from _unions_in(member.type)
        return
    for inner, _ in inside(schema):
        if not isinstance(inner, Object):
            yield from _unions_in(inner)


def _tag(catalogue: Catalogue, union: Union) -> tuple[str, Mapping[tuple[str, str], Values]] | None:
    arms = [_object(catalogue, arm) for arm in union.arms]
    objects = [arm for arm in arms if arm is not None]
    if len(objects) < len(arms):
        return None
    if union.discriminator:
        candidates = [union.discriminator.property]
    else:
        candidates = [p.name for p in objects[0].properties if p.required]
    for name in candidates:
        pairs = zip(union.arms, objects, strict=True)
        found = [_values(catalogue, union, *pair, name) for pair in pairs]
        python_names = {field_names(arm.properties).get(name) for arm in objects}
        if all(found) and _disjoint(found) and len(python_names) == 1:
            return str(python_names.pop()), {
                (arm.key, name): values for arm, values in zip(objects, found, strict=True)
            }
    return None


def _object(catalogue: Catalogue, arm: SchemaType) -> Object | None:
    resolved = catalogue.resolve(arm)
    return resolved if isinstance(resolved, Object) else None


def _disjoint(found: list[Values]) -> bool:
    everything = [value for values in found for value in values]
    return len(everything) == len(set(everything))


def _values(
    catalogue: Catalogue, union: Union, arm: SchemaType, schema: Object, name: str
) -> Values:
    """What an arm's member may hold: by its own schema, by the mapping or by the arm's name."""
    member = schema.property(name)
    if member is None:
        return ()
    declared = catalogue.resolve(member.type)
    mapped = _mapped(catalogue, union, arm)
    if isinstance(declared, Enumeration):
        if len(declared.values) > 1 and mapped:
            return tuple(value for value in declared.values if value in mapped)
        if union.discriminator is not None:
            return declared.values
        return declared.values if len(declared.values) == 1 and member.required else ()
    return mapped if isinstance(declared, Scalar) and declared.kind == "string" else ()


def _mapped(catalogue: Catalogue, union: Union, arm: SchemaType) -> Values:
    if union.discriminator is None or not isinstance(arm, Reference):
        return ()
    named = tuple(value for value, key in union.discriminator.mapping.items() if key == arm.key)
    return named or (catalogue.api.schemas[arm.key].name,)
