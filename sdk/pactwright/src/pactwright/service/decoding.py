"""A routed request as the arguments of its operation's method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pactwright.service.events import Incoming, read_body
from pactwright.service.problems import (
    InvalidRequest,
    MalformedRequest,
    NotFound,
    UnsupportedCoding,
    UnsupportedMedia,
)
from pactwright.wire.codec import decode_request
from pactwright.wire.errors import (
    InvalidContent,
    MalformedBody,
    UnknownResource,
    UnsupportedMediaType,
)
from pactwright.wire.messages import ReceivedRequest
from pactwright.wire.operation import Body, Operation


def read_arguments(
    operation: Operation[Any], request: Incoming, path: Mapping[str, str], max_body: int
) -> dict[str, Any]:
    """The arguments, by their Python names.

    Args:
        operation: what is called.
        request: what came in.
        path: the path parameters, decoded.
        max_body: how many bytes of a body are taken, where the operation doesn't say.

    Raises:
        NotFound: a path parameter is against its schema.
        MalformedRequest: the body can't be read.
        ContentTooLarge, UnsupportedCoding, UnsupportedMedia: the body is not taken.
        InvalidRequest: anything is against the schema.
    """
    body = _body(operation.body, request, max_body) if operation.body is not None else b""
    try:
        return decode_request(
            operation, ReceivedRequest(path, request.query, request.headers, body)
        )
    except UnknownResource as error:
        raise NotFound from error
    except UnsupportedMediaType as error:
        raise UnsupportedMedia(error.accepted) from error
    except MalformedBody as error:
        raise MalformedRequest(error.message) from error
    except InvalidContent as error:
        detail = "Some values of the request are not allowed; errors lists them."
        raise InvalidRequest(detail, errors=error.errors) from error


def _body(declared: Body, request: Incoming, max_body: int) -> bytes:
    """The bytes as they are meant: one that is compressed is not taken, and not misread either."""
    body = read_body(request, declared.max_bytes or max_body)
    coding = request.headers.get("content-encoding", "").strip().lower()
    if body and coding not in ("", "identity"):
        raise UnsupportedCoding
    return body
