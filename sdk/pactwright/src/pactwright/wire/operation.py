"""Operations as data: what one endpoint takes and gives, for caller and callee alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Literal, TypeVar

T = TypeVar("T")

TypeRef = Callable[[], Any]
"""A Python type, given late: ``lambda: models.Profile``. Resolved once, on first use."""

ParameterLocation = Literal["path", "query", "header", "cookie"]
Shape = Literal["primitive", "array", "object"]
Style = Literal[
    "simple", "label", "matrix", "form", "spaceDelimited", "pipeDelimited", "deepObject"
]
SchemeKind = Literal["bearer", "basic", "api_key", "oauth2", "openid", "mutual_tls", "other"]

_DEFAULT_STYLES: Final[Mapping[ParameterLocation, Style]] = {
    "path": "simple",
    "query": "form",
    "header": "simple",
    "cookie": "form",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A path, query, header or cookie parameter.

    Attributes:
        name: its name on the wire.
        argument: its name in Python.
        type: the type of its value.
        shape: whether a value is one string, several, or named ones.
        style: how it is written (OpenAPI 3.1, "Style Values"); None is the location's default.
        explode: whether each item is written by itself; None is the style's default.
        media_type: set where the value is a document of that type (OpenAPI's ``content``).
        allow_reserved: whether reserved characters stay as they are in a query.
        default: the JSON value that a callee takes where it is not sent; None is none.
    """

    name: str
    argument: str
    location: ParameterLocation
    type: TypeRef
    required: bool = False
    shape: Shape = "primitive"
    style: Style | None = None
    explode: bool | None = None
    media_type: str | None = None
    allow_reserved: bool = False
    default: Any = field(default=None, hash=False)

    @property
    def written_style(self) -> Style:
        """The style, defaults applied."""
        return self.style or _DEFAULT_STYLES[self.location]

    @property
    def exploded(self) -> bool:
        """Whether it is exploded, defaults applied."""
        return self.written_style == "form" if self.explode is None else self.explode


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A body's media type and the type of its value: bytes, str or a model."""

    media_type: str
    type: TypeRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A request's body; the first of its contents is what a client sends.

    Attributes:
        max_bytes: how many bytes are taken; None leaves it to the callee.
    """

    contents: tuple[Content, ...]
    required: bool = True
    max_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A declared response header."""

    name: str
    type: TypeRef
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A declared answer."""

    contents: tuple[Content, ...] = ()
    headers: tuple[Header, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityScheme:
    """A way to show who is calling.

    Attributes:
        name: its key in the document.
        parameter: for an API key, the name of the parameter that holds it.
        location: for an API key, where that parameter is.
    """

    name: str
    kind: SchemeKind
    parameter: str | None = None
    location: ParameterLocation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A scheme that must be satisfied, and the scopes needed under it."""

    scheme: SecurityScheme
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pagination:
    """How a list goes on: the argument to send, and where the page says what to send."""

    cursor: str
    items: str
    next_cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose object it is: who comes in by the scope must be the one that the argument names.

    Attributes:
        scope: the scope of those who may do it to what is their own.
        argument: the path parameter's name in Python.
    """

    scope: str
    argument: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cors:
    """The websites whose scripts may use an operation, by the CORS protocol (Fetch Standard).

    Attributes:
        allow_origins: ``*`` alone, or origins as browsers send them.
        max_age: for how many seconds a browser may keep what a preflight said; None is its own.
    """

    allow_origins: tuple[str, ...]
    max_age: int | None = None


@dataclass(frozen=True, kw_only=True)  # slots would forbid Operation[int](…) on Python 3.11
class Operation(Generic[T]):
    """One endpoint. T is what a client's method returns.

    Attributes:
        name: its Python name.
        path: template with ``{parameters}`` in braces.
        responses: by status: "200", a class of them ("4XX"), or "default".
        security: alternatives, each a conjunction; () is open to anyone, and an empty alternative
            makes credentials optional.
        owner: whose object it is, where only its owner may do it, or its owner beside others.
        cors: the websites whose scripts may use it; None is none.
    """

    name: str
    method: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    responses: Mapping[str, Response] = field(default_factory=dict[str, Response], hash=False)
    security: tuple[tuple[Requirement, ...], ...] = ()
    pagination: Pagination | None = None
    owner: Owner | None = None
    cors: Cors | None = None

    def response(self, status: int) -> Response | None:
        """The answer declared for a status: exactly, by its class, or by default."""
        declared = self.responses
        return (
            declared.get(str(status))
            or declared.get(f"{status // 100}XX")
            or declared.get("default")
        )

    @property
    def success_status(self) -> int:
        """The lowest 2xx that is declared, 200 where none is."""
        return min((int(s) for s in self.responses if s.isdigit() and s[0] == "2"), default=200)
