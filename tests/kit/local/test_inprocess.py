"""A handler in this process, as if it stood behind API Gateway."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from pactwright.local.inprocess import InProcessAdapter
from pactwright.wire import Operation

URL = "http://api.test"
OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(name="get_person", method="GET", path="/people/{id}"),
    Operation(name="put_person", method="PUT", path="/people/{id}"),
    Operation(name="get_me", method="GET", path="/people/me"),
    Operation(name="get_root", method="GET", path="/"),
)


def answering(**result: Any) -> Any:
    """A handler that always answers the same."""
    return lambda *_: {"statusCode": 200, **result}


def event_of(
    method: str, url: str, *, adapter: InProcessAdapter | None = None, **options: Any
) -> dict[str, Any]:
    """The event that a request becomes."""
    request = requests.Request(method, url, **options).prepare()
    chosen = adapter or InProcessAdapter(answering(), OPERATIONS, new_id=lambda: "id")
    return chosen.event(request)


def ask(handler: Any, method: str = "GET", **options: Any) -> requests.Response:
    """Send a request through a session of requests."""
    with requests.Session() as session:
        session.mount(URL, InProcessAdapter(handler, OPERATIONS))
        return session.request(method, f"{URL}/people/5", **options)


def test_the_event_is_that_of_a_rest_api() -> None:
    """Member by member: AWS, "Set up Lambda proxy integrations in API Gateway"."""
    adapter = InProcessAdapter(
        answering(), OPERATIONS, now=lambda: 1795426200.5, new_id=lambda: "an-id"
    )
    event = event_of(
        "PUT",
        f"{URL}/people/a%2Fb?q=1&q=a+b%2B&empty=",
        adapter=adapter,
        data="{}",
        headers={"Content-Type": "application/json", "User-Agent": "test"},
    )
    headers = {
        "Content-Length": "2",
        "Content-Type": "application/json",
        "Host": "api.test",
        "User-Agent": "test",
        "X-Amzn-Trace-Id": "Root=1-an-id",
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Port": "80",
        "X-Forwarded-Proto": "http",
    }

    assert event == {
        "resource": "/people/{id}",
        "path": "/people/a%2Fb",
        "httpMethod": "PUT",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {"q": "a b+", "empty": ""},
        "multiValueQueryStringParameters": {"q": ["1", "a b+"], "empty": [""]},
        "pathParameters": {"id": "a%2Fb"},
        "stageVariables": None,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "inprocess",
            "domainName": "api.test",
            "extendedRequestId": "an-id",
            "httpMethod": "PUT",
            "identity": {"sourceIp": "127.0.0.1", "userAgent": "test"},
            "path": "/people/a%2Fb",
            "protocol": "HTTP/1.1",
            "requestId": "an-id",
            "requestTime": "23/Nov/2026:09:30:00 +0000",
            "requestTimeEpoch": 1795426200500,
            "resourceId": "abc123",
            "resourcePath": "/people/{id}",
            "stage": "local",
        },
        "body": "{}",
        "isBase64Encoded": False,
    }


@pytest.mark.parametrize(
    ("path", "resource", "parameters"),
    [
        ("/people/5", "/people/{id}", {"id": "5"}),
        ("/people/me", "/people/me", None),
        ("/", "/", None),
        ("", "/", None),
        ("/other/5", "/{proxy+}", {"proxy": "other/5"}),
        ("/people/5/", "/{proxy+}", {"proxy": "people/5/"}),
    ],
)
def test_resources_follow_from_the_operations(
    path: str, resource: str, parameters: Mapping[str, str] | None
) -> None:
    """A path that fits no template comes by the catch-all."""
    event = event_of("GET", URL + path)
    assert (event["resource"], event["pathParameters"]) == (resource, parameters)


def test_a_base_path_is_the_gateways() -> None:
    """What precedes the API's paths in the base URL is not part of the path."""
    adapter = InProcessAdapter(answering(), OPERATIONS, base_path="/prod/")
    event = event_of("GET", f"{URL}/prod/people/5", adapter=adapter)

    assert (event["path"], event["requestContext"]["path"]) == ("/people/5", "/prod/people/5")
    assert event["resource"] == "/people/{id}"


def test_a_request_without_anything_has_nulls() -> None:
    """What is not there is null, as on AWS."""
    event = event_of("GET", f"{URL}/people/me")
    assert [
        event["body"],
        event["queryStringParameters"],
        event["multiValueQueryStringParameters"],
        event["pathParameters"],
    ] == [None] * 4


