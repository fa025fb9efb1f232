"""What browsers are told of which websites' scripts may use an operation."""

from __future__ import annotations

from typing import Any

import pytest

from pactwright.service import Answer, Application, Call, Forbidden
from pactwright.wire import Body as RequestBody
from pactwright.wire import Cors, Header, Operation, Parameter, Requirement, Response
from tests.kit.service.conftest import Answered, Recorder
from tests.kit.service.widgets import BEARER, JSON, PUT_WIDGET, WIDGET, Tokens, Widget

OWN, OTHER = "https://shop.example", "https://evil.example"
ETAG = Header(name="ETag", type=lambda: str)
CACHING = Header(name="Cache-Control", type=lambda: str)

OPEN: Operation[Any] = Operation(
    name="open",
    method="GET",
    path="/open",
    responses={"200": Response(contents=WIDGET.contents, headers=(ETAG, CACHING))},
    cors=Cors(allow_origins=("*",), max_age=600),
)
WRITE: Operation[Any] = Operation(
    name="write",
    method="PUT",
    path="/open",
    parameters=(
        Parameter(name="If-Match", argument="if_match", location="header", type=lambda: str),
        Parameter(name="q", argument="q", location="query", type=lambda: str),
    ),
    body=RequestBody(contents=PUT_WIDGET.body.contents if PUT_WIDGET.body else ()),
    responses={"200": Response(contents=WIDGET.contents)},
    security=((Requirement(scheme=BEARER),),),
    cors=Cors(allow_origins=(OWN, "http://localhost:8080")),
)
CLOSED: Operation[Any] = Operation(
    name="closed", method="DELETE", path="/open", responses={"204": Response()}
)
HIDDEN: Operation[Any] = Operation(
    name="hidden", method="GET", path="/hidden", responses={"200": WIDGET}
)


class Api:
    """Answers everything alike; what it refuses, and how it varies, is set by a test."""

    vary: str | None = None
    refuses = False

    def open(self, _: Call) -> Answer[Any]:
        if self.refuses:
            raise Forbidden
        return Answer(Widget(name="a"), headers={"Vary": self.vary} if self.vary else {})

    def write(self, call: Call, **_: object) -> Answer[Any]:
        return self.open(call)

    def closed(self, _: Call) -> Answer[Any]:
        return Answer(None)

    def hidden(self, call: Call) -> Answer[Any]:
        return self.open(call)


@pytest.fixture
def api() -> Api:
    """What implements the operations."""
    return Api()


@pytest.fixture
def telemetry() -> Recorder:
    """What is told of requests."""
    return Recorder()


@pytest.fixture
def ask(api: Api, telemetry: Recorder) -> Any:
    """Sends a request with headers."""
    application = Application(
        api,
        (OPEN, WRITE, CLOSED, HIDDEN),
        service="shop",
        problem_types="https://problems.test/",
        authenticators={"bearer": Tokens()},
        telemetry=telemetry,
    )

    def ask(method: str, path: str, **headers: str) -> Answered:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        body = '{"name": "a"}' if method == "PUT" else None
        result = application(
            {"path": path, "httpMethod": method, "headers": {**named, "Content-Type": JSON}}
            | {"body": body, "requestContext": {"requestId": "r"}},
            None,
        )
        answered = {name.lower(): value for name, value in result["headers"].items()}
        assert len(answered) == len(result["headers"])
        return Answered(result["statusCode"], answered, result["body"], coded=False)

    return ask


def told(answer: Answered) -> dict[str, str]:
    """What of an answer is about scripts and caches."""
    return {
        name: value
        for name, value in answer.headers.items()
        if name.startswith("access-control-") or name == "vary"
    }


@pytest.mark.parametrize("origin", [{}, {"Origin": OTHER}, {"Origin": "null"}])
def test_what_is_anybodys_is_told_to_everybody(ask: Any, origin: dict[str, str]) -> None:
    """Alike, so that caches need one answer only; with the headers that scripts may read."""
    assert told(ask("GET", "/open", **origin)) == {
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "ETag",
    }


