"""Bodies by media type: JSON, forms, multipart, text and bytes."""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping, Sequence
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from hashlib import sha256
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from pydantic import ValidationError

from pactwright.wire import mediatypes
from pactwright.wire.errors import EncodeError, InvalidContent, MalformedBody
from pactwright.wire.mediatypes import MediaType
from pactwright.wire.operation import Content
from pactwright.wire.text import JsonShape, read_scalar, shape, write_scalar
from pactwright.wire.values import adapter, field_errors, from_json, to_json

FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"
_NOT_CHARSETS: Final = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape"})
"""Codecs of Python's own among those for text."""


def write(content: Content, value: object) -> tuple[str, bytes]:
    """A body's Content-Type and bytes.

    Raises:
        EncodeError: the value is not of the content's type.
    """
    media_type = mediatypes.parse(content.media_type)
    if media_type is None:
        raise EncodeError(f"{content.media_type!r} is no media type")
    if media_type.is_json:
        return content.media_type, to_json(content.type, value, "body")
    if str(media_type) == FORM:
        return content.media_type, _write_form(content, value)
    if str(media_type) == MULTIPART:
        return _write_multipart(content, value)
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
        members = _form_members(_text(data, media_type), shape(content.type))
        return from_json(content.type, json.dumps(members), "body", tolerant=tolerant)
    if str(media_type) == MULTIPART:
        return _read_multipart(content, given, data)
    return _text(data, media_type) if content.type() is str else data


def _write_plain(content: Content, media_type: MediaType, value: object) -> tuple[str, bytes]:
    if isinstance(value, bytes):
        return content.media_type, value
    if not isinstance(value, str):
        raise EncodeError(
            f"a body of {content.media_type} is str or bytes, not {type(value).__name__}"
        )
    charset = "" if "charset" in media_type.parameters else "; charset=utf-8"
    return f"{content.media_type}{charset}", value.encode(media_type.charset)


def _text(data: bytes, media_type: MediaType) -> str:
    try:
        return _decoded(data, media_type.charset)
    except (ValueError, LookupError):
        raise MalformedBody(f"the body is not text in {media_type.charset!r}") from None


def _decoded(data: bytes, charset: str) -> str:
    if codecs.lookup(charset).name in _NOT_CHARSETS:
        raise LookupError(charset)
    text = data.decode(charset)
    text.encode("utf-8")  # half a surrogate pair is no text, whatever lets it through
    return text


def _write_form(content: Content, value: object) -> bytes:
    pairs: list[tuple[str, str]] = []
    for name, member in json.loads(to_json(content.type, value, "body")).items():
        if isinstance(member, list) and not any(isinstance(i, dict | list) for i in member):
            pairs += [(name, write_scalar(item)) for item in member]
        elif isinstance(member, dict | list):
            pairs.append((name, json.dumps(member, separators=(",", ":"))))
        else:
            pairs.append((name, write_scalar(member)))
    return urlencode(pairs).encode("ascii")


def _form_members(text: str, expected: JsonShape) -> Mapping[str, object]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), errors="strict")
    except ValueError:
        raise MalformedBody("the body is not a form: name=value&name=value") from None
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {name: _form_member(expected.member(name), texts) for name, texts in found.items()}


def _form_member(expected: JsonShape, texts: Sequence[str]) -> object:
    if "array" in expected.types and not _nested(expected.items):
        return [read_scalar(text, expected.items or JsonShape()) for text in texts]
    if len(texts) > 1:
        raise MalformedBody("a form field was given more than once")
    if expected.types & {"array", "object"}:
        try:
            return json.loads(texts[0])
        except (ValueError, RecursionError):
            return texts[0]
    return read_scalar(texts[0], expected)


def _nested(items: JsonShape | None) -> bool:
    return items is not None and bool(items.types & {"array", "object"})


def _write_multipart(content: Content, value: object) -> tuple[str, bytes]:
    try:
        checked = adapter(content.type).validate_python(value)
    except ValidationError as error:
        faults = field_errors(error.errors(include_url=False), value, "body", "")
        raise EncodeError("the value does not fit the document", faults) from None
    members = adapter(content.type).dump_python(checked, by_alias=True, exclude_unset=True)
    parts = [part for name, member in members.items() for part in _parts(name, member)]
    boundary = sha256(b"".join(parts)).hexdigest()[:48]
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), part) for part in parts)
    return f"{MULTIPART}; boundary={boundary}", body + f"--{boundary}--\r\n".encode()


def _parts(name: str, member: object) -> list[bytes]:
    if isinstance(member, list):
        items: list[object] = member
        return [part for item in items for part in _parts(name, item)]
    quoted = name.replace("\\", "\\\\").replace('"', "%22").replace("\r", "").replace("\n", "")
    head = f'Content-Disposition: form-data; name="{quoted}"'
    if isinstance(member, bytes):
        head += f'; filename="{quoted}"\r\nContent-Type: application/octet-stream'
        return [head.encode() + b"\r\n\r\n" + member]
    if isinstance(member, dict):
        text = json.dumps(member, default=str)
        return [f"{head}\r\nContent-Type: application/json\r\n\r\n{text}".encode()]
    plain = write_scalar(member if isinstance(member, bool | int | float) else str(member))
    return [f"{head}\r\n\r\n{plain}".encode()]


def _read_multipart(content: Content, given: str, data: bytes) -> Any:
    head = f"Content-Type: {given}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + data)
    if not message.is_multipart():
        raise MalformedBody("the body is not multipart/form-data with that boundary")
    found: dict[str, list[str | bytes]] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        if not isinstance(name, str):
            raise MalformedBody("a part of the body has no name")
        found.setdefault(name, []).append(_part_value(part))
    members = {name: texts if len(texts) > 1 else texts[0] for name, texts in found.items()}
    try:
        return adapter(content.type).validate_python(members, strict=False)
    except ValidationError as error:
        faults = field_errors(error.errors(include_url=False), members, "body", "")
        raise InvalidContent("the body is against the schema", faults) from None


def _part_value(part: Message) -> str | bytes:
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    return raw if part.get_filename() is not None else raw.decode("utf-8", "replace")
