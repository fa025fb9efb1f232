"""String formats whose JSON form is checked more exactly than pydantic does by itself.

pydantic reads a UUID with braces or as a URN, and a time without a zone's colon or as digits; a
schema's ``format`` allows none of these.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    PlainSerializer,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DATE_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)",
)


def _check(value: object, form: re.Pattern[str], name: str, example: str) -> object:
    if isinstance(value, str) and not (value.isascii() and form.fullmatch(value)):
        raise PydanticCustomError(
            "format",
            "should be {name}, for example {example}",
            {"name": name, "example": example},
        )
    return value


def _uuid(value: object) -> object:
    return _check(value, _UUID, "a UUID", "5f0c7a52-3b1e-4a53-9d0e-0c1f7c3f9a10")


# A strict model takes no text for a date once a validator has been before it: JSON is read here.
def _date(value: object, info: ValidationInfo) -> object:
    _check(value, _DATE, "a date (RFC 3339)", "2026-11-23")
    return _read(value, date.fromisoformat, info)


def _date_time(value: object, info: ValidationInfo) -> object:
    _check(value, _DATE_TIME, "a time with its zone (RFC 3339)", "2026-11-23T09:30:00Z")
    return _read(value, lambda text: datetime.fromisoformat(text.upper()), info)


def _read(value: object, parse: Callable[[str], date], info: ValidationInfo) -> object:
    if info.mode != "json" or not isinstance(value, str):
        return value
    try:
        return parse(value)
    except ValueError:
        raise PydanticCustomError("format", "should be in the calendar and on the clock") from None


def _utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("format", "should be between the years 1 and 9999 UTC") from None


def _decode(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        raise PydanticCustomError("format", "should be base64 (RFC 4648 section 4)") from None


def _encode(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


Uuid = Annotated[UUID, BeforeValidator(_uuid)]
"""``format: uuid``: the 36-character form of RFC 9562 only."""

Date = Annotated[date, BeforeValidator(_date)]
"""``format: date``: RFC 3339 full-date."""

DateTime = Annotated[AwareDatetime, BeforeValidator(_date_time), AfterValidator(_utc)]
"""``format: date-time``: RFC 3339 with a zone; always UTC once it is read."""

Base64 = Annotated[
    bytes,
    BeforeValidator(_decode),
    PlainSerializer(_encode, return_type=str, when_used="json"),
]
"""``format: byte``: bytes, base64 on the wire."""
