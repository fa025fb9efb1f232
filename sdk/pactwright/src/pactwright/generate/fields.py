"""A class's fields: their types, aliases and defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from pactwright.generate.annotations import WIRE, Renderer, literals, quoted
from pactwright.generate.catalogue import Direction, Entity
from pactwright.generate.defaults import expression
from pactwright.generate.docstrings import attribute_docstring
from pactwright.generate.naming import field_names
from pactwright.schema.types import (
    Anything,
    Enumeration,
    Null,
    Nullable,
    Object,
    Property,
    Reference,
    SchemaType,
)

BUILTINS: Final = frozenset({"bool", "bytes", "dict", "float", "int", "list", "str", "tuple"})
"""What generated annotations name without an import."""


def shadowed_by(names: Mapping[str, str]) -> frozenset[str]:
    """The builtins that a class's field names hide."""
    return BUILTINS & frozenset(names.values())


class FieldWriter:
    """Writes the fields of one class."""

    def __init__(self, renderer: Renderer, entity: Entity, schema: Object, way: Direction) -> None:
        self._names = field_names(schema.properties)
        self._renderer = replace(renderer, shadowed=shadowed_by(self._names))
        self._entity = entity
        self._schema = schema
        self._way: Direction = way
        self.has_constants = False

    def lines(self) -> Iterator[str]:
        """The fields, each with its docstring; those without a default first."""
        for member in self._schema.properties:
            if not self._is_left_out(member):
                yield self._field(member)
                description = self._description(member)
                if description:
                    yield attribute_docstring(description)

    def _is_left_out(self, member: Property) -> bool:
        """A read-only member is not sent, a write-only one not answered, an unknown one neither."""
        if not member.declared:
            return True
        one_way = len(self._entity.directions) == 1 or bool(self._entity.input_name)
        unwanted = member.read_only if self._way == "request" else member.write_only
        return one_way and unwanted

    def _description(self, member: Property) -> str:
        text = member.description
        if not text and isinstance(member.type, Reference):
            schema = self._renderer.catalogue.entities[member.type.key]
            text = "" if isinstance(schema.type, Object) else schema.description
        if member.deprecated:
            text = f"{text}\n\nDeprecated.".strip()
        return text

    def _field(self, member: Property) -> str:
        name = self._names[member.name]
        limits = {"alias": quoted(member.name)} if name != member.name else {}
        values = self._renderer.tags.values.get((self._schema.key, member.name))
        resolved = self._renderer.catalogue.resolve(member.type)
        if values is None and isinstance(resolved, Enumeration) and resolved.constant:
            values = resolved.values if member.required else None
        if values is not None:
            return self._constant(name, values, limits)
        if member.required:
            return f"{name}: {self._renderer.type(member.type, self._way, **limits)}"
        return self._optional(name, member, limits)

    def _constant(self, name: str, values: tuple[Any, ...], limits: dict[str, str]) -> str:
        literal = literals(values, self._renderer.imports.add("typing", "Literal"))
        annotation = self._renderer.annotated(literal, **limits)
        if len(values) > 1:
            return f"{name}: {annotation}"
        self.has_constants = True
        return f"{name}: {annotation} = {values[0]!r}"

    def _optional(self, name: str, member: Property, limits: dict[str, str]) -> str:
        default = self._default(member)
        if default is not None:
            return f"{name}: {self._renderer.type(member.type, self._way, **limits)} = {default}"
        if self._allows_null(member.type):
            annotation = self._renderer.type(member.type, self._way, **limits)
            return f"{name}: {annotation} = None"
        inner = self._renderer.type(member.type, self._way)
        text = f"{self._renderer.imports.add(WIRE, 'Omittable')}[{inner}]"
        return f"{name}: {self._renderer.annotated(text, **limits)} = None"

    def _allows_null(self, schema: SchemaType) -> bool:
        resolved = self._renderer.catalogue.resolve(schema)
        return isinstance(resolved, Nullable | Null | Anything)

    def _default(self, member: Property) -> str | None:
        """The default as source, where it can be written; else None."""
        catalogue = self._renderer.catalogue
        source = expression(catalogue, member.type, member.default)
        if source is None or not isinstance(member.default, list | dict):
            return source
        schema = catalogue.resolve(member.type)
        if isinstance(schema, Nullable):
            schema = catalogue.resolve(schema.type)
        typed = self._renderer.expression(schema, self._way).text
        factory = f"lambda: {source}" if member.default else typed
        return f"{self._renderer.imports.add('pydantic', 'Field')}(default_factory={factory})"
