"""Everything in the shared documents has a limit, and the limits fit one another."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote_plus

import pytest
import yaml

from pactwright.schema import bundle
from pactwright.service import RequestLimits

NAMES: Final = ("authentication", "location", "profile")
SAFE: Final = 2**53 - 1
"""The largest integer that every reader of JSON keeps (RFC 8259 section 6)."""
FIXED: Final = {"uuid": 36, "date-time": 35}
"""How long texts of these formats are; fractions of a second, which a time may have more of, are
only read where a document has one in a request."""
ESCAPED: Final = 12
"""How many bytes a character has at most: two halves of a pair in JSON, four bytes in a form."""


@pytest.fixture(params=NAMES)
def document(root: Path, request: pytest.FixtureRequest) -> Mapping[str, Any]:
    """One of them, its references inside itself."""
    return bundle(root / "contracts" / f"{request.param}.yaml")


def schemas(node: Any, place: str = "#") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each schema that says of which type it is, with its place."""
    if isinstance(node, list):
        for index, member in enumerate(node):
            yield from schemas(member, f"{place}/{index}")
    if not isinstance(node, dict):
        return
    if isinstance(node.get("type"), str | list) and "in" not in node:
        yield place, node
    for key, member in node.items():
        if key not in ("example", "examples", "const", "enum", "default", "securitySchemes"):
            yield from schemas(member, f"{place}/{key}")


def types(schema: Mapping[str, Any]) -> set[str]:
    given = schema["type"]
    return {given} if isinstance(given, str) else set(given)


def test_every_string_has_a_length(document: Mapping[str, Any]) -> None:
    """By maxLength, by its values, or by a format of one length."""
    found = [(place, each) for place, each in schemas(document) if "string" in types(each)]

    assert len(found) > 10
    assert [
        place
        for place, schema in found
        if not ({"maxLength", "enum", "const"} & schema.keys())
        and schema.get("format") not in FIXED
    ] == []


def test_every_array_has_a_number_of_items(document: Mapping[str, Any]) -> None:
    """That makes it a page, where it is a list that grows."""
    found = [(place, each) for place, each in schemas(document) if "array" in types(each)]

    assert found
    assert [place for place, schema in found if "maxItems" not in schema] == []


def test_every_number_has_bounds_that_every_reader_keeps(document: Mapping[str, Any]) -> None:
    """An integer beyond 2^53 would come out as another one in JavaScript."""
    found = [
        (place, each) for place, each in schemas(document) if types(each) & {"integer", "number"}
    ]

    assert found
    assert [
        place
        for place, schema in found
        if not ({"const", "enum"} & schema.keys())
        and not -SAFE <= schema.get("minimum", -SAFE - 1) <= schema.get("maximum", SAFE + 1) <= SAFE
    ] == []


def bodies(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "requestBody" in operation:
                yield f"{method} {path}", operation["requestBody"]


def longest(document: Mapping[str, Any], schema: Mapping[str, Any], media_type: str) -> int:
    """How many bytes a value has at most, each character written in the longest way."""
    if "$ref" in schema:
        target: Any = document
        for token in schema["$ref"].removeprefix("#/").split("/"):
            target = target[token]
        return longest(document, target, media_type)
    if "properties" in schema:
        members = schema["properties"].items()
        return 2 + sum(
            len(quote_plus(name)) + 4 + longest(document, member, media_type)
            for name, member in members
        )
    if values := schema.get("enum"):
        return max(len(json.dumps(value)) for value in values)
    if "string" in types(schema):
        length: int = schema.get("maxLength", FIXED.get(schema.get("format", ""), 0))
        return 2 + length * ESCAPED
    return 32  # a number


def test_no_body_that_a_schema_allows_is_too_long(document: Mapping[str, Any]) -> None:
    """Each body has a limit, which leaves room for whatever its schema allows."""
    found = list(bodies(document))

    assert found
    for name, body in found:
        for media_type, content in body["content"].items():
            needed = longest(document, content["schema"], media_type)
            assert needed <= body["x-max-body-bytes"], (name, needed)
            assert body["x-max-body-bytes"] <= 4 * needed, (name, needed)


@pytest.mark.parametrize("name", NAMES)
def test_every_description_tells_the_limits(root: Path, name: str) -> None:
    """In the same words, with the numbers that the kit holds requests to."""
    text = yaml.safe_load((root / "contracts" / f"{name}.yaml").read_text())["info"]["description"]
    limits = RequestLimits()

    assert told(limits) in " ".join(text.split())


def told(limits: RequestLimits) -> str:
    """The limits in words."""
    return (
        f"Limits: path and query have {limits.uri:,} characters at most once they are decoded "
        f"(otherwise 414); there are at most {limits.fields} header fields, with "
        f"{limits.field_size:,} characters in all (431); each body's `x-max-body-bytes` is how "
        "many bytes it may have (413). Strings, arrays and numbers have the limits that their "
        "schemas give (422). JSON names each member once (422); bodies are not compressed (415)."
    )
