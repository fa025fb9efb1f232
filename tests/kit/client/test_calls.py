from __future__ import annotations

import pytest
import requests

from pactwright.client import DEFAULT, Client, FunctionTransport, errors, with_response
from pactwright.wire import ResponseMessage, trace
from tests.kit.client.things import (
    BASE,
    GET_THING,
    ID,
    Script,
    StoppedClock,
    ThingClient,
    answer,
    operation,
    thing,
)


def client(script: Script) -> ThingClient:
    return ThingClient(BASE, transport=script.transport, retries=None)


def test_answers_are_typed() -> None:
    """A method gives the model that the document declares."""
    script = Script(thing("lamp"))

    found = client(script).get_thing(ID)

    assert (found.id, found.name) == (ID, "lamp")


def test_the_base_url_s_path_stays_in_front() -> None:
    """A stage or a local emulator puts the API below a path."""
    script = Script(thing())

    client(script).get_thing(ID)

    assert script.last.url == f"{BASE}/things/{ID}"


def test_an_open_enum_keeps_a_value_that_is_new() -> None:
    """A provider that learns a value breaks no caller."""
    body = {"id": str(ID), "name": "x", "colour": "mauve"}

    assert client(Script(answer(200, body))).get_thing(ID).colour == "mauve"


def test_an_answer_without_body_is_none() -> None:
    """204 has nothing to decode."""
    assert client(Script(ResponseMessage(204))).use(operation("DELETE")) is None


def test_head_has_no_body_whatever_is_declared() -> None:
    """What GET would send is declared for HEAD as well."""
    script = Script(ResponseMessage(200, {"Content-Type": "application/json"}))

    assert client(script).use(operation("HEAD")) is None


def test_a_body_is_sent_with_its_length() -> None:
    """A provider refuses a chunked request, or waits for its end."""
    script = Script(thing())

    client(script).use(operation("PUT"), client(Script(thing("ä"))).get_thing(ID))

    assert script.last.headers["Content-Length"] == str(len(script.last.body or b""))
    assert script.last.headers["Content-Type"] == "application/json"


def test_an_argument_of_a_wrong_type_is_not_sent() -> None:
    """The error says which one, and the value itself stays out of the text."""
    script = Script(thing())

    with pytest.raises(errors.ArgumentError, match=r"get_thing: .*path /id") as caught:
        client(script).get_thing("secret-value")  # type: ignore[arg-type]

    assert not script.requests
    assert caught.value.errors[0].pointer == "/id"
    assert "secret-value" not in str(caught.value)


def test_an_answer_against_the_document_says_what_and_where() -> None:
    """A success that can't be read is not a success."""
    script = Script(answer(200, {"id": str(ID), "name": 3}, X_Request_Id="r1"))

    with pytest.raises(errors.InvalidResponse, match=r"200, but .*body /name.*\[request r1\]") as e:
        client(script).get_thing(ID)

    assert e.value.response
    assert e.value.response.status == 200


@pytest.mark.parametrize(
    "message",
    [
        ResponseMessage(200, {"Content-Type": "text/html"}, b"<p>Sign in to the Wi-Fi</p>"),
        ResponseMessage(200, {}, b"{}"),
        ResponseMessage(200, {"Content-Type": "application/json"}, b"{"),
        ResponseMessage(202, {"Content-Type": "application/json"}, b"{}"),
    ],
    ids=["another type", "no type", "no JSON", "undeclared status"],
)
def test_what_is_not_declared_is_invalid(message: ResponseMessage) -> None:
    """Neither a captive portal nor a broken proxy looks like an answer."""
    with pytest.raises(errors.InvalidResponse):
        client(Script(message)).get_thing(ID)


def test_not_modified_has_the_etag() -> None:
    """A conditional read that changes nothing is told from one that does."""
    script = Script(ResponseMessage(304, {"etag": '"7"'}))

    with pytest.raises(errors.NotModified) as caught:
        client(script).get_thing(ID, if_none_match='"7"')

    assert caught.value.etag == '"7"'
    assert script.last.headers["If-None-Match"] == '"7"'


def test_with_response_gives_what_came_around_the_value(stopped: StoppedClock) -> None:
    """Status, header fields in any case, entity tag, request id, time taken and attempts."""
    function = stopped.after(0.25, thing("lamp", ETag='"7"', **{"X-Request-Id": "r1"}))
    things = ThingClient(BASE, transport=FunctionTransport(function), clock=stopped.clock)

    response = with_response(things.get_thing)(ID)

    assert response.value.name == "lamp"
    assert (response.status, response.etag, response.request_id) == (200, '"7"', "r1")
    assert response.headers["content-TYPE"] == "application/json"
    assert (response.elapsed, response.attempts) == (0.25, 1)


