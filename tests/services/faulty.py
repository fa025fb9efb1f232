"""A server on loopback that answers as it should, until it is told a fault: by true sockets.

Doubles can't show what a socket does: a reset, a head or a body that drips, a body that is cut off,
silence, a length that is wrong.
"""

from __future__ import annotations

import json
import math
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import IO, Any, Final
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter

from pactwright.local.emulator import free_port

DRIP_SECONDS: Final = 0.02
GIVEN_UP_SECONDS: Final = 20.0

JSON: Final = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def action(self) -> str:
        """What is asked of AWS, such as PutItem; empty for others."""
        return self.headers.get("x-amz-target", "").rpartition(".")[2]

    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)


@dataclass(slots=True)
class Exchange:
    """One request, to be answered over its connection.

    Attributes:
        forward: does what is asked; gives the right answer, as it goes over the wire.
    """

    connection: socket.socket
    asked: Asked
    forward: Callable[[Asked], bytes]
    stopped: threading.Event

    def send(self, data: bytes) -> None:
        """Send bytes."""
        self.connection.sendall(data)

    def drip(self) -> None:
        """Send a byte now and then, until the other side has had enough."""
        for _ in range(int(GIVEN_UP_SECONDS / DRIP_SECONDS)):
            if self.stopped.wait(DRIP_SECONDS):
                return
            self.send(b" ")

    def hush(self) -> None:
        """Say nothing, until the other side has had enough."""
        self.connection.settimeout(GIVEN_UP_SECONDS)
        with suppress(OSError):
            self.connection.recv(1)


Fault = Callable[[Exchange], bool]
"""Answers a request; whether the connection is kept."""


def answer(status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> bytes:
    """An answer as it goes over the wire."""
    lines = [f"HTTP/1.1 {status} ."]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if not any(name.lower() == "content-length" for name in headers or {}):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def answering(status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Fault:
    """Something else comes back."""

    def fault(exchange: Exchange) -> bool:
        exchange.send(answer(status, body, headers))
        return True

    return fault


def ending(*before: bytes) -> Fault:
    """The connection ends, after some bytes."""

    def fault(exchange: Exchange) -> bool:
        exchange.send(b"".join(before))
        return False

    return fault


def refused(exchange: Exchange) -> bool:
    """No connection: nobody listens."""
    raise AssertionError(f"{exchange.asked.path} is asked of nobody")


def reset(exchange: Exchange) -> bool:
    """The connection is reset (RST)."""
    exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def lost(exchange: Exchange) -> bool:
    """It is done, but its answer is lost."""
    exchange.forward(exchange.asked)
    return False


def silent(exchange: Exchange) -> bool:
    """Nothing comes."""
    exchange.hush()
    return False


def dripping_head(exchange: Exchange) -> bool:
    """A header field that never ends."""
    exchange.send(b"HTTP/1.1 200 OK\r\nX-Long: ")
    exchange.drip()
    return False


def dripping_body(exchange: Exchange) -> bool:
    """A body that takes for ever."""
    exchange.send(answer(200, b"", {**JSON, "Content-Length": "1000000"}))
    exchange.drip()
    return False


def cut_off(exchange: Exchange) -> bool:
    """Done, and half of the answer's body comes."""
    head, _, body = exchange.forward(exchange.asked).partition(b"\r\n\r\n")
    exchange.send(head + b"\r\n\r\n" + body[: len(body) // 2])
    return False


class FaultyServer:
    """Answers by a function, or by a fault while one is set.

    Args:
        forward: gives the right answer to a request.

    Attributes:
        fault: answers in its place; None for none.
        only: says which requests that concerns.
        times: how often it does at most.
        came: the requests that came.
    """

    def __init__(self, forward: Callable[[Asked], bytes]) -> None:
        self.fault: Fault | None = None
        self.only: Callable[[Asked], bool] = lambda _: True
        self.times = math.inf
        self.came: list[Asked] = []
        self._forward = forward
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def way(self) -> str:
        """The URL to send the next request to; nobody listens there, where that is the fault."""
        with self._lock:
            if self.fault is not refused or self.times <= 0:
                return self.url
            self.times -= 1
        return f"http://127.0.0.1:{free_port()}"

    def break_(self, fault: Fault | None, times: float = math.inf) -> None:
        """Begin with a fault, or end it; what came before is forgotten."""
        with self._lock:
            self.fault, self.times = fault, times
            self.came.clear()

    @contextmanager
    def serving(self) -> Iterator[FaultyServer]:
        """Serve until the block ends."""
        thread = threading.Thread(target=self._accept, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._stopped.set()
            self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
            for connection in list(self._open):
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            thread.join()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        self._open.add(connection)
        with connection, suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            stream = connection.makefile("rb")
            while (asked := _read(stream)) is not None:
                exchange = Exchange(connection, asked, self._forward, self._stopped)
                if not self._answered(exchange):
                    break
            stream.close()
        self._open.discard(connection)

    def _answered(self, exchange: Exchange) -> bool:
        with self._lock:
            self.came.append(exchange.asked)
            fault = self.fault if self.times > 0 and self.only(exchange.asked) else None
            if fault is not None:
                self.times -= 1
        if fault is not None:
            return fault(exchange)
        exchange.send(self._forward(exchange.asked))
        return True


def _read(stream: IO[bytes]) -> Asked | None:
    line = stream.readline().decode("latin-1").split()
    if len(line) != 3:
        return None
    headers: dict[str, str] = {}
    while field := stream.readline().decode("latin-1").strip():
        name, _, value = field.partition(":")
        headers[name.lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", "0")))
    return Asked(line[0], line[1], headers, body or b"")


_OF_A_HOP: Final = frozenset({"host", "connection", "content-length", "accept-encoding"})


def to_adapter(adapter: BaseAdapter, base_url: str) -> Callable[[Asked], bytes]:
    """Forwards requests by an adapter of requests, such as one to a handler in this process."""

    def forward(asked: Asked) -> bytes:
        headers = {name: v for name, v in asked.headers.items() if name not in _OF_A_HOP}
        url = f"{base_url}{asked.path}"
        request = requests.Request(asked.method, url, headers, data=asked.body or None)
        response = adapter.send(request.prepare())
        kept = {n: v for n, v in response.headers.items() if n.lower() not in _OF_A_HOP}
        return answer(response.status_code, response.content, kept)

    return forward


def to_url(url: str) -> Callable[[Asked], bytes]:
    """Forwards requests to another server, as they are."""

    def forward(asked: Asked) -> bytes:
        address = urlsplit(url)
        connection = HTTPConnection(address.hostname or "", address.port, timeout=60)
        try:
            connection.request(asked.method, asked.path, asked.body, dict(asked.headers))
            response = connection.getresponse()
            left_out = {*_OF_A_HOP, "transfer-encoding"}
            kept = {n: v for n, v in response.getheaders() if n.lower() not in left_out}
            return answer(response.status, response.read(), kept)
        finally:
            connection.close()

    return forward
