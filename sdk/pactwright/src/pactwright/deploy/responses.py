"""The gateway's own errors, as problems like the service's, with the headers of its answers.

Each type gets its own response, since none can say in its template which status it goes out with.

Source: "Gateway response types for API Gateway", API Gateway Developer Guide.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from pactwright.service.responses import DEFAULT_HEADERS
from pactwright.wire import PROBLEM_JSON


@dataclass(frozen=True, slots=True)
class _Problem:
    status: int | None
    slug: str
    title: str
    detail: str
    headers: tuple[tuple[str, str], ...] = ()


_NOT_FOUND: Final = _Problem(404, "not-found", "Not found", "There is nothing at this path.")
_FORBIDDEN: Final = _Problem(403, "forbidden", "Forbidden", "The gateway refuses this caller.")
_INTERNAL: Final = _Problem(
    500, "internal-error", "Internal error", "The gateway failed. Trying again may help."
)
_TIMEOUT: Final = _Problem(
    504, "gateway-timeout", "Gateway timeout", "The service did not answer in time."
)
_MALFORMED: Final = _Problem(
    400, "malformed-request", "Malformed request", "The gateway can't read the request."
)
_TOO_MANY: Final = _Problem(
    429,
    "too-many-requests",
    "Too many requests",
    "The gateway's limit is reached. Wait, then try again.",
    (("Retry-After", "1"),),
)

_TYPES: Final = {
    "ACCESS_DENIED": _FORBIDDEN,
    "API_CONFIGURATION_ERROR": _INTERNAL,
    "AUTHORIZER_CONFIGURATION_ERROR": _INTERNAL,
    "AUTHORIZER_FAILURE": _INTERNAL,
    "BAD_REQUEST_BODY": _MALFORMED,
    "BAD_REQUEST_PARAMETERS": _MALFORMED,
    "DEFAULT_4XX": _Problem(None, "malformed-request", "Malformed request", _MALFORMED.detail),
    "DEFAULT_5XX": _Problem(None, "internal-error", "Internal error", _INTERNAL.detail),
    "EXPIRED_TOKEN": _FORBIDDEN,
    "INTEGRATION_FAILURE": _TIMEOUT,
    "INTEGRATION_TIMEOUT": _TIMEOUT,
    "INVALID_API_KEY": _FORBIDDEN,
    "INVALID_SIGNATURE": _FORBIDDEN,
    "MISSING_AUTHENTICATION_TOKEN": _NOT_FOUND,  # what it is called when no path matches
    "QUOTA_EXCEEDED": _TOO_MANY,
    "REQUEST_TOO_LARGE": _Problem(
        413, "content-too-large", "Content too large", "The gateway takes up to 10 MB."
    ),
    "RESOURCE_NOT_FOUND": _NOT_FOUND,
    "THROTTLED": _TOO_MANY,
    "UNAUTHORIZED": _Problem(
        401,
        "unauthenticated",
        "Unauthenticated",
        "The gateway found no valid credentials.",
        (("WWW-Authenticate", "Bearer"),),
    ),
    "UNSUPPORTED_MEDIA_TYPE": _Problem(
        415,
        "unsupported-media-type",
        "Unsupported media type",
        "The gateway takes no such media type here.",
    ),
    "WAF_FILTERED": _FORBIDDEN,
}
# A value stands between single quotes, and how to write one inside is not documented. In a policy,
# a directive without sources is the same as 'none' (Content Security Policy Level 3, 6.7.2.7).
_HEADERS: Final = (
    ("Content-Type", PROBLEM_JSON),
    *((name, value.replace(" 'none'", "")) for name, value in DEFAULT_HEADERS.items()),
)


def gateway_responses(problem_types: str) -> dict[str, Any]:
    """The value of `x-amazon-apigateway-gateway-responses`.

    Args:
        problem_types: the URI that each problem's slug is put behind.
    """
    return {kind: _response(problem, problem_types) for kind, problem in _TYPES.items()}


def _response(problem: _Problem, problem_types: str) -> dict[str, Any]:
    status = {} if problem.status is None else {"status": problem.status}
    body = {
        "type": problem_types + problem.slug,
        "title": problem.title,
        **status,
        "detail": problem.detail,
        "request_id": "$context.requestId",
    }
    return {
        **({} if problem.status is None else {"statusCode": str(problem.status)}),
        "responseParameters": {
            "gatewayresponse.header.X-Request-Id": "context.requestId",
            **{
                f"gatewayresponse.header.{name}": f"'{value}'"
                for name, value in (*_HEADERS, *problem.headers)
            },
        },
        "responseTemplates": {"application/json": json.dumps(body)},
    }
