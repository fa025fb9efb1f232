from __future__ import annotations

import http.client
import inspect
import socket
import ssl
from typing import Any

import pytest
import requests
import urllib3
from requests import exceptions as rq
from urllib3 import exceptions as u3

from pactwright.client import errors
from pactwright.client.errors.mapping import LOWER_ERRORS, map_error
from pactwright.client.request import Request

REQUEST = Request(operation="get", method="GET", url="http://x/y?key=hush")
POOL: Any = urllib3.HTTPConnectionPool("x")
CONNECTION: Any = urllib3.connection.HTTPConnection("x")
REFUSED = ConnectionRefusedError(111, "Connection refused")


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


NEW_CONNECTION = caused(u3.NewConnectionError(CONNECTION, "refused"), REFUSED)
TLS = ssl.SSLCertVerificationError(1, "certificate verify failed")

# Every exception that requests and urllib3 define, with what it becomes.
EXPECTED: dict[type[BaseException], tuple[BaseException, type[errors.ClientError]]] = {
    type(error): (error, expected)
    for error, expected in [
        # requests
        (rq.RequestException(), errors.TransportError),
        (rq.InvalidJSONError(), errors.ArgumentError),
        (rq.JSONDecodeError("m", "d", 0), errors.ProtocolError),
        (rq.HTTPError(), errors.TransportError),
        (rq.ConnectionError(), errors.ConnectionLost),
        (rq.ProxyError(), errors.ProxyError),
        (rq.SSLError(), errors.TLSError),
        (rq.Timeout(), errors.ReadTimeout),
        (rq.ConnectTimeout(), errors.ConnectTimeout),
        (rq.ReadTimeout(), errors.ReadTimeout),
        (rq.URLRequired(), errors.ArgumentError),
        (rq.TooManyRedirects(), errors.TransportError),
        (rq.MissingSchema(), errors.ArgumentError),
        (rq.InvalidSchema("Missing dependencies for SOCKS support."), errors.ProxyError),
        (rq.InvalidURL(), errors.ArgumentError),
        (rq.InvalidHeader(), errors.ArgumentError),
        (rq.InvalidProxyURL(), errors.ProxyError),
        (rq.ChunkedEncodingError(), errors.ConnectionLost),
        (rq.ContentDecodingError(), errors.ProtocolError),
        (rq.StreamConsumedError(), errors.TransportError),
        (rq.RetryError(), errors.TransportError),
        (rq.UnrewindableBodyError(), errors.ArgumentError),
        # urllib3
        (u3.HTTPError(), errors.TransportError),
        (u3.PoolError(POOL, "m"), errors.TransportError),
        (u3.RequestError(POOL, "/", "m"), errors.TransportError),
        (u3.SSLError(TLS), errors.TLSError),
        (u3.ProxyError("m", REFUSED), errors.ProxyError),
        (u3.DecodeError(), errors.ProtocolError),
        (u3.ProtocolError("m"), errors.ConnectionLost),
        (u3.MaxRetryError(POOL, "/", None), errors.TransportError),
        (u3.HostChangedError(POOL, "/"), errors.TransportError),
        (u3.TimeoutStateError(), errors.TransportError),
        (u3.TimeoutError(), errors.ReadTimeout),
        (u3.ReadTimeoutError(POOL, "/", "m"), errors.ReadTimeout),
        (u3.ConnectTimeoutError(), errors.ConnectTimeout),
        (NEW_CONNECTION, errors.ConnectError),
        (u3.NameResolutionError("x", CONNECTION, socket.gaierror(-2, "?")), errors.ConnectError),
        (u3.EmptyPoolError(POOL, "m"), errors.TransportError),
        (u3.FullPoolError(POOL, "m"), errors.TransportError),
        (u3.ClosedPoolError(POOL, "m"), errors.TransportError),
        (u3.LocationValueError(), errors.ArgumentError),
        (u3.LocationParseError("x"), errors.ArgumentError),
        (u3.URLSchemeUnknown("x"), errors.ArgumentError),
        (u3.ResponseError(), errors.TransportError),
        (u3.ResponseNotChunked(), errors.ProtocolError),
        (u3.BodyNotHttplibCompatible(), errors.ProtocolError),
        (u3.IncompleteRead(1, 2), errors.ConnectionLost),
        (u3.InvalidChunkLength(urllib3.HTTPResponse(b""), b"x"), errors.ProtocolError),
        (u3.InvalidHeader(), errors.ProtocolError),
        (u3.ProxySchemeUnknown("x"), errors.ProxyError),
        (u3.ProxySchemeUnsupported(), errors.ProxyError),
        (u3.HeaderParsingError([], None), errors.ProtocolError),
        (u3.UnrewindableBodyError(), errors.ArgumentError),
    ]
}


