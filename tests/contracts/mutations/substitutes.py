"""Values to put in the place of others: of the same format, of another type, beyond the limits."""

from __future__ import annotations

import re
from typing import Any, Final

from pactwright.schema.types import Scalar

_UUID: Final = "5f8a1d0e-2b7c-4e93-8d41-6c9f3a7b2e50"
_MOMENT: Final = "2031-02-03T04:05:06.789Z"


def other(value: Any, kind: Scalar) -> Any:
    """Another value that the schema allows as well."""
    if kind.format == "uuid":
        return _UUID
    if kind.format == "date-time":
        return _MOMENT
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return value / 2 if isinstance(value, float) else reworded(str(value))


def reworded(text: str) -> str:
    """A text that differs in its last letter or digit, so that most patterns allow it as well."""
    return re.sub(r"[A-Za-z0-9](?=[^A-Za-z0-9]*$)", _next, text)


def _next(found: re.Match[str]) -> str:
    character = found.group()
    first, last = ("0", "9") if character.isdecimal() else ("a", "z")
    if character.isupper():
        first, last = "A", "Z"
    return first if character == last else chr(ord(character) + 1)


def retyped(value: Any) -> Any:
    """A value of another JSON type."""
    if isinstance(value, str):
        return 1234567
    return "changed" if isinstance(value, bool | dict | list) else str(value)


def beyond(kind: Scalar, value: Any) -> Any:
    """A value of the type that is beyond its limits; the same one where it has none."""
    limits = kind.constraints
    if limits.maximum is not None:
        more = limits.maximum + 1
        return int(more) if kind.kind == "integer" else float(more)
    return "x" * (limits.max_length + 1) if limits.max_length is not None else value


def undeclared(value: Any) -> Any:
    """A value that no enum has, much like one that it has."""
    if isinstance(value, int):
        return value + 1
    start, slash, _ = str(value).rpartition("/")
    return f"{start}{slash}something-else"
