"""The one place where errors of requests, urllib3 and the socket become the kit's own."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator, Sequence
from typing import Final

from requests import exceptions as rq
from urllib3 import exceptions as u3

from pactwright.client.errors.failures import (
    ArgumentError,
    ClientError,
    ConnectError,
    ConnectionLost,
    ConnectTimeout,
    ProtocolError,
    ProxyError,
    ReadTimeout,
    TLSError,
    TransportError,
)
from pactwright.client.request import Request

LOWER_ERRORS: Final = (OSError, http.client.HTTPException, u3.HTTPError, u3.ProxySchemeUnsupported)
"""What a transport may raise: requests' own errors are OSErrors."""

_Row = tuple[type[ClientError], str, tuple[type[BaseException], ...]]

# The first row that fits any error of the chain wins: the most specific come first.
_ROWS: Final[Sequence[_Row]] = (
    (
        ProxyError,
        "the proxy can't be used",
        (
            *(u3.ProxyError, u3.ProxySchemeUnknown, u3.ProxySchemeUnsupported),
            *(rq.ProxyError, rq.InvalidProxyURL, rq.InvalidSchema),
        ),
    ),
    (TLSError, "the connection can't be trusted", (ssl.SSLError, u3.SSLError, rq.SSLError)),
    (
        ConnectError,
        "could not connect",
        (u3.NewConnectionError, ConnectionRefusedError, socket.gaierror),
    ),
    (ConnectTimeout, "could not connect in time", (u3.ConnectTimeoutError, rq.ConnectTimeout)),
    (
        ReadTimeout,
        "no answer in time",
        (u3.ReadTimeoutError, u3.TimeoutError, rq.Timeout, TimeoutError),
    ),
    (
        ConnectionLost,
        "the connection ended before the answer was whole",
        (u3.IncompleteRead, http.client.RemoteDisconnected, ConnectionError),
    ),
    (
        ProtocolError,
        "the answer can't be read",
        (
            *(u3.InvalidChunkLength, u3.ResponseNotChunked, u3.BodyNotHttplibCompatible),
            *(u3.DecodeError, u3.HeaderParsingError, u3.InvalidHeader, rq.ContentDecodingError),
            *(http.client.BadStatusLine, http.client.LineTooLong, http.client.UnknownProtocol),
            *(http.client.UnknownTransferEncoding, rq.JSONDecodeError),
        ),
    ),
    (
        ConnectionLost,
        "the connection ended before the answer was whole",
        (http.client.IncompleteRead, u3.ProtocolError),
    ),
    (
        ArgumentError,
        "the request can't be sent",
        (
            *(u3.LocationValueError, u3.UnrewindableBodyError),
            *(rq.InvalidURL, rq.InvalidHeader, rq.MissingSchema, rq.URLRequired),
            *(rq.InvalidJSONError, rq.UnrewindableBodyError, http.client.InvalidURL),
        ),
    ),
    (
        ConnectionLost,
        "the connection ended before the answer was whole",
        (rq.ChunkedEncodingError, rq.ConnectionError),
    ),
)


def map_error(error: BaseException, request: Request) -> tuple[ClientError, BaseException | None]:
    """The kit's error for a lower one, and what may be shown as its cause.

    Only errors of the socket, TLS and the body's length are shown: the texts of the others hold
    the URL with its query.
    """
    chain = tuple(_chain(error))
    cause = next((e for e in reversed(chain) if _is_harmless(e)), None)
    found, what = next(
        ((found, what) for found, what, types in _ROWS if any(isinstance(e, types) for e in chain)),
        (TransportError, "the request failed"),
    )
    detail = cause if cause is not None and str(cause) else type(chain[-1]).__name__
    return found(f"{request}: {what} ({detail})", request=request.described()), cause


def _is_harmless(error: BaseException) -> bool:
    if isinstance(error, rq.RequestException):
        return False
    return isinstance(error, OSError | u3.IncompleteRead)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and those that it wraps: as its reason, among its arguments, or as its cause."""
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        inner = [getattr(following, "reason", None), *following.args, following.__cause__]
        following = next((e for e in inner if isinstance(e, BaseException)), None)
