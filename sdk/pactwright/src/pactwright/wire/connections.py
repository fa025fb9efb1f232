"""HTTP connections that end in time, as mixins for urllib3's and botocore's.

A timeout of a socket is for one wait: for each address of a host, and for each piece of an answer.
A peer that sends a byte now and then, in its header fields or in its body, keeps a call waiting as
long as it likes. Here each wait is cut to what `deadlines` says is left, and the addresses of a
host share one timeout. What can't be cut is the resolving of a host's name.
"""

from __future__ import annotations

import http.client
import io
import socket
import sys
import time
from typing import Any, Final

from urllib3.connection import HTTPConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import allowed_gai_family

from pactwright.wire.deadlines import left

_LEAST: Final = 0.001
"""Seconds; a socket takes zero for "don't wait at all"."""


class _Hurried(io.RawIOBase):
    """What a socket receives, each wait no longer than there is time."""

    def __init__(self, sock: socket.socket, raw: socket.SocketIO) -> None:
        super().__init__()
        self._sock = sock
        self._raw = raw

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._raw.fileno()

    def readinto(self, buffer: Any) -> int | None:
        seconds = left()
        if seconds <= 0:
            raise TimeoutError("no time is left to read")
        timeout = self._sock.gettimeout()
        if timeout is None or seconds < timeout:
            self._sock.settimeout(max(seconds, _LEAST) if seconds < float("inf") else None)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class HurriedResponse(http.client.HTTPResponse):
    """An answer whose head and body come in time, or with a TimeoutError."""

    def __init__(self, sock: Any, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        raw: Any = self.fp.detach()
        self.fp = io.BufferedReader(_Hurried(sock, raw))


class HurriedConnection(HTTPConnection):
    """A mixin: a connection that is made, written to and read from in time.

    Attributes:
        clock: a monotonic clock, in seconds.
        resolve: finds the addresses of a host, as `socket.getaddrinfo` does.
    """

    response_class: Any = HurriedResponse
    clock = staticmethod(time.monotonic)
    resolve = staticmethod(socket.getaddrinfo)

    def send(self, data: Any) -> None:
        """Send, waiting no longer than for a connection."""
        if self.sock is not None:
            self.sock.settimeout(_cut(self._seconds()))
        super().send(data)

    def _seconds(self) -> float | None:
        """The timeout that urllib3 was told for connecting."""
        return self.timeout if isinstance(self.timeout, int | float) else None

    def _new_conn(self) -> socket.socket:
        try:
            connected = self._connected()
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            message = f"Connection to {self.host} timed out. (connect timeout={self.timeout})"
            raise ConnectTimeoutError(self, message) from error
        except OSError as error:
            message = f"Failed to establish a new connection: {error}"
            raise NewConnectionError(self, message) from error
        sys.audit("http.client.connect", self, self.host, self.port)  # as the base class does
        return connected

    def _connected(self) -> socket.socket:
        """A socket to the first address that takes it; what is left of its time is for TLS."""
        seconds = _cut(self._seconds())
        ends = None if seconds is None else self.clock() + seconds
        host = self._dns_host.strip("[]")
        found = self.resolve(host, self.port, allowed_gai_family(), socket.SOCK_STREAM)
        failed: OSError = OSError("the host has no address")
        for tried, address in enumerate(found):
            rest = None if ends is None else max(ends - self.clock(), _LEAST)
            try:
                sock = self._reached(address, rest, len(found) - tried)
            except OSError as error:
                failed = error
                continue
            sock.settimeout(None if ends is None else max(ends - self.clock(), _LEAST))
            return sock
        raise failed

    def _reached(self, address: Any, seconds: float | None, share: int) -> socket.socket:
        family, kind, protocol, _, place = address
        sock = socket.socket(family, kind, protocol)
        try:
            for option in self.socket_options or ():
                sock.setsockopt(*option)
            sock.settimeout(None if seconds is None else seconds / share)
            if self.source_address:
                sock.bind(self.source_address)
            sock.connect(place)
        except BaseException:
            sock.close()
            raise
        return sock


def _cut(seconds: float | None) -> float | None:
    """A span of time, cut to what is left; None where there is no end to either."""
    rest = left()
    if rest <= 0:
        raise TimeoutError("no time is left")
    if seconds is None or rest < seconds:
        seconds = None if rest == float("inf") else max(rest, _LEAST)
    return seconds
