"""Events that nobody should send: close enough to true ones to get far, wrong in some way."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from hypothesis import strategies as st

from pactwright.service.responses import LAMBDA_BYTES
from pactwright.wire import Operation

MARKER: Final = "<script>alert(1)</script>"
"""What no answer may hold but where its type makes it text."""

TEXTS: Final = st.text(st.characters(codec=None, categories=None), max_size=20)
SCALARS: Final = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
ANYTHING: Final = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
LINES: Final = st.sampled_from([f"a\r\nX-Injected: {MARKER}", "a\nb", "\0", "\ud800", "é", MARKER])
NUMBERS: Final = ["1e999", "-1e999", "NaN", "Infinity", "9" * 400, "9" * 5000, "-0.0", str(2**53)]
SEGMENTS: Final = st.sampled_from(
    ["..", ".", "%2e%2e", "%2F", "a%2Fb", "%00", "%ff", "%", "%0d%0a", "", quote(MARKER), "é"]
)
JSON_TEXTS: Final = st.sampled_from(
    [
        *("", "{", "null", "[]", '"a"', "\ud800", "{}", '{"a": 1}', "\ufeff{}", "{} {}"),
        *("[" * 100_000, '{"a":' * 100_000, "[" * 150 + "]" * 150, " " * 5000, "{}" * 9000),
        *(f'{{"latitude": {number}, "longitude": 0}}' for number in NUMBERS),
        '{"username": "a\\u0000b", "password": "\\ud800"}',
        f'{{"{MARKER}": "{MARKER}"}}',
    ]
)
GOOD_TYPES: Final = (
    "application/json",
    "application/merge-patch+json",
    "application/x-www-form-urlencoded",
)
TYPES: Final = st.sampled_from(
    [
        "application/json; charset=utf-16",
        "application/json; charset=idna",
        "application/x-www-form-urlencoded; charset=unicode_escape",
        "multipart/form-data; boundary=x",
        "text/html",
        "application/json, text/html",
        "",
    ]
)
FIELDS: Final[Mapping[str, st.SearchStrategy[Any]]] = {
    "Content-Type": TYPES,
    "Content-Length": st.sampled_from(["0", "-1", "1", "99999999999", "x"]),
    "Content-Encoding": st.sampled_from(["gzip", "identity", "br, gzip"]),
    "Transfer-Encoding": st.sampled_from(["chunked", "gzip, chunked"]),
    "Expect": st.just("100-continue"),
    "X-HTTP-Method-Override": st.sampled_from(["DELETE", "PUT"]),
    ":path": st.just("/admin"),
    "Host": LINES | st.just("evil.example"),
    "Accept": st.sampled_from(["text/html", "*/*", ";q=", "a/b"]) | LINES,
    "Cookie": LINES,
    "Origin": st.just("https://evil.example") | LINES,
    "If-Match": LINES | st.sampled_from(["*", '"', 'W/"a"', '"a", "b"', "x" * 2000]),
    "If-None-Match": LINES | st.sampled_from(["*", '"a"']),
    "Idempotency-Key": LINES | st.just("a"),
    "X-Forwarded-For": LINES,
    "X-Amzn-Trace-Id": LINES,
    "é": st.just("é"),
    "X-Long": st.just("x" * 20_000),
}


def events(
    operations: Sequence[Operation[Any]],
    credentials: Sequence[str],
    values: Mapping[str, Sequence[str]],
    bodies: Sequence[str],
) -> st.SearchStrategy[Any]:
    """Events of every kind.

    Args:
        operations: of the API.
        credentials: values of Authorization that are good.
        values: good values of path parameters, by their names.
        bodies: good bodies.
    """
    asked = st.sampled_from(operations).flatmap(
        lambda operation: _asked(operation, credentials, values, bodies)
    )
    return asked | st.sampled_from(FOREIGN) | ANYTHING


def _asked(
    operation: Operation[Any],
    credentials: Sequence[str],
    values: Mapping[str, Sequence[str]],
    bodies: Sequence[str],
) -> st.SearchStrategy[Any]:
    names = [p.name for p in operation.parameters if p.location == "path"]
    queries = [p.name for p in operation.parameters if p.location == "query"] or ["any"]
    good = st.sampled_from([*bodies, *(doubled(body) for body in bodies)])
    usual = st.fixed_dictionaries(
        {"Authorization": _mostly(st.sampled_from(list(credentials)), LINES)},
        optional={"Content-Type": st.sampled_from(GOOD_TYPES)},
    )
    headers = st.builds(lambda fields, odd: {**fields, **odd}, usual, _odd_fields())
    query = st.dictionaries(
        st.sampled_from(queries) | TEXTS, LINES | st.sampled_from(NUMBERS), max_size=2
    )
    return st.fixed_dictionaries(
        {
            "resource": _mostly(st.just(operation.path), st.just("/{proxy+}") | ANYTHING),
            "httpMethod": _mostly(
                st.just(operation.method), st.sampled_from(["TRACE", "get", "PROPFIND"])
            ),
            "pathParameters": st.fixed_dictionaries(
                {name: _mostly(st.sampled_from(list(values[name])), SEGMENTS) for name in names}
            ),
            "headers": headers,
            "body": _mostly(good, JSON_TEXTS | st.sampled_from(CODED) | ANYTHING),
        },
        optional={
            "path": SEGMENTS.map(lambda segment: f"{operation.path}/{segment}") | ANYTHING,
            "multiValueHeaders": headers.map(
                lambda fields: {name: [value, value] for name, value in fields.items()}
            ),
            "queryStringParameters": query,
            "multiValueQueryStringParameters": st.dictionaries(
                st.sampled_from(queries), st.lists(LINES, max_size=3), max_size=2
            ),
            "isBase64Encoded": st.booleans() | ANYTHING,
            "requestContext": st.fixed_dictionaries(
                {}, optional={"requestId": LINES | ANYTHING, "identity": ANYTHING}
            ),
            "version": st.sampled_from(["1.0", "2.0"]),
        },
    )


def _mostly(usual: st.SearchStrategy[Any], odd: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Three of four are usual: what is odd everywhere gets no further than its first fault."""
    return st.integers(0, 3).flatmap(lambda number: odd if number == 3 else usual)


