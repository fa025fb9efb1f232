"""What an answer means: a value, or an error."""

from __future__ import annotations

import json
from http.client import responses as reason_phrases
from typing import Any, TypeVar, cast

from pydantic import ValidationError

from pactwright.client.errors import InvalidResponse, StatusError
from pactwright.client.errors.statuses import class_for
from pactwright.client.request import Request
from pactwright.client.response import request_id
from pactwright.client.retries import retry_after
from pactwright.wire import (
    PROBLEM_JSON,
    DecodeError,
    FieldError,
    Operation,
    Problem,
    ResponseMessage,
    decode_response,
    mediatypes,
)
from pactwright.wire.model import TOLERANT

T = TypeVar("T")

_LONGEST = 300


def read(operation: Operation[T], request: Request, message: ResponseMessage, now: float) -> T:
    """The value of an answer.

    Args:
        operation: what was called.
        request: what was sent.
        message: what came.
        now: seconds since 1970, for a Retry-After that is a date.

    Raises:
        StatusError: its status is not success.
        InvalidResponse: it is not what the document declares.
    """
    if not 200 <= message.status < 300:
        raise status_error(operation, request, message, now)
    if operation.method == "HEAD":
        return None  # type: ignore[return-value]  # whatever is declared, HEAD has no body
    try:
        return decode_response(operation, message)
    except DecodeError as error:
        text = f"{request} answered {message.status}, but {error}{_told(message)}"
        raise InvalidResponse(
            text, request=request.described(), response=message, errors=error.errors
        ) from None


def status_error(
    operation: Operation[Any], request: Request, message: ResponseMessage, now: float
) -> StatusError:
    """The error for an answer whose status is not success."""
    problem = _problem(message)
    what = f"{message.status} {reason_phrases.get(message.status, '')}".rstrip()
    detail = _problem_text(problem, message.status) if problem else _plain_text(message)
    told = f" [request {problem.request_id}]" if problem and problem.request_id else _told(message)
    return class_for(message.status)(
        f"{request} answered {what}{detail}{_printable(told)}",
        request=request.described(),
        response=message,
        body=_body(operation, message),
        problem=problem,
        retry_after=retry_after(message, now),
    )


def _body(operation: Operation[Any], message: ResponseMessage) -> Any:
    try:
        return decode_response(operation, message)
    except DecodeError:
        return None


def _problem(message: ResponseMessage) -> Problem | None:
    """Problem details, whatever the document declares; members of a wrong type are ignored.

    Source: RFC 9457 section 3.1.
    """
    media_type = mediatypes.parse(message.header("content-type") or "")
    if media_type is None or str(media_type) != PROBLEM_JSON:
        return None
    members = _members(message)
    try:
        return Problem.model_validate(members, context=TOLERANT)
    except ValidationError as error:
        wrong = {detail["loc"][0] for detail in error.errors() if detail["loc"]}
        right = {name: value for name, value in members.items() if name not in wrong}
        return Problem.model_validate(right, context=TOLERANT)


def _members(message: ResponseMessage) -> dict[str, Any]:
    try:
        parsed: Any = json.loads(message.body)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", parsed) if isinstance(parsed, dict) else {}


def _problem_text(problem: Problem, status: int) -> str:
    title = None if problem.title == reason_phrases.get(status) else problem.title
    places = "; ".join(map(_place, problem.errors or ()))
    return _joined([title, problem.detail, places])


def _place(error: FieldError) -> str:
    return f"{error.location} {error.pointer or '/'} {error.detail}"


def _plain_text(message: ResponseMessage) -> str:
    """What OAuth endpoints (RFC 6749 section 5.2) and API Gateway say in their own forms."""
    members = _members(message)
    return _joined([members.get(name) for name in ("error", "error_description", "message")])


def _joined(parts: list[Any]) -> str:
    text = ": ".join(part for part in parts if isinstance(part, str) and part)
    return f": {_printable(text)}" if text else ""


def _told(message: ResponseMessage) -> str:
    found = request_id(message)
    return f" [request {_printable(found)}]" if found else ""


def _printable(text: str) -> str:
    """One line, not too long: it comes from outside and may go to a log."""
    flat = "".join(character if character.isprintable() else " " for character in text)
    return flat if len(flat) <= _LONGEST else f"{flat[: _LONGEST - 1]}…"
