"""Any event whatever gets a well-formed answer."""

from __future__ import annotations

import json
import string
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactwright.service.events import proxy_result, read_event
from pactwright.wire.messages import ResponseMessage
from tests.kit.service.conftest import Service
from tests.kit.service.widgets import OPERATIONS

SURROGATES = st.text(st.characters(codec=None, categories=None), max_size=20)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | SURROGATES
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SURROGATES, inner, max_size=3),
    max_leaves=8,
)
PATHS = st.sampled_from([o.path for o in OPERATIONS] + ["/widgets/5", "/files/a.bin", "/{proxy+}"])
METHODS = st.sampled_from(["GET", "PUT", "POST", "HEAD", "OPTIONS", "get", ""])
TYPES = st.sampled_from(
    [
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain; charset=utf-16",
        "text/plain; charset=idna",
        "text/plain; charset=unicode_escape",
        "text/plain; charset=\0",
        "application/octet-stream",
        "application/json; charset*=utf-8''%ff",
    ]
)
MULTIPART = (
    "--x\r\nContent-Disposition: form-data; name=name\r\n\r\na\r\n--x--",
    "--x\r\nContent-Disposition: form-data; name=size; filename=f\r\n\r\na\r\n--x--",
    "--x\r\nContent-Disposition: form-data\r\n\r\n--x--",
    "--x\r\n\r\n--x",
)
BODIES = (
    st.none()
    | SURROGATES
    | st.sampled_from(MULTIPART)
    | st.sampled_from(
        [
            '{"name": "a"}',
            '{"name": "a", "name": 5}',
            "{",
            "NaN",
            "[" * 20_000,
            "1" * 5000,
            "%ED%A0",
        ]
    )
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Content-Type": TYPES | SURROGATES,
        "Accept": st.sampled_from(["*/*", "text/csv", ";q=x,,", "a/b;q=nan"]) | SURROGATES,
        "Authorization": st.sampled_from(["Bearer writer", "Bearer", "Basic x"]) | SURROGATES,
        "Cookie": st.sampled_from(["tag=1e999", "tag=%ff", "tag", ";=;"]) | SURROGATES,
        "X-Any": st.sampled_from(["NaN", "null", "[", "9" * 5000]) | SURROGATES,
        "Host": SURROGATES,
    },
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "version": st.just("1.0"),
    "resource": PATHS | ANYTHING,
    "path": PATHS | ANYTHING,
    "httpMethod": METHODS | ANYTHING,
    "headers": HEADERS | ANYTHING,
    "multiValueHeaders": HEADERS.map(lambda h: {k: [v] for k, v in h.items()}) | ANYTHING,
    "queryStringParameters": st.dictionaries(SURROGATES, SURROGATES, max_size=3) | ANYTHING,
    "multiValueQueryStringParameters": st.dictionaries(
        st.sampled_from(["dry", "id", "filter[a]", "filter"]) | SURROGATES,
        st.lists(SURROGATES | st.sampled_from(["1", "1e999", "9" * 500, "-0", "true"]), max_size=3),
    )
    | ANYTHING,
    "pathParameters": st.dictionaries(st.sampled_from(["id", "name", "proxy"]), SURROGATES)
    | ANYTHING,
    "requestContext": st.fixed_dictionaries(
        {}, optional={"requestId": ANYTHING, "identity": ANYTHING, "path": ANYTHING}
    )
    | ANYTHING,
    "body": BODIES | ANYTHING,
    "isBase64Encoded": st.booleans() | ANYTHING,
}
EVENTS = st.fixed_dictionaries({}, optional=FIELDS)
CERTAIN = {"path": PATHS, "httpMethod": METHODS, "headers": HEADERS, "body": BODIES}
LIKELY = st.fixed_dictionaries(
    CERTAIN, optional={name: FIELDS[name] for name in FIELDS if name not in CERTAIN}
)
HEADER_NAME = set(string.ascii_letters + string.digits + "-")


