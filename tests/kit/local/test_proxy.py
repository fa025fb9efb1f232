"""The proxy passes requests and answers on as they are."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pactwright.local.errors import LocalError
from pactwright.local.proxy import Exchange, Proxy, Target

Headers = list[tuple[str, str]]


@dataclass
class Gateway:
    """What stands behind the proxy: keeps what it gets, answers what it is told."""

    port: int = 0
    lines: list[str] = field(default_factory=list)
    headers: list[Headers] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    answer: tuple[int, Headers, bytes] = (200, [], b"")


@contextmanager
def listening(gateway: Gateway) -> Iterator[Gateway]:
    """Run a gateway."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def __getattr__(self, name: str) -> Callable[[], None]:
            if name.startswith("do_"):
                return self.anything
            raise AttributeError(name)

        def anything(self) -> None:
            gateway.lines.append(self.requestline)
            gateway.headers.append(list(self.headers.items()))
            gateway.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            status, headers, body = gateway.answer
            self.send_response_only(status)
            for name, value in headers:
                self.send_header(name, value)
            if status not in (204, 304):
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(b"" if self.command == "HEAD" else body)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        gateway.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield gateway
        server.shutdown()
        thread.join()


@dataclass
class Setup:
    """A proxy before a gateway."""

    proxy: Proxy
    gateway: Gateway
    seen: list[Exchange]

    def request(
        self,
        method: str = "GET",
        path: str = "/a",
        headers: Headers | None = None,
        body: bytes = b"",
    ) -> tuple[int, Headers, bytes]:
        """Send a request as it is, adding nothing but what HTTP needs."""
        connection = http.client.HTTPConnection("127.0.0.1", self.proxy.port, timeout=10)
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers or ():
            connection.putheader(name, value)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response.status, response.getheaders(), content

    def raw(self, sent: bytes) -> bytes:
        """Send bytes, return all that comes back until the connection ends."""
        with socket.create_connection(("127.0.0.1", self.proxy.port), timeout=10) as connection:
            connection.sendall(sent)
            received = b""
            while chunk := connection.recv(65_536):
                received += chunk
        return received


@pytest.fixture(scope="module")
def passing() -> Iterator[Setup]:
    """A proxy and what stands behind it."""
    seen: list[Exchange] = []
    proxy = Proxy("pets", observe=seen.append)
    with listening(Gateway()) as gateway, proxy.serving():
        proxy.target = Target(gateway.port, "/_aws/execute-api/x/live")
        yield Setup(proxy, gateway, seen)


@pytest.mark.parametrize(
    "method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"]
)
def test_any_method_passes(passing: Setup, method: str) -> None:
    """The gateway says which ones there are, not the proxy."""
    passing.gateway.answer = (200, [], b"x")
    _, headers, body = passing.request(method)

    assert passing.gateway.lines[-1].split()[0] == method
    assert body == (b"" if method == "HEAD" else b"x")
    assert ("Content-Length", "1") in headers


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(path=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40))
def test_path_and_query_pass_to_the_byte(passing: Setup, path: str) -> None:
    """Nothing is decoded, sorted, or put in another order."""
    passing.gateway.answer = (200, [], b"")
    passing.request(path=f"/x{path}")

    assert passing.gateway.lines[-1] == f"GET /_aws/execute-api/x/live/x{path} HTTP/1.1"


def test_request_headers_pass_in_order_and_repeated(passing: Setup) -> None:
    """All but those that are about the connection; Host too."""
    passing.gateway.answer = (200, [], b"")
    sent = [
        ("X-A", "1"),
        ("Cookie", "a=b"),
        ("x-a", "2"),
        ("Authorization", "Basic eDp5"),
        ("TE", "trailers"),
    ]
    passing.request(headers=sent)

    got = passing.gateway.headers[-1]
    assert got[:5] == [("Host", f"127.0.0.1:{passing.proxy.port}"), *sent[:4]]
    assert "TE" not in dict(got)


def test_the_forwarding_headers_are_the_gateways_own(passing: Setup) -> None:
    """As on AWS, a client can't say where it is."""
    passing.request(headers=[("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https")])

    got = dict(passing.gateway.headers[-1])
    assert (got["X-Forwarded-For"], got["X-Forwarded-Proto"]) == ("127.0.0.1", "http")


