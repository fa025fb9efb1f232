"""What a generated client sends for an operation, credentials included."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from pactwright.client import Client, ClientError, Hook
from pactwright.client.options import Credentials
from pactwright.client.request import Request as Sent
from pactwright.contract.errors import ExpectationError
from pactwright.contract.pacts import Request
from pactwright.contract.recognition import KEY, meaningful_headers
from pactwright.local.endpoint import Received
from pactwright.wire import EncodeError, Operation, ResponseMessage, mediatypes

_NOWHERE: Final = "http://provider.invalid"


class _Caught(Exception):
    def __init__(self, request: Sent) -> None:
        super().__init__()
        self.request = request


class _Catcher(Hook):
    """Keeps a request from being sent, and hands it out."""

    def handle(self, request: Sent, call_next: object) -> ResponseMessage:  # noqa: ARG002
        raise _Caught(request)


class _Probe(Client):
    def caught(self, operation: Operation[Any], arguments: Mapping[str, object]) -> Sent:
        try:
            self._call(operation, arguments, {})
        except _Caught as caught:
            return caught.request
        raise AssertionError("a request got past the hook")


def request_of(
    operation: Operation[Any], arguments: Mapping[str, object], credentials: Credentials
) -> Request:
    """The request that a client sends, as it stands in a pact: without what any client adds.

    Raises:
        ExpectationError: no client would send it.
    """
    probing = _Probe(
        _NOWHERE,
        credentials=credentials,
        hooks=[_Catcher()],
        trust_env=False,
        new_key=lambda: KEY,
    )
    with probing as probe:
        try:
            sent = probe.caught(operation, arguments)
        except (ClientError, EncodeError) as error:
            raise ExpectationError(f"{operation.name}: no client sends this: {error}") from error
    return literal(operation, sent)


def received(sent: Sent) -> Received:
    """A request of a client as it comes in at a provider."""
    parts = urlsplit(sent.url)
    return Received(
        method=sent.method,
        target=f"{parts.path}?{parts.query}" if parts.query else parts.path,
        headers={name.lower(): value for name, value in sent.headers.items()},
        body=sent.body or b"",
    )


def literal(operation: Operation[Any], sent: Sent) -> Request:
    """A request of a client as it stands in a pact."""
    came = received(sent)
    headers = came.headers
    media_type = headers.get("content-type") if sent.body is not None else None
    return Request(
        method=sent.method,
        path=came.path,
        query=came.query,
        headers={
            name: headers[name.lower()]
            for name in meaningful_headers(operation)
            if name.lower() in headers
        },
        media_type=media_type,
        body=_body(sent.body, media_type),
    )


def _body(data: bytes | None, media_type: str | None) -> Any:
    parsed = mediatypes.parse(media_type) if media_type else None
    if data is None or parsed is None:
        return None
    return json.loads(data) if parsed.is_json else data.decode(parsed.charset)
