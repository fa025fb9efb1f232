"""What a schema's own keywords say, apart from its references and combinations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from pactwright.schema.document import Node, is_mapping, is_sequence
from pactwright.schema.faults import FaultLog
from pactwright.schema.patterns import is_supported
from pactwright.schema.types import (
    Anything,
    Array,
    Constraints,
    Dictionary,
    Enumeration,
    EnumValue,
    Null,
    Object,
    Property,
    Scalar,
    ScalarKind,
    SchemaType,
    Tuple,
    Union,
    nullable,
)

_UNCHECKED: Final = (
    "not",
    "if",
    "dependentRequired",
    "dependentSchemas",
    "contains",
    "unevaluatedItems",
)
_IMPLIED: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("object", ("properties", "required", "additionalProperties", "patternProperties")),
    ("array", ("items", "prefixItems", "minItems", "maxItems", "uniqueItems")),
    ("string", ("pattern", "minLength", "maxLength", "format", "contentEncoding")),
    ("number", ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
)
_SCALARS: Final[dict[str, ScalarKind]] = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
}

ReadType = Callable[[Node], SchemaType]
ReadDefault = Callable[[Node], Any]


class Keywords:
    """Reads a schema's own keywords; `read` reads those inside it, and `default` their defaults."""

    def __init__(self, read: ReadType, default: ReadDefault, faults: FaultLog) -> None:
        self._read = read
        self._default = default
        self._faults = faults

    def type_of(self, node: Node) -> SchemaType:
        """The type that they describe; `Anything` where they don't say."""
        self._warn_of_unchecked(node)
        names = self._type_names(node)
        if "const" in node:
            return self._enumeration(node, [node.get("const")], constant=True)
        if is_sequence(node.get("enum")):
            return self._enumeration(node, node.get("enum"), constant=False)
        arms = tuple(self._plain(node, name) for name in names if name != "null")
        if not arms:
            return Null() if names else Anything()
        only = arms[0] if len(arms) == 1 else Union(key=str(node.place), arms=arms)
        return nullable(only) if "null" in names or node.get("nullable") is True else only

    def _type_names(self, node: Node) -> list[str]:
        given = node.get("type")
        names = [given] if isinstance(given, str) else given if is_sequence(given) else []
        known = [name for name in names if name in (*_SCALARS, "object", "array", "null")]
        for name in names:
            if name not in known:
                self._faults.warn(node.child("type").place, f"there is no type {name!r}")
        return known or [name for name, hints in _IMPLIED if any(h in node for h in hints)][:1]

    def _plain(self, node: Node, name: str) -> SchemaType:
        if name == "object":
            return self._object(node)
        if name == "array":
            return self._array(node)
        limits = _limits(node)
        if limits.pattern is not None and not is_supported(limits.pattern):
            place = node.child("pattern").place
            self._faults.warn(place, "is a regular expression that Python cannot check")
            limits = replace(limits, pattern=None)
        return Scalar(_SCALARS[name], _format(node), limits)

    def _enumeration(self, node: Node, values: list[Any], *, constant: bool) -> SchemaType:
        members = [v for v in values if v is not None]
        if not members:
            return Null()
        if node.get("type") == "string":
            members = [v if isinstance(v, str | dict | list) else str(v) for v in members]
        usable: list[EnumValue] = [v for v in members if isinstance(v, str | int | bool)]
        if len(usable) < len(members):
            self._faults.warn(node.place, "only strings, integers and booleans can be enumerated")
            return Anything()
        found = Enumeration(tuple(dict.fromkeys(usable)), constant)
        allows_null = None in values or node.get("nullable") is True
        return nullable(found) if allows_null else found

    def _object(self, node: Node) -> SchemaType:
        properties = tuple(self._properties(node))
        if not properties and not is_mapping(node.get("properties")):
            return self._dictionary(node)
        for keyword in ("minProperties", "maxProperties", "patternProperties", "propertyNames"):
            if keyword in node:
                self._unchecked(node, keyword)
        return Object(
            key=str(node.place),
            properties=properties,
            additional=self._additional(node),
            description=node.text("description") or node.text("title"),
        )

    def _properties(self, node: Node) -> Iterator[Property]:
        required = node.get("required")
        names = [n for n in required if isinstance(n, str)] if is_sequence(required) else []
        for name, member in node.child("properties").members():
            yield self._property(name, member, required=name in names)
            names = [n for n in names if n != name]
        for name in dict.fromkeys(names):
            yield Property(name=name, type=Anything(), required=True, declared=False)

    def _property(self, name: str, node: Node, *, required: bool) -> Property:
        return Property(
            name=name,
            type=self._read(node),
            required=required,
            description=node.text("description") or node.text("title"),
            default=self._default(node),
            read_only=node.get("readOnly") is True,
            write_only=node.get("writeOnly") is True,
            deprecated=node.get("deprecated") is True,
        )

    def _additional(self, node: Node) -> SchemaType | bool:
        given = node.get("additionalProperties", True)
        if node.get("unevaluatedProperties") is False:
            return False
        if given is False or "additionalProperties" not in node:
            return given is not False
        return self._read(node.child("additionalProperties"))

    def _dictionary(self, node: Node) -> SchemaType:
        additional = self._additional(node)
        patterns = list(node.child("patternProperties").members())
        keys = self._read(node.child("propertyNames")) if "propertyNames" in node else None
        if len(patterns) == 1 and not is_mapping(node.get("additionalProperties")):
            pattern, values = patterns[0]
            keys = Scalar("string", constraints=Constraints(pattern=pattern))
            return Dictionary(self._read(values), keys, _limits(node, "Properties"))
        if patterns:
            self._unchecked(node, "patternProperties")
        if additional is False:
            return Object(key=str(node.place), properties=(), additional=False)
        values_type = Anything() if isinstance(additional, bool) else additional
        return Dictionary(values_type, keys, _limits(node, "Properties"))

    def _array(self, node: Node) -> SchemaType:
        unique = node.get("uniqueItems") is True
        if is_sequence(node.get("prefixItems")):
            items = tuple(self._read(item) for item in node.child("prefixItems").items())
            if node.get("items") is False or node.get("maxItems") == len(items):
                return Tuple(items, unique)
            self._unchecked(node, "prefixItems")
            return Array(Anything(), _limits(node, "Items"), unique)
        items_type = self._read(node.child("items")) if "items" in node else Anything()
        return Array(items_type, _limits(node, "Items"), unique)

    def _warn_of_unchecked(self, node: Node) -> None:
        for keyword in _UNCHECKED:
            if keyword in node and node.get(keyword) is not False:
                self._unchecked(node, keyword)

    def _unchecked(self, node: Node, keyword: str) -> None:
        self._faults.warn(node.child(keyword).place, f"{keyword} is not checked")


