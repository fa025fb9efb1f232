"""Multipart forms (RFC 7578): bytes are files, objects are JSON, a list is a part for each item.

Parts are text and bytes, so they are read less strictly than JSON is: what stands in an object's
JSON may be a string for a number.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from hashlib import sha256
from typing import Any, Final

from pydantic import ValidationError

from pactwright.wire import mediatypes
from pactwright.wire.charsets import decoded
from pactwright.wire.errors import EncodeError, InvalidContent, MalformedBody
from pactwright.wire.model import TOLERANT
from pactwright.wire.operation import TypeRef
from pactwright.wire.problems import FieldError, pointer
from pactwright.wire.text import JsonShape, read_value, shape, write_scalar
from pactwright.wire.values import adapter, checked, field_errors

_PARSER: Final = BytesParser(policy=HTTP)


def write(ref: TypeRef, value: object) -> tuple[str, bytes]:
    """A body's boundary and bytes.

    Raises:
        EncodeError: the value is not of that type.
    """
    fields, files = _members(ref, checked(ref, value, "body"))
    parts = [part for name, member in fields.items() for part in _field_parts(name, member)]
    parts += [part for name, member in files.items() for part in _file_parts(name, member)]
    boundary = sha256(b"".join(parts)).hexdigest()[:48]
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), part) for part in parts)
    return boundary, body + f"--{boundary}--\r\n".encode()


def _members(ref: TypeRef, value: object) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The members that are JSON, and those that are bytes or lists of them."""
    types = adapter(ref)
    python: Mapping[str, object] = types.dump_python(value, exclude_unset=True, by_alias=False)
    binary = {name for name, member in python.items() if _is_binary(member)}
    files = types.dump_python(value, include=binary, exclude_unset=True, by_alias=True)
    try:
        text = types.dump_json(
            value, exclude=binary, exclude_unset=True, by_alias=True, warnings="error"
        )
    except ValueError:  # without its text, which may quote the value
        raise EncodeError("the body has what a part can't hold") from None
    return json.loads(text), files


def _is_binary(member: object) -> bool:
    if isinstance(member, list) and member:
        items: list[object] = member
        return all(isinstance(item, bytes) for item in items)
    return isinstance(member, bytes)


def _field_parts(name: str, member: object) -> list[bytes]:
    items: list[object] = member if isinstance(member, list) else [member]
    return [_field_part(name, item) for item in items]


def _field_part(name: str, item: object) -> bytes:
    if isinstance(item, dict | list):
        return _part(name, json.dumps(item).encode(), media_type="application/json")
    return _part(name, write_scalar(item).encode())


def _file_parts(name: str, member: bytes | list[bytes]) -> list[bytes]:
    files = member if isinstance(member, list) else [member]
    return [_part(name, data, "application/octet-stream", is_file=True) for data in files]


def _part(name: str, data: bytes, media_type: str = "", *, is_file: bool = False) -> bytes:
    quoted = name.replace("\\", "\\\\").replace('"', "%22").replace("\r", "").replace("\n", "")
    head = f'Content-Disposition: form-data; name="{quoted}"'
    head += f'; filename="{quoted}"' if is_file else ""
    head += f"\r\nContent-Type: {media_type}" if media_type else ""
    return head.encode() + b"\r\n\r\n" + data


def read(ref: TypeRef, given: str, data: bytes, *, tolerant: bool = False) -> Any:
    """A body's value.

    Args:
        ref: the type.
        given: the Content-Type, with the boundary.
        data: the body.
        tolerant: whether open enums take values that they don't know.

    Raises:
        MalformedBody: it is not multipart with that boundary, or cut short.
        InvalidContent: it is against the schema.
    """
    found: dict[str, list[str | bytes]] = {}
    for part in _read_parts(given, data):
        name = part.get_param("name", header="content-disposition")
        if not isinstance(name, str):
            raise MalformedBody("a part of the body has no name")
        found.setdefault(name, []).append(_content(part))
    expected = shape(ref)
    members = {name: _member(name, texts, expected.member(name)) for name, texts in found.items()}
    context = TOLERANT if tolerant else None
    try:
        return adapter(ref).validate_python(members, strict=False, context=context)
    except ValidationError as error:
        faults = field_errors(error.errors(include_url=False), members, "body", "")
        raise InvalidContent("the body is against the schema", faults) from None


def _read_parts(given: str, data: bytes) -> list[EmailMessage]:
    head = f"Content-Type: {given}\r\n\r\n".encode("latin-1", "replace")
    message = _PARSER.parsebytes(head + data)
    boundary = message.get_boundary()
    if boundary is not None and data.strip() == f"--{boundary}--".encode():
        return []
    if not message.is_multipart() or message.defects:
        raise MalformedBody("the body is not multipart/form-data with that boundary, to its end")
    return [part for part in message.iter_parts() if isinstance(part, EmailMessage)]


def _content(part: EmailMessage) -> str | bytes:
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    if part.get_filename() is not None:
        return raw
    media_type = mediatypes.parse(str(part.get("content-type", "text/plain")))
    return decoded(raw, media_type.charset if media_type else "utf-8")


def _member(name: str, texts: list[str | bytes], expected: JsonShape) -> object:
    if "array" in expected.types:
        return [_item(name, text, expected.item(index)) for index, text in enumerate(texts)]
    if len(texts) > 1:
        raise MalformedBody(f"the part {name} was given more than once")
    return _item(name, texts[0], expected)


def _item(name: str, text: str | bytes, expected: JsonShape) -> object:
    """A part's value. Text that is none of the JSON types would be read as one by its looks."""
    value = text if isinstance(text, bytes) else read_value(text, expected)
    if isinstance(value, str) and expected.types and "string" not in expected.types:
        detail = f"should be {' or '.join(sorted(expected.types))}"
        fault = FieldError(location="body", pointer=pointer(name), detail=detail)
        raise InvalidContent("the body is against the schema", [fault])
    return value
