"""Values that are written as bare text, in parameters and form fields.

Text has no types, so a value's JSON type is taken from its schema: "12" is a number where the
schema says so, and a string where it doesn't.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from pydantic_core import from_json as parse_json

from pactwright.wire.operation import TypeRef
from pactwright.wire.repetition import refuse_repeated_names
from pactwright.wire.values import adapter

_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORDS: Final[Mapping[str, tuple[str, object]]] = {
    "true": ("boolean", True),
    "false": ("boolean", False),
}


class RepeatedMember(ValueError):
    """A member that is no array was given more than once.

    Attributes:
        name: which one.
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} was given more than once")
        self.name = name


@dataclass(frozen=True, slots=True)
class JsonShape:
    """What JSON a type takes: its JSON types, its items and its members."""

    types: frozenset[str] = frozenset()
    items: JsonShape | None = None
    first: tuple[JsonShape, ...] = ()
    members: Mapping[str, JsonShape] = field(default_factory=dict[str, "JsonShape"])
    others: JsonShape | None = None

    def item(self, index: int) -> JsonShape:
        """The shape of an item; the first ones may each have their own."""
        return self.first[index] if index < len(self.first) else self.items or _ANY

    def member(self, name: str) -> JsonShape:
        """The shape of a member; one that is not named is a string."""
        return self.members.get(name) or self.others or _STRING

    @property
    def is_nested(self) -> bool:
        """Whether it is an array or an object."""
        return bool(self.types & {"array", "object"})

    @property
    def is_list(self) -> bool:
        """Whether it is an array of scalars."""
        items = (*self.first, *((self.items,) if self.items else ()))
        return "array" in self.types and not any(item.is_nested for item in items)


_ANY: Final = JsonShape()
_STRING: Final = JsonShape(frozenset({"string"}))


@cache
def shape(ref: TypeRef) -> JsonShape:
    """The JSON shape of a type, two levels deep: what a parameter or a form can hold."""
    schema = adapter(ref).json_schema(by_alias=True)
    return _shape(schema, schema.get("$defs", {}), depth=2)


def _shape(schema: Any, definitions: Mapping[str, Any], depth: int) -> JsonShape:
    types: set[str] = set()
    members: dict[str, JsonShape] = {}
    items = others = None
    first: tuple[JsonShape, ...] = ()
    for arm in _arms(schema, definitions):
        types.update(_types(arm))
        if depth and isinstance(arm.get("items"), dict):
            items = _shape(arm["items"], definitions, depth - 1)
        if depth and isinstance(arm.get("additionalProperties"), dict):
            others = _shape(arm["additionalProperties"], definitions, depth - 1)
        if depth and "prefixItems" in arm:
            first = tuple(_shape(item, definitions, depth - 1) for item in arm["prefixItems"])
        for name, member in arm.get("properties", {}).items() if depth else ():
            members[name] = _shape(member, definitions, depth - 1)
    return JsonShape(frozenset(types), items, first, members, others)


def _arms(schema: Any, definitions: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    while isinstance(schema, dict) and "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    if not isinstance(schema, dict):
        return []
    nested = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    return [arm for part in nested for arm in _arms(part, definitions)] or [schema]


def _types(schema: Mapping[str, Any]) -> set[str]:
    declared = schema.get("type")
    if declared is None:
        values = schema["enum"] if "enum" in schema else [schema.get("const", "")]
        return {_json_type(value) for value in values}
    return set(declared) if isinstance(declared, list) else {declared}


def _json_type(value: object) -> str:
    names = {bool: "boolean", int: "integer", float: "number", type(None): "null"}
    return names.get(type(value), "string")


def write_scalar(value: object) -> str:
    """A JSON scalar as text; null is empty."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def write_value(value: object) -> str:
    """A JSON value as text: JSON where it is nested, else a scalar."""
    if isinstance(value, dict | list):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return write_scalar(value)


def write_member(value: object) -> list[str]:
    """A member's texts: one for each item of a list of scalars, else one alone."""
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        items: list[object] = value
        return [write_scalar(item) for item in items]
    return [write_value(value)]


def read_scalar(text: str, expected: JsonShape) -> object:
    """Text as the JSON scalar that the schema asks for; a string where it can't be one."""
    types = expected.types
    word = _WORDS.get(text)
    if word is not None and word[0] in types:
        return word[1]
    if types & {"integer", "number"} and _INTEGER.fullmatch(text):
        return int(text) if len(text) < 400 else text
    if "number" in types and _NUMBER.fullmatch(text):
        return number if math.isfinite(number := float(text)) else text
    if text == "" and "null" in types and "string" not in types:
        return None
    return text


def read_value(text: str, expected: JsonShape) -> object:
    """Text as what the schema asks for: JSON where that is nested, else a scalar."""
    if not expected.is_nested:
        return read_scalar(text, expected)
    try:
        value = parse_json(text, allow_inf_nan=False)
        refuse_repeated_names(text)
    except ValueError:
        return text
    return value


def read_members(pairs: Iterable[tuple[str, str]], expected: JsonShape) -> dict[str, object]:
    """An object's members from their names and texts, as `write_member` writes them.

    Raises:
        RepeatedMember: one was given more than once, and is no list of scalars.
    """
    found: dict[str, list[str]] = {}
    for name, text in pairs:
        found.setdefault(name, []).append(text)
    return {name: _read_member(name, texts, expected) for name, texts in found.items()}


def _read_member(name: str, texts: list[str], expected: JsonShape) -> object:
    member = expected.member(name)
    if member.is_list:
        return [read_scalar(text, member.item(index)) for index, text in enumerate(texts)]
    if len(texts) > 1:
        raise RepeatedMember(name)
    return read_value(texts[0], member)