def _format(node: Node) -> str:
    if node.text("contentEncoding") == "base64":
        return "byte"
    return node.text("format")


def _limits(node: Node, lengths: str = "Length") -> Constraints:
    """The limits, with lengths in characters ("Length"), items or properties."""
    minimum, exclusive_minimum = _bound(node, "minimum", "exclusiveMinimum")
    maximum, exclusive_maximum = _bound(node, "maximum", "exclusiveMaximum")
    return Constraints(
        minimum=minimum,
        maximum=maximum,
        exclusive_minimum=exclusive_minimum,
        exclusive_maximum=exclusive_maximum,
        multiple_of=_number(node, "multipleOf"),
        min_length=_length(node, f"min{lengths}"),
        max_length=_length(node, f"max{lengths}"),
        pattern=node.text("pattern") or None if lengths == "Length" else None,
    )


def _bound(node: Node, inclusive: str, exclusive: str) -> tuple[float | None, float | None]:
    """Both kinds of a bound; in OpenAPI 3.0 the exclusive one is a boolean beside the other."""
    limit = _number(node, inclusive)
    if node.get(exclusive) is True:
        return None, limit
    return limit, _number(node, exclusive)


def _number(node: Node, keyword: str) -> float | None:
    value = node.get(keyword)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _length(node: Node, keyword: str) -> int | None:
    value = _number(node, keyword)
    return None if value is None else int(value)
