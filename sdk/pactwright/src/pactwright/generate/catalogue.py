"""Which classes and aliases a package has, what they are called and which way each travels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pactwright.generate.naming import class_name
from pactwright.schema.description import (
    ApiDescription,
    ContentDescription,
    OperationDescription,
)
from pactwright.schema.faults import Fault, Place
from pactwright.schema.names import pascal_case
from pactwright.schema.types import (
    Array,
    Dictionary,
    Enumeration,
    Nullable,
    Object,
    Reference,
    SchemaType,
    Tuple,
    Union,
)

Direction = Literal["request", "response"]


@dataclass(slots=True, kw_only=True)
class Entity:
    """A class or an alias to be generated.

    Attributes:
        key: of the named schema, or of the object.
        name: its Python name, for answers if there are two forms.
        directions: the ways that it is sent; both for what no operation uses.
        groups: the tags whose operations use it.
        input_name: the name of its form for requests, where that has to be another class.
        nullable: whether the schema allows null too, which a class cannot: its users have to.
    """

    key: str
    name: str
    type: SchemaType
    description: str = ""
    directions: set[Direction] = field(default_factory=set[Direction])
    groups: set[str] = field(default_factory=set[str])
    input_name: str = ""
    nullable: bool = False

    def forms(self) -> Iterator[tuple[str, Direction]]:
        """Each form that is generated: its name, and the way that it is rendered for."""
        only_sent = self.directions == {"request"}
        yield self.name, "request" if only_sent else "response"
        if self.input_name:
            yield self.input_name, "request"


class Catalogue:
    """All entities of an API.

    Attributes:
        entities: by key, named schemas first.
    """

    def __init__(self, api: ApiDescription, groups: Mapping[str, str]) -> None:
        self.api = api
        self.entities: dict[str, Entity] = {}
        self._taken: set[str] = set()
        self._groups = groups
        for key, schema in api.schemas.items():
            self._add(key, schema.name, schema.type, schema.description)
        for operation in api.operations:
            self._walk_operation(operation)
        for webhook in api.webhooks:
            if webhook.body:
                hint = pascal_case(webhook.name)
                self._walk_contents(webhook.body.contents, "response", "messages", hint)
        self._walk_unused()
        self._name_input_forms()

    def name(self, key: str, direction: Direction) -> str:
        """The name of an entity, as it is sent that way."""
        entity = self.entities[key]
        return entity.input_name if entity.input_name and direction == "request" else entity.name

    def undeclared(self) -> Iterator[Fault]:
        """The members that are required, but that no schema declares: they are not demanded."""
        for entity in self.entities.values():
            for member in entity.type.properties if isinstance(entity.type, Object) else ():
                if not member.declared:
                    message = (
                        f"requires {member.name!r}, but declares no such property: not demanded"
                    )
                    yield Fault(Place.parse(entity.key), "warning", message)

    def resolve(self, schema: SchemaType) -> SchemaType:
        """What a reference stands for; anything else itself."""
        while isinstance(schema, Reference):
            schema = self.api.schemas[schema.key].type
        return schema

    def _add(self, key: str, name: str, schema: SchemaType, description: str) -> Entity:
        nullable = isinstance(schema, Nullable) and isinstance(schema.type, Object)
        if isinstance(schema, Nullable) and isinstance(schema.type, Object):
            schema = schema.type
        entity = Entity(
            key=key,
            name=class_name(name, self._taken),
            type=schema,
            description=description,
            nullable=nullable,
        )
        self.entities[key] = entity
        self._taken.add(entity.name)
        return entity

    def _walk_operation(self, operation: OperationDescription) -> None:
        group, base = self._groups[operation.name], pascal_case(operation.name)
        for parameter in operation.parameters:
            shared = pascal_case(parameter.component) + "Parameter" if parameter.component else ""
            hint = shared or base + pascal_case(parameter.name)
            self._walk(parameter.type, "request", group, hint)
        if operation.body:
            component = operation.body.component
            hint = pascal_case(component) + "Body" if component else base + "Body"
            self._walk_contents(operation.body.contents, "request", group, hint)
        several = sum(r.status.startswith("2") for r in operation.responses) > 1
        for response in operation.responses:
            plain = response.status.startswith("2") and not several
            status = "" if plain else response.status.capitalize().replace("xx", "XX")
            hint = f"{base}{status}Response"
            if response.component:
                hint = pascal_case(response.component) + "Response"
            self._walk_contents(response.contents, "response", group, hint)
            for header in response.headers:
                self._walk(header.type, "response", group, hint + pascal_case(header.name))

    def _walk_contents(
        self,
        contents: tuple[ContentDescription, ...],
        direction: Direction,
        group: str,
        hint: str,
    ) -> None:
        for content in contents:
            if content.type is not None:
                self._walk(content.type, direction, group, hint)

    def _walk_unused(self) -> None:
        for entity in list(self.entities.values()):
            if not entity.directions:
                self._enter(entity, "request", "")
                self._enter(entity, "response", "")

    def _walk(self, schema: SchemaType, direction: Direction, group: str, hint: str) -> None:
        match schema:
            case Reference(key):
                self._enter(self.entities[key], direction, group)
            case Object(key=key):
                entity = self.entities.get(key) or self._add(key, hint, schema, schema.description)
                self._enter(entity, direction, group)
            case _:
                for inner, suffix in inside(schema):
                    self._walk(inner, direction, group, hint + suffix)

    def _enter(self, entity: Entity, direction: Direction, group: str) -> None:
        if direction in entity.directions and group in entity.groups | {""}:
            return
        entity.directions.add(direction)
        entity.groups |= {group} - {""}
        if isinstance(entity.type, Object):
            for member in entity.type.properties:
                hint = entity.name + pascal_case(member.name)
                self._walk(member.type, direction, group, hint)
            if not isinstance(entity.type.additional, bool):
                self._walk(entity.type.additional, direction, group, entity.name + "Value")
        else:
            self._walk(entity.type, direction, group, entity.name)

    def _name_input_forms(self) -> None:
        """Give a form for requests to each that is sent both ways and must differ."""
        pending = [e for e in self.entities.values() if len(e.directions) > 1]
        changed = True
        while changed:
            changed = False
            for entity in pending:
                if not entity.input_name and self._differs(entity):
                    entity.input_name = class_name(f"{entity.name}Input", self._taken)
                    self._taken.add(entity.input_name)
                    changed = True

    def _differs(self, entity: Entity) -> bool:
        if isinstance(entity.type, Object) and any(
            member.required and (member.read_only or member.write_only)
            for member in entity.type.properties
        ):
            return True
        return any(self.entities[key].input_name for key in entities_in(entity.type))


def inside(schema: SchemaType) -> Iterator[tuple[SchemaType, str]]:
    """The types directly inside another that is no class, and what to add to their names."""
    match schema:
        case Array(items=items):
            yield items, "Item"
        case Tuple(items=items):
            yield from ((item, f"Item{number}") for number, item in enumerate(items, 1))
        case Dictionary(values=values, keys=keys):
            yield values, "Value"
            if keys is not None:
                yield keys, "Key"
        case Nullable(type=inner):
            yield inner, ""
        case Union(arms=arms):
            objects = sum(isinstance(arm, Object) for arm in arms)
            for number, arm in enumerate(arms, 1):
                yield arm, "" if objects == 1 else _arm_suffix(arm, number)
        case _:
            return


def _arm_suffix(arm: SchemaType, number: int) -> str:
    """An arm is named by the constant in it, if it has one."""
    for member in arm.properties if isinstance(arm, Object) else ():
        if isinstance(member.type, Enumeration) and len(member.type.values) == 1:
            return pascal_case(str(member.type.values[0]), f"Option{number}")
    return f"Option{number}"


def entities_in(schema: SchemaType, *, top: bool = True) -> Iterator[str]:
    """The keys of the entities that a type names; for a class, those in its fields."""
    match schema:
        case Reference(key):
            yield key
        case Object() if not top:
            yield schema.key
        case Object():
            for member in schema.properties:
                yield from entities_in(member.type, top=False)
            if not isinstance(schema.additional, bool):
                yield from entities_in(schema.additional, top=False)
        case _:
            for inner, _ in inside(schema):
                yield from entities_in(inner, top=False)