def test_what_is_somes_is_told_to_them(ask: Any) -> None:
    """And caches are told that it varies, also where it is told to nobody."""
    given = {"Authorization": "Bearer reader"}

    own = ask("PUT", "/open", Origin=OWN, **given)
    assert own.status == 200
    assert told(own) == {"access-control-allow-origin": OWN, "vary": "Origin"}
    for origin in (OTHER, "null", OWN + ".evil.example", OWN.upper(), f"{OWN}, {OTHER}"):
        assert told(ask("PUT", "/open", Origin=origin, **given)) == {"vary": "Origin"}
    assert told(ask("PUT", "/open", **given)) == {"vary": "Origin"}


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
def test_refusals_can_be_read_too(ask: Any, api: Api, method: str) -> None:
    """By the scripts that may use it: of the operation itself, and before it is reached."""
    api.refuses = True

    answer = ask(method, "/open", Origin=OWN)

    assert answer.status == (401 if method == "PUT" else 403)
    assert told(answer)["access-control-allow-origin"] in (OWN, "*")


def test_own_vary_is_kept(ask: Any, api: Api) -> None:
    """Beside the origin."""
    api.vary = "Accept"

    answer = ask("PUT", "/open", Origin=OWN, Authorization="Bearer reader")

    assert answer.headers["vary"] == "Accept, Origin"


def test_preflight_tells_what_is_allowed(ask: Any, telemetry: Recorder) -> None:
    """Methods and headers follow from the path's operations; no operation is called by it."""
    answer = ask("OPTIONS", "/open", Origin=OWN, Access_Control_Request_Method="PUT")

    assert (answer.status, answer.body) == (204, "")
    assert answer.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, PUT"
    assert told(answer) == {
        "access-control-allow-origin": OWN,
        "access-control-allow-methods": "GET, PUT",
        "access-control-allow-headers": "Authorization, Content-Type, If-Match",
        "vary": "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    }
    record = telemetry.records[0]
    assert (record.operation, record.route, record.status) == (None, "/open", 204)


def test_preflight_may_be_kept(ask: Any) -> None:
    """For as long as the document says."""
    answer = ask("OPTIONS", "/open", Origin=OTHER, Access_Control_Request_Method="GET")

    assert told(answer) == {
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "GET",
        "access-control-max-age": "600",
        "vary": "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    }


@pytest.mark.parametrize(
    ("origin", "method"), [(OTHER, "PUT"), (OWN, "DELETE"), (OWN, "PATCH"), (OWN, ""), ("", "PUT")]
)
def test_preflight_allows_nothing_else(ask: Any, origin: str, method: str) -> None:
    """Neither to others nor what the document doesn't say, whatever else is asked for."""
    sent = {"Origin": origin, "Access-Control-Request-Method": method}

    answer = ask("OPTIONS", "/open", **sent, Access_Control_Request_Headers="Authorization")

    assert answer.status == 204
    assert set(told(answer)) == {"vary"}


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_path_that_documents_say_nothing_of_tells_nothing(ask: Any, method: str) -> None:
    """OPTIONS is no method of it."""
    answer = ask(method, "/hidden", Origin=OWN, Access_Control_Request_Method="GET")

    assert answer.status == (405 if method == "OPTIONS" else 200)
    assert told(answer) == {}


def test_operation_beside_one_with_scripts_has_none(ask: Any) -> None:
    """At the same path."""
    answer = ask("DELETE", "/open", Origin=OWN)

    assert answer.status == 204
    assert told(answer) == {}


@pytest.mark.parametrize("method", ["GET", "PUT", "OPTIONS"])
def test_credentials_that_browsers_add_are_never_allowed(ask: Any, method: str) -> None:
    """Not even where they are sent."""
    answer = ask(method, "/open", Origin=OWN, Cookie="a=b", Access_Control_Request_Method="PUT")

    assert "access-control-allow-credentials" not in answer.headers
