"""Errors without an answer, or with one that can't be read."""

from __future__ import annotations

from collections.abc import Sequence

from pactwright.client.request import Request
from pactwright.wire import FieldError, ResponseMessage


class ClientError(Exception):
    """Base of all that a call raises.

    Attributes:
        request: what was asked, without its body and credentials; None where there was none yet.
    """

    def __init__(self, message: str, *, request: Request | None = None) -> None:
        super().__init__(message)
        self.request = request


class ArgumentError(ClientError, ValueError):
    """Nothing was sent: an argument or a setting can't be what it is.

    Attributes:
        errors: which arguments, where that is known.
    """

    def __init__(
        self, message: str, *, request: Request | None = None, errors: Sequence[FieldError] = ()
    ) -> None:
        super().__init__(message, request=request)
        self.errors = tuple(errors)


class MissingCredentials(ArgumentError):
    """The operation asks for credentials of a kind that the client doesn't have."""


class CredentialsError(ClientError):
    """No access token could be had for the call; `__cause__` says why."""


class TransportError(ClientError):
    """There was no answer, or not the whole of it."""


class ConnectError(TransportError):
    """The provider was never reached, so nothing was done."""


class ConnectTimeout(ConnectError, TimeoutError):
    """No connection came about in time."""


class ProxyError(ConnectError):
    """The proxy was not reached, or its URL is wrong."""


class TLSError(TransportError):
    """The connection can't be trusted: certificate, host name or protocol version."""


class ReadTimeout(TransportError, TimeoutError):
    """The provider was silent for too long; it may still have done what was asked."""


class ConnectionLost(TransportError):
    """The connection ended before the answer was whole; what was asked may have been done."""


class ProtocolError(TransportError):
    """What came is not HTTP, or is badly compressed."""


class DeadlineExceeded(TransportError, TimeoutError):
    """The whole call, retries included, took longer than it was given."""


class InvalidResponse(ClientError):
    """The provider reports success, but the answer is not what the document declares.

    Attributes:
        response: the answer.
        errors: what was wrong in it and where.
    """

    def __init__(
        self,
        message: str,
        *,
        request: Request | None = None,
        response: ResponseMessage | None = None,
        errors: Sequence[FieldError] = (),
    ) -> None:
        super().__init__(message, request=request)
        self.response = response
        self.errors = tuple(errors)


class ResponseTooLarge(InvalidResponse):
    """The answer is larger than the client takes; reading it was given up."""
