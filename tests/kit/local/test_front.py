"""A handler behind an address on loopback gets true events, and its answers arrive."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from pactwright.local.front import front
from pactwright.local.inprocess import InProcessAdapter
from pactwright.local.loopback import HOST


def echo(event: Mapping[str, Any], _: object) -> dict[str, Any]:
    """Tell what came, as the path wants it told."""
    if event["path"] == "/fails":
        raise LookupError
    if event["path"] == "/nothing":
        return {"statusCode": 204}
    return {
        "statusCode": 201,
        "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]},
        "body": json.dumps(event),
    }


@pytest.fixture(scope="module")
def connection() -> Iterator[http.client.HTTPConnection]:
    """A connection to the handler, which stays open over requests."""
    address = front(InProcessAdapter(echo))
    with address.serving():
        opened = http.client.HTTPConnection(HOST, address.port, timeout=10)
        yield opened
        opened.close()


def test_a_request_becomes_an_event(connection: http.client.HTTPConnection) -> None:
    """Method, path, query, headers and body."""
    connection.putrequest("POST", "/pets?name=a&name=%2F")
    connection.putheader("X-Twice", "1")
    connection.putheader("X-Twice", "2")
    connection.putheader("Content-Length", "3")
    connection.endheaders(b"cat")
    answer = connection.getresponse()
    event = json.loads(answer.read())

    assert answer.status == 201
    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    assert (event["httpMethod"], event["path"], event["body"]) == ("POST", "/pets", "cat")
    assert event["multiValueQueryStringParameters"] == {"name": ["a", "/"]}
    assert {name.lower(): value for name, value in event["headers"].items()}["x-twice"] == "1, 2"
    assert event["requestContext"]["domainName"] == f"{HOST}:{connection.port}"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("HEAD", "/pets", 201), ("GET", "/nothing", 204), ("DELETE", "/fails", 502)],
)
def test_answers_end_where_they_should(
    connection: http.client.HTTPConnection, method: str, path: str, status: int
) -> None:
    """Without a body, too: the next request is read from where it begins."""
    connection.request(method, path)
    answer = connection.getresponse()
    body = answer.read()
    connection.request("GET", "/pets")
    following = connection.getresponse()
    following.read()

    assert (answer.status, following.status) == (status, 201)
    assert bool(body) == (status == 502)


def test_a_body_without_a_certain_end_is_refused(connection: http.client.HTTPConnection) -> None:
    """And its connection is closed."""
    with socket.create_connection((HOST, connection.port), timeout=10) as raw:
        raw.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n")
        said = b"".join(iter(lambda: raw.recv(4096), b""))

    assert said.startswith(b"HTTP/1.1 400 ")
