"""Schemas to compare, each the only one of a document."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

from pactwright.release.comparison.kinds import Direction
from pactwright.release.comparison.schemas.difference import Difference
from pactwright.release.comparison.schemas.schema import Schema
from pactwright.release.comparison.schemas.walking import Walk
from pactwright.schema.document import Document

_NUMBERS = count()


def document(content: Any) -> Document:
    """A document that is in no file."""
    path = Path(f"/documents/{next(_NUMBERS)}/api.yaml")
    return Document(path, path.parent, {path: content})


def schema(
    content: Any,
    way: Direction = "request",
    version: str = "3.1.0",
    components: dict[str, Any] | None = None,
) -> Schema:
    """A schema, in a document with others that it may refer to."""
    schemas = {"It": content, **(components or {})}
    whole = document({"openapi": version, "components": {"schemas": schemas}})
    node = whole.root.child("components").child("schemas").child("It")
    return Schema.of(whole, (node,), way, node)


def differences(old: Schema, new: Schema) -> list[Difference]:
    """All that two schemas differ in."""
    return list(Walk().differences(old, new))


def labels(old: Any, new: Any, way: Direction = "request") -> list[str]:
    """The kinds of what two schemas differ in."""
    return [each.kind.label for each in differences(schema(old, way), schema(new, way))]