def test_with_response_passes_errors_on() -> None:
    """It changes what success looks like, nothing else."""
    with pytest.raises(errors.NotFound):
        with_response(client(Script(answer(404))).get_thing)(ID)


def test_with_response_refuses_what_makes_no_call() -> None:
    """An iterating method calls later, when no one listens."""
    with pytest.raises(TypeError, match="makes one call"):
        with_response(client(Script(thing())).iterate_things)()


def test_extra_headers_are_added_and_win() -> None:
    """Whatever the case in which their names are written."""
    script = Script(thing())

    client(script).get_thing(ID, headers={"x-tenant": "a", "accept": "application/json"})

    assert script.last.headers["X-Tenant"] == "a"
    assert script.last.headers["Accept"] == "application/json"


@pytest.mark.parametrize(
    "headers", [{"x": "a\r\nEvil: 1"}, {"x y": "a"}, {"": "a"}, {"x": "€"}, {"x": "a\0"}]
)
def test_headers_can_not_be_forged(headers: dict[str, str]) -> None:
    """A line break in a value would be another field."""
    script = Script(thing())

    with pytest.raises(errors.ArgumentError, match="can't be sent") as caught:
        client(script).get_thing(ID, headers=headers)

    assert not script.requests
    assert "Evil" not in str(caught.value)


def test_an_option_that_there_is_not_is_a_type_error() -> None:
    """As with any keyword argument: a misspelt timeout must not pass in silence."""
    with pytest.raises(TypeError, match="'tiemout'"):
        client(Script(thing())).get_thing(ID, tiemout=1)  # type: ignore[call-arg]


def test_a_closed_client_refuses_calls() -> None:
    """It would open connections that no one closes."""
    with client(Script(thing())) as things:
        things.get_thing(ID)

    with pytest.raises(errors.ClientError, match="is closed"):
        things.get_thing(ID)


def test_a_transport_that_was_passed_in_stays_open() -> None:
    """Who made it closes it."""
    closed = []

    class Transport(FunctionTransport):
        def close(self) -> None:
            closed.append(True)

    ThingClient(BASE, transport=Transport(lambda _: thing())).close()

    assert not closed


def test_an_adapter_may_give_an_answer_of_requests_own() -> None:
    """Whatever speaks requests' adapter protocol will do."""

    def respond(request: requests.PreparedRequest) -> requests.Response:
        response = requests.Response()
        response.status_code = 204
        response.request = request
        return response

    things = ThingClient(BASE, transport=FunctionTransport(respond))

    assert things.use(operation("DELETE")) is None


def test_the_trace_of_the_served_request_is_sent_on() -> None:
    """One request can be followed through all services."""
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    token = trace.current.set(
        trace.Trace(traceparent=parent, amazon="Root=1-5759e988-bd862e3fe1be46a9", request_id="r9")
    )
    script = Script(thing())
    try:
        client(script).get_thing(ID)
    finally:
        trace.current.reset(token)

    assert script.last.headers["traceparent"] == parent
    assert script.last.headers["X-Amzn-Trace-Id"] == "Root=1-5759e988-bd862e3fe1be46a9"
    assert script.last.headers["X-Request-Id"] == "r9"


@pytest.mark.parametrize(
    "malformed",
    [
        trace.Trace(traceparent="00-xyz"),
        trace.Trace(traceparent="ff-" + "0" * 32 + "-" + "0" * 16 + "-01"),
        trace.Trace(tracestate="a=b"),
        trace.Trace(amazon="Root=1\r\nEvil: 1"),
        trace.Trace(request_id="x" * 600),
    ],
)
def test_a_malformed_trace_is_left_out(malformed: trace.Trace) -> None:
    """It comes from outside; a bad one must not fail the calls made meanwhile."""
    assert not malformed.headers()


def test_the_default_can_be_named() -> None:
    """A function that passes options on has something to pass; it reads as what it is."""
    things = client(Script(thing()))

    things.get_thing(ID, timeout=DEFAULT, retries=DEFAULT, credentials=DEFAULT)

    assert repr(DEFAULT) == "DEFAULT"


def test_a_client_shows_no_more_than_its_address() -> None:
    """Credentials and proxies stay out of its text."""
    assert repr(Client(BASE, credentials=[])) == f"Client({BASE!r})"


def test_an_operation_without_pagination_has_no_pages() -> None:
    """The mistake is told at once, not on the first item."""
    with pytest.raises(errors.ArgumentError, match="get_thing has no pagination"):
        client(Script(thing()))._pages(GET_THING, {}, {})
