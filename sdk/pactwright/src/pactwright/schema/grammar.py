"""Which objects of OpenAPI hold which others, so that a walk knows what it has before it.

Source: OpenAPI Specification 3.1 and 3.2, section "Schema" (Fixed Fields); JSON Schema 2020-12.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from pactwright.schema.document import Node, is_mapping, is_sequence

Kind = Literal[
    "openapi",
    "components",
    "pathItem",
    "operation",
    "parameter",
    "requestBody",
    "mediaType",
    "encoding",
    "response",
    "callback",
    "example",
    "link",
    "header",
    "schema",
    "securityScheme",
]
Form = Literal["one", "list", "map"]

SECTIONS: Final[dict[Kind, str]] = {
    "schema": "schemas",
    "response": "responses",
    "parameter": "parameters",
    "example": "examples",
    "requestBody": "requestBodies",
    "header": "headers",
    "securityScheme": "securitySchemes",
    "link": "links",
    "callback": "callbacks",
}
"""Where in `components` an object of a kind is kept."""


@dataclass(frozen=True, slots=True)
class Holds:
    """What a member holds: one object of a kind, a list or a map of them."""

    kind: Kind
    form: Form = "one"


def _holds(kind: Kind, form: Form, names: str) -> dict[str, Holds]:
    return dict.fromkeys(names.split(), Holds(kind, form))


_CONTENT: Final = {"content": Holds("mediaType", "map"), "examples": Holds("example", "map")}
_DESCRIBED: Final = {"schema": Holds("schema"), **_CONTENT}

GRAMMAR: Final[dict[Kind, dict[str, Holds]]] = {
    "openapi": {
        "components": Holds("components"),
        **_holds("pathItem", "map", "paths webhooks"),
    },
    "components": {
        "pathItems": Holds("pathItem", "map"),
        "mediaTypes": Holds("mediaType", "map"),
        **{section: Holds(kind, "map") for kind, section in SECTIONS.items()},
    },
    "pathItem": {
        "parameters": Holds("parameter", "list"),
        "additionalOperations": Holds("operation", "map"),
        **_holds("operation", "one", "get put post delete options head patch trace query"),
    },
    "operation": {
        "parameters": Holds("parameter", "list"),
        "requestBody": Holds("requestBody"),
        "responses": Holds("response", "map"),
        "callbacks": Holds("callback", "map"),
    },
    "parameter": _DESCRIBED,
    "header": _DESCRIBED,
    "requestBody": _CONTENT,
    "response": {"headers": Holds("header", "map"), "links": Holds("link", "map"), **_CONTENT},
    "mediaType": {
        "encoding": Holds("encoding", "map"),
        "itemSchema": Holds("schema"),
        **_DESCRIBED,
    },
    "encoding": {"headers": Holds("header", "map")},
    "schema": {
        **_holds("schema", "map", "properties patternProperties $defs dependentSchemas"),
        **_holds("schema", "list", "allOf anyOf oneOf prefixItems"),
        **_holds("schema", "one", "items additionalProperties not if then else contains"),
        **_holds("schema", "one", "propertyNames unevaluatedProperties unevaluatedItems"),
        **_holds("schema", "one", "contentSchema"),
    },
}


def held(node: Node, kind: Kind) -> Iterator[tuple[str, Node, Holds]]:
    """The members of an object that hold other objects, by name."""
    members = GRAMMAR.get(kind, {})
    for key, child in node.members():
        found = Holds("pathItem") if kind == "callback" else members.get(key)
        if found is not None and _fits(child, found):
            yield key, child, found


def _fits(node: Node, holds: Holds) -> bool:
    return is_sequence(node.value) if holds.form == "list" else is_mapping(node.value)
