"""A small service as the generator would describe it, and what the tests drive it with."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from typing import Any, Final, Literal, Unpack
from uuid import UUID

import requests

from pactwright.client import CallOptions, Client, Clock, FunctionTransport
from pactwright.wire import (
    PROBLEM_JSON,
    Body,
    Content,
    FieldError,
    Model,
    Omittable,
    Operation,
    Pagination,
    Parameter,
    Response,
    ResponseMessage,
    SecurityScheme,
    Unrecognized,
    Uuid,
)

ID: Final = UUID("5f0c7a52-3b1e-4a53-9d0e-0c1f7c3f9a10")
Serve = Callable[[Callable[[socket.socket], None]], str]
"""Starts a server that talks by a function on each connection; gives its URL."""

BASE: Final = "http://things.example/_aws/execute-api/x/live"

TOKEN: Final = SecurityScheme(name="token", kind="bearer")
SERVICE: Final = SecurityScheme(name="service", kind="oauth2")
LOGIN: Final = SecurityScheme(name="login", kind="basic")


def key(location: Literal["header", "query", "cookie"]) -> SecurityScheme:
    """An API key's scheme."""
    return SecurityScheme(name="partner", kind="api_key", parameter="X-Key", location=location)


class Thing(Model):
    """A thing."""

    id: Uuid
    name: str
    colour: Literal["red"] | Unrecognized = "red"


class ThingPage(Model):
    """Some things."""

    items: list[Thing]
    next_cursor: Omittable[str] = None


class FoundProblem(Model):
    """A problem as a document of one's own declares it."""

    type: str
    status: int
    errors: Omittable[list[FieldError]] = None


def content(type_: Any, media_type: str = "application/json") -> tuple[Content, ...]:
    """The one content of a body."""
    return (Content(media_type=media_type, type=lambda: type_),)


_ID: Final = Parameter(
    name="id", argument="thing_id", location="path", type=lambda: Uuid, required=True
)
_PROBLEM: Final = Response(contents=content(FoundProblem, PROBLEM_JSON))
_THING: Final = Response(contents=content(Thing))


def operation(method: str, *, security: Any = (), name: str = "use_thing") -> Operation[Any]:
    """An operation on one thing, with a body where the method has one."""
    return Operation(
        name=name,
        method=method,
        path="/things/{id}",
        parameters=(_ID,),
        body=Body(contents=content(Thing), required=False) if method in BODIES else None,
        responses={"200": _THING, "204": Response(), "4XX": _PROBLEM},
        security=security,
    )


BODIES: Final = ("POST", "PUT", "PATCH")

GET_THING: Final[Operation[Thing]] = Operation(
    name="get_thing",
    method="GET",
    path="/things/{id}",
    parameters=(
        _ID,
        Parameter(
            name="If-None-Match", argument="if_none_match", location="header", type=lambda: str
        ),
        Parameter(name="secret", argument="secret", location="query", type=lambda: str),
    ),
    responses={"200": _THING, "304": Response(), "404": _PROBLEM},
)

LIST_THINGS: Final[Operation[ThingPage]] = Operation(
    name="list_things",
    method="GET",
    path="/things",
    parameters=(Parameter(name="cursor", argument="cursor", location="query", type=lambda: str),),
    responses={"200": Response(contents=content(ThingPage))},
    pagination=Pagination(cursor="cursor", items="items", next_cursor="next_cursor"),
)


class ThingClient(Client):
    """What the generator would write."""

    def get_thing(
        self,
        thing_id: UUID,
        *,
        if_none_match: str | None = None,
        secret: str | None = None,
        **options: Unpack[CallOptions],
    ) -> Thing:
        """Get a thing."""
        return self._call(
            GET_THING,
            {"thing_id": thing_id, "if_none_match": if_none_match, "secret": secret},
            options,
        )

    def iterate_things(
        self, *, cursor: str | None = None, **options: Unpack[CallOptions]
    ) -> Iterator[Thing]:
        """Each thing."""
        return self._pages(LIST_THINGS, {"cursor": cursor}, options)

    def use(
        self, used: Operation[Any], body: Thing | None = None, **options: Unpack[CallOptions]
    ) -> Any:
        """Call any operation on a thing."""
        return self._call(used, {"thing_id": ID, "body": body}, options)


def thing(name: str = "lamp", **headers: str) -> ResponseMessage:
    """The answer that has a thing in it."""
    body = json.dumps({"id": str(ID), "name": name}).encode()
    return ResponseMessage(200, {"Content-Type": "application/json", **headers}, body)


def answer(status: int, body: object = None, **headers: str) -> ResponseMessage:
    """An answer in JSON; a problem where the status says so."""
    media_type = "application/json" if status < 400 else PROBLEM_JSON
    written = b"" if body is None else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ResponseMessage(status, {"Content-Type": media_type, **named}, written)


class Script:
    """A transport that answers by a list and keeps what it was asked. The last entry repeats."""

    def __init__(self, *answers: ResponseMessage | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[requests.PreparedRequest] = []
        self.transport = FunctionTransport(self._answer)

    def _answer(self, request: requests.PreparedRequest) -> ResponseMessage:
        self.requests.append(request)
        following = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(following, Exception):
            raise following
        return following

    @property
    def last(self) -> requests.PreparedRequest:
        """The last request."""
        return self.requests[-1]


class StoppedClock:
    """A clock that moves only when something sleeps, or is moved."""

    def __init__(self, wall: float = 1_800_000_000.0) -> None:
        self.now = 0.0
        self.slept: list[float] = []
        self._wall = wall
        self.clock = Clock(
            monotonic=lambda: self.now, wall=lambda: self._wall + self.now, sleep=self._sleep
        )

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def after(self, seconds: float, outcome: ResponseMessage) -> Callable[..., ResponseMessage]:
        """A transport's function that takes its time."""

        def answering(_: requests.PreparedRequest) -> ResponseMessage:
            self.now += seconds
            return outcome

        return answering
