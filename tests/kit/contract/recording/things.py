"""Operations, models and client of `documents/things.yaml`, as the generator would write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Literal, Unpack
from uuid import UUID

from pactwright.client import CallOptions, Client
from pactwright.schema.document import Document, load
from pactwright.wire import (
    PROBLEM_JSON,
    Body,
    Content,
    DateTime,
    FieldError,
    Header,
    Message,
    Model,
    Omittable,
    Operation,
    Parameter,
    Requirement,
    Response,
    SecurityScheme,
    Unrecognized,
    Uuid,
)

DOCUMENTS: Final = Path(__file__).parent / "documents"
LAMP: Final = UUID("5f0c7a52-3b1e-4a53-9d0e-0c1f7c3f9a10")
CHANGED: Final = "2026-11-20T09:30:00Z"


def document() -> Document:
    """The provider's document."""
    return load(DOCUMENTS / "things.yaml", DOCUMENTS)


class Owner(Model):
    name: str


class Thing(Model):
    thing_id: Uuid
    name: str
    colour: Literal["red", "green"] | Unrecognized
    weight: float
    size: int
    changed_at: DateTime
    shared: bool
    label: Omittable[str] = None
    owner: Owner | None = None
    lent: Omittable[bool] = None
    marks: Omittable[list[str]] = None


class Extended(Thing):
    """As an SDK may have it that is newer than the document."""

    more: str


class NewThing(Model):
    name: str
    weight: float


def bare(name: str) -> NewThing:
    """A new thing without its weight, which no model would let pass."""
    fields: dict[str, Any] = {"name": name}
    return NewThing.model_construct(**fields)


class ThingPage(Model):
    items: list[Thing]
    next: str | None
    tags: Omittable[list[str]] = None


class MissingProblem(Model):
    type: str
    status: int
    request_id: str
    detail: Omittable[str] = None


class RefusedProblem(MissingProblem):
    errors: Omittable[list[FieldError]] = None


class Unheard(Model):
    nothing: str


class Sold(Model):
    type: Literal["sold"] = "sold"
    thing_id: Uuid
    price: float
    to: Owner
    note: Omittable[str] = None


class Lost(Model):
    where: str


def answering(of: Any, media_type: str = "application/json") -> dict[str, Response]:
    """The responses of an operation that has one."""
    return {"200": Response(contents=contents(of, media_type))}


def contents(of: Any, media_type: str = "application/json") -> tuple[Content, ...]:
    return (Content(media_type=media_type, type=lambda: of),)


THING_SOLD: Final[Message[Sold]] = Message(
    name="thing_sold", content=Content(media_type="application/json", type=lambda: Sold)
)
THING_LOST: Final[Message[Lost]] = Message(
    name="thing_lost", content=Content(media_type="application/json", type=lambda: Lost)
)
"""Of which the document knows nothing."""

_ID: Final = Parameter(
    name="thing_id", argument="thing_id", location="path", type=lambda: Uuid, required=True
)
TOKEN: Final = SecurityScheme(name="token", kind="bearer")
GET_THING: Final[Operation[Thing]] = Operation(
    name="get_thing",
    method="GET",
    path="/things/{thing_id}",
    parameters=(
        _ID,
        Parameter(name="lang", argument="lang", location="query", type=lambda: str),
        Parameter(name="shade", argument="shade", location="query", type=lambda: str),
        Parameter(name="X-Reason", argument="reason", location="header", type=lambda: str),
    ),
    responses={
        "200": Response(
            contents=contents(Thing),
            headers=(Header(name="ETag", type=lambda: str, required=True),),
        ),
        "404": Response(contents=contents(MissingProblem, PROBLEM_JSON)),
        "default": Response(contents=contents(MissingProblem, PROBLEM_JSON)),
    },
    security=((Requirement(scheme=TOKEN),), ()),
)
PUT_THING: Final[Operation[Thing]] = Operation(
    name="put_thing",
    method="PUT",
    path="/things/{thing_id}",
    parameters=(_ID,),
    body=Body(contents=contents(NewThing)),
    responses={
        "200": Response(contents=contents(Thing)),
        "422": Response(contents=contents(RefusedProblem, PROBLEM_JSON)),
    },
)
LIST_THINGS: Final[Operation[ThingPage]] = Operation(
    name="list_things",
    method="GET",
    path="/things",
    responses={"200": Response(contents=contents(ThingPage))},
)
SHOW_LABEL: Final[Operation[str]] = Operation(
    name="show_label",
    method="GET",
    path="/label",
    responses={"200": Response(contents=contents(str, "text/html"))},
)
UNDECLARED: Final[Operation[None]] = Operation(name="forget", method="GET", path="/nowhere")
UNKNOWN_METHOD: Final[Operation[None]] = Operation(name="drop", method="DELETE", path="/things")


class ThingsClient(Client):
    """Calls them."""

    def get_thing(
        self, thing_id: UUID, *, reason: str = "test", **options: Unpack[CallOptions]
    ) -> Thing:
        return self._call(GET_THING, {"thing_id": thing_id, "reason": reason}, options)

    def put_thing(self, thing_id: UUID, body: NewThing, **options: Unpack[CallOptions]) -> Thing:
        return self._call(PUT_THING, {"thing_id": thing_id, "body": body}, options)

    def list_things(self, **options: Unpack[CallOptions]) -> ThingPage:
        return self._call(LIST_THINGS, {}, options)

    def show_label(self, **options: Unpack[CallOptions]) -> str:
        return self._call(SHOW_LABEL, {}, options)