def assert_well_formed(result: Mapping[str, Any]) -> None:
    """What API Gateway takes: anything else it answers with 502."""
    assert set(result) == {"statusCode", "headers", "body", "isBase64Encoded"}
    assert type(result["statusCode"]) is int
    assert 200 <= result["statusCode"] <= 599
    assert result["isBase64Encoded"] in (True, False)
    assert isinstance(result["body"], str)
    for name, value in result["headers"].items():
        assert set(name) <= HEADER_NAME
        assert value.isascii()
        assert value.isprintable()
    json.dumps(result, ensure_ascii=False).encode("utf-8")
    if result["headers"].get("Content-Type", "").endswith("json") and result["body"]:
        json.loads(result["body"])


@given(event=ANYTHING | EVENTS, context=st.none() | st.just(object()))
def test_any_event_gets_a_well_formed_answer(event: object, context: object) -> None:
    """Missing keys, wrong types, broken text: never an exception, never a 500."""
    service = Service()
    result = service.application(event, context)

    assert_well_formed(result)
    assert result["statusCode"] < 500, service.telemetry.failures


@given(event=LIKELY)
def test_events_close_to_true_ones_get_a_well_formed_answer(event: object) -> None:
    """The same for events that reach an operation."""
    service = Service()
    result = service.application(event, None)

    assert_well_formed(result)
    assert result["statusCode"] < 500, service.telemetry.failures


@given(
    path=st.sampled_from(["/notes", "/token", "/widgets/5"]),
    media_type=TYPES | SURROGATES,
    body=BODIES | SURROGATES,
    coded=st.booleans(),
)
def test_any_body_gets_a_well_formed_answer(
    path: str, media_type: str, body: str | None, *, coded: bool
) -> None:
    """Whatever the body is, and whatever it says it is."""
    headers = {"content-type": media_type, "authorization": "Bearer writer"}
    method = "PUT" if path == "/widgets/5" else "POST"
    event = {"path": path, "httpMethod": method, "headers": headers, "body": body}
    service = Service()
    result = service.application({**event, "isBase64Encoded": coded}, None)

    assert_well_formed(result)
    assert result["statusCode"] in (200, 400, 415, 422), service.telemetry.failures


@given(event=LIKELY)
def test_events_are_the_same_by_way_of_json(event: dict[str, Any]) -> None:
    """What Lambda's runtime reads from JSON is taken as what it was made from."""
    assert read_event(json.loads(json.dumps(event)), None) == read_event(event, None)


def test_lists_go_before_single_values() -> None:
    """Repeated headers and parameters are all there; single values stand in for missing lists."""
    both = {
        "headers": {"X-A": "2"},
        "multiValueHeaders": {"X-A": ["1", "2"], "x-a": ["3"]},
        "queryStringParameters": {"q": "b"},
        "multiValueQueryStringParameters": {"q": ["a", "b"]},
    }
    single = {"headers": {"X-A": "2"}, "queryStringParameters": {"q": "b", "r": ""}}

    assert read_event(both, None).headers == {"x-a": "1, 2, 3"}
    assert read_event(both, None).query == (("q", "a"), ("q", "b"))
    assert read_event(single, None).headers == {"x-a": "2"}
    assert read_event(single, None).query == (("q", "b"), ("r", ""))


@pytest.mark.parametrize("status", [204, 205, 304])
@pytest.mark.parametrize("bodiless", [True, False])
def test_an_answer_without_body_has_no_content_type(status: int, *, bodiless: bool) -> None:
    """There is nothing of that type; other header fields stay."""
    message = ResponseMessage(status, {"content-type": "application/json", "ETag": '"1"'})

    assert proxy_result(message, bodiless=bodiless)["headers"] == {"ETag": '"1"'}


def test_an_empty_text_is_a_text() -> None:
    """It has a type, by which the caller reads it."""
    message = ResponseMessage(200, {"Content-Type": "text/plain"})

    assert proxy_result(message)["headers"] == {"Content-Type": "text/plain"}


def test_an_answer_to_head_has_the_length_of_gets() -> None:
    """In bytes; without it the gateway would say that there are none."""
    message = ResponseMessage(200, {"Content-Type": "text/plain"}, "ä".encode())
    result = proxy_result(message, bodiless=True)

    assert result["headers"] == {"Content-Type": "text/plain", "Content-Length": "2"}
    assert result["body"] == ""
    assert proxy_result(message)["headers"] == {"Content-Type": "text/plain"}
