from __future__ import annotations

import logging

import pytest

from pactwright.client import ApiKey, Bearer, Next, Request, errors, with_response
from pactwright.client.logs import SHOWN_HEADERS, shown
from pactwright.wire import Requirement, ResponseMessage
from tests.kit.client.things import (
    BASE,
    GET_THING,
    ID,
    TOKEN,
    Script,
    StoppedClock,
    ThingClient,
    answer,
    key,
    operation,
    thing,
)


class Note:
    """A hook that writes down what passes."""

    def __init__(self, name: str, notes: list[str]) -> None:
        self.name = name
        self.notes = notes

    def handle(self, request: Request, call_next: Next) -> ResponseMessage:
        self.notes.append(f"{self.name} {request.attempt}")
        message = call_next(request)
        self.notes.append(f"{self.name} {message.status}")
        return message


def test_hooks_are_called_once_per_attempt_in_their_order() -> None:
    """Inside the retry loop, the first outermost."""
    notes: list[str] = []
    script = Script(answer(503), thing())
    things = ThingClient(
        BASE,
        hooks=[Note("a", notes), Note("b", notes)],
        transport=script.transport,
        random=lambda: 0.0,
    )

    response = with_response(things.get_thing)(ID)

    assert notes == ["a 1", "b 1", "b 503", "a 503", "a 2", "b 2", "b 200", "a 200"]
    assert response.attempts == 2


def test_a_hook_sees_and_changes_what_is_sent() -> None:
    """Credentials are in already, so that it can sign the whole."""

    class Sign:
        def handle(self, request: Request, call_next: Next) -> ResponseMessage:
            signature = f"{request.operation} {request.headers['Authorization']}"
            return call_next(request.with_headers({"X-Signature": signature}))

    script = Script(thing())
    things = ThingClient(
        BASE, credentials=Bearer("abc"), hooks=[Sign()], transport=script.transport
    )

    things.use(operation("GET", security=((Requirement(scheme=TOKEN),),)))

    assert script.last.headers["X-Signature"] == "use_thing Bearer abc"


def test_a_hook_may_answer_by_itself() -> None:
    """A cache, or a fault that a test injects."""

    class Cache:
        def handle(self, request: Request, call_next: Next) -> ResponseMessage:
            return thing("cached") if request.method == "GET" else call_next(request)

    script = Script(thing())

    found = ThingClient(BASE, hooks=[Cache()], transport=script.transport).get_thing(ID)

    assert found.name == "cached"
    assert not script.requests


def test_a_hook_sees_the_transport_s_errors_and_may_raise_them(stopped: StoppedClock) -> None:
    """As the kit's own, and they count as a failed attempt."""
    seen: list[BaseException] = []

    class Chaos:
        def handle(self, request: Request, call_next: Next) -> ResponseMessage:
            if request.attempt == 1:
                raise errors.ConnectionLost("made up", request=request.described())
            try:
                return call_next(request)
            except errors.TransportError as error:
                seen.append(error)
                raise

    script = Script(ConnectionResetError(104, "reset"), thing())
    things = ThingClient(BASE, hooks=[Chaos()], transport=script.transport, clock=stopped.clock)

    assert things.get_thing(ID).name == "lamp"
    assert [type(error) for error in seen] == [errors.ConnectionLost]


def test_a_hook_s_own_fault_reaches_the_caller() -> None:
    """It is not taken for the provider's."""

    class Broken:
        def handle(self, request: Request, call_next: Next) -> ResponseMessage:
            raise ZeroDivisionError(request, call_next)

    with pytest.raises(ZeroDivisionError):
        ThingClient(BASE, hooks=[Broken()], transport=Script(thing()).transport).get_thing(ID)


def test_headers_are_logged_by_allowlist() -> None:
    """One that no one thought of is not shown."""
    headers = {"Authorization": "hush", "X-New": "hush", "COOKIE": "hush", "ETag": '"7"'}

    assert shown(headers) == {"Authorization": "…", "X-New": "…", "COOKIE": "…", "ETag": '"7"'}
    assert not SHOWN_HEADERS & {
        "authorization",
        "cookie",
        "set-cookie",
        "proxy-authorization",
        "www-authenticate",
        "x-api-key",
        "location",
    }


def test_each_attempt_is_logged_without_secrets(caplog: pytest.LogCaptureFixture) -> None:
    """Method, URL without query, status, time; no body, and header fields by allowlist."""
    script = Script(answer(503, {"secret": "hush"}, Set_Cookie="hush"), thing("hush"))
    things = ThingClient(
        BASE,
        credentials=[Bearer("hush"), ApiKey("hush")],
        transport=script.transport,
        random=lambda: 0.0,
    )
    guarded = operation(
        "GET", security=((Requirement(scheme=TOKEN), Requirement(scheme=key("query"))),)
    )

    with caplog.at_level(logging.DEBUG, "pactwright.client"):
        things.use(guarded, headers={"X-Tenant": "hush"})

    texts = [record.getMessage() for record in caplog.records]
    assert len(texts) == 3
    assert texts[0].startswith(f"GET {BASE}/things/{ID} attempt 1: 503 in ")
    assert "trying again" in texts[1]
    assert "hush" not in caplog.text


def test_nothing_is_logged_unless_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    """A library is quiet."""
    ThingClient(BASE, transport=Script(thing()).transport).get_thing(ID)

    assert not caplog.records
    assert GET_THING.name
