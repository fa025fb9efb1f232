"""Calls a Lambda handler in this process, as if it stood behind API Gateway.

`InProcessAdapter` is a transport of requests: a client that is given one works against the handler
without a socket. The handler gets a true event of a REST API (payload format 1.0) and a context; a
fault that the gateway would answer by itself is answered as the gateway does.
"""

from __future__ import annotations

import base64
import io
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import responses as reasons
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers
from urllib3 import HTTPHeaderDict, HTTPResponse

from pactwright.service.events import Incoming
from pactwright.service.problem import ProblemError
from pactwright.service.routing import Routes
from pactwright.wire.operation import Operation

Handler = Callable[[dict[str, Any], Any], object]
"""A Lambda handler: takes the event and the context."""

_ACCOUNT: Final = "000000000000"
_CATCH_ALL: Final = "/{proxy+}"


@dataclass(frozen=True, slots=True)
class LambdaContext:
    """What Lambda tells a function about one invocation (AWS, "Using the Lambda context object").

    Attributes:
        ends: when the invocation is stopped, in seconds of `clock`.
    """

    aws_request_id: str
    function_name: str
    ends: float
    clock: Callable[[], float] = field(repr=False, default=time.monotonic)
    memory_limit_in_mb: str = "512"

    @property
    def invoked_function_arn(self) -> str:
        """The function's ARN."""
        return f"arn:aws:lambda:eu-west-1:{_ACCOUNT}:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """How long the invocation may go on."""
        return max(0, int((self.ends - self.clock()) * 1000))


class InProcessAdapter(BaseAdapter):
    """Sends requests to a Lambda handler in this process.

    Several threads may use it; the handler is then called by several at once, which Lambda never
    does with one instance. Timeouts of the client do not stop a handler.

    Args:
        handler: takes event and context.
        operations: the API's operations, from whose path templates the event's resource and path
            parameters follow. A path that fits none comes by ``/{proxy+}``.
        stage: the stage's name.
        base_path: what precedes the API's paths in a client's base URL, such as "/prod".
        seconds: the function's timeout.
        source: the caller's IP address.
        clock: a monotonic clock, in seconds.
        now: seconds since the epoch.
        new_id: makes ids of requests.
    """

    def __init__(
        self,
        handler: Handler,
        operations: Sequence[Operation[Any]] = (),
        *,
        stage: str = "local",
        base_path: str = "",
        seconds: float = 10.0,
        source: str = "127.0.0.1",
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
        new_id: Callable[[], str] = lambda: str(uuid4()),
    ) -> None:
        super().__init__()
        self._handler = handler
        templates = dict.fromkeys(operation.path for operation in operations)
        self._routes = Routes(("ANY", template, template) for template in templates)
        self._stage = stage
        self._base_path = base_path.rstrip("/")
        self._seconds = seconds
        self._source = source
        self._clock = clock
        self._now = now
        self._new_id = new_id

    def close(self) -> None:
        """Nothing is held open."""

    def send(self, request: PreparedRequest, *_: object, **__: object) -> Response:
        """Call the handler with a request; all that requests says besides has no effect."""
        event = self.event(request)
        ends = self._clock() + self._seconds
        context = LambdaContext(self._new_id(), "in-process", ends, self._clock)
        try:
            status, headers, body = _gateway_answer(self._handler(event, context))
        except Exception:  # noqa: BLE001 - a function's error is the gateway's 502
            status, headers, body = _bad_gateway()
        headers.setdefault("x-amzn-RequestId", event["requestContext"]["requestId"])
        return _response(request, status, headers, b"" if request.method == "HEAD" else body)

    def event(self, request: PreparedRequest) -> dict[str, Any]:
        """The event that API Gateway would make of a request, by way of JSON as there."""
        url = urlsplit(request.url or "/")
        path = (url.path or "/").removeprefix(self._base_path) or "/"
        resource, parameters = self._matched(path)
        query = parse_qsl(url.query, keep_blank_values=True)
        headers = _sent_headers(request, url.netloc, url.scheme, self._source, self._new_id)
        body, coded = _event_body(request.body)
        about = {
            "resourceId": "abc123",
            "resourcePath": resource,
            "httpMethod": request.method,
            "path": f"{self._base_path}{path}",
            "domainName": url.netloc,
            "identity": {"sourceIp": self._source, "userAgent": headers.get("User-Agent")},
            **self._invocation(),
        }
        event = {
            "resource": resource,
            "path": path,
            "httpMethod": request.method,
            "headers": headers,
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "queryStringParameters": dict(query) or None,
            "multiValueQueryStringParameters": _grouped(query) or None,
            "pathParameters": parameters or None,
            "stageVariables": None,
            "requestContext": about,
            "body": body,
            "isBase64Encoded": coded,
        }
        by_json: dict[str, Any] = json.loads(json.dumps(event))
        return by_json

    def _invocation(self) -> dict[str, Any]:
        now = self._now()
        return {
            "accountId": _ACCOUNT,
            "apiId": "inprocess",
            "stage": self._stage,
            "protocol": "HTTP/1.1",
            "requestId": self._new_id(),
            "extendedRequestId": self._new_id(),
            "requestTime": datetime.fromtimestamp(now, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "requestTimeEpoch": int(now * 1000),
        }

    def _matched(self, path: str) -> tuple[str, Mapping[str, str]]:
        """The path's template and parameters, as they were sent: percent-encoded."""
        try:
            route, parameters = self._routes.find(Incoming(path=path, encoded=False))
        except ProblemError:
            return _CATCH_ALL, {"proxy": path.removeprefix("/")}
        return route.template, parameters


