"""Lists whose items all differ."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Final

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from pactwright.wire.model import TOLERANT


class _UniqueItems:
    """Refuses a list that has an item twice, in validation as in the JSON schema."""

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.with_info_after_validator_function(_differing, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "uniqueItems": True}


UniqueItems: Final = _UniqueItems()
"""``uniqueItems: true``, for ``Annotated[list[int], UniqueItems]``.

Items are compared as JSON Schema does (Validation, section 6.4.3; Core, section 4.2.2): numbers by
value, objects by content, and a boolean is no number. Models are objects of the fields that are
set. One who reads an answer compares no models, since these may differ in what the reader ignores.
"""


def _differing(items: Iterable[Any], info: ValidationInfo) -> Iterable[Any]:
    tolerant = info.context == TOLERANT
    seen: set[object] = set()
    for item in items:
        key = _key(item, tolerant=tolerant)
        if key in seen:
            raise PydanticCustomError("unique_items", "should not have an item twice")
        seen.add(key)
    return items


def _key(value: object, *, tolerant: bool = False) -> object:
    """What is equal for values that are equal as JSON, and for these only."""
    if isinstance(value, BaseModel):
        if tolerant:
            return object()
        return _key(value.model_dump(by_alias=True, exclude_unset=True, warnings=False))
    if isinstance(value, Mapping):
        members: Mapping[object, object] = value
        keys = ((name, _key(member, tolerant=tolerant)) for name, member in members.items())
        return "object", frozenset(keys)
    if isinstance(value, list | tuple):
        items: Iterable[object] = value
        return "array", tuple(_key(item, tolerant=tolerant) for item in items)
    if isinstance(value, bool):
        return "boolean", value
    return value if isinstance(value, Hashable) else id(value)
