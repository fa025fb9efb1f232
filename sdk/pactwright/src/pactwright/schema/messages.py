"""Parameters, bodies, responses and headers of operations, read from their nodes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, get_args

from pactwright.schema.description import (
    BodyDescription,
    ContentDescription,
    HeaderDescription,
    ParameterDescription,
    ParameterLocation,
    ResponseDescription,
    Shape,
    Style,
)
from pactwright.schema.document import Document, Node, is_mapping
from pactwright.schema.faults import DocumentError, FaultLog, Place
from pactwright.schema.reader import SchemaReader
from pactwright.schema.types import (
    Anything,
    Array,
    Dictionary,
    Nullable,
    Object,
    Reference,
    Scalar,
    SchemaType,
    Tuple,
    Union,
)

_LOCATIONS: Final[dict[str, ParameterLocation]] = {v: v for v in get_args(ParameterLocation)}
_STYLES: Final[dict[str, Style]] = {v: v for v in get_args(Style)}
_NOT_PARAMETERS: Final = {"accept", "content-type", "authorization"}
"""Header parameters that OpenAPI tells to ignore."""


class MessageReader:
    """Reads what requests and responses hold."""

    def __init__(self, document: Document, schemas: SchemaReader, faults: FaultLog) -> None:
        self._document = document
        self._schemas = schemas
        self._faults = faults

    def parameters(self, path: str, *owners: Node) -> tuple[ParameterDescription, ...]:
        """An operation's parameters; later owners' (the operation's) override earlier ones'."""
        found: dict[tuple[str, str], ParameterDescription] = {}
        for owner in owners:
            for node in owner.child("parameters").items():
                parameter = self._parameter(node)
                if parameter is not None:
                    found[parameter.location, parameter.name.lower()] = parameter
        place = owners[-1].place
        return tuple(self._match_path(path, list(found.values()), place))

    def _match_path(
        self, path: str, found: list[ParameterDescription], place: Place
    ) -> Iterator[ParameterDescription]:
        for parameter in found:
            if parameter.location == "path" and f"{{{parameter.name}}}" not in path:
                message = f"{path} has no {{{parameter.name}}}, so that parameter is left out"
                self._faults.warn(parameter.place, message)
            else:
                yield parameter
        declared = {p.name for p in found if p.location == "path"}
        for name in template_names(path):
            if name not in declared:
                self._faults.warn(place, f"{name} in the path is not declared: it is a string")
                yield ParameterDescription(
                    name=name, location="path", type=Scalar("string"), required=True, place=place
                )

    def _parameter(self, node: Node) -> ParameterDescription | None:
        try:
            target = self._document.follow(node)
        except DocumentError as error:
            self._faults.record(error)
            return None
        name, location = target.text("name"), _LOCATIONS.get(target.text("in"))
        if not name or location is None:
            self._faults.error(
                target.place, f"a parameter in {target.get('in')!r} cannot be expressed: left out"
            )
            return None
        if location == "header" and name.lower() in _NOT_PARAMETERS:
            return None
        return self._described(node, target, name, location)

    def _described(
        self, node: Node, target: Node, name: str, location: ParameterLocation
    ) -> ParameterDescription:
        schema, media_type = self._parameter_type(target)
        return ParameterDescription(
            name=name,
            location=location,
            type=schema,
            place=target.place,
            required=location == "path" or target.get("required") is True,
            shape="primitive" if media_type else self._shape(schema),
            style=_STYLES.get(target.text("style")),
            explode=target.get("explode") if isinstance(target.get("explode"), bool) else None,
            media_type=media_type,
            allow_reserved=target.get("allowReserved") is True,
            default=self._default(target),
            description=node.text("description") or target.text("description"),
            deprecated=target.get("deprecated") is True,
            component=_component(target) if node.reference else "",
        )

    def _default(self, node: Node) -> Any:
        """What stands for a parameter that is left out; one that is required never is."""
        if node.get("required") is True:
            return None
        contents = (content for _, content in node.child("content").members())
        return self._schemas.default(next(contents, node).child("schema"))

    def _parameter_type(self, node: Node) -> tuple[SchemaType, str | None]:
        for media_type, content in node.child("content").members():
            return _not_null(self._schemas.read(content.child("schema"))), media_type
        if "schema" not in node:
            self._faults.warn(node.place, "has no schema, so anything is taken")
            return Anything(), None
        schema = _not_null(self._schemas.read(node.child("schema")))
        return self._written_one_way(node, schema), None

    def _written_one_way(self, node: Node, schema: SchemaType) -> SchemaType:
        """One value or several of them: a list of one is written as the value by itself."""
        if isinstance(schema, Union) and len({self._shape(arm) for arm in schema.arms}) > 1:
            lists = [arm for arm in schema.arms if self._shape(arm) == "array"]
            self._faults.warn(node.place, "may be of several shapes: only one is taken")
            return lists[0] if lists else schema.arms[0]
        return schema

    def _shape(self, schema: SchemaType) -> Shape:
        match schema:
            case Nullable():
                return self._shape(schema.type)
            case Reference():
                return self._shape(self._schemas.behind(schema))
            case Array() | Tuple():
                return "array"
            case Object() | Dictionary():
                return "object"
            case Union():
                return self._shape(schema.arms[0])
            case _:
                return "primitive"

    def body(self, node: Node) -> BodyDescription | None:
        """An operation's request body; None where it has none."""
        if not is_mapping(node.value):
            return None
        try:
            target = self._document.follow(node)
        except DocumentError as error:
            self._faults.record(error)
            return None
        return BodyDescription(
            contents=self._contents(target),
            required=target.get("required") is True,
            description=node.text("description") or target.text("description"),
            component=_component(target) if node.reference else "",
            max_bytes=self._max_bytes(target),
        )

    def _max_bytes(self, node: Node) -> int | None:
        given = node.get("x-max-body-bytes")
        if given is None or (type(given) is int and given > 0):
            return given
        self._faults.error(
            node.child("x-max-body-bytes").place, "must be a number of bytes, 1 or more"
        )
        return None

    def responses(self, node: Node) -> tuple[ResponseDescription, ...]:
        """An operation's responses, in the document's order."""
        found: list[ResponseDescription] = []
        for status, child in node.members():
            if status.startswith("x-"):
                continue
            try:
                found.append(self._response(status.upper(), child, self._document.follow(child)))
            except DocumentError as error:
                self._faults.record(error)
        return tuple(found)

    def _response(self, status: str, node: Node, target: Node) -> ResponseDescription:
        return ResponseDescription(
            status="default" if status == "DEFAULT" else status,
            description=node.text("description") or target.text("description"),
            place=target.place,
            contents=self._contents(target),
            headers=tuple(self._headers(target.child("headers"))),
            component=_component(target) if node.reference else "",
        )

    def _headers(self, node: Node) -> Iterator[HeaderDescription]:
        for name, child in node.members():
            try:
                target = self._document.follow(child)
            except DocumentError as error:
                self._faults.record(error)
                continue
            if name.lower() != "content-type":
                required = target.get("required") is True
                schema, _ = self._parameter_type(target)
                component = _component(target) if child.reference else ""
                yield HeaderDescription(
                    name=name, type=schema, required=required, component=component
                )

    def _contents(self, node: Node) -> tuple[ContentDescription, ...]:
        found: list[ContentDescription] = []
        for media_type, child in node.child("content").members():
            try:
                content = self._document.follow(child)
            except DocumentError as error:
                self._faults.record(error)
                continue
            schema = self._schemas.read(content.child("schema")) if "schema" in content else None
            self._warn_of_encoding(content)
            found.append(
                ContentDescription(media_type=media_type, type=schema, place=content.place)
            )
        return tuple(found)

    def _warn_of_encoding(self, content: Node) -> None:
        for keyword in ("encoding", "itemSchema"):
            if keyword in content:
                place = content.child(keyword).place
                self._faults.warn(place, f"{keyword} is not followed")


def _not_null(schema: SchemaType) -> SchemaType:
    """Text has no null: a parameter is sent or left out."""
    return schema.type if isinstance(schema, Nullable) else schema


def template_names(path: str) -> list[str]:
    """The names in braces of a path template."""
    return [part.split("}")[0] for part in path.split("{")[1:]]


def _component(node: Node) -> str:
    tokens = node.place.pointer
    return tokens[-1] if tokens else node.place.file.rpartition("/")[2].split(".")[0]
