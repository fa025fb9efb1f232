"""Errors for answers whose status is not success."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from pactwright.client.errors.failures import ClientError
from pactwright.client.request import Request
from pactwright.client.response import request_id
from pactwright.wire import FieldError, Problem, ResponseMessage


class StatusError(ClientError):
    """The provider answered, and not with success.

    Attributes:
        response: the answer as it came.
        body: its body, as the type that the document declares for it; None where it doesn't fit.
        problem: its body as problem details (RFC 9457); None where it is none.
        retry_after: seconds to wait, where the provider says so.
    """

    code: ClassVar[int] = 0

    def __init__(
        self,
        message: str,
        *,
        request: Request | None = None,
        response: ResponseMessage | None = None,
        body: Any = None,
        problem: Problem | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, request=request)
        self.response = response
        self.body = body
        self.problem = problem
        self.retry_after = retry_after

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.code if self.response is None else self.response.status

    @property
    def headers(self) -> Mapping[str, str]:
        """The answer's header fields."""
        return {} if self.response is None else self.response.headers

    @property
    def errors(self) -> tuple[FieldError, ...]:
        """What was wrong with the request and where, as far as the provider says."""
        return tuple((self.problem and self.problem.errors) or ())

    @property
    def request_id(self) -> str | None:
        """The id under which the provider's logs know the request."""
        told = self.problem.request_id if self.problem else None
        return told or (request_id(self.response) if self.response else None)


class NotModified(StatusError):
    """304: what the caller already has is current."""

    code = 304

    @property
    def etag(self) -> str | None:
        """The entity tag of what is current."""
        return self.response.header("etag") if self.response else None


class UnexpectedRedirect(StatusError):
    """3xx: redirects are never followed, so credentials never reach another host."""

    code = 302

    @property
    def location(self) -> str | None:
        """Where the provider points to; may be secret."""
        return self.response.header("location") if self.response else None


class ClientStatusError(StatusError):
    """4xx: the request was at fault. Statuses without a class of their own are this one."""

    code = 400


class ServerStatusError(StatusError):
    """5xx: the provider was at fault. Statuses without a class of their own are this one."""

    code = 500


class BadRequest(ClientStatusError):
    """400: the request is malformed."""

    code = 400


class Unauthorized(ClientStatusError):
    """401: credentials are missing, wrong or expired."""

    code = 401


class Forbidden(ClientStatusError):
    """403: these credentials don't suffice."""

    code = 403


class NotFound(ClientStatusError):
    """404: there is no such resource."""

    code = 404


class MethodNotAllowed(ClientStatusError):
    """405: the resource doesn't take this method."""

    code = 405


class NotAcceptable(ClientStatusError):
    """406: the provider has no media type that the client takes."""

    code = 406


class Conflict(ClientStatusError):
    """409: the resource's state is against it."""

    code = 409


class PreconditionFailed(ClientStatusError):
    """412: the resource has changed since its entity tag was read."""

    code = 412


class ContentTooLarge(ClientStatusError):
    """413: the body is larger than the provider takes."""

    code = 413


class UnsupportedMediaType(ClientStatusError):
    """415: the provider doesn't take the body's media type."""

    code = 415


class InvalidRequest(ClientStatusError):
    """422: well-formed, but not valid; `errors` says where."""

    code = 422


class PreconditionRequired(ClientStatusError):
    """428: the provider wants an entity tag to be sent along."""

    code = 428


class TooManyRequests(ClientStatusError):
    """429: too many in a short time; `retry_after` may say how long to wait."""

    code = 429


class InternalServerError(ServerStatusError):
    """500: the provider failed."""

    code = 500


class BadGateway(ServerStatusError):
    """502: what stands before the provider got no valid answer from it."""

    code = 502


class ServiceUnavailable(ServerStatusError):
    """503: for now; `retry_after` may say how long to wait."""

    code = 503


class GatewayTimeout(ServerStatusError):
    """504: what stands before the provider got no answer from it in time."""

    code = 504


_CLASSES: Final[Mapping[int, type[StatusError]]] = {
    found.code: found
    for family in (ClientStatusError, ServerStatusError)
    for found in family.__subclasses__()
}


def class_for(status: int) -> type[StatusError]:
    """The class of error for a status that is not 2xx; one for every number there is."""
    if status == NotModified.code:
        return NotModified
    if 300 <= status < 400:
        return UnexpectedRedirect
    if 400 <= status < 500:
        return _CLASSES.get(status, ClientStatusError)
    if 500 <= status < 600:
        return _CLASSES.get(status, ServerStatusError)
    return StatusError
