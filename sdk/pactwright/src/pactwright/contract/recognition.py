"""Whether a request is that of an interaction.

Requests are compared by value: every one in a pact is literal.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, unquote

from pactwright.client.idempotency import HEADER
from pactwright.contract.pacts import Request
from pactwright.local.endpoint import Received
from pactwright.service.events import Incoming
from pactwright.service.problem import ProblemError
from pactwright.service.routing import Routes
from pactwright.wire import Operation, mediatypes
from pactwright.wire.bodies import FORM

T = TypeVar("T")

KEY: Final = "8e03978e-40d5-43e8-bc93-6894a57f9324"
"""Stands in a pact for the Idempotency-Key that a client makes by itself: each is as good."""


def routed(routes: Routes[T], request: Request) -> T | None:
    """What a request's path and method lead to; None where there is nothing."""
    try:
        route, _ = routes.find(Incoming(path=request.path))
        return route.method(request.method)
    except ProblemError:
        return None


def meaningful_headers(operation: Operation[Any]) -> tuple[str, ...]:
    """The header fields that mean something to an operation: its parameters and credentials.

    A request with one of them that an interaction's has not is another request.
    """
    own = [each.name for each in operation.parameters if each.location == "header"]
    schemes = [each.scheme for alternative in operation.security for each in alternative]
    keys = [s.parameter for s in schemes if s.location == "header" and s.parameter]
    return (*own, *keys, "Authorization", "Cookie")


def is_at(wanted: Request, received: Received) -> bool:
    """Whether method and path are the same, however the path is encoded."""
    return wanted.method == received.method and _segments(wanted.path) == _segments(received.path)


def differences(
    wanted: Request, received: Received, meaningful: Collection[str] = ()
) -> Iterator[str]:
    """What a request has other than an interaction's, beside method and path.

    Args:
        wanted: the interaction's.
        received: what came.
        meaningful: header fields that must not be there unless the interaction has them. Of all
            others, only those count that it has.
    """
    if received.query != dict(wanted.query):
        yield f"the query is {received.query}, not {dict(wanted.query)}"
    for name, value in wanted.headers.items():
        found = received.headers.get(name.lower())
        if found != value and not (found and _is_made(name, value)):
            yield f"{name} is {found!r}, not {value!r}"
    known = {name.lower() for name in wanted.headers}
    for name in meaningful:
        if name.lower() in received.headers and name.lower() not in known:
            yield f"{name} is sent"
    if not _same_body(wanted, received):
        yield f"the body is {received.body.decode(errors='replace')!r}"


def _is_made(name: str, value: str) -> bool:
    """Whether a pact's header field is one that each client makes for itself."""
    return name.lower() == HEADER.lower() and value.strip('"') == KEY


def _segments(path: str) -> list[str]:
    return [unquote(segment) for segment in path.split("/")]


def _same_body(wanted: Request, received: Received) -> bool:
    if wanted.media_type is None:
        return not received.body
    media_type = mediatypes.parse(wanted.media_type)
    text = received.body.decode(errors="replace")
    if media_type is not None and media_type.is_json:
        try:
            return same(json.loads(received.body), wanted.body)
        except ValueError:
            return False
    if str(media_type) == FORM:
        return _form(text) == _form(str(wanted.body))
    return text == (wanted.body or "")


def _form(text: str) -> list[tuple[str, str]]:
    return sorted(parse_qsl(text, keep_blank_values=True))


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal: 1 and 1.0 are, 1 and true are not."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        pairs = zip(one, other, strict=False)
        return len(one) == len(other) and all(same(a, b) for a, b in pairs)
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)