def _odd_fields() -> st.SearchStrategy[dict[str, Any]]:
    """A few at most: among many there is always one that ends the request before all others."""
    names = st.lists(st.sampled_from(list(FIELDS)), max_size=2, unique=True)
    return names.flatmap(lambda some: st.fixed_dictionaries({n: FIELDS[n] for n in some}))


def doubled(body: str) -> str:
    """A JSON object whose first member stands there twice; a form whose first field does."""
    if body.startswith("{"):
        name, value = next(iter(json.loads(body).items()))
        return body[:-1] + f", {json.dumps(name)}: {json.dumps(value)}}}"
    return f"{body}&{body.partition('&')[0]}"


CODED: Final = (
    base64.b64encode(gzip.compress(b"{}")).decode(),
    base64.b64encode(bytes(range(256))).decode(),
    base64.b64encode(b"\xff\xfe" * 5000).decode(),
    "not base64",
    "x" * 2_000_000,
)

FOREIGN: Final[tuple[Any, ...]] = (
    {
        "version": "2.0",
        "routeKey": "GET /profiles",
        "rawPath": "/profiles",
        "requestContext": {"http": {"method": "GET", "path": "/profiles"}, "requestId": "a"},
    },
    {
        "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:a"}},
        "httpMethod": "GET",
        "path": "/profiles/%2e%2e",
        "queryStringParameters": {"limit": "%31"},
        "headers": {"host": "a"},
        "body": "",
    },
    {
        "version": "0",
        "id": "a",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "detail": {},
    },
    {"warm": True},
    {"Records": []},
    {"Records": "none"},
    {"type": "TOKEN", "authorizationToken": "Bearer a", "methodArn": "arn:aws:execute-api:a"},
)


def assert_well_formed(result: Mapping[str, Any]) -> None:
    """What API Gateway takes, and what a caller can't abuse."""
    assert set(result) == {"statusCode", "headers", "body", "isBase64Encoded"}
    assert type(result["statusCode"]) is int
    assert 200 <= result["statusCode"] < 500, result["body"]
    assert type(result["isBase64Encoded"]) is bool
    for name, value in result["headers"].items():
        assert name.isascii()
        assert name.replace("-", "").isalnum()
        assert isinstance(value, str)
        assert value.isascii()
        assert value.isprintable()
        assert MARKER not in value
        assert "evil" not in value
    assert len(json.dumps(result)) <= LAMBDA_BYTES
    assert result["headers"]["X-Content-Type-Options"] == "nosniff"
    assert result["headers"]["X-Request-Id"]
    if result["headers"].get("Content-Type", "").startswith("text/html"):
        assert MARKER not in result["body"]
