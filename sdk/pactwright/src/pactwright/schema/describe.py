"""OpenAPI 3.0, 3.1 and 3.2 documents to `ApiDescription`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pactwright.schema.description import (
    ApiDescription,
    OperationDescription,
    ParameterLocation,
    RequirementDescription,
    SchemeKind,
    SecuritySchemeDescription,
    WebhookDescription,
)
from pactwright.schema.document import Document, Node, is_mapping, is_sequence
from pactwright.schema.extensions import ExtensionReader
from pactwright.schema.faults import DocumentError, FaultLog
from pactwright.schema.messages import MessageReader
from pactwright.schema.names import snake_case, unique
from pactwright.schema.reader import SchemaReader

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_KEY_LOCATIONS: Final[dict[str, ParameterLocation]] = {
    "query": "query",
    "header": "header",
    "cookie": "cookie",
}
_KINDS: Final[dict[str, SchemeKind]] = {
    "apikey": "api_key",
    "oauth2": "oauth2",
    "openidconnect": "openid",
    "mutualtls": "mutual_tls",
    "bearer": "bearer",
    "basic": "basic",
}


def describe(document: Document) -> ApiDescription:
    """Read a document. Faults in it are collected, and no operation is lost for them.

    Raises:
        DocumentError: `paths` is there but is no object.
    """
    return _Describer(document).describe()


class _Describer:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._root = document.root
        self._faults = FaultLog()
        self._schemas = SchemaReader(document, self._faults)
        self._messages = MessageReader(document, self._schemas, self._faults)
        self._extensions = ExtensionReader(self._faults)
        self._names: set[str] = set()

    def describe(self) -> ApiDescription:
        paths = self._root.child("paths")
        if paths.value is not None and not is_mapping(paths.value):
            raise DocumentError(paths.place, "must be an object")
        components = self._root.child("components")
        for name, node in components.child("schemas").members():
            self._schemas.name(name, node)
        schemes = dict(self._schemes(components.child("securitySchemes")))
        operations = tuple(self._operations(paths, schemes))
        webhooks = tuple(self._webhooks(self._root.child("webhooks")))
        self._schemas.finish()
        return self._assemble(operations, webhooks, schemes)

    def _assemble(
        self,
        operations: tuple[OperationDescription, ...],
        webhooks: tuple[WebhookDescription, ...],
        schemes: dict[str, SecuritySchemeDescription],
    ) -> ApiDescription:
        info = self._root.child("info")
        tags = {
            tag.text("name"): tag.text("description") for tag in self._root.child("tags").items()
        }
        return ApiDescription(
            title=info.text("title"),
            version=str(info.get("version", "")),
            openapi=self._root.text("openapi"),
            summary=info.text("summary"),
            description=info.text("description"),
            servers=tuple(s.text("url") for s in self._root.child("servers").items()),
            tags=tags,
            operations=operations,
            webhooks=webhooks,
            schemas=self._schemas.named,
            security_schemes=schemes,
            faults=self._faults.faults(),
        )

    def _operations(
        self, paths: Node, schemes: dict[str, SecuritySchemeDescription]
    ) -> Iterator[OperationDescription]:
        for path, item in self._items(paths):
            for method, operation in self._methods(item):
                yield self._operation(path, method, item, operation, schemes)

    def _webhooks(self, webhooks: Node) -> Iterator[WebhookDescription]:
        names: set[str] = set()
        for key, item in self._items(webhooks):
            for method, node in self._methods(item):
                name = unique(snake_case(key, "webhook"), names)
                names.add(name)
                yield WebhookDescription(
                    name=name,
                    key=key,
                    method=method,
                    place=node.place,
                    summary=node.text("summary") or item.text("summary"),
                    description=node.text("description") or item.text("description"),
                    deprecated=node.get("deprecated") is True,
                    body=self._messages.body(node.child("requestBody")),
                )

    def _items(self, paths: Node) -> Iterator[tuple[str, Node]]:
        for path, node in paths.members():
            if path.startswith("x-"):
                continue
            try:
                yield path, self._document.follow(node) if node.reference else node
            except DocumentError as error:
                self._faults.record(error)

    def _methods(self, item: Node) -> Iterator[tuple[str, Node]]:
        for key, node in item.members():
            if key in METHODS and is_mapping(node.value):
                yield key.upper(), node
        yield from item.child("additionalOperations").members()

    def _operation(
        self,
        path: str,
        method: str,
        item: Node,
        node: Node,
        schemes: dict[str, SecuritySchemeDescription],
    ) -> OperationDescription:
        tags = node.get("tags")
        parameters = self._messages.parameters(path, item, node)
        security = self._security(node, schemes)
        return OperationDescription(
            name=self._name(path, method, node),
            method=method,
            path=path,
            place=node.place,
            operation_id=node.text("operationId"),
            tags=tuple(str(tag) for tag in tags) if is_sequence(tags) else (),
            summary=node.text("summary") or item.text("summary"),
            description=node.text("description") or item.text("description"),
            deprecated=node.get("deprecated") is True,
            parameters=parameters,
            body=self._messages.body(node.child("requestBody")),
            responses=self._messages.responses(node.child("responses")),
            security=security,
            pagination=self._extensions.pagination(node),
            owner=self._extensions.owner(node, parameters, security),
            cors=self._extensions.cors(item, node),
        )

    def _name(self, path: str, method: str, node: Node) -> str:
        given = node.text("operationId")
        if not given:
            self._faults.warn(node.place, "has no operationId: its name is made from its path")
        wanted = snake_case(given or f"{method} {path}", "operation")
        name = unique(wanted, self._names)
        if name != wanted:
            self._faults.warn(node.place, f"the name {wanted} is taken, so this one is {name}")
        self._names.add(name)
        return name

    def _schemes(self, node: Node) -> Iterator[tuple[str, SecuritySchemeDescription]]:
        for name, child in node.members():
            try:
                scheme = self._document.follow(child)
            except DocumentError as error:
                self._faults.record(error)
                continue
            kind = scheme.text("type").lower()
            kind = scheme.text("scheme").lower() if kind == "http" else kind
            is_key = kind == "apikey"
            yield (
                name,
                SecuritySchemeDescription(
                    name=name,
                    kind=_KINDS.get(kind, "other"),
                    parameter=scheme.text("name") if is_key else None,
                    location=_KEY_LOCATIONS.get(scheme.text("in")) if is_key else None,
                    description=scheme.text("description"),
                ),
            )

    def _security(
        self, node: Node, schemes: dict[str, SecuritySchemeDescription]
    ) -> tuple[tuple[RequirementDescription, ...], ...]:
        owner = node if "security" in node else self._root
        alternatives: list[tuple[RequirementDescription, ...]] = []
        for alternative in owner.child("security").items():
            unknown = [name for name, _ in alternative.members() if name not in schemes]
            for name in unknown:
                self._faults.error(alternative.place, f"there is no security scheme {name!r}")
            alternatives.append(
                tuple(
                    RequirementDescription(scheme=name, scopes=_scopes(child))
                    for name, child in alternative.members()
                    if name in schemes
                )
            )
        return () if alternatives == [()] else tuple(alternatives)


def _scopes(node: Node) -> tuple[str, ...]:
    return tuple(str(item.value) for item in node.items())
