"""Problem details for HTTP APIs, RFC 9457."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import ConfigDict

from pactwright.wire.model import Model, Omittable, Unrecognized

PROBLEM_JSON: Final = "application/problem+json"

Where = Literal["body", "path", "query", "header", "cookie"]


def pointer(*parts: str | int) -> str:
    """A JSON pointer (RFC 6901) from the names and indexes on the way; "" from none."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


class FieldError(Model):
    """One thing that was wrong with a request or an answer."""

    location: Where | Unrecognized
    """Which part of the message; a caller keeps one that it does not know."""
    pointer: str
    """JSON pointer (RFC 6901) into that part; "" is the whole of it."""
    detail: str
    """What was wrong, for a person to read."""


class Problem(Model):
    """A problem document. Members that RFC 9457 does not name are kept in `model_extra`."""

    model_config = ConfigDict(extra="allow")

    type: str = "about:blank"
    """URI that identifies the kind of problem; stable, to be compared and not parsed."""
    title: Omittable[str] = None
    """Short summary of the kind of problem."""
    status: Omittable[int] = None
    """The HTTP status."""
    detail: Omittable[str] = None
    """What happened this time, and what to do about it."""
    instance: Omittable[str] = None
    """URI of this occurrence."""
    request_id: Omittable[str] = None
    """The id under which the provider's logs know the request."""
    errors: Omittable[list[FieldError]] = None
    """Each place of the request that was wrong."""
