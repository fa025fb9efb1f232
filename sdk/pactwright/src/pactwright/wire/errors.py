"""Faults of the wire.

::

    WireError
    ├── EncodeError                  what was given cannot be sent
    └── DecodeError                  what was received is not what the document declares
        ├── UnknownResource          404: a path parameter that no resource can have
        ├── MalformedBody            400: not JSON, not a form, not text in its charset
        ├── UnsupportedMediaType     415: a Content-Type the operation does not take
        └── InvalidContent           422: well-formed, but against the schema
"""

from __future__ import annotations

from collections.abc import Sequence

from pactwright.wire.problems import FieldError


class WireError(ValueError):
    """Base of the wire's faults.

    Attributes:
        errors: what was wrong and where, one entry per place.
    """

    def __init__(self, message: str, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.errors = tuple(errors)

    def __str__(self) -> str:
        places = "; ".join(f"{e.location} {e.pointer or '/'}: {e.detail}" for e in self.errors)
        return f"{self.message} ({places})" if places else self.message


class EncodeError(WireError):
    """What was given cannot be sent as the document declares it."""


class DecodeError(WireError):
    """What was received is not what the document declares."""


class UnknownResource(DecodeError):
    """A path parameter is against its schema, so there can be no such resource."""


class MalformedBody(DecodeError):
    """The body cannot be read as what its Content-Type says it is."""


class UnsupportedMediaType(DecodeError):
    """The body's Content-Type is none that the operation declares.

    Attributes:
        accepted: the media types that it does take.
    """

    def __init__(self, given: str | None, accepted: Sequence[str]) -> None:
        what = f"Content-Type {given!r} is not taken here" if given else "Content-Type is missing"
        super().__init__(f"{what}: send {' or '.join(accepted) or 'no body'}")
        self.accepted = tuple(accepted)


class InvalidContent(DecodeError):
    """Well-formed, but against the schema; `errors` says where."""
