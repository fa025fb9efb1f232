"""A small API of widgets: its models, its operations and what implements them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import Field

from pactwright.service import Answer, Call, Principal
from pactwright.service.problems import MissingCredentials, Unauthenticated
from pactwright.wire import (
    PROBLEM_JSON,
    Body,
    Content,
    Header,
    Model,
    Omittable,
    Operation,
    Parameter,
    Problem,
    Requirement,
    Response,
    SecurityScheme,
)


class Widget(Model):
    """What the API is about."""

    name: Annotated[str, Field(min_length=1, max_length=20)]
    size: Omittable[Annotated[int, Field(ge=0, le=100)]] = None


class OAuthError(Model):
    """A fault in a form of its own."""

    error: str


BEARER = SecurityScheme(name="bearer", kind="bearer")
JSON = "application/json"
WIDGET = Response(contents=(Content(media_type=JSON, type=lambda: Widget),))
PROBLEM = Response(contents=(Content(media_type=PROBLEM_JSON, type=lambda: Problem),))
NUMBER = Parameter(name="id", argument="number", location="path", type=lambda: int, required=True)
GET_WIDGET: Operation[Any] = Operation(
    name="get_widget",
    method="GET",
    path="/widgets/{id}",
    parameters=(NUMBER,),
    responses={"200": WIDGET, "304": Response(), "404": PROBLEM, "default": PROBLEM},
)
PUT_WIDGET: Operation[Any] = Operation(
    name="put_widget",
    method="PUT",
    path="/widgets/{id}",
    parameters=(
        NUMBER,
        Parameter(name="dry", argument="dry", location="query", type=lambda: bool),
    ),
    body=Body(contents=(Content(media_type=JSON, type=lambda: Widget),)),
    responses={
        "200": WIDGET,
        "201": Response(
            contents=WIDGET.contents,
            headers=(Header(name="ETag", type=lambda: str, required=True),),
        ),
        "default": PROBLEM,
    },
    security=((Requirement(scheme=BEARER, scopes=("widgets:write",)),),),
)
LIST_WIDGETS: Operation[Any] = Operation(
    name="list_widgets",
    method="GET",
    path="/widgets",
    responses={
        "200": Response(
            contents=(
                Content(media_type=JSON, type=lambda: list[Widget]),
                Content(media_type="text/csv", type=lambda: str),
            )
        )
    },
    security=((Requirement(scheme=BEARER),), ()),
)
GET_DEFAULT: Operation[Any] = Operation(
    name="get_default", method="GET", path="/widgets/default", responses={"200": WIDGET}
)
TOKEN: Operation[Any] = Operation(
    name="token",
    method="POST",
    path="/token",
    body=Body(
        contents=(Content(media_type="application/x-www-form-urlencoded", type=lambda: Widget),)
    ),
    responses={
        "200": Response(
            contents=WIDGET.contents,
            headers=(Header(name="Cache-Control", type=lambda: str, required=True),),
        ),
        "400": Response(contents=(Content(media_type=JSON, type=lambda: OAuthError),)),
        "default": PROBLEM,
    },
)
UPLOAD: Operation[Any] = Operation(
    name="upload",
    method="POST",
    path="/files/{name}.bin",
    parameters=(
        Parameter(name="name", argument="name", location="path", type=lambda: str, required=True),
    ),
    body=Body(contents=(Content(media_type="application/octet-stream", type=lambda: bytes),)),
    responses={
        "200": Response(
            contents=(Content(media_type="application/octet-stream", type=lambda: bytes),)
        )
    },
)
NOTE: Operation[Any] = Operation(
    name="note",
    method="POST",
    path="/notes",
    parameters=(
        Parameter(
            name="filter",
            argument="filter",
            location="query",
            type=lambda: dict[str, str | int],
            shape="object",
            style="deepObject",
        ),
        Parameter(
            name="dry",
            argument="dry",
            location="query",
            type=lambda: list[int],
            shape="array",
        ),
        Parameter(name="X-Any", argument="x_any", location="header", type=lambda: Any),
        Parameter(name="tag", argument="tag", location="cookie", type=lambda: float),
    ),
    body=Body(
        contents=(
            Content(media_type=JSON, type=lambda: Any),
            Content(media_type="text/*", type=lambda: str),
            Content(media_type="multipart/form-data", type=lambda: Widget),
        ),
        required=False,
    ),
    responses={"200": Response(contents=(Content(media_type=JSON, type=lambda: Any),))},
)
OPERATIONS = (GET_WIDGET, PUT_WIDGET, LIST_WIDGETS, GET_DEFAULT, TOKEN, UPLOAD, NOTE)


class Widgets:
    """The API; each operation can be given another behaviour."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.names: list[str] = []
        self.behaviour: Callable[[Call], Answer[Any]] | None = None

    def _answer(self, call: Call, value: object) -> Answer[Any]:
        self.calls.append(call)
        return Answer(value) if self.behaviour is None else self.behaviour(call)

    def get_widget(self, call: Call, number: int) -> Answer[Any]:
        return self._answer(call, Widget(name=f"widget {number}"))

    def put_widget(self, call: Call, body: Widget, **_: object) -> Answer[Any]:
        return self._answer(call, body)

    def list_widgets(self, call: Call) -> Answer[Any]:
        csv = "text/csv" in call.headers.get("accept", "")
        return self._answer(call, "name\na\n" if csv else [Widget(name="a")])

    def get_default(self, call: Call) -> Answer[Any]:
        return self._answer(call, Widget(name="default"))

    def token(self, call: Call, body: Widget) -> Answer[Any]:
        return self._answer(call, body)

    def note(self, call: Call, **arguments: Any) -> Answer[Any]:
        return self._answer(call, repr(arguments))

    def upload(self, call: Call, name: str, body: bytes) -> Answer[Any]:
        self.names.append(name)
        return self._answer(call, body[::-1])


class Tokens:
    """Knows one writer, and one reader."""

    KNOWN: Mapping[str, frozenset[str]] = {
        "writer": frozenset({"widgets:write"}),
        "reader": frozenset({"widgets:read"}),
    }

    def authenticate(self, call: Call) -> Principal:
        """Tell who calls."""
        if call.token is None:
            raise MissingCredentials(challenge="Bearer")
        if call.token not in self.KNOWN:
            raise Unauthenticated("unknown", challenge='Bearer error="invalid_token"')
        return Principal(call.token, kind="service", scopes=self.KNOWN[call.token])
