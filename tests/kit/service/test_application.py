"""How an application is made, what a call knows and what is told of it."""

from __future__ import annotations

import pytest

from pactwright.service import (
    Answer,
    Application,
    Call,
)
from pactwright.service.call import current
from pactwright.wire import trace
from tests.kit.service.conftest import Context, Service, put, raising
from tests.kit.service.widgets import GET_WIDGET, OPERATIONS, Widget, Widgets


@pytest.mark.parametrize("given", [None, 5, "", "a b", "ü", "<b>", "x" * 129, {}])
def test_a_request_without_an_id_gets_lambdas(service: Service, given: object) -> None:
    """The invocation's id stands in for the gateway's; without either it is "unknown"."""
    event = {"requestContext": {"requestId": given}}

    assert service(event).headers["x-request-id"] == "lambda-id"
    assert service(event, object()).headers["x-request-id"] == "unknown"


def test_a_call_knows_its_request(make: type[Service]) -> None:
    """An operation sees headers, caller, source, address and the time that is left."""
    now = [100.0]
    service = make(clock=lambda: now[0], reserve=0.5)
    service(
        {
            "path": "/widgets",
            "httpMethod": "GET",
            "multiValueHeaders": {
                "Authorization": ["bearer  writer "],
                "X-Many": ["a", "b"],
                "Cookie": ["a=1", "b=2"],
                "Host": ["other.test"],
            },
            "requestContext": {
                "requestId": "r",
                "path": "/prod/widgets",
                "domainName": "api.test",
                "identity": {"sourceIp": "192.0.2.1"},
            },
        },
        Context(milliseconds=2000),
    )
    (call,) = service.api.calls
    now[0] = 101.0

    assert call.principal is not None
    assert (call.principal.subject, call.request_id, call.source) == ("writer", "r", "192.0.2.1")
    assert (call.token, call.headers["x-many"], call.headers["cookie"]) == (
        "writer",
        "a, b",
        "a=1; b=2",
    )
    assert call.base_url == "https://api.test/prod"
    assert call.remaining() == pytest.approx(0.5)
    now[0] = 105.0
    assert call.remaining() == 0.0
    assert "writer " not in repr(call)


@pytest.mark.parametrize("context", [None, object(), Context(milliseconds=900_000)])
def test_no_call_takes_longer_than_the_gateway_waits(make: type[Service], context: object) -> None:
    """The gateway's 29 seconds bound the function's own time."""
    service = make(clock=lambda: 0.0, reserve=1.0)
    service.application({"path": "/widgets/5", "httpMethod": "GET"}, context)
    assert service.api.calls[0].remaining() == 28.0


def test_outgoing_calls_can_carry_the_trace_on(service: Service) -> None:
    """While an operation runs, and only then, the request's trace can be had anywhere."""
    seen: list[object] = []
    service.api.behaviour = lambda _: (
        seen.extend([trace.current.get(), current.get()]) or Answer(Widget(name="a"))  # type: ignore[func-returns-value]
    )
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    service.ask("GET", "/widgets/5", traceparent=parent, X_Amzn_Trace_Id="Root=1-a")

    assert seen[0] == trace.Trace(traceparent=parent, amazon="Root=1-a", request_id="gateway-id")
    assert isinstance(seen[1], Call)
    assert trace.current.get() is None
    assert current.get() is None


def test_each_request_is_told_once(service: Service) -> None:
    """The record says which operation, how it ended and who called; never the path itself."""
    put(service)
    service.ask("GET", "/nothing/secret")
    service.ask("DELETE", "/widgets/5")
    first, second, third = service.telemetry.records

    assert (first.operation, first.route, first.status, first.principal) == (
        "put_widget",
        "/widgets/{id}",
        200,
        "service",
    )
    assert (second.operation, second.route, second.status) == (None, None, 404)
    assert (third.operation, third.route, third.status) == (None, "/widgets/{id}", 405)
    assert first.milliseconds >= 0
    assert "writer" not in repr(first)


def test_telemetry_that_fails_costs_no_answer(make: type[Service]) -> None:
    """A log that can't be written is no reason to fail."""

    class Broken:
        def served(self, _: object) -> None:
            raise OSError

        def failed(self, _: object) -> None:
            raise OSError

        def handled(self, _: object) -> None:
            raise OSError

    service = make(telemetry=Broken())
    service.api.behaviour = raising(KeyError("x"))
    assert service.ask("GET", "/widgets/5").status == 500


def test_an_api_without_a_method_is_refused_at_once() -> None:
    """A missing operation is found when the application is made, by name."""
    with pytest.raises(TypeError, match="object lacks the operations get_widget"):
        Application(object(), [GET_WIDGET], service="w", problem_types="")


def test_a_scheme_without_authenticator_is_refused_at_once() -> None:
    """A scheme that nothing authenticates is found when the application is made."""
    with pytest.raises(TypeError, match="no authenticator is given for the schemes bearer"):
        Application(Widgets(), OPERATIONS, service="w", problem_types="")


def test_two_operations_at_one_place_are_refused_at_once() -> None:
    """A path and a method lead to one operation."""
    with pytest.raises(ValueError, match=r"GET /widgets/\{id\} is there twice"):
        Application(Widgets(), [GET_WIDGET, GET_WIDGET], service="w", problem_types="")


def test_requests_are_logged_without_telemetry(
    make: type[Service], caplog: pytest.LogCaptureFixture
) -> None:
    """Without telemetry, the standard library's logging is told."""
    caplog.set_level("INFO", "pactwright.service")
    service = make(telemetry=None)
    service.api.behaviour = raising(KeyError("secret"))
    service.ask("GET", "/widgets/5", Authorization="Bearer secret")

    assert [r.levelname for r in caplog.records] == ["ERROR", "INFO"]
    assert "get_widget" in caplog.text
    assert "secret" not in caplog.text
