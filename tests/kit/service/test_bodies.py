"""Bodies that come in: read, or refused with the right status."""

from __future__ import annotations

import base64

import pytest

from pactwright.service import RequestLimits
from tests.kit.service.conftest import Service, put


@pytest.mark.parametrize("body", ["{", "", "[1", '{"name": "\\ud800"}', "[" * 100_000])
def test_malformed_body_is_400(service: Service, body: str) -> None:
    """A body that is no JSON is malformed."""
    assert put(service, body).slug == "malformed-request"


def test_a_missing_body_is_422(service: Service) -> None:
    """A body that must be there and is not is told as a place."""
    answer = service.ask("PUT", "/widgets/5", Authorization="Bearer writer")

    assert [(e["location"], e["pointer"]) for e in answer.problem["errors"]] == [("body", "")]


def test_half_a_surrogate_pair_in_the_body_is_400(service: Service) -> None:
    """Text that is no Unicode can't be JSON."""
    assert put(service, '{"name": "\ud800"}').slug == "malformed-request"


def test_invalid_values_are_422_with_each_place(service: Service) -> None:
    """Every fault is listed with the part of the request and a pointer into it."""
    answer = service.ask(
        "PUT",
        "/widgets/5?dry=perhaps",
        body='{"name": "", "size": 101}',
        Authorization="Bearer writer",
    )

    places = {(e["location"], e["pointer"]) for e in answer.problem["errors"]}
    assert answer.slug == "invalid-request"
    assert places == {("query", "/dry"), ("body", "/name"), ("body", "/size")}
    assert all(e["detail"] for e in answer.problem["errors"])


@pytest.mark.parametrize("given", ["text/plain", "application/xml", "nonsense", ";"])
def test_other_media_types_are_415_with_accept(service: Service, given: str) -> None:
    """A body of another type is refused, and the answer says which types are taken."""
    answer = put(service, **{"Content-Type": given})

    assert answer.slug == "unsupported-media-type"
    assert answer.headers["accept"] == "application/json"


def test_too_long_a_body_is_413(make: type[Service]) -> None:
    """A body over the limit is refused before it is read, one at the limit is taken."""
    service = make(limits=RequestLimits(body=20))
    assert put(service, '{"name": "12345678"}').status == 200
    assert put(service, '{"name": "123456789"}').slug == "content-too-large"
    assert put(service, '{"name": "€€€€"}').slug == "content-too-large"


def test_base64_bodies_are_decoded(service: Service) -> None:
    """Bytes come and go in base64."""
    data = bytes(range(256))
    event = {
        "path": "/files/a.bin",
        "httpMethod": "POST",
        "headers": {"Content-Type": "application/octet-stream"},
        "body": base64.b64encode(data).decode(),
        "isBase64Encoded": True,
    }
    answer = service(event)

    assert (answer.status, answer.coded) == (200, True)
    assert base64.b64decode(answer.body) == data[::-1]


def test_broken_base64_is_400(service: Service) -> None:
    """A body that is not the base64 it should be is malformed."""
    event = {"path": "/files/a.bin", "httpMethod": "POST", "body": "€", "isBase64Encoded": True}

    assert service(event).slug == "malformed-request"


def test_a_body_that_is_no_text_is_400(service: Service) -> None:
    """An event whose body is of another type can't be read."""
    event = {"path": "/files/a.bin", "httpMethod": "POST", "body": {"a": 1}}

    assert service(event).slug == "malformed-request"


def test_too_long_base64_is_413(make: type[Service]) -> None:
    """The limit is for the bytes, not for their base64."""
    service = make(limits=RequestLimits(body=3))
    event = {
        "path": "/files/a.bin",
        "httpMethod": "POST",
        "headers": {"Content-Type": "application/octet-stream"},
        "isBase64Encoded": True,
    }
    assert service({**event, "body": base64.b64encode(b"abc").decode()}).status == 200
    assert service({**event, "body": base64.b64encode(b"abcd").decode()}).status == 413
    assert service({**event, "body": base64.b64encode(b"a" * 99).decode()}).status == 413


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "identity, gzip", "x", "GZIP"])
def test_compressed_bodies_are_415(service: Service, coding: str) -> None:
    """They are not taken, and not taken for what they are not."""
    answer = put(service, **{"Content-Encoding": coding})

    assert answer.slug == "unsupported-media-type"
    assert answer.headers["accept-encoding"] == "identity"
    assert service.api.calls == []


@pytest.mark.parametrize("coding", ["identity", "", " Identity "])
def test_a_body_as_it_is_may_say_so(service: Service, coding: str) -> None:
    """Identity is no coding (RFC 9110 section 8.4)."""
    assert put(service, **{"Content-Encoding": coding}).status == 200


def test_a_member_given_twice_is_422_with_its_place(service: Service) -> None:
    """Which of them would count differs between parsers."""
    answer = put(service, '{"name": "a", "size": 1, "name": "b"}')

    assert answer.slug == "invalid-request"
    assert [(e["location"], e["pointer"]) for e in answer.problem["errors"]] == [("body", "/name")]
    assert service.api.calls == []


@pytest.mark.parametrize(
    "body",
    ['{"a": {"b": 1, "b": 2}}', '[{"b": 1, "b": 2}]', '{"a": 1, "\\u0061": 2}'],
)
def test_a_member_given_twice_is_found_where_anything_is_taken(service: Service, body: str) -> None:
    """At any depth, and however it is written."""
    assert service.ask("POST", "/notes", body=body).slug == "invalid-request"


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_no_header_changes_the_method(service: Service, name: str) -> None:
    """What a gateway let through as GET stays one."""
    assert service.ask("GET", "/widgets/5", **{name: "DELETE"}).status == 200
