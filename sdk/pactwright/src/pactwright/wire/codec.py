"""Requests and answers of an operation: encoded by one side, decoded by the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from pactwright.wire import bodies, mediatypes, parameters
from pactwright.wire.arguments import read_argument
from pactwright.wire.errors import (
    DecodeError,
    EncodeError,
    InvalidContent,
    UnknownResource,
    UnsupportedMediaType,
)
from pactwright.wire.messages import ReceivedRequest, RequestMessage, ResponseMessage
from pactwright.wire.operation import Body, Content, Operation, Parameter, Response
from pactwright.wire.problems import FieldError

T = TypeVar("T")


def encode_request(operation: Operation[Any], arguments: Mapping[str, object]) -> RequestMessage:
    """Write a request from a method's arguments, by their Python names; None is not sent.

    Raises:
        EncodeError: an argument is missing, or is not of its type.
    """
    path, query, headers = operation.path, list[str](), {"Accept": _accept(operation)}
    for parameter in operation.parameters:
        value = arguments.get(parameter.argument)
        if value is None:
            _demand(parameter)
            continue
        data = parameters.encode(parameter, value)
        if parameter.location == "path":
            text = parameters.write_path(parameter, data)
            path = path.replace(f"{{{parameter.name}}}", text)
        elif parameter.location == "query":
            query += parameters.write_query(parameter, data)
        elif parameter.location == "header":
            headers[parameter.name] = parameters.write_header(parameter, data)
        else:
            pairs = parameters.write_query(parameter, data)
            headers["Cookie"] = "; ".join([*filter(None, [headers.get("Cookie")]), *pairs])
    body = _encode_body(operation.body, arguments.get("body"), headers)
    return RequestMessage(operation.method, path, "&".join(query), headers, body)


def _demand(parameter: Parameter) -> None:
    if parameter.required:
        place = parameters.fault(parameter, "is required")
        raise EncodeError("an argument is missing", [place])


def _accept(operation: Operation[Any]) -> str:
    offered = dict.fromkeys(
        content.media_type
        for response in operation.responses.values()
        for content in response.contents
    )
    return ", ".join(offered) or "*/*"


def _encode_body(body: Body | None, value: object, headers: dict[str, str]) -> bytes | None:
    if body is None:
        return None
    if value is None and not body.required:
        return None
    headers["Content-Type"], data = bodies.write(body.contents[0], value)
    return data


def decode_request(operation: Operation[Any], request: ReceivedRequest) -> dict[str, Any]:
    """Read a request into a method's arguments, by their Python names.

    Every fault is looked for before any is told, so that a caller can mend all at once.

    Raises:
        UnknownResource: a path parameter is against its schema.
        UnsupportedMediaType, MalformedBody: the body can't be read.
        InvalidContent: anything is against the schema.
    """
    arguments: dict[str, Any] = {}
    faults: list[FieldError] = []
    names = {p.name for p in operation.parameters if p.location == "query"}
    for parameter in operation.parameters:
        try:
            arguments[parameter.argument] = read_argument(parameter, request, names)
        except InvalidContent as error:
            faults += error.errors
    missing = [fault for fault in faults if fault.location == "path"]
    if missing:
        raise UnknownResource("there is no such resource", missing)
    if operation.body is not None:
        try:
            arguments["body"] = _read_body(operation.body, request)
        except InvalidContent as error:
            faults += error.errors
    if faults:
        raise InvalidContent("the request is against its schema", faults)
    return arguments


def _read_body(body: Body, request: ReceivedRequest) -> Any:
    given = request.headers.get("content-type")
    if not request.body and (not given or not body.required):
        if body.required:
            place = FieldError(location="body", pointer="", detail="a body is required")
            raise InvalidContent("the body is missing", [place])
        return None
    declared = {content.media_type: content for content in body.contents}
    match = mediatypes.find(given, declared)
    if match is None or given is None:
        raise UnsupportedMediaType(given, list(declared))
    return bodies.read(declared[match], given, request.body)


def encode_response(
    operation: Operation[Any],
    status: int,
    value: object = None,
    headers: Mapping[str, str] | None = None,
    media_type: str | None = None,
) -> ResponseMessage:
    """Write an answer.

    Args:
        operation: what is answered.
        status: a declared status.
        value: the body's value; None where the answer has none.
        headers: header fields to add.
        media_type: what to write, of the declared contents; None is the first.

    Raises:
        EncodeError: the document declares no such answer.
    """
    declared = operation.response(status)
    if declared is None:
        raise EncodeError(f"{operation.name} declares no answer {status}")
    written = dict(headers or {})
    _check_headers(operation, status, declared, written)
    if not declared.contents:
        if value is not None:
            raise EncodeError(f"{operation.name} declares no body for {status}")
        return ResponseMessage(status, written)
    written = {name: text for name, text in written.items() if name.lower() != "content-type"}
    content = _content(declared, media_type)
    if content is None:
        raise EncodeError(f"{operation.name} declares no {media_type} for {status}")
    written["Content-Type"], body = bodies.write(content, value)
    return ResponseMessage(status, written, body)


def _content(declared: Response, media_type: str | None) -> Content | None:
    """The content to write; one that is declared as a range gets the media type that is asked."""
    if media_type is None:
        return declared.contents[0]
    contents = {content.media_type: content for content in declared.contents}
    match = mediatypes.find(media_type, contents)
    if match is None:
        return None
    return replace(contents[match], media_type=media_type) if "*" in match else contents[match]


def _check_headers(
    operation: Operation[Any], status: int, declared: Response, written: Mapping[str, str]
) -> None:
    present = {name.lower() for name in written}
    missing = [h.name for h in declared.headers if h.required and h.name.lower() not in present]
    if missing:
        names = ", ".join(missing)
        raise EncodeError(f"{operation.name} {status} must have the header {names}")


def decode_response(operation: Operation[T], message: ResponseMessage) -> T:
    """Read an answer, whatever its status, as the document declares it.

    Raises:
        DecodeError: the document declares no such answer, or the body is against its schema.
    """
    declared = operation.response(message.status)
    if declared is None:
        raise DecodeError(f"{operation.name} declares no answer {message.status}")
    if not declared.contents:
        return None  # type: ignore[return-value]
    given = message.header("content-type")
    contents = {content.media_type: content for content in declared.contents}
    match = mediatypes.find(given, contents)
    if match is None or given is None:
        expected = " or ".join(contents)
        raise DecodeError(f"{operation.name} answered {given or 'no Content-Type'}, not {expected}")
    value: T = bodies.read(contents[match], given, message.body, tolerant=True)
    return value