def _sent_headers(
    request: PreparedRequest, host: str, scheme: str, source: str, new_id: Callable[[], str]
) -> dict[str, str]:
    """The request's headers, and those that the gateway sets."""
    headers = {name: _as_text(value) for name, value in request.headers.items()}
    headers.setdefault("Host", host)
    headers.setdefault("X-Amzn-Trace-Id", f"Root=1-{new_id()}")
    headers["X-Forwarded-For"] = source
    headers["X-Forwarded-Proto"] = scheme
    headers["X-Forwarded-Port"] = "80" if scheme == "http" else "443"
    return headers


def _as_text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _grouped(query: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in query:
        grouped.setdefault(name, []).append(value)
    return grouped


def _event_body(body: Any) -> tuple[str | None, bool]:
    """Text as it is; other bytes in base64, as where the gateway takes every type for binary."""
    if body is None or isinstance(body, str):
        return body or None, False
    data = body.read() if hasattr(body, "read") else body
    data = data if isinstance(data, bytes) else b"".join(data)
    try:
        return data.decode("utf-8") or None, False
    except UnicodeDecodeError:
        return base64.b64encode(data).decode("ascii"), True


def _gateway_answer(result: object) -> tuple[int, HTTPHeaderDict, bytes]:
    """What API Gateway makes of a function's result; ValueError where it can't."""
    answer = json.loads(json.dumps(result))
    if not isinstance(answer, dict) or not isinstance(answer.get("statusCode"), int):
        raise ValueError("the result has no statusCode")  # noqa: TRY004 - as is any other fault
    headers = HTTPHeaderDict({"Content-Type": "application/json"})
    headers.update({n: str(value) for n, value in (answer.get("headers") or {}).items()})
    for name, values in (answer.get("multiValueHeaders") or {}).items():
        headers.discard(name)
        for value in values:
            headers.add(name, str(value))
    text = answer.get("body") or ""
    coded = answer.get("isBase64Encoded") is True
    return answer["statusCode"], headers, base64.b64decode(text) if coded else text.encode("utf-8")


def _bad_gateway() -> tuple[int, HTTPHeaderDict, bytes]:
    headers = HTTPHeaderDict({"Content-Type": "application/json"})
    return 502, headers, b'{"message": "Internal server error"}'


def _response(
    request: PreparedRequest, status: int, headers: HTTPHeaderDict, body: bytes
) -> Response:
    response = Response()
    response.status_code = status
    response.headers = CaseInsensitiveDict({name: headers[name] for name in headers})
    response.encoding = get_encoding_from_headers(response.headers)
    response.reason = reasons.get(status, "")
    response.url = request.url or ""
    response.request = request
    response.raw = HTTPResponse(
        io.BytesIO(body), headers, status, preload_content=False, request_method=request.method
    )
    return response
