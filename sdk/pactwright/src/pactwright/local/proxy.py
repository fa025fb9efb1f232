"""A loopback address for each service: passes requests to the gateway and tells about each.

The gateway has one address for all APIs, with an id and a stage in the path, which change. The
proxy gives each service a short one that stays, and passes everything else on as it is: method,
path and query to the byte, every header in its order, repeated ones too, and the body.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from pactwright.local.bodies import read_body
from pactwright.local.errors import LocalError
from pactwright.local.loopback import BODILESS, HOST, Handler, Server
from pactwright.wire import PROBLEM_JSON

_HOP_BY_HOP: Final = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)  # RFC 9110 section 7.6.1
# Content-Length is said anew; the gateway sets the forwarding headers, whatever the client says.
_NOT_PASSED_ON: Final = _HOP_BY_HOP | {
    "content-length",
    "expect",
    "x-forwarded-for",
    "x-forwarded-port",
    "x-forwarded-proto",
}
_ASCII: Final = "".join(map(chr, range(33, 127)))
_TIMEOUT: Final = 35.0  # more than the gateway waits for a function
_IDLE: Final = 20.0  # less than the emulator keeps an idle connection


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and how it was answered.

    Attributes:
        service: who answered.
        method: of the request.
        path: of the request, with its query.
        status: of the answer.
        milliseconds: between the two.
        request_id: the one that the answer tells, "" if it tells none.
    """

    service: str
    method: str
    path: str
    status: int
    milliseconds: float
    request_id: str


@dataclass(frozen=True, slots=True)
class Target:
    """Where requests go: an address on loopback, and what is put before each path."""

    port: int
    prefix: str = ""


class Proxy:
    """One service's address. Listens from the start, answers 502 until it has a target.

    Attributes:
        service: whose address it is.
        port: on loopback.
        target: where requests go.

    Args:
        service: see above.
        port: see above; 0 takes a free one.
        observe: called after each request, in the thread that served it.

    Raises:
        LocalError: something else listens on the port.
    """

    def __init__(
        self, service: str, port: int = 0, observe: Callable[[Exchange], object] = lambda _: None
    ) -> None:
        self.service = service
        self.target: Target | None = None
        self.observe = observe
        try:
            self._server = _Server(port, self)
        except OSError as error:
            raise LocalError(
                f"port {port} on {HOST}, for {service}, is taken: stop what listens there, or "
                f"choose others with --port ({error.strerror})"
            ) from error
        self.port = self._server.port

    @property
    def url(self) -> str:
        """The service's address."""
        return f"http://{HOST}:{self.port}"

    @contextlib.contextmanager
    def serving(self) -> Iterator[Proxy]:
        """Serve until the block ends."""
        with self._server.serving():
            yield self


class _Server(Server):
    def __init__(self, port: int, proxy: Proxy) -> None:
        self.proxy = proxy
        super().__init__(port, _Handler)


class _Handler(Handler):
    server: _Server

    def setup(self) -> None:
        """Begin a connection."""
        super().setup()
        self._upstream: http.client.HTTPConnection | None = None
        self._used = 0.0

    def finish(self) -> None:
        """End a connection."""
        self._drop_upstream()
        super().finish()

    def serve(self) -> None:
        """Pass the request on, and its answer back."""
        started = time.perf_counter()
        proxy = self.server.proxy
        try:
            status, headers, body = self._ask(proxy.target, read_body(self.headers, self.rfile))
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._drop_upstream()
            self.close_connection = True  # where the next request begins may not be known
            status, headers, body = _failure(proxy, error)
        self._answer(status, headers, body)
        elapsed = (time.perf_counter() - started) * 1000
        request_id = _request_id(headers)
        proxy.observe(Exchange(proxy.service, self.command, self.path, status, elapsed, request_id))

    def _ask(self, target: Target | None, body: bytes) -> _Answer:
        if target is None:
            raise ConnectionRefusedError("the service is not deployed yet")
        connection = self._connection(target)
        path = target.prefix + quote(self.path, safe=_ASCII, encoding="latin-1")
        connection.putrequest(self.command, path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in _NOT_PASSED_ON:
                connection.putheader(name, value.encode("latin-1"))
        connection.putheader("X-Forwarded-For", str(self.client_address[0]))
        connection.putheader("X-Forwarded-Proto", "http")
        connection.putheader("X-Forwarded-Port", str(self.server.proxy.port))
        if body or "Content-Length" in self.headers:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        response = connection.getresponse()
        content = response.read()
        self._used = time.monotonic()
        return response.status, response.getheaders(), content

    def _connection(self, target: Target) -> http.client.HTTPConnection:
        if self._upstream is not None and (
            self._upstream.port != target.port or time.monotonic() - self._used > _IDLE
        ):
            self._drop_upstream()
        if self._upstream is None:
            self._upstream = http.client.HTTPConnection(HOST, target.port, timeout=_TIMEOUT)
        return self._upstream

    def _drop_upstream(self) -> None:
        if self._upstream is not None:
            self._upstream.close()
            self._upstream = None

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        names = {name.lower() for name, _ in headers}
        for name, value in headers:
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        if "content-length" not in names and self.command != "HEAD" and status not in BODILESS:
            self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


_Answer = tuple[int, list[tuple[str, str]], bytes]


def _failure(proxy: Proxy, error: Exception) -> _Answer:
    """What the proxy itself answers when the gateway can't be asked."""
    client_error = isinstance(error, ValueError)
    status = HTTPStatus.BAD_REQUEST if client_error else HTTPStatus.BAD_GATEWAY
    problem = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status,
        "detail": f"{proxy.service} can't be asked: {error}",
    }
    return status, [("Content-Type", PROBLEM_JSON)], json.dumps(problem).encode()


def _request_id(headers: list[tuple[str, str]]) -> str:
    values = {name.lower(): value for name, value in headers}
    return values.get("x-request-id") or values.get("x-amzn-requestid", "")