@pytest.mark.parametrize("body", [b"{}", bytes(range(256)) * 5000])
def test_bodies_pass_both_ways(passing: Setup, body: bytes) -> None:
    """To the byte, also large ones."""
    passing.gateway.answer = (201, [("Content-Type", "application/octet-stream")], body)
    status, _, answered = passing.request("POST", body=body)

    assert (status, answered) == (201, body)
    assert passing.gateway.bodies[-1] == body


def test_a_chunked_body_arrives_whole(passing: Setup) -> None:
    """The gateway gets it with its length."""
    passing.gateway.answer = (200, [], b"")
    head = b"POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    passing.raw(head + b"3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nTrailer: 1\r\n\r\n")

    assert passing.gateway.bodies[-1] == b"abcdefg"


def test_answers_keep_repeated_headers(passing: Setup) -> None:
    """Each Set-Cookie is a line of its own."""
    cookies = [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Connection", "keep-alive")]
    passing.gateway.answer = (200, cookies, b"")
    _, headers, _ = passing.request()

    assert [value for name, value in headers if name == "Set-Cookie"] == ["a=1", "b=2"]
    assert "Connection" not in dict(headers)


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_body_leaves_the_connection_usable(passing: Setup, status: int) -> None:
    """The next request on the same connection gets its own answer."""
    passing.gateway.answer = (status, [("ETag", '"1"')], b"")
    connection = http.client.HTTPConnection("127.0.0.1", passing.proxy.port, timeout=10)

    for _ in range(2):
        connection.request("GET", "/a")
        response = connection.getresponse()
        assert (response.status, response.read(), response.headers["ETag"]) == (status, b"", '"1"')
        assert "Content-Length" not in response.headers
    connection.close()


def test_each_request_is_told(passing: Setup) -> None:
    """With its service, path, status, time and the id by which logs know it."""
    passing.gateway.answer = (404, [("x-amzn-RequestId", "gateway"), ("X-Request-Id", "abc")], b"")
    passing.request("DELETE", "/a?b=c")

    seen = passing.seen[-1]
    assert (seen.service, seen.method, seen.path) == ("pets", "DELETE", "/a?b=c")
    assert (seen.status, seen.request_id) == (404, "abc")
    assert 0 < seen.milliseconds < 10_000


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: many\r\n\r\n",
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: +1\r\n\r\n",
        b"Content-Length: 1_0\r\n\r\n",
        b"Content-Length:\r\n\r\n",
        b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: gzip\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n-1\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n",
    ],
)
def test_a_body_without_a_certain_end_is_refused(passing: Setup, framing: bytes) -> None:
    """With 400 and the end of the connection: what follows is not taken for a request."""
    before = len(passing.gateway.lines)
    answer = passing.raw(
        b"POST /a HTTP/1.1\r\nHost: h\r\n" + framing + b"GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"
    )

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"\r\nConnection: close\r\n" in answer
    assert answer.count(b"HTTP/1.1") == 1
    assert len(passing.gateway.lines) == before


def test_a_length_may_be_repeated(passing: Setup) -> None:
    """The same one twice leaves no doubt."""
    passing.gateway.answer = (200, [], b"")
    twice = b"Content-Length: 2\r\nContent-Length: 2\r\n"
    answer = passing.raw(b"POST /a HTTP/1.1\r\nConnection: close\r\n" + twice + b"\r\n{}")

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert passing.gateway.bodies[-1] == b"{}"


def test_without_a_gateway_the_answer_is_a_problem() -> None:
    """Before the deployment, and when the emulator is gone."""
    proxy = Proxy("pets")
    with proxy.serving():
        setup = Setup(proxy, Gateway(), [])
        early = setup.request()
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            proxy.target = Target(closed.getsockname()[1])
            late = setup.request()

    for status, headers, body in (early, late):
        assert status == 502
        assert dict(headers)["Content-Type"] == "application/problem+json"
        assert b"pets can't be asked" in body


def test_a_taken_port_is_told_plainly() -> None:
    """With the port, whose it was to be, and what to do."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(LocalError, match=rf"port {port} .*pets.*--port"):
            Proxy("pets", port)
