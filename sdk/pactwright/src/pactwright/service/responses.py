"""Answers as messages: headers that each has, negotiation, and problem documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from pactwright.service.answers import Answer
from pactwright.service.events import proxy_result
from pactwright.service.problem import ProblemError
from pactwright.service.problems import NotAcceptable
from pactwright.wire import mediatypes
from pactwright.wire.codec import encode_response
from pactwright.wire.errors import EncodeError
from pactwright.wire.messages import ResponseMessage
from pactwright.wire.operation import Operation
from pactwright.wire.problems import PROBLEM_JSON, Problem

PresentProblem = Callable[[Operation[Any], Problem], "Answer[Any] | None"]
"""Gives a problem another form: a declared answer that is no problem document, or None for the
problem document. Its status, where it has none, is the problem's; the problem's headers stay."""

DEFAULT_HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}
"""What each answer has unless it says otherwise (OWASP, "REST Security Cheat Sheet")."""


LAMBDA_BYTES: Final = 6 * 1024 * 1024
"""How much a function may give back, as JSON (AWS, "Lambda quotas")."""

_LONGEST_ESCAPE: Final = 6


def offered(operation: Operation[Any]) -> tuple[str, ...]:
    """The media types of an operation's success; () where a success may have no body."""
    successes = [
        response for status, response in operation.responses.items() if status.startswith("2")
    ]
    if not all(response.contents for response in successes):
        return ()
    return tuple(dict.fromkeys(content.media_type for r in successes for content in r.contents))


@lru_cache(maxsize=512)
def negotiated(accept: str | None, types: tuple[str, ...]) -> str | None:
    """The media type that the caller likes best.

    Raises:
        NotAcceptable: it takes none of them.
    """
    if not types:
        return None
    choice = mediatypes.negotiate(accept, types)
    if choice is None:
        raise NotAcceptable(types)
    return choice


def encoded(
    operation: Operation[Any], answer: Answer[Any], accept: str | None, request_id: str
) -> ResponseMessage:
    """An operation's answer as the document declares it.

    Raises:
        EncodeError: the document declares no such answer, or it is too long for Lambda.
    """
    status = operation.success_status if answer.status is None else answer.status
    media_type = answer.media_type
    declared = operation.response(status)
    if media_type is None and declared is not None and len(declared.contents) > 1:
        types = tuple(content.media_type for content in declared.contents)
        media_type = mediatypes.negotiate(accept, types)
    headers = with_defaults(answer.headers, request_id)
    message = encode_response(operation, status, answer.value, headers, media_type)
    _hold_to_limit(operation, message)
    return message


def _hold_to_limit(operation: Operation[Any], message: ResponseMessage) -> None:
    """Lambda drops a result that is too long, and the gateway then answers 502 without a reason."""
    if len(message.body) * _LONGEST_ESCAPE < LAMBDA_BYTES:
        return
    if len(json.dumps(proxy_result(message))) > LAMBDA_BYTES:
        raise EncodeError(
            f"{operation.name} answered with {len(message.body)} bytes, more than Lambda gives "
            f"back: give the answer pages, or limits to its schema"
        )


def with_defaults(headers: Mapping[str, str], request_id: str) -> dict[str, str]:
    """Header fields, with those that each answer has.

    Raises:
        EncodeError: a field has characters that no header may have.
    """
    merged = dict(DEFAULT_HEADERS)
    if headers:
        for name, value in headers.items():
            if not (value.isascii() and value.isprintable()):
                raise EncodeError(f"the header {name} takes printable ASCII only")
        own = {name.lower() for name in headers}
        merged = {name: value for name, value in merged.items() if name.lower() not in own}
        merged.update(headers)
    merged["X-Request-Id"] = request_id
    return merged


def problem_message(problem: ProblemError, document: Problem) -> ResponseMessage:
    """A problem as ``application/problem+json``."""
    headers = with_defaults(problem.headers, document.request_id or "")
    headers["Content-Type"] = PROBLEM_JSON
    body = document.model_dump_json(by_alias=True, exclude_unset=True)
    return ResponseMessage(problem.status, headers, body.encode())