@pytest.mark.parametrize(
    ("data", "body", "coded"),
    [
        ("é".encode(), "é", False),
        (b"\xff\x00", base64.b64encode(b"\xff\x00").decode(), True),
        (io.BytesIO(b"file"), "file", False),
        (iter([b"a", b"b"]), "ab", False),
        (b"", None, False),
    ],
)
def test_bodies(data: Any, body: str | None, *, coded: bool) -> None:
    """Text comes as it is, other bytes in base64; files and generators are read."""
    event = event_of("PUT", f"{URL}/people/5", data=data)
    assert (event["body"], event["isBase64Encoded"]) == (body, coded)


def test_the_answer_is_a_response_of_requests() -> None:
    """With status, reason, headers, encoding and everything that callers look at."""
    response = ask(
        answering(
            statusCode=201,
            headers={"Content-Type": "text/plain; charset=utf-8", "X-N": 5},
            multiValueHeaders={"X-Many": ["a", "b"]},
            body="é",
        )
    )

    assert (response.status_code, response.reason, response.text) == (201, "Created", "é")
    assert (response.headers["x-n"], response.headers["x-many"]) == ("5", "a, b")
    assert response.url == f"{URL}/people/5"
    assert response.raw.status == 201
    assert response.headers["x-amzn-RequestId"]


def test_base64_bodies_are_decoded() -> None:
    """Bytes come out as they were."""
    body = base64.b64encode(b"\xff\x00").decode()
    assert ask(answering(body=body, isBase64Encoded=True)).content == b"\xff\x00"


def test_content_type_is_json_unless_it_is_set() -> None:
    """The gateway's own default."""
    assert ask(answering(body="{}")).headers["Content-Type"] == "application/json"
    typed = answering(headers={"content-type": "text/html"})
    assert ask(typed).headers["Content-Type"] == "text/html"


def test_head_has_no_body() -> None:
    """Whatever the handler says."""
    assert ask(answering(body="x"), "HEAD").content == b""
    assert ask(answering(headers={"Content-Length": "1"}, body=""), "HEAD").content == b""


@pytest.mark.parametrize(
    "result",
    [
        None,
        "x",
        {},
        {"statusCode": "many"},
        {"statusCode": 200, "body": 5},
        {"statusCode": 200, "headers": []},
        {"statusCode": 200, "body": object()},
        {"statusCode": 200, "body": "x", "isBase64Encoded": True},
        {"statusCode": 200, "body": "\ud800"},
    ],
)
def test_a_result_that_the_gateway_does_not_understand_is_502(result: object) -> None:
    """The gateway's own error, in its own form."""
    if result == {"statusCode": 200, "headers": []}:
        assert ask(lambda *_: result).status_code == 200
        return
    response = ask(lambda *_: result)

    assert response.status_code == 502
    assert response.json() == {"message": "Internal server error"}


def test_a_handler_that_fails_is_502() -> None:
    """The gateway tells nothing of a function's error."""
    response = ask(lambda *_: 1 / 0)
    assert (response.status_code, "zero" in response.text) == (502, False)


def test_the_context_counts_down() -> None:
    """A handler can tell how long it still has."""
    now = [0.0]
    seen: list[Any] = []

    def handler(_: Any, context: Any) -> dict[str, Any]:
        seen.append(context.get_remaining_time_in_millis())
        now[0] = 1.5
        seen.append(context.get_remaining_time_in_millis())
        now[0] = 9.0
        seen.extend([context.get_remaining_time_in_millis(), context.invoked_function_arn])
        return {"statusCode": 204}

    adapter = InProcessAdapter(handler, seconds=3, clock=lambda: now[0])
    adapter.send(requests.Request("GET", URL).prepare())
    assert seen == [3000, 1500, 0, "arn:aws:lambda:eu-west-1:000000000000:function:in-process"]


@given(body=st.binary())
def test_any_bytes_survive(body: bytes) -> None:
    """In and out, as text or in base64."""

    def echo(event: dict[str, Any], _: object) -> dict[str, Any]:
        return {
            "statusCode": 200,
            "body": event["body"],
            "isBase64Encoded": event["isBase64Encoded"],
        }

    assert ask(echo, "PUT", data=body).content == body


def test_several_threads_may_use_one_adapter() -> None:
    """Each gets the answer to its own request."""

    def echo(event: dict[str, Any], _: object) -> dict[str, Any]:
        return {"statusCode": 200, "body": json.dumps(event["pathParameters"])}

    adapter = InProcessAdapter(echo, OPERATIONS)

    def one(number: int) -> object:
        request = requests.Request("GET", f"{URL}/people/{number}").prepare()
        return adapter.send(request, timeout=1, stream=True).json()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(one, range(200))) == [{"id": str(n)} for n in range(200)]
    adapter.close()
