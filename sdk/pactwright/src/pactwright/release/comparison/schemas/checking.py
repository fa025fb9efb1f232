"""Whether a schema takes a value: by jsonschema, for documents of each version of OpenAPI."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

from jsonschema import Draft202012Validator, FormatChecker

from pactwright.contract.schemas import FORMS
from pactwright.release.comparison.schemas.parts import ANNOTATIONS, siblings_count, target
from pactwright.release.comparison.schemas.schema import Schema
from pactwright.schema.document import Node, is_mapping, is_sequence
from pactwright.schema.grammar import GRAMMAR

_NAMES: Final = {"boolean", "object", "array", "string", "integer", "number", "null"}
_BOUNDS: Final = (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"))
_RANGES: Final = {"int32": 2**31, "int64": 2**63}

CHECKED_FORMATS: Final = frozenset({*FORMS, *_RANGES})
"""The formats that values are held against."""

_FORMATS: Final = FormatChecker(formats=())


def _check_form(name: str, form: str) -> None:
    def fits(value: object) -> bool:
        return not isinstance(value, str) or re.search(form, value) is not None

    _FORMATS.checks(name)(fits)


def _check_range(name: str, beyond: int) -> None:
    def fits(value: object) -> bool:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return not number or -beyond <= float(str(value)) < beyond

    _FORMATS.checks(name)(fits)


for _name, _form in FORMS.items():
    _check_form(_name, _form)
for _name, _beyond in _RANGES.items():
    _check_range(_name, _beyond)


def takes(schema: Schema, value: Any) -> bool | None:
    """Whether a schema takes a JSON value; None where that can't be told."""
    try:
        return bool(Exported(schema).validator.is_valid(value))
    except (RecursionError, re.error):
        return None


class Exported:
    """A schema as one of JSON Schema 2020-12 that refers to nothing outside of it."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._names: dict[str, str] = {}
        self._pending: list[tuple[str, Node]] = []

    @cached_property
    def validator(self) -> Draft202012Validator:
        """What holds values against it."""
        return Draft202012Validator(self.content, format_checker=_FORMATS)

    @property
    def content(self) -> dict[str, Any]:
        """The whole schema as plain data."""
        whole = {"allOf": [self._reference(node) for node in self._schema.nodes]}
        definitions: dict[str, Any] = {}
        while self._pending:
            name, node = self._pending.pop()
            definitions[name] = self._definition(node)
        return {**whole, "$defs": definitions} if whole["allOf"] else {}

    def _reference(self, node: Node) -> dict[str, str]:
        key = str(node.place)
        if key not in self._names:
            self._names[key] = str(len(self._names))
            self._pending.append((self._names[key], node))
        return {"$ref": f"#/$defs/{self._names[key]}"}

    def _definition(self, node: Node) -> Any:
        if not is_mapping(node.value):
            return node.value is not False
        referred = target(self._schema.document, node)
        own = node.value if referred is None or siblings_count(self._schema.document) else {}
        found = dict(self._keywords(node, own))
        if referred is not None:
            found["allOf"] = [*found.get("allOf", ()), self._reference(referred)]
        _move_bounds(found)
        if node.get("nullable") is True:
            return {"anyOf": [{"type": "null"}, found]}
        return found

    def _keywords(self, node: Node, own: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        for keyword, value in own.items():
            if keyword in ANNOTATIONS or keyword.startswith("$"):
                continue
            holds = GRAMMAR["schema"].get(keyword)
            if keyword == "type":
                yield keyword, _known(value)
            elif keyword == "required" and is_sequence(value):
                yield keyword, [name for name in value if not self._is_hidden(node, name)]
            elif holds is None or not isinstance(value, dict | list | bool):
                yield keyword, value
            else:
                yield keyword, self._held(node.child(keyword), holds.form)

    def _held(self, node: Node, form: str) -> Any:
        if form == "one":
            return node.value if isinstance(node.value, bool) else self._reference(node)
        if form == "list":
            return [self._reference(item) for item in node.items()]
        return {name: self._reference(child) for name, child in node.members()}

    def _is_hidden(self, node: Node, name: str) -> bool:
        properties = node.child("properties")
        return name in properties and name in self._schema.child(node).hidden


def _known(given: Any) -> Any:
    names = [given] if isinstance(given, str) else list(given) if is_sequence(given) else []
    return [name for name in names if name in _NAMES] or ["null"]


def _move_bounds(found: dict[str, Any]) -> None:
    """In OpenAPI 3.0 an exclusive bound is a boolean beside the other."""
    for inclusive, exclusive in _BOUNDS:
        flagged = isinstance(found.get(exclusive), bool) and found.pop(exclusive)
        if flagged and inclusive in found:
            found[exclusive] = found.pop(inclusive)
