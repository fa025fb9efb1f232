"""Attempts at a request to AWS: each in the time of what it is for, each answer whole or none.

botocore's timeouts are for single waits, its pauses between attempts know no deadline, it takes a
body that was cut off for whole, and one whose checksum is wrong once it has tried often enough.
Here an attempt ends with the time that is left, no pause is longer than that, and a damaged answer
is none: it is asked for again, unless what was asked may have been done.

Sources: AWS SDKs Reference Guide, "Retry behavior" (standard mode: jitter, and a quota of retries
for each client); Amazon DynamoDB Developer Guide, "Error handling with DynamoDB".
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
)
from botocore.exceptions import (
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ProxyConnectionError,
)
from botocore.retries import standard

from pactwright.service.errors import Unavailable
from pactwright.wire.connections import HurriedConnection
from pactwright.wire.deadlines import left

_CHECKSUM: Final = "x-amz-crc32"
_NOT_SENT: Final = (ConnectTimeoutError, EndpointConnectionError, ProxyConnectionError)


class _Http(HurriedConnection, AWSHTTPConnection):  # type: ignore[misc]
    """Without TLS, as to an emulator."""


class _Https(HurriedConnection, AWSHTTPSConnection):  # type: ignore[misc]
    """By TLS."""


class _HttpPool(AWSHTTPConnectionPool):
    ConnectionCls = _Http

    def urlopen(self, *args: Any, **options: Any) -> Any:
        """Take no body that is shorter than it was said to be."""
        return super().urlopen(*args, **{**options, "enforce_content_length": True})


class _HttpsPool(AWSHTTPSConnectionPool):
    ConnectionCls = _Https

    def urlopen(self, *args: Any, **options: Any) -> Any:
        """Take no body that is shorter than it was said to be."""
        return super().urlopen(*args, **{**options, "enforce_content_length": True})


_POOLS: Final = {"http": _HttpPool, "https": _HttpsPool}


class _Session:
    """A session of botocore that gives whole answers only.

    Args:
        session: what sends.
        json: whether the service speaks JSON; others speak XML.
    """

    def __init__(self, session: Any, *, json: bool) -> None:
        self._session = session
        self._kind = "json" if json else "xml"

    def send(self, request: Any) -> Any:
        """Send a request once.

        Raises:
            Unavailable: no time is left to send it in.
            HTTPClientError: there was no answer, or a damaged one.
        """
        if left() <= 0:
            raise Unavailable("no time is left in this request")
        response = self._session.send(request)
        damage = _damage(self._kind, response.status_code, response.headers, response.content)
        if damage is not None:
            raise HTTPClientError(error=f"the answer with status {response.status_code} {damage}")
        return response

    def close(self) -> None:
        """Close the connections."""
        self._session.close()


def _damage(kind: str, status: int, headers: Mapping[str, str], body: bytes) -> str | None:
    """What is wrong with an answer in JSON or XML; None where nothing is."""
    checksum = headers.get(_CHECKSUM)
    if checksum is not None and checksum != str(zlib.crc32(body)):
        return "is not what its checksum says"
    if kind not in headers.get("content-type", kind).lower():
        return f"is no {kind.upper()}"  # of something in between, such as a proxy
    if status < 300 and not (_is_object(body) if kind == "json" else body):
        return "has not the body that it should have"
    return None


def _is_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False


def bind(
    made: Any, attempts: int, once: Collection[str] = (), *, sleep: Callable[[float], None]
) -> None:
    """Bind a client to the time there is, and to whole answers.

    botocore offers no other way to it than the session that its endpoint has.

    Args:
        made: a client in retry mode "standard".
        attempts: how often a request is sent at most.
        once: names of operations, such as "PutItem", that are not sent again where they may have
            been done: where there was no answer, or one with a status from 500. What certainly was
            not done still is: what never reached the service, and what that refused, such as
            throttled requests.
        sleep: waits that many seconds.
    """
    endpoint: Any = made._endpoint  # noqa: SLF001
    session = endpoint.http_session
    session._pool_classes_by_scheme = _POOLS  # noqa: SLF001 - for proxies, which come later
    session._manager.pool_classes_by_scheme = _POOLS  # noqa: SLF001
    model = made.meta.service_model
    endpoint.http_session = _Session(session, json="json" in model.resolved_protocol)
    service = model.service_id.hyphenize()
    event, name = f"needs-retry.{service}", f"retry-config-{service}"
    made.meta.events.unregister(event, unique_id=name)
    decide = standard.register_retry_handler(made, attempts).needs_retry
    made.meta.events.unregister(event, unique_id=name)
    made.meta.events.register(event, _Again(decide, frozenset(once), sleep), unique_id=name)


class _Again:
    """Decides whether to try again, and waits before; not where time would run out meanwhile."""

    def __init__(
        self,
        decide: Callable[..., float | bool | None],
        once: frozenset[str],
        sleep: Callable[[float], None],
    ) -> None:
        self._decide = decide
        self._once = once
        self._sleep = sleep

    def __call__(self, **event: Any) -> float | None:
        if event["operation"].name in self._once and _may_be_done(**event):
            return None
        seconds = self._decide(**event)
        if seconds is None or seconds is False or seconds >= left():
            return None
        self._sleep(seconds)
        return 0.0


def _may_be_done(
    response: tuple[Any, Any] | None, caught_exception: Exception | None, **_: object
) -> bool:
    if response is None:
        return not isinstance(caught_exception, _NOT_SENT)
    return bool(response[0].status_code >= 500)