def defined(module: Any) -> set[type[BaseException]]:
    return {
        value
        for value in vars(module).values()
        if inspect.isclass(value)
        and issubclass(value, BaseException)
        and not issubclass(value, Warning)
        and value.__module__ == module.__name__
    }


@pytest.mark.parametrize("cls", sorted(defined(rq) | defined(u3), key=repr), ids=repr)
def test_every_error_of_the_lower_layers_has_its_own(cls: type[BaseException]) -> None:
    """A release of requests or urllib3 that brings a new one fails here."""
    error, expected = EXPECTED[cls]

    mapped, _ = map_error(error, REQUEST)

    assert type(mapped) is expected
    assert isinstance(error, LOWER_ERRORS)


WRAPPED = [
    (rq.ConnectionError(u3.MaxRetryError(POOL, "/?key=hush", NEW_CONNECTION)), errors.ConnectError),
    (
        rq.ConnectTimeout(u3.MaxRetryError(POOL, "/?key=hush", u3.ConnectTimeoutError("hush"))),
        errors.ConnectTimeout,
    ),
    (rq.SSLError(u3.MaxRetryError(POOL, "/?key=hush", u3.SSLError(TLS))), errors.TLSError),
    (
        rq.ProxyError(u3.MaxRetryError(POOL, "/?key=hush", u3.ProxyError("m", REFUSED))),
        errors.ProxyError,
    ),
    (rq.ReadTimeout(u3.ReadTimeoutError(POOL, "/?key=hush", "m")), errors.ReadTimeout),
    (rq.ConnectionError(u3.ReadTimeoutError(POOL, "/?key=hush", "m")), errors.ReadTimeout),
    (
        rq.ConnectionError(u3.ProtocolError("aborted", http.client.RemoteDisconnected("closed"))),
        errors.ConnectionLost,
    ),
    (
        rq.ConnectionError(u3.ProtocolError("aborted", ConnectionResetError(104, "reset"))),
        errors.ConnectionLost,
    ),
    (
        rq.ConnectionError(u3.ProtocolError("aborted", http.client.BadStatusLine("hush"))),
        errors.ProtocolError,
    ),
    (
        rq.ChunkedEncodingError(u3.ProtocolError("broken", u3.IncompleteRead(10, 90))),
        errors.ConnectionLost,
    ),
    (http.client.IncompleteRead(b"hush"), errors.ConnectionLost),
    (http.client.InvalidURL("hush"), errors.ArgumentError),
    (http.client.HTTPException("hush"), errors.TransportError),
    (ConnectionRefusedError(111, "refused"), errors.ConnectError),
    (socket.gaierror(-2, "unknown"), errors.ConnectError),
    (TimeoutError("slow"), errors.ReadTimeout),
    (ConnectionResetError(104, "reset"), errors.ConnectionLost),
    (BrokenPipeError(32, "pipe"), errors.ConnectionLost),
    (TLS, errors.TLSError),
    (OSError(5, "I/O"), errors.TransportError),
]


@pytest.mark.parametrize(("error", "expected"), WRAPPED, ids=[repr(e)[:60] for e, _ in WRAPPED])
def test_wrapped_errors_are_told_by_what_they_wrap(
    error: BaseException, expected: type[errors.ClientError]
) -> None:
    """The most specific of the chain decides; texts with URLs or bytes in them are not shown."""
    mapped, cause = map_error(error, REQUEST)

    assert type(mapped) is expected
    assert "hush" not in f"{mapped!r} {cause!r}"
    assert str(mapped).startswith("GET http://x/y: ")


def test_the_text_says_what_the_system_said() -> None:
    """The innermost cause is the one that helps."""
    error = rq.ConnectionError(u3.MaxRetryError(POOL, "/", NEW_CONNECTION))

    mapped, cause = map_error(error, REQUEST)

    assert str(mapped) == "GET http://x/y: could not connect ([Errno 111] Connection refused)"
    assert cause is REFUSED


def test_an_error_that_causes_itself_ends() -> None:
    """A chain may be a ring."""
    error = requests.ConnectionError()
    error.__cause__ = error

    assert type(map_error(error, REQUEST)[0]) is errors.ConnectionLost
