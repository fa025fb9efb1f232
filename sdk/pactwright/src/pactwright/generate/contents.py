"""What a body's media types hold in Python, as the wire's codecs read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from pactwright.generate.catalogue import Catalogue
from pactwright.schema.description import ContentDescription
from pactwright.schema.faults import Fault
from pactwright.schema.types import (
    Anything,
    Array,
    Dictionary,
    Nullable,
    Object,
    Scalar,
    SchemaType,
    Union,
)
from pactwright.wire.bodies import FORM, MULTIPART
from pactwright.wire.mediatypes import MediaType, parse

JSON: Final = "application/json"
TEXT: Final = Scalar("string")
BYTES: Final = Scalar("string", "binary")
_UNTYPED: Final = MediaType("*", "*")


@dataclass(frozen=True, slots=True)
class TypedContent:
    """A media type and the type of what it holds."""

    media_type: str
    type: SchemaType


@dataclass(frozen=True, slots=True)
class ContentTyper:
    """Types the contents of bodies; `faults` collects what can't be expressed."""

    catalogue: Catalogue
    faults: list[Fault]

    def typed(
        self, contents: Sequence[ContentDescription], *, sent: bool
    ) -> tuple[TypedContent, ...]:
        """A body's contents, JSON first, then forms, then the rest.

        XML beside JSON is left out: it is the same value in a form that the kit does not write.

        Args:
            contents: as the document has them.
            sent: for a request, where each must be a media type and no range of them.
        """
        ranked = sorted(contents, key=lambda c: _rank(_parsed(c)))
        has_json = any(_parsed(c).is_json for c in ranked)
        found: dict[str, TypedContent] = {}
        for content in ranked:
            if has_json and _is_markup(_parsed(content)):
                self._warn(content, f"{content.media_type} is left out: JSON says the same")
                continue
            typed = self._typed(content)
            if sent and "*" in typed.media_type:
                typed = self._concrete(content, typed)
            found.setdefault(typed.media_type, typed)
        return tuple(found.values())

    def _concrete(self, content: ContentDescription, typed: TypedContent) -> TypedContent:
        """For a range of media types, the one that is sent."""
        kind = _parsed(content)
        if typed.type == BYTES:
            return replace(typed, media_type="application/octet-stream")
        return replace(typed, media_type="text/plain" if kind.is_text else JSON)

    def _typed(self, content: ContentDescription) -> TypedContent:
        kind, schema = _parsed(content), content.type or Anything()
        is_range = kind.type == "*" or (kind.subtype == "*" and kind.type == "application")
        if kind.is_json or (is_range and self._is_structured(schema)):
            return TypedContent(content.media_type, schema)
        if str(kind) in (FORM, MULTIPART):
            if not isinstance(self._resolved(schema), Object | Dictionary | Union):
                self._warn(content, f"the schema of {kind} is no object, so anything is taken")
                schema = Dictionary(Anything())
            return TypedContent(content.media_type, schema)
        if self._is_structured(schema):
            self._warn(content, f"the schema of {kind} is not applied: its body is taken as it is")
        is_binary = isinstance(schema, Scalar) and schema.format == "binary"
        return TypedContent(content.media_type, TEXT if kind.is_text and not is_binary else BYTES)

    def _is_structured(self, schema: SchemaType) -> bool:
        return isinstance(self._resolved(schema), Object | Array | Dictionary | Union)

    def _resolved(self, schema: SchemaType) -> SchemaType:
        resolved = self.catalogue.resolve(schema)
        return self.catalogue.resolve(resolved.type) if isinstance(resolved, Nullable) else resolved

    def _warn(self, content: ContentDescription, message: str) -> None:
        fault = Fault(content.place, "warning", message)
        if fault not in self.faults:
            self.faults.append(fault)


def _parsed(content: ContentDescription) -> MediaType:
    return parse(content.media_type) or _UNTYPED


def _rank(kind: MediaType) -> int:
    if kind.is_json:
        return 0 if kind.subtype == "json" else 1
    if str(kind) in (FORM, MULTIPART):
        return 2
    return 3 if kind.is_text else 4


def _is_markup(kind: MediaType) -> bool:
    return kind.subtype == "xml" or kind.subtype.endswith("+xml")
