"""A server on loopback that answers every method by one function."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl

from pactwright.local.bodies import read_body
from pactwright.local.loopback import BODILESS, HOST, Handler, Server
from pactwright.wire import ResponseMessage

_SET_HERE: Final = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A request as it came.

    Attributes:
        target: path and query, percent-encoded.
        headers: by lower-case name; repeated ones are joined by a comma.
    """

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""

    def __str__(self) -> str:
        return f"{self.method} {self.target}"

    @property
    def path(self) -> str:
        """Percent-encoded, without the query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> dict[str, tuple[str, ...]]:
        """Each name's values, decoded."""
        found: dict[str, tuple[str, ...]] = {}
        pairs = parse_qsl(self.target.partition("?")[2], keep_blank_values=True)
        for name, value in pairs:
            found[name] = (*found.get(name, ()), value)
        return found


Respond = Callable[[Received], ResponseMessage | None]
"""Answers a request, from any thread; None ends the connection without an answer."""


class Endpoint:
    """Listens from the moment that it is made, and serves in a block.

    Attributes:
        port: on loopback.

    Args:
        respond: what answers.
        port: to listen on; 0 takes a free one.

    Raises:
        OSError: the port is taken.
    """

    def __init__(self, respond: Respond, port: int = 0) -> None:
        self._server = _Server(respond, port)
        self.port = self._server.port

    @property
    def url(self) -> str:
        """Where it is, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    @contextlib.contextmanager
    def serving(self) -> Iterator[str]:
        """Serve until the block ends; gives the URL."""
        with self._server.serving():
            yield self.url

    def hang_up(self) -> None:
        """End all connections, also those whose clients wait for an answer."""
        self._server.hang_up()


class _Server(Server):
    def __init__(self, respond: Respond, port: int) -> None:
        self.respond = respond
        super().__init__(port, _Handler)


class _Handler(Handler):
    server: _Server

    def serve(self) -> None:
        """Answer the request."""
        try:
            body = read_body(self.headers, self.rfile)
        except ValueError as error:
            self.close_connection = True
            self._send(ResponseMessage(400, {"Content-Type": "text/plain"}, str(error).encode()))
            return
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            key = name.lower()
            headers[key] = f"{headers[key]}, {value}" if key in headers else value
        request = Received(method=self.command, target=self.path, headers=headers, body=body)
        answer = self.server.respond(request)
        if answer is None:
            self.close_connection = True
        else:
            self._send(answer)

    def _send(self, answer: ResponseMessage) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in _SET_HERE:
                self.send_header(name, value)
        if answer.status not in BODILESS:
            self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD" and answer.status not in BODILESS:
            self.wfile.write(answer.body)
