"""API Gateway's Lambda proxy events: what came in, and what goes back.

The event is that of a REST API (payload format 1.0; AWS, "Set up Lambda proxy integrations in API
Gateway"). Whatever is missing or of the wrong type in an event counts as not sent.

REST APIs hand on ``path`` and ``pathParameters`` as they were sent, percent-encoded, and query
parameters decoded. HTTP APIs in payload format 1.0, and emulators that follow them, hand on the
path decoded; they are told apart by the event's ``version``, which only they have.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pactwright.service.problems import ContentTooLarge, MalformedRequest
from pactwright.wire.messages import ResponseMessage

_HOST: Final = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?")
_TYPE: Final = "content-type"
_BODILESS: Final = (204, 205, 304)
_ID: Final = re.compile(r"[A-Za-z0-9._:=/+-]{1,128}")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request as the gateway hands it on.

    Attributes:
        resource: the path template that the gateway has matched.
        path: the path, without the stage.
        path_parameters: what stood for the template's parameters.
        encoded: whether path and path parameters are still percent-encoded.
        query: names and values, decoded.
        headers: by lower-case name; repeated ones are joined (RFC 9110 section 5.3).
        body: the body, as text or as the base64 of bytes; None where there is none.
        source: the caller's IP address.
        base_url: where the API is, up to and including its stage; None where it can't be told.
    """

    method: str = ""
    resource: str = ""
    path: str = ""
    path_parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    encoded: bool = True
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: object = None
    base64: bool = False
    request_id: str = "unknown"
    source: str | None = None
    base_url: str | None = None


def read_event(event: object, context: object) -> Incoming:
    """Take apart an event, whatever it is."""
    fields = _mapping(event)
    about = _mapping(fields.get("requestContext"))
    headers, path = _headers(fields), _text(fields.get("path"))
    return Incoming(
        method=_text(fields.get("httpMethod")).upper(),
        resource=_text(fields.get("resource")),
        path=path,
        path_parameters=_texts(fields.get("pathParameters")),
        encoded="version" not in fields,
        query=_query(fields),
        headers=headers,
        body=fields.get("body"),
        base64=fields.get("isBase64Encoded") is True,
        request_id=_request_id(about, context),
        source=_text(_mapping(about.get("identity")).get("sourceIp")) or None,
        base_url=_base_url(about, headers, path),
    )


def _base_url(about: Mapping[Any, Any], headers: Mapping[str, str], path: str) -> str | None:
    """The domain as the gateway knows it, else as the caller does; then what precedes the path."""
    host = _text(about.get("domainName")) or headers.get("host", "")
    if not _HOST.fullmatch(host):
        return None
    whole = _text(about.get("path"))
    base = whole[: len(whole) - len(path)] if path and whole.endswith(path) else ""
    scheme = "http" if headers.get("x-forwarded-proto") == "http" else "https"
    return f"{scheme}://{host}{base}"


def _mapping(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def _texts(value: object) -> dict[str, str]:
    return {_text(k): _text(v) for k, v in _mapping(value).items() if isinstance(v, str)}


def _query(fields: Mapping[Any, Any]) -> tuple[tuple[str, str], ...]:
    found = _mapping(fields.get("multiValueQueryStringParameters"))
    pairs: list[tuple[str, str]] = []
    for name, given in (found or _mapping(fields.get("queryStringParameters"))).items():
        values: list[object] = given if isinstance(given, list) else [given]
        pairs += [(_text(name), _text(value)) for value in values if isinstance(value, str)]
    return tuple(pairs)


def _headers(fields: Mapping[Any, Any]) -> dict[str, str]:
    headers: dict[str, str] = {}
    found = _mapping(fields.get("multiValueHeaders")) or _mapping(fields.get("headers"))
    for name, given in found.items():
        value = given[0] if isinstance(given, list) and len(given) == 1 else given
        key = _text(name).lower()
        if isinstance(value, str) and value.isascii() and key not in headers:
            headers[key] = value
        else:
            _join(headers, key, given if isinstance(given, list) else [given])
    return headers


def _join(headers: dict[str, str], key: str, given: list[object]) -> None:
    values = [headers[key]] if key in headers else []
    values += [_text(value) for value in given if isinstance(value, str)]
    if values:
        headers[key] = ("; " if key == "cookie" else ", ").join(values)


def _request_id(about: Mapping[Any, Any], context: object) -> str:
    for candidate in (about.get("requestId"), getattr(context, "aws_request_id", None)):
        if isinstance(candidate, str) and _ID.fullmatch(candidate):
            return candidate
    return "unknown"


def read_body(request: Incoming, limit: int) -> bytes:
    """The body's bytes.

    Args:
        request: what came in.
        limit: how many bytes are taken.

    Raises:
        ContentTooLarge: there are more.
        MalformedRequest: the event's body is neither text nor base64.
    """
    text = request.body
    if text is None:
        return b""
    if not isinstance(text, str):
        raise MalformedRequest("The body can't be read.")
    if len(text) > limit * (4 / 3 if request.base64 else 1) + 4:
        raise ContentTooLarge(limit)
    try:
        body = base64.b64decode(text, validate=True) if request.base64 else _encoded(text)
    except (ValueError, binascii.Error):
        raise MalformedRequest("The body is not the base64 that it should be.") from None
    if len(body) > limit:
        raise ContentTooLarge(limit)
    return body


def _encoded(text: str) -> bytes:
    """Half a surrogate pair gives bytes that are no UTF-8, for a decoder to refuse."""
    return text.encode("utf-8", "surrogatepass")


def proxy_result(message: ResponseMessage, *, bodiless: bool = False) -> dict[str, Any]:
    """What a Lambda function gives back to the gateway.

    A 204 or 304, which has no body, has no Content-Type either. An answer to HEAD has the header
    fields of that to GET, its Content-Length too (RFC 9110 section 9.3.2). API Gateway may put a
    type and a length of its own in their place.

    Args:
        message: the answer.
        bodiless: whether to leave out the body, as in the answer to HEAD.
    """
    headers = dict(message.headers)
    if message.status in _BODILESS:
        headers = {name: value for name, value in headers.items() if name.lower() != _TYPE}
    elif bodiless:
        headers["Content-Length"] = str(len(message.body))
    try:
        body, coded = message.body.decode("utf-8"), False
    except UnicodeDecodeError:
        body, coded = base64.b64encode(message.body).decode("ascii"), True
    return {
        "statusCode": message.status,
        "headers": headers,
        "body": "" if bodiless else body,
        "isBase64Encoded": coded and not bodiless,
    }
