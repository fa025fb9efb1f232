"""A whole API as typed data: what an OpenAPI document says, whatever its version and layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pactwright.schema.faults import Fault, Place
from pactwright.schema.types import NamedSchema, SchemaType

ParameterLocation = Literal["path", "query", "header", "cookie"]
Shape = Literal["primitive", "array", "object"]
Style = Literal[
    "simple", "label", "matrix", "form", "spaceDelimited", "pipeDelimited", "deepObject"
]
SchemeKind = Literal["bearer", "basic", "api_key", "oauth2", "openid", "mutual_tls", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterDescription:
    """A parameter.

    Attributes:
        component: the name under which several operations share it; "" where it is given in place.
        media_type: set where its value is a document of that type.
        default: a JSON value; None where none is declared.
        place: where it is declared.
    """

    name: str
    location: ParameterLocation
    type: SchemaType
    place: Place
    required: bool = False
    shape: Shape = "primitive"
    style: Style | None = None
    explode: bool | None = None
    media_type: str | None = None
    allow_reserved: bool = False
    default: Any = field(default=None, hash=False)
    description: str = ""
    deprecated: bool = False
    component: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentDescription:
    """A media type of a body. `type` is None where the document gives no schema."""

    media_type: str
    type: SchemaType | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyDescription:
    """A request's body.

    Attributes:
        component: the name under which several operations share it.
        max_bytes: ``x-max-body-bytes``, how many bytes are taken; None where it is not declared.
    """

    contents: tuple[ContentDescription, ...]
    required: bool = False
    description: str = ""
    component: str = ""
    max_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderDescription:
    """A header of a response. `component` is the name under which several responses share it."""

    name: str
    type: SchemaType
    required: bool = False
    component: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseDescription:
    """A response. `component` is the name under which several operations share it."""

    status: str
    description: str
    place: Place
    contents: tuple[ContentDescription, ...] = ()
    headers: tuple[HeaderDescription, ...] = ()
    component: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecuritySchemeDescription:
    """A way to show who is calling; for an API key, the parameter that holds it."""

    name: str
    kind: SchemeKind
    parameter: str | None = None
    location: ParameterLocation | None = None
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementDescription:
    """A scheme that must be satisfied, and the scopes needed under it."""

    scheme: str
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaginationDescription:
    """``x-pagination``: a parameter's name, then two property names of the response."""

    cursor: str
    items: str
    next_cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerDescription:
    """``x-owner``: who comes in by the scope must be the one that the path's parameter names."""

    scope: str
    parameter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorsDescription:
    """``x-cors``: the websites whose scripts may use an operation.

    Attributes:
        allow_origins: ``*`` alone, or origins as browsers send them.
        max_age: for how many seconds a browser may keep what a preflight said; None is its own.
    """

    allow_origins: tuple[str, ...]
    max_age: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationDescription:
    """An operation.

    Attributes:
        name: unique in its document, in Python's style; follows from the operationId.
        security: alternatives, each a conjunction; () is open to anyone.
    """

    name: str
    method: str
    path: str
    place: Place
    operation_id: str = ""
    tags: tuple[str, ...] = ()
    summary: str = ""
    description: str = ""
    deprecated: bool = False
    parameters: tuple[ParameterDescription, ...] = ()
    body: BodyDescription | None = None
    responses: tuple[ResponseDescription, ...] = ()
    security: tuple[tuple[RequirementDescription, ...], ...] = ()
    pagination: PaginationDescription | None = None
    owner: OwnerDescription | None = None
    cors: CorsDescription | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDescription:
    """A message that the service sends of itself.

    Attributes:
        name: unique among the document's webhooks, in Python's style; follows from its key.
        key: what the document calls it.
        body: the message.
    """

    name: str
    key: str
    method: str
    place: Place
    summary: str = ""
    description: str = ""
    deprecated: bool = False
    body: BodyDescription | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiDescription:
    """What a document says.

    Attributes:
        openapi: the version of OpenAPI that it is written in.
        schemas: those that have a name, by key.
        servers: base URLs, as templates.
        faults: what was wrong with it or could not be held, in the order of reading.
    """

    title: str
    version: str
    openapi: str
    summary: str = ""
    description: str = ""
    servers: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    operations: tuple[OperationDescription, ...] = ()
    webhooks: tuple[WebhookDescription, ...] = ()
    schemas: Mapping[str, NamedSchema] = field(default_factory=dict[str, NamedSchema])
    security_schemes: Mapping[str, SecuritySchemeDescription] = field(
        default_factory=dict[str, SecuritySchemeDescription]
    )
    faults: tuple[Fault, ...] = ()

    def operation(self, name: str) -> OperationDescription | None:
        """The operation of that name."""
        return next((o for o in self.operations if o.name == name), None)
