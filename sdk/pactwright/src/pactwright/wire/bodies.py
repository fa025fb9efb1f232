"""Bodies by media type: JSON, forms, multipart, text and bytes."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from pactwright.wire import mediatypes, multipart
from pactwright.wire.charsets import decoded
from pactwright.wire.errors import EncodeError, MalformedBody
from pactwright.wire.mediatypes import MediaType
from pactwright.wire.operation import Content
from pactwright.wire.text import RepeatedMember, read_members, shape, write_member
from pactwright.wire.values import from_json, to_json

FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"


def write(content: Content, value: object) -> tuple[str, bytes]:
    """A body's Content-Type and bytes.

    Raises:
        EncodeError: the value is not of the content's type.
    """
    media_type = mediatypes.parse(content.media_type)
    if media_type is None or "*" in str(media_type):
        raise EncodeError(f"{content.media_type!r} is no media type to send: name one")
    if media_type.is_json:
        return content.media_type, to_json(content.type, value, "body")
    if str(media_type) == FORM:
        return content.media_type, _write_form(content, value)
    if str(media_type) == MULTIPART:
        boundary, data = multipart.write(content.type, value)
        return f"{MULTIPART}; boundary={boundary}", data
    return _write_plain(content, media_type, value)


def read(content: Content, given: str, data: bytes, *, tolerant: bool = False) -> Any:
    """A body's value.

    Args:
        content: what the document declares.
        given: the message's Content-Type.
        data: the body.
        tolerant: whether open enums take values that they don't know.

    Raises:
        MalformedBody: it can't be read as that media type.
        InvalidContent: it is against the schema.
    """
    media_type = mediatypes.parse(given)
    if media_type is None:
        raise MalformedBody(f"Content-Type {given!r} is no media type")
    if media_type.is_json:
        return from_json(content.type, data, "body", tolerant=tolerant)
    if str(media_type) == FORM:
        members = json.dumps(_form_members(content, decoded(data, media_type.charset)))
        return from_json(content.type, members, "body", tolerant=tolerant)
    if str(media_type) == MULTIPART:
        return multipart.read(content.type, given, data, tolerant=tolerant)
    return decoded(data, media_type.charset) if content.type() is str else data


def _write_plain(content: Content, media_type: MediaType, value: object) -> tuple[str, bytes]:
    if isinstance(value, bytes):
        return content.media_type, value
    if not isinstance(value, str):
        raise EncodeError(
            f"a body of {content.media_type} is str or bytes, not {type(value).__name__}"
        )
    charset = "" if "charset" in media_type.parameters else "; charset=utf-8"
    try:
        return f"{content.media_type}{charset}", value.encode(media_type.charset)
    except (ValueError, LookupError):
        raise EncodeError(f"the text can't be written in {media_type.charset!r}") from None


def _write_form(content: Content, value: object) -> bytes:
    members: dict[str, object] = json.loads(to_json(content.type, value, "body"))
    pairs = [(name, text) for name, member in members.items() for text in write_member(member)]
    return urlencode(pairs).encode("ascii")


def _form_members(content: Content, text: str) -> dict[str, object]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), errors="strict")
    except ValueError:
        raise MalformedBody("the body is not a form: name=value&name=value") from None
    try:
        return read_members(pairs, shape(content.type))
    except RepeatedMember as error:
        raise MalformedBody(f"the form's field {error}") from None
