"""Faults that an operation answers with, as problem documents (RFC 9457).

::

    ProblemError
    ├── MalformedRequest        400
    ├── Unauthenticated         401, WWW-Authenticate
    │   └── MissingCredentials       the request has none of that scheme
    ├── Forbidden               403
    ├── NotFound                404
    ├── MethodNotAllowed        405, Allow
    ├── NotAcceptable           406
    ├── Conflict                409
    ├── PreconditionFailed      412
    ├── ContentTooLarge         413
    ├── UriTooLong              414
    ├── UnsupportedMedia        415, Accept
    ├── UnsupportedCoding       415, Accept-Encoding
    ├── InvalidRequest          422, errors
    ├── PreconditionRequired    428
    ├── TooManyRequests         429, Retry-After
    ├── HeadersTooLarge         431
    ├── InternalError           500
    └── TemporarilyUnavailable  503, Retry-After
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from pactwright.service.problem import ProblemError
from pactwright.wire.problems import FieldError


class _Usual(ProblemError):
    """A problem whose status and slug are the kit's."""

    code: ClassVar[int]
    name: ClassVar[str]
    default: ClassVar[str | None] = None

    def __init__(
        self,
        detail: str | None = None,
        *,
        slug: str | None = None,
        headers: Mapping[str, str] | None = None,
        errors: Iterable[FieldError] = (),
        **members: Any,
    ) -> None:
        super().__init__(
            self.code,
            slug or self.name,
            detail=detail or self.default,
            headers=headers,
            errors=errors,
            **members,
        )


class MalformedRequest(_Usual):
    """The request can't be read as what it says it is."""

    code, name = 400, "malformed-request"


class Unauthenticated(_Usual):
    """The credentials are missing or not good.

    Args:
        detail: for people.
        challenge: the value of WWW-Authenticate (RFC 9110 section 11.6.1).
        slug: another kind of problem than ``unauthenticated``.
    """

    code, name = 401, "unauthenticated"

    def __init__(
        self,
        detail: str | None = None,
        *,
        challenge: str | None = None,
        slug: str | None = None,
        **members: Any,
    ) -> None:
        headers = {"WWW-Authenticate": challenge} if challenge else {}
        super().__init__(detail, slug=slug, headers=headers, **members)


class MissingCredentials(Unauthenticated):
    """The request carries no credentials of the scheme that was asked for."""

    default = "Credentials are needed here, and the request has none of the kind that is taken."


class Forbidden(_Usual):
    """The caller is known, but may not do this."""

    code, name = 403, "forbidden"


class NotFound(_Usual):
    """There is no such resource."""

    code, name = 404, "not-found"
    default = "There is nothing at this path."


class MethodNotAllowed(_Usual):
    """The resource has other methods than this one."""

    code, name = 405, "method-not-allowed"

    def __init__(self, allowed: Sequence[str]) -> None:
        methods = ", ".join(allowed)
        super().__init__(f"This path takes {methods}.", headers={"Allow": methods})


class NotAcceptable(_Usual):
    """The Accept header takes none of the media types that there are."""

    code, name = 406, "not-acceptable"

    def __init__(self, offered: Sequence[str]) -> None:
        super().__init__(f"The answer comes as {' or '.join(offered)} only.")


class Conflict(_Usual):
    """The request is at odds with the state that the resource is in."""

    code, name = 409, "conflict"


class PreconditionFailed(_Usual):
    """The resource is not in the state that If-Match or If-None-Match asks for."""

    code, name = 412, "precondition-failed"
    default = "It is not, or no longer, in the state that the request asks for. Read it again."


class ContentTooLarge(_Usual):
    """The body is longer than is taken."""

    code, name = 413, "content-too-large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"A body has {limit} bytes at most here.")


class UriTooLong(_Usual):
    """Path and query are longer than is taken."""

    code, name = 414, "uri-too-long"

    def __init__(self, limit: int) -> None:
        super().__init__(f"Path and query have {limit} characters at most.", title="URI too long")


class UnsupportedMedia(_Usual):
    """The body's Content-Type is none that is taken; Accept lists those that are."""

    code, name = 415, "unsupported-media-type"

    def __init__(self, accepted: Sequence[str]) -> None:
        types = ", ".join(accepted)
        super().__init__(f"Send the body as {types}.", headers={"Accept": types})


class UnsupportedCoding(_Usual):
    """The body's Content-Encoding is none that is taken (RFC 9110 section 12.5.3)."""

    code, name = 415, "unsupported-media-type"
    default = "Send the body as it is, without a Content-Encoding."

    def __init__(self) -> None:
        super().__init__(headers={"Accept-Encoding": "identity"})


class InvalidRequest(_Usual):
    """Well-formed, but some values are not allowed; `errors` lists them."""

    code, name = 422, "invalid-request"


class PreconditionRequired(_Usual):
    """The request must say, by If-Match, which state it is meant for."""

    code, name = 428, "precondition-required"
    default = "Send If-Match with the ETag that you have read."


class _Later(_Usual):
    """A problem that time mends.

    Args:
        retry_after: how many seconds to wait; at least 1 is sent.
        detail: for people.
        slug: another kind of problem than the usual.
    """

    def __init__(
        self, retry_after: float, detail: str | None = None, *, slug: str | None = None
    ) -> None:
        seconds = max(1, math.ceil(retry_after))
        super().__init__(detail, slug=slug, headers={"Retry-After": str(seconds)})
        self.retry_after = seconds


class TooManyRequests(_Later):
    """The caller asks too often."""

    code, name = 429, "too-many-requests"
    default = "Too many requests. Wait as long as Retry-After says."


class HeadersTooLarge(_Usual):
    """The header fields are more, or longer, than is taken (RFC 6585 section 5)."""

    code, name = 431, "request-header-fields-too-large"

    def __init__(self, fields: int, size: int) -> None:
        super().__init__(f"There are {fields} header fields at most, with {size} characters.")


class InternalError(_Usual):
    """The service failed; what happened is in its logs."""

    code, name = 500, "internal-error"
    default = "The service failed. It is not your fault, and trying again may help."


class TemporarilyUnavailable(_Later):
    """Something that the service needs can't be reached in time."""

    code, name = 503, "temporarily-unavailable"
    default = "The service can't answer right now. Wait as long as Retry-After says."
